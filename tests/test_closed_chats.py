"""Chats that move or close while an answer is under way: nothing is held up, nothing is lost."""

import pytest
import sqlalchemy as sa

from handlers.context import Services
from playground.faults import Refuse
from playground.people import Chat
from playground.world import World
from storage.tables import conversations
from tests.conftest import ADA, ALICE
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing

pytestmark = pytest.mark.usefixtures("bot")

People = tuple[Someone, Someone, Someone]

SMALL, LARGE = -4001, -1009876543210
CLOSED = (
    "not enough rights to send text messages to the chat",
    "CHAT_WRITE_FORBIDDEN",
    "TOPIC_CLOSED",
    "message thread not found",
)


@pytest.fixture
def people(admin: Someone, alice: Someone, ben: Someone) -> People:
    return admin, alice, ben


@pytest.fixture
def small(world: World) -> Chat:
    return world.add_group(SMALL, "Small group", [ALICE, ADA])


async def test_a_group_that_becomes_a_supergroup_stays_the_same(
    people: People, world: World, model: FakeOpenAI, small: Chat, bot: Services
) -> None:
    admin, alice, _ = people
    there = alice.in_chat(small)
    there.says("@teller_bot One")
    await there.sees("You said: One")
    admin.says("/start")
    admin.in_chat(small).says("/quota@teller_bot group 3 requests/day")
    await admin.sees_words("3 requests/day")
    large = world.upgrade(small, LARGE)
    here = alice.in_chat(large)
    here.says("@teller_bot Two")
    await here.sees("You said: Two")
    here.says("@teller_bot Three")
    await here.sees("You said: Three")
    here.says("@teller_bot Four")
    refused = await here.sees_words("limit of 3 requests/day has no room")

    assert "3 requests used" in refused
    said = [each["content"] for each in model.asked[-1]["messages"][1:]]
    assert said == [
        "Alice: One",
        "You said: One",
        "Alice: Two",
        "You said: Two",
        "Alice: Three",
    ]
    query = sa.select(conversations.c.chat_id)
    assert await bot.database.run(lambda each: each.scalars(query).all()) == [LARGE]


async def test_an_answer_goes_on_where_its_group_has_gone(
    alice: Someone, world: World, model: FakeOpenAI, small: Chat
) -> None:
    there = alice.in_chat(small)
    answer = await growing(there, model, question="@teller_bot Tell me")
    there.says("@teller_bot And then?")
    large = world.upgrade(small, LARGE)
    answer.say(" upon a time.").finish()
    here = alice.in_chat(large)
    await here.sees("Once upon a time.")
    await here.sees("You said: And then?")
    here.says("@teller_bot Bye")
    await here.sees("You said: Bye")

    assert here.screen[1:] == ["Once upon a time.", "You said: And then?", "You said: Bye"]
    assert len(model.asked) == 3


@pytest.mark.parametrize("words", CLOSED)
async def test_a_chat_where_nobody_may_write_keeps_nobody_waiting(
    people: People, world: World, model: FakeOpenAI, caplog: pytest.LogCaptureFixture, words: str
) -> None:
    _, alice, ben = people
    refusal = Refuse(400, f"Bad Request: {words}")
    for method in ("sendMessage", "editMessageText"):
        world.faults.add(
            kind=refusal,
            method=method,
            times=100,
            where=lambda params: bool(params["chat_id"] == ALICE.id),
        )
    alice.says("Hi")
    ben.says("Hi")
    await ben.sees("You said: Hi")
    await world.wait_for(lambda: any(call.error == 400 for call in world.calls))
    await model.wait_asked(2)
    world.faults.clear()
    alice.says("Am I heard now?")
    await alice.sees("You said: Am I heard now?")

    assert len(model.asked) == 3
    assert "ERROR" not in caplog.text
