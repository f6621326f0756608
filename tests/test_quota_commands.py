"""`/quota` in every form: whose limits, what they are set to, and buttons for all of it."""

from typing import Any

import pytest

from bot.grammar import read_limits
from bot.settings import Settings
from handlers.context import Services
from playground.people import Chat, Json, Person
from playground.world import World
from storage import limits
from storage.money import Quota
from tests.conftest import ALICE, BEN, GROUP
from tests.english import english
from tests.people import Someone

LIMITS = "5 usd/month 20 requests/hour"
SET = ["20 requests/hour", "5 usd/month"]
ALICES, BENS = f"user:{ALICE.id}", f"user:{BEN.id}"
NOT_SET: dict[str, list[str]] = {}


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {}))


async def meet(*people: Someone) -> None:
    for someone in people:
        someone.says("/start")
        await someone.sees_words("Hello")


async def set_for(bot: Services, *wanted: str) -> dict[str, list[str]]:
    """What is set, and for whom."""
    quotas: dict[str, Quota] = {}
    for subject in (ALICES, BENS, f"group:{GROUP}", "guests", "bot", *wanted):
        quotas |= await bot.database.run(limits.of, [subject])
    return {
        subject: ["unlimited"] if quota.is_unlimited else sorted(map(str, quota.limits))
        for subject, quota in quotas.items()
    }


def forwarded(**origin: Any) -> Json:
    """A message that somebody else wrote first."""
    return {"text": "Look", "forward_origin": {"date": 1, **origin}}


@pytest.mark.parametrize("who", ["@alice", "@ALICE", "alice", "Alice", "Ali", str(ALICE.id)])
async def test_someone_is_meant_by_name_or_id(
    alice: Someone, admin: Someone, bot: Services, who: str
) -> None:
    await meet(alice)
    admin.says(f"/quota {who} {LIMITS}")
    card = await admin.sees_words("Alice (@alice) (id 1002), plan default")

    assert await set_for(bot) == {ALICES: SET}
    assert "5 usd/month\n▱▱▱▱▱▱▱▱▱▱ 0 %\n0 used, 5 left, again in" in card
    assert "20 requests/hour\n▱▱▱▱▱▱▱▱▱▱ 0 %\n0 used, 20 left, again in" in card


