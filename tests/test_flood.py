"""Many ask at once, and Telegram counts: every answer comes whole, and hardly a call is refused."""

from collections.abc import AsyncIterator

import pytest

from bot.app import running
from bot.settings import Settings
from handlers.context import Services
from playground.faults import Refuse
from playground.people import Chat, Person
from playground.world import World
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

CHATS = 20
QUESTIONS = 10
TOKENS = 300


@pytest.fixture
async def bot(settings: Settings, world: World) -> AsyncIterator[Services]:
    """The bot as it is before Telegram, and a Telegram that counts."""
    world.limits.on = True
    async with running(settings.but(edit_interval=1.0, flood_limits="telegram")) as services:
        yield services


def words(count: int) -> list[str]:
    return [f"word{number} " for number in range(count)]


def refused(world: World) -> int:
    return sum(call.error == 429 for call in world.calls)


def edits(world: World) -> int:
    return sum(call.method == "editMessageText" for call in world.calls)


async def test_every_answer_comes_whole_through_telegrams_limits(
    bot: Services, world: World, model: FakeOpenAI, ben: Someone, group: Chat
) -> None:
    in_group = ben.in_chat(group)
    people = [Someone(world, world.add_person(Person(n, f"P{n}"))) for n in range(5000, 5020)]
    for _ in people:
        model.will_say(*words(TOKENS), gap=0.006)
    for person in people:
        person.says("Tell me")
    await model.wait_asked(CHATS)
    for number in range(QUESTIONS):
        model.will_say(*words(TOKENS), gap=0.001)  # a group's are answered one after another
        in_group.says(f"@teller_bot Question {number}")
    whole = "".join(words(TOKENS)).strip()
    await world.wait_for(lambda: all(whole in each.screen for each in people), timeout=30)
    await world.wait_for(lambda: in_group.screen.count(whole) == QUESTIONS, timeout=60)

    assert [person.screen for person in people] == [[whole]] * CHATS
    assert in_group.screen == [whole] * QUESTIONS
    assert refused(world) < 5
    assert edits(world) > CHATS  # they have grown


async def test_who_asks_a_lot_at_once_hears_all_of_it(
    bot: Services, world: World, alice: Someone
) -> None:
    for number in range(6):
        alice.says(f"{number}")
    await alice.sees("You said: 5")

    assert alice.screen == [f"You said: {number}" for number in range(6)]
    assert refused(world) == 0


async def test_an_answer_of_several_parts_keeps_their_order_when_the_first_is_refused(
    bot: Services, world: World, alice: Someone, model: FakeOpenAI
) -> None:
    world.faults.add(kind=Refuse(429, retry_after=1), method="sendMessage")
    answer = model.hold()
    alice.says("Write a lot")
    await model.wait_asked(1)
    answer.say("".join(words(700)))
    await world.wait_for(lambda: refused(world))
    answer.say("and ")  # so that there is something to look at again
    await alice.sees_words("word699")
    first, second = alice.screen
    answer.say("the end.").finish()
    await alice.sees_words("the end.")

    assert (first.split()[0], second.split()[-1]) == ("word0", "and")
    assert " ".join(alice.screen).split()[:700] == "".join(words(700)).split()
