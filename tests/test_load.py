"""Much at once: everybody is answered, each thing once, and nobody waits for one who asks a lot."""

from functools import partial

import pytest

from bot.app import running
from bot.settings import Settings
from playground.people import Person
from playground.world import World
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

A_LOT = 500
OTHERS = 20
CHATS = 100
EACH = 10


def people(world: World, count: int) -> list[Someone]:
    return [Someone(world, world.add_person(Person(n, f"P{n}"))) for n in range(5000, 5000 + count)]


def is_done(someone: Someone) -> bool:
    return "You said: The last one" in someone.screen


@pytest.mark.usefixtures("bot")
async def test_who_sends_five_hundred_messages_holds_up_nobody_else(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    others = people(world, OTHERS)
    for number in range(A_LOT):
        alice.says(f"Question {number}")
    for each in others:
        each.says("And I?")
    for each in others:
        await each.sees("You said: And I?")
    answered = len(alice.screen)

    # She is answered one at a time, in their order, like everybody.
    assert 0 < answered < A_LOT // 4
    assert alice.screen[:-1] == [f"You said: Question {number}" for number in range(answered - 1)]
    assert len(model.asked) < OTHERS + A_LOT // 4


async def test_a_thousand_things_that_wait_at_the_start_are_answered_once_each(
    world: World, model: FakeOpenAI, settings: Settings
) -> None:
    crowd = people(world, CHATS)
    for words in [*["/start"] * (EACH - 1), "The last one"]:
        for each in crowd:
            each.says(words)
    async with running(settings):
        for each in crowd:
            await world.wait_for(partial(is_done, each), timeout=180)

    assert [len(each.screen) for each in crowd] == [EACH] * CHATS
    assert len(model.asked) == CHATS
