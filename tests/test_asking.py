"""Asking for more: from a refusal to the admin's card, and back."""

from datetime import timedelta

import pytest

from bot.grammar import read_limits
from bot.settings import Settings
from handlers.callbacks import packed
from handlers.context import Services
from handlers.presses import Decide, More, Subject
from playground.people import Chat
from storage.money import Unit, Verdict, Window
from tests.conftest import ALICE, BEN, Clock, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

REFUSED = "has no room"
CARD = "asks for more"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    given = getattr(request, "param", {"limits": read_limits("1 request/day")})
    return settings.but(**given)


async def refused(alice: Someone, admin: Someone) -> None:
    """Alice has used up her limit, and the admin can be reached."""
    admin.says("/start")
    await admin.sees_words("Hello")
    alice.says("One")
    await alice.sees_words("That was the last of your limit of 1 request/day.")
    alice.says("Two")
    await alice.sees_words(REFUSED)


async def asked(alice: Someone, admin: Someone) -> None:
    await refused(alice, admin)
    alice.presses(english("ask-for-more"))
    await alice.sees_words(REFUSED, english("ask-asked"))
    await admin.sees_words("Alice (@alice)", CARD, "1 request/day", "1 request used")


async def test_what_is_granted_once_is_there_once(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await asked(alice, admin)
    admin.presses("Grant 1 request once")
    await admin.sees("Alice (@alice): granted 1 request, once.")
    await alice.sees_words("An admin has granted you 1 request on top of the limit, once.")
    alice.says("Three")
    await alice.sees("You said: Three")
    alice.says("Four")
    await alice.sees_messages(6)

    assert REFUSED in alice.screen[5]


async def test_a_raised_limit_stays_raised(
    alice: Someone, admin: Someone, bot: Services, clock: Clock
) -> None:
    await asked(alice, admin)
    admin.presses("Raise to 2 requests/day")
    await alice.sees_words("An admin has raised the limit to 2 requests/day.")
    clock.goes_on(timedelta(days=1))
    for number in (1, 2):
        alice.says(f"Tomorrow {number}")
        await alice.sees(f"You said: Tomorrow {number}")


async def test_who_is_declined_hears_it(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await asked(alice, admin)
    admin.presses("Decline")
    await alice.sees_words("An admin has declined")
    alice.says("Please")
    await alice.sees_messages(5)

    assert len(model.asked) == 1


async def test_asking_twice_is_one_wish(alice: Someone, admin: Someone, bot: Services) -> None:
    await refused(alice, admin)
    first = alice.presses(english("ask-for-more"))
    again = More(ALICE.id, Subject(f"user:{ALICE.id}"), Unit.REQUESTS, Window.DAY)
    second = alice.forges(packed(again))

    assert await alice.is_answered(first) == english("ask-asked")
    assert await alice.is_answered(second) == english("ask-asked-already")
    assert sum(CARD in words for words in admin.screen) == 1


async def test_a_wish_is_decided_once(alice: Someone, admin: Someone, bot: Services) -> None:
    await asked(alice, admin)
    first = admin.forges(packed(Decide(1, Verdict.GRANTED)))
    second = admin.forges(packed(Decide(1, Verdict.RAISED)))
    await admin.is_answered(first)

    assert await admin.is_answered(second) == english("ask-decided")
    alice.says("Three")
    await alice.sees("You said: Three")
    alice.says("Four")
    await alice.sees_messages(6)
    assert REFUSED in alice.screen[5]


async def test_nobody_asks_for_somebody_else(
    alice: Someone, ben: Someone, admin: Someone, bot: Services
) -> None:
    await refused(alice, admin)
    ben.says("Hi")
    await ben.sees("You said: Hi")
    for user_id, subject in [
        (ALICE.id, f"user:{ALICE.id}"),
        (BEN.id, f"user:{ALICE.id}"),
        (BEN.id, "group:-1001234567890"),
        (BEN.id, "plan:default"),
    ]:
        forged = More(user_id, Subject(subject), Unit.REQUESTS, Window.DAY)

        assert await ben.is_answered(ben.forges(packed(forged))) == english("ask-not-yours")
    assert not any(CARD in words for words in admin.screen)


async def test_nobody_but_an_admin_decides(alice: Someone, admin: Someone, bot: Services) -> None:
    await asked(alice, admin)
    for verdict in (Verdict.GRANTED, Verdict.RAISED):
        told = await alice.is_answered(alice.forges(packed(Decide(1, verdict))))

        assert told == english("button-admins-only")
    alice.says("Three")
    await alice.sees_messages(4)
    assert REFUSED in alice.screen[3]


async def test_where_no_admin_can_be_reached_it_is_said(alice: Someone, bot: Services) -> None:
    alice.says("One")
    await alice.sees_words("That was the last")
    first = alice.presses(english("ask-for-more"))
    second = alice.presses(english("ask-for-more"))

    assert await alice.is_answered(first) == english("ask-unreached")
    assert await alice.is_answered(second) == english("ask-unreached")


@pytest.mark.parametrize("settings", [{"admins": frozenset[int]()}], indirect=True)
async def test_where_there_is_no_admin_there_is_no_button(alice: Someone, bot: Services) -> None:
    alice.says("One")
    await alice.sees("You said: One")

    assert "Ask for more" not in str(alice.messages)


@pytest.mark.parametrize(
    "settings", [{"group_limits": read_limits("1 request/hour")}], indirect=True
)
async def test_a_group_asks_together_and_hears_together(
    alice: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    here = alice.in_chat(group)
    here.says("@teller_bot One")
    await here.sees_words("That was the last of this group's limit of 1 request/hour.")
    here.says("Nobody asked the bot")
    here.says("@teller_bot Two")
    await here.sees_words("This group's limit of 1 request/hour has no room")
    here.presses(english("ask-for-more"))
    await admin.sees_words("Alice (@alice) asks for more.", "The group Book club")
    admin.presses("Grant 1 request once")
    await here.sees_words("Alice", "An admin has granted")
    here.says("@teller_bot Three")

    await here.sees("You said: Three")


@pytest.mark.parametrize("settings", [{"limits": read_limits("0 images/day")}], indirect=True)
async def test_more_of_nothing_is_something(alice: Someone, admin: Someone, bot: Services) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    alice.sends_photo(picture())
    await alice.sees_words("limit of 0 images/day has no room")
    alice.presses(english("ask-for-more"))
    await admin.sees_words(CARD)
    admin.presses("Raise to 5 images/day")
    await alice.sees_words("raised the limit to 5 images/day")
