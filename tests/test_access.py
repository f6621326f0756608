"""Who may speak: open, ask, closed, and how an admin lets someone in."""

import pytest

from bot.settings import Settings
from handlers.callbacks import packed
from handlers.context import Services
from handlers.presses import Door
from playground.faults import HangUp
from playground.people import Chat
from playground.world import World
from tests.conftest import ALICE, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

PRIVATE = "This bot is private"
AT_THE_DOOR = "would like to talk to me"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(access=getattr(request, "param", "ask"))


async def let_the_admin_in(admin: Someone) -> None:
    """A bot may write to no one who has not started it."""
    admin.says("/start")
    await admin.sees_words("Hello")


@pytest.mark.parametrize("settings", ["closed"], indirect=True)
async def test_where_it_is_closed_strangers_hear_nothing(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    alice.says("/start")
    alice.sends_photo(picture())
    admin.says("Hi")
    await admin.sees("You said: Hi")
    admin.says("/approve @alice")
    await admin.sees_words("Alice (@alice) may talk to me now.")
    alice.says("And now?")
    await alice.sees("You said: And now?")

    assert alice.screen == [english("door-welcome"), "You said: And now?"]
    assert len(model.asked) == 2


async def test_a_stranger_who_is_let_in_is_answered(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await let_the_admin_in(admin)
    alice.says("Hi")
    await alice.sees_words(PRIVATE, str(ALICE.id))
    alice.says("Hello?")
    await alice.sees(english("door-waiting", id=str(ALICE.id)))
    await admin.sees_words("Alice", "@alice", AT_THE_DOOR)
    [_, card] = admin.messages
    pressed = admin.presses("Let in")
    await alice.sees(english("door-welcome"))
    alice.says("Hi again")
    await alice.sees("You said: Hi again")

    assert await admin.is_answered(pressed) == "Alice (@alice) may talk to me now."
    decided = await admin.sees("Alice (@alice) may talk to me now.")
    assert decided["message_id"] == card["message_id"]
    assert "reply_markup" not in decided
    assert len(model.asked) == 1


async def test_a_stranger_who_is_refused_is_told_so(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await let_the_admin_in(admin)
    alice.says("Hi")
    await admin.sees_words("Alice", AT_THE_DOOR)
    admin.presses("Refuse")
    await admin.sees("Alice (@alice) may not talk to me now.")
    alice.says("Hello?")
    await alice.sees(english("door-refused"))

    assert model.asked == []


async def test_a_button_of_the_admins_card_does_nothing_for_others(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await let_the_admin_in(admin)
    alice.says("Hi")
    await alice.sees_words(PRIVATE, str(ALICE.id))
    told = await alice.is_answered(alice.forges(packed(Door(ALICE.id, is_open=True))))
    alice.says("In?")
    await alice.sees(english("door-waiting", id=str(ALICE.id)))

    assert told == english("button-admins-only")


@pytest.mark.parametrize("who", ["@alice", "@ALICE", "alice", str(ALICE.id)])
async def test_an_admin_approves_by_name_or_id(
    alice: Someone, admin: Someone, bot: Services, who: str
) -> None:
    alice.says("Hi")
    await alice.sees_words(PRIVATE, str(ALICE.id))
    admin.says(f"/approve {who}")
    await admin.sees("Alice (@alice) may talk to me now.")
    await alice.sees(english("door-welcome"))
    alice.says("Hi")

    await alice.sees("You said: Hi")


async def test_an_admin_approves_by_a_reply(
    alice: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    here, boss = alice.in_chat(group), admin.in_chat(group)
    number = here.says("@teller_bot Hi")
    await here.sees_words(PRIVATE, str(ALICE.id))
    alice.says("Hi")
    await alice.sees(english("door-waiting", id=str(ALICE.id)))
    boss.says("/approve", reply_to=number)
    await boss.sees("Alice (@alice) may talk to me now.")
    here.says("@teller_bot Hi")

    await here.sees("You said: Hi")


async def test_approving_someone_unknown_says_what_to_do(admin: Someone, bot: Services) -> None:
    admin.says("/approve @ben")
    admin.says("/approve 77")
    said = await admin.sees_messages(2)

    assert said[0].startswith("Nobody called @ben has written to me yet.")
    assert said[1].startswith("Nobody called 77 has written to me yet.")


async def test_the_admins_hear_of_a_stranger_after_an_outage_too(
    alice: Someone, admin: Someone, world: World, bot: Services
) -> None:
    await let_the_admin_in(admin)
    world.faults.add(kind=HangUp(), method="sendMessage")
    alice.says("Hi")
    await alice.sees_messages(1)
    alice.says("Hello?")
    await alice.sees_messages(2)

    assert len(admin.screen) == 2


async def test_letting_someone_in_who_blocks_the_bot_is_shown_to_the_admin(
    alice: Someone, admin: Someone, world: World, bot: Services
) -> None:
    await let_the_admin_in(admin)
    alice.says("Hi")
    await admin.sees_words("Alice", AT_THE_DOOR)
    world.block(ALICE)
    pressed = admin.presses("Let in")
    await admin.sees("Alice (@alice) may talk to me now.")

    assert await admin.is_answered(pressed) == "Alice (@alice) may talk to me now."