async def test_someone_is_meant_by_a_reply_in_a_group(
    alice: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    await meet(alice, admin)
    number = alice.in_chat(group).says("Nice")
    boss = admin.in_chat(group)
    boss.says(f"/quota {LIMITS}", reply_to=number)
    await admin.sees_words("Alice (@alice)", "5 usd/month")

    assert await boss.sees_messages(1) == [english("command-in-private")]
    assert await set_for(bot) == {ALICES: SET}


async def test_someone_is_meant_by_what_they_wrote_and_was_forwarded(
    alice: Someone, ben: Someone, admin: Someone, bot: Services
) -> None:
    await meet(alice, ben)
    number = admin.sends(**forwarded(type="user", sender_user=ALICE.json()))
    admin.says(f"/quota {LIMITS}", reply_to=number)
    await admin.sees_words("Alice (@alice)", "5 usd/month")
    admin.says("/quota @ben 7 requests/day", reply_to=number)
    await admin.sees_words("Ben (@ben)", "7 requests/day")

    assert await set_for(bot) == {ALICES: SET, BENS: ["7 requests/day"]}


async def test_who_hides_when_forwarded_is_asked_for_by_name(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await meet(alice)
    number = admin.sends(**forwarded(type="hidden_user", sender_user_name="Alice"))
    admin.says(f"/quota {LIMITS}", reply_to=number)
    await admin.sees(english("whom-hidden"))

    assert await set_for(bot) == NOT_SET


@pytest.mark.parametrize("name", ["Clara", "Clara Maria", "Zoë 💐", "a", "5"])
async def test_who_has_no_username_is_meant_by_a_mention(
    admin: Someone, world: World, bot: Services, name: str
) -> None:
    clara = world.add_person(Person(2000, name))
    await meet(Someone(world, clara))
    length = len(name.encode("utf-16-le")) // 2
    command: Json = {"type": "bot_command", "offset": 0, "length": 6}
    mention: Json = {"type": "text_mention", "offset": 7, "length": length, "user": clara.json()}
    admin.sends(text=f"/quota {name} {LIMITS}", entities=[command, mention])
    await admin.sees_words("(id 2000)", "5 usd/month")

    assert await set_for(bot, "user:2000") == {"user:2000": SET}


@pytest.mark.parametrize("username", [None, "dora", "clara"])
async def test_of_two_of_one_name_one_is_tapped(
    admin: Someone, world: World, bot: Services, username: str | None
) -> None:
    for person in (Person(2000, "Clara", username), Person(2001, "Clara")):
        await meet(Someone(world, world.add_person(person)))
    admin.says(f"/quota Clara {LIMITS}")
    await admin.sees_words("Several people are called Clara.")
    assert await set_for(bot) == NOT_SET

    admin.presses("Clara, 2001")
    await admin.sees_words("Clara (id 2001), plan default", "No limit.")


@pytest.mark.parametrize("who", ["@nobody", "77", "Zacharias", "unlimited", "-1002", "@", "9" * 50])
async def test_who_never_wrote_cannot_be_meant(admin: Someone, bot: Services, who: str) -> None:
    admin.says(f"/quota {who} 5 usd/month")
    told = await admin.sees_words("has written to me yet")

    assert told == english("whom-nobody", who=who)
    assert await set_for(bot) == NOT_SET


async def test_a_name_counts_more_than_a_reply_to_the_bot(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await meet(alice, admin)
    admin.says("/quota alice 7 requests/day", reply_to=admin.messages[0]["message_id"])
    await admin.sees_words("Alice (@alice)", "7 requests/day")


@pytest.mark.parametrize(
    ("command", "subject", "title"),
    [
        ("bot", "bot", "The whole bot"),
        ("BOT", "bot", "The whole bot"),
        ("guests", "guests", "All guests together"),
        ("plan guest", "plan:guest", "The plan guest"),
        ("plan Family", "plan:family", "The plan family"),
        ("plan default", "plan:default", "The plan default"),
    ],
)
async def test_others_than_people_have_limits(
    admin: Someone, bot: Services, command: str, subject: str, title: str
) -> None:
    admin.says(f"/quota {command} 5 images/day")
    await admin.sees_words(title, "5 images/day")

    assert await set_for(bot) == {subject: ["5 images/day"]}


async def test_a_group_is_meant_in_the_group(admin: Someone, group: Chat, bot: Services) -> None:
    await meet(admin)
    boss = admin.in_chat(group)
    boss.says("/quota group 2 usd/day")
    await admin.sees_words("The group Book club", "2 usd/day")

    assert await boss.sees_messages(1) == [english("command-in-private")]
    assert await set_for(bot) == {f"group:{GROUP}": ["2 usd/day"]}


async def test_in_private_a_group_is_tapped(admin: Someone, group: Chat, bot: Services) -> None:
    admin.says("/quota group 2 usd/day")
    await admin.sees(english("quota-no-groups"))
    admin.in_chat(group).says("@teller_bot Hi")
    await admin.in_chat(group).sees("You said: Hi")
    admin.says("/quota group 2 usd/day")
    await admin.sees(english("quota-which-group"))
    admin.presses("Book club")
    await admin.sees_words("The group Book club", "No limit.")

    assert await set_for(bot) == NOT_SET


async def test_an_admin_who_never_wrote_learns_what_to_do(
    admin: Someone, group: Chat, bot: Services
) -> None:
    boss = admin.in_chat(group)
    boss.says("/quota bot 5 usd/month")
    await boss.sees(english("command-unreachable"))


@pytest.mark.parametrize("settings", [{"limits": read_limits("20 requests/hour")}], indirect=True)
async def test_all_of_it_goes_by_buttons(alice: Someone, admin: Someone, bot: Services) -> None:
    await meet(alice)
    admin.says("/quota")
    await admin.sees(english("quota-form"))
    for label, seen in [
        ("People", "2 people have written to me."),
        ("Alice", "Alice (@alice) (id 1002), plan default"),
        ("Limits", "Alice (@alice), limits. Tap one to change it."),
        ("Add a limit", "Alice (@alice): a limit of what?"),
        ("usd", "Alice (@alice): so many usd in what time?"),
        ("a month", "Alice (@alice): a new limit."),
        ("‹ Back", "Alice (@alice), limits. Tap one to change it."),
        ("Add a limit", "Alice (@alice): a limit of what?"),
        ("‹ Back", "Alice (@alice), limits. Tap one to change it."),
        ("20 requests/hour", "Alice (@alice): 20 requests/hour."),
        ("40 requests/hour", "Alice (@alice), limits. Tap one to change it."),
        ("40 requests/hour", "Alice (@alice): 40 requests/hour."),
        ("Take away", "Alice (@alice), limits. Tap one to change it."),
        ("Unlimited", "Alice (@alice), limits. There is none."),
        ("Back to the default", "Alice (@alice), limits. Tap one to change it."),
        ("‹ Back", "Alice (@alice) (id 1002), plan default"),
        ("‹ All", english("quota-form")),
    ]:
        await admin.is_answered(admin.presses(label))
        await admin.sees_words(seen)

    assert len(admin.screen) == 1
    assert await set_for(bot) == NOT_SET
