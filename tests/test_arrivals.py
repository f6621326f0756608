"""The bot comes into groups, and goes."""

import pytest

from bot.settings import Settings
from handlers.context import Services
from playground.people import Chat
from playground.world import World
from tests.conftest import GROUP, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

HELLO = english("arrival-hello", username="teller_bot")
HELLO_TO_ALL = f"{HELLO} {english('arrival-by-name', username='teller_bot')}"
PRIVACY_MODE = english("arrival-privacy-mode", title="Book club", username="teller_bot")


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(access=getattr(request, "param", "open"))


async def has_started(someone: Someone) -> None:
    """A bot may write to no one who has not started it."""
    someone.says("/start")
    await someone.sees_messages(1)


async def test_it_says_hello_and_tells_who_added_it_what_it_cannot_see(
    alice: Someone, group: Chat, world: World, bot: Services
) -> None:
    await has_started(alice)
    world.add_bot(group, by=alice.person)
    await alice.sees(PRIVACY_MODE)

    assert alice.in_chat(group).screen == [HELLO]


async def test_who_cannot_be_reached_is_told_in_the_group(
    alice: Someone, group: Chat, world: World, bot: Services
) -> None:
    world.add_bot(group, by=alice.person)
    await alice.in_chat(group).sees(PRIVACY_MODE)

    assert alice.in_chat(group).screen == [HELLO, PRIVACY_MODE]


@pytest.mark.parametrize("status", ["member", "administrator"])
async def test_where_it_hears_everything_there_is_nothing_to_explain(
    alice: Someone, group: Chat, world: World, bot: Services, status: str
) -> None:
    world.privacy = status == "administrator"
    await has_started(alice)
    world.add_bot(group, by=alice.person, status=status)
    await alice.in_chat(group).sees(HELLO_TO_ALL)
    alice.says("Hi")
    await alice.sees("You said: Hi")

    assert len(alice.screen) == 2


@pytest.mark.parametrize("settings", ["ask", "closed"], indirect=True)
async def test_admins_hear_who_added_it_and_can_have_it_leave(
    admin: Someone, alice: Someone, group: Chat, world: World, bot: Services
) -> None:
    await has_started(admin)
    world.add_bot(group, by=alice.person)
    card = await admin.sees("Alice (@alice) has added me to the group “Book club”.")
    query = admin.presses(english("arrival-leave"))
    left = english("arrival-left", title="Book club")

    assert await admin.is_answered(query) == left
    assert (await admin.sees(left))["message_id"] == card["message_id"]
    assert GROUP in world.expelled
    is_open_about_it = bot.settings.access == "ask"
    assert alice.in_chat(group).screen == [english("arrival-has-to-be-let-in")] * is_open_about_it


@pytest.mark.parametrize("settings", ["ask"], indirect=True)
async def test_what_it_has_left_it_cannot_leave(
    admin: Someone, group: Chat, world: World, bot: Services
) -> None:
    await has_started(admin)
    world.add_bot(group, by=admin.person)
    await admin.sees_words("has added me")
    world.expel_bot(group)
    query = admin.presses(english("arrival-leave"))

    assert await admin.is_answered(query) == english("arrival-not-there")


async def test_what_else_becomes_of_it_is_no_arrival(
    alice: Someone, group: Chat, world: World, bot: Services, model: FakeOpenAI
) -> None:
    world.block(alice.person)
    world.unblock(alice.person)
    world.promote_bot(group, by=alice.person)
    world.expel_bot(group)
    alice.sends_photo(picture(), "Hi")
    await alice.sees("I see 1 image.")

    assert len(alice.screen) == 1
    assert alice.in_chat(group).screen == []
