"""Plans: in teller.toml and made in a chat, who is on them, and what guests have."""

from typing import Any

import pytest

from bot.app import running
from bot.grammar import read_limits
from bot.settings import Plan, Settings
from handlers.admin import plans
from handlers.context import Services
from playground.people import Chat
from storage import people
from tests.conftest import ALICE, Clock
from tests.english import english
from tests.people import Someone

FAMILY = Plan(limits=read_limits("2 requests/day"))
CARD = "Alice (@alice) (id 1002), plan"
LIST = "Tap a plan to see or change it."


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {"plans": {"family": FAMILY}}))


def having(**changes: Any) -> pytest.MarkDecorator:
    """Settings of the bot in one story."""
    return pytest.mark.parametrize("settings", [changes], indirect=True, ids=[""])


async def met(*everyone: Someone) -> None:
    for someone in everyone:
        someone.says("/start")
        await someone.sees_words("Hello")


async def asks(someone: Someone, *questions: str) -> None:
    for question in questions:
        someone.says(question)
        await someone.sees(f"You said: {question}")


async def plan_of(bot: Services, user_id: int = ALICE.id) -> str | None:
    person = await bot.database.run(people.known, user_id)
    return person.plan if person else None


@pytest.mark.parametrize(
    "command",
    ["/plan @alice family", "/plan alice FAMILY", "/plan 1002 family", "/quota @alice plan family"],
)
async def test_who_is_put_on_a_plan_has_its_limits(
    alice: Someone, admin: Someone, bot: Services, command: str
) -> None:
    await met(alice)
    admin.says(command)
    await admin.sees_words(f"{CARD} family", "2 requests/day")
    await asks(alice, "One", "Two")
    alice.says("Three")
    await alice.sees_words("Your limit of 2 requests/day has no room")


async def test_by_a_reply_it_is_whoever_wrote_that(
    alice: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    await met(alice, admin)
    number = alice.in_chat(group).says("Nice")
    admin.in_chat(group).says("/plan family", reply_to=number)
    await admin.sees_words(f"{CARD} family")
    origin = {"type": "user", "date": 1, "sender_user": ALICE.json()}
    number = admin.sends(text="Look", forward_origin=origin)
    admin.says("/plan default", reply_to=number)
    await admin.sees_words(f"{CARD} default")

    assert await plan_of(bot) == "default"


async def test_a_plan_is_put_on_by_a_button(alice: Someone, admin: Someone, bot: Services) -> None:
    await met(alice)
    admin.says("/plan @alice")
    await admin.sees_words("Which plan for Alice (@alice)?", "family: 2 requests/day")
    admin.presses("family")
    await admin.sees_words(f"{CARD} family", "2 requests/day")
    admin.presses("Plan")
    await admin.sees_words("Which plan for Alice (@alice)?", "family: 2 requests/day (1 on it)")
    admin.presses("default")
    await admin.sees_words(f"{CARD} default", "No limit.")

    assert await plan_of(bot) == "default"


async def test_plans_are_listed_shown_and_changed(admin: Someone, bot: Services) -> None:
    admin.says("/quota plan kids 1 request/day")
    await admin.sees_words("The plan kids", "1 request/day, for each of its members")
    admin.says("/plan")
    listed = await admin.sees_words(LIST)
    admin.says("/plan family")
    await admin.sees_words("The plan family", "2 requests/day, for each of its members")

    known = ["default: no limit", "family: 2 requests/day", "kids: 1 request/day"]
    assert listed.splitlines()[-3:] == known


async def test_in_a_topic_a_plan_is_shown_too(admin: Someone, group: Chat, bot: Services) -> None:
    await met(admin)
    boss = admin.in_chat(group)
    topic = boss.sends(forum_topic_created={"name": "Money", "icon_color": 0})
    # In a topic each message answers its root, where nothing else is meant.
    boss.says("/plan family", topic=topic, reply_to=topic)
    await admin.sees_words("The plan family", "2 requests/day")


async def test_a_plan_that_there_is_not_is_none(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    admin.says("/plan @alice nosuch")
    admin.says("/plan @alice No such!")
    admin.says("/quota plan Straße 1 request/day")
    told = await admin.sees_messages(3)

    assert told[0] == english("plan-no-such", plan="nosuch", plans="default, family")
    assert told[1] == english("plan-not-a-name")
    assert told[2].startswith("A plan needs a name")
    assert await plan_of(bot) is None


async def test_a_limit_of_ones_own_replaces_that_of_the_plan(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    admin.says("/quota plan family 9 images/day")
    admin.says("/plan @alice family")
    admin.says("/quota @alice 3 requests/day")
    card = await admin.sees_words(CARD, "3 requests/day")
    await asks(alice, "One", "Two", "Three")
    alice.says("Four")
    await alice.sees_words("Your limit of 3 requests/day has no room")
    admin.says("/quota @alice reset")
    await admin.sees_words(CARD, "2 requests/day\n▰▰▰▰▰▰▰▰▰▰ 100 %\n3 used, 0 left")

    assert "9 images/day" in card
    assert "2 requests/day" not in card


@having(limits=read_limits("3 requests/day"))
async def test_a_plan_with_members_is_deleted_when_the_admin_is_sure(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    admin.says("/quota plan kids 1 request/day")
    admin.says("/plan @alice kids")
    await admin.sees_words(f"{CARD} kids")
    admin.says("/quota plan kids delete")
    await admin.sees(english("plan-sure", count=1, plan="kids"))
    admin.presses("Keep")
    await admin.world.wait_for(lambda: admin.screen[-1].startswith("The plan kids\n"))
    assert await plan_of(bot) == "kids"

    admin.presses("Delete")
    await admin.sees(english("plan-sure", count=1, plan="kids"))
    admin.presses("Delete")
    listed = await admin.sees_words(LIST)
    assert "kids" not in listed.removeprefix(english("plan-form"))
    assert await plan_of(bot) is None
    await asks(alice, "One", "Two", "Three")


@pytest.mark.parametrize("word", ["delete", "reset", "default"])
async def test_a_plan_with_members_is_not_deleted_unasked(
    alice: Someone, admin: Someone, bot: Services, word: str
) -> None:
    await met(alice)
    admin.says("/quota plan kids 1 request/day")
    admin.says("/plan @alice kids")
    admin.says(f"/quota plan kids {word}")
    await admin.sees_messages(3)

    assert await plans.is_plan(bot, "kids")


async def test_a_plan_of_the_settings_is_not_deleted_in_a_chat(
    admin: Someone, bot: Services
) -> None:
    admin.says("/quota plan family delete")
    await admin.sees(english("plan-configured", plan="family"))


async def test_members_of_a_plan_that_vanished_have_the_default(
    alice: Someone, admin: Someone, settings: Settings, clock: Clock
) -> None:
    async with running(settings, clock=clock):
        await met(alice)
        admin.says("/plan @alice family")
        await admin.sees_words(f"{CARD} family")
    without = settings.but(plans={}, limits=read_limits("3 requests/day"))
    async with running(without, clock=clock):
        admin.says("/plan")
        await admin.sees_words("family: is no more; its 1 have the default")
        admin.says("/quota @alice")
        await admin.sees_words(f"{CARD} default", "3 requests/day")
        await asks(alice, "One", "Two", "Three")


GUESTS = {"plans": {"guest": Plan(limits=read_limits("1 request/day"))}}


@having(**GUESTS, limits=read_limits("3 requests/day"))
async def test_guests_have_the_plan_of_guests_until_they_are_let_in(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await asks(alice, "One")
    alice.says("Refused")
    await alice.sees_words("Your limit of 1 request/day has no room")
    await asks(admin, "I am no guest", "Really not")
    admin.says("/approve @alice")
    await alice.sees_words("let you in")
    await asks(alice, "Two", "Three")


@having(**GUESTS)
async def test_a_guest_can_be_put_on_the_default(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await met(alice)
    admin.says("/plan @alice default")
    await admin.sees_words(f"{CARD} default")


@having(guest_limits=read_limits("2 requests/day"))
async def test_guests_share_their_limit_and_members_have_none_of_it(
    alice: Someone, ben: Someone, admin: Someone, bot: Services
) -> None:
    await asks(alice, "One")
    await asks(ben, "Two")
    alice.says("Three")
    await alice.sees_words("The guests' limit of 2 requests/day has no room")
    await asks(admin, "I am no guest")
    admin.says("/approve @ben")
    await ben.sees_words("let you in")
    await asks(ben, "Four", "Five")
