"""The stories that matter most, through both doors."""

from collections.abc import AsyncIterator

import pytest

from bot.app import running
from bot.settings import Settings
from handlers.context import Services
from playground.faults import DoneButSilent, HangUp
from playground.people import Chat
from playground.world import World
from tests.conftest import Clock, picture
from tests.doors import DOORS, through
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.processes import Start, kill, stop


@pytest.fixture(params=DOORS)
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return through(request.param, settings)


@pytest.fixture
async def bot(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    async with running(settings, clock=clock) as services:
        yield services


@pytest.mark.usefixtures("bot")
async def test_what_comes_first_is_answered_first(
    alice: Someone, ben: Someone, model: FakeOpenAI
) -> None:
    first = model.hold()
    alice.says("One")
    alice.says("Two")
    await model.wait_asked(1)
    ben.says("Three")
    await ben.sees("You said: Three")
    first.say("First.").finish()
    await alice.sees("You said: Two")

    assert alice.screen == ["First.", "You said: Two"]


@pytest.mark.usefixtures("bot")
async def test_an_album_is_one_question(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Three colours.")
    alice.sends_album([picture(c) for c in ("teal", "navy", "olive")], "What are these?")
    await alice.sees("Three colours.")

    [asked] = model.asked
    assert len(asked["messages"][1]["content"]) == 4


@pytest.mark.usefixtures("bot")
async def test_in_a_group_members_are_answered_in_turn(
    alice: Someone, ben: Someone, group: Chat
) -> None:
    alice, ben = alice.in_chat(group), ben.in_chat(group)
    alice.says("@teller_bot Who wrote it?")
    ben.says("@teller_bot When?")
    await ben.sees("You said: When?")

    assert ben.screen == ["You said: Who wrote it?", "You said: When?"]


@pytest.mark.usefixtures("bot")
async def test_stop_passes_the_answer_that_is_growing(alice: Someone, model: FakeOpenAI) -> None:
    answer = model.hold()
    alice.says("Count to a million")
    await model.wait_asked(1)
    answer.say("One, two")
    await alice.sees("One, two")
    alice.says("/stop")

    await alice.sees_words("One, two", "Stopped.")


async def test_killed_before_telegram_heard_that_it_was_received_it_answers_once(
    alice: Someone,
    world: World,
    model: FakeOpenAI,
    settings: Settings,
    start: Start,
) -> None:
    world.updates.webhook_pause = 0.01
    door = {"PORT": str(settings.port), "WEBHOOK_URL": settings.webhook_url}
    process = await start(**door)
    await world.wait_for(lambda: world.updates.is_polled or world.updates.webhook)
    model.hold()  # says nothing
    # What Telegram would hear, it does not hear from now on.
    world.faults.add(kind=DoneButSilent(), method="webhook", times=1000)
    world.faults.add(
        kind=HangUp(), method="getUpdates", times=1000, where=lambda asked: bool(asked["offset"])
    )
    alice.says("Hi")
    await model.wait_asked(1)  # so it is kept
    await kill(process)
    unheard = len(world.updates.pending)
    world.faults.clear()
    process = await start(**door)
    await alice.sees("You said: Hi")
    await world.wait_for(lambda: not world.updates.pending)
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert unheard == 1
    assert alice.screen == ["You said: Hi", "You said: Bye"]
    assert len(model.asked) == 3
    assert await stop(process) == 0


async def test_what_came_while_it_was_down_is_answered(
    alice: Someone, world: World, settings: Settings, clock: Clock
) -> None:
    world.updates.webhook_pause = 0.01
    async with running(settings, clock=clock):
        alice.says("One")
        await alice.sees("You said: One")
    alice.says("Two")
    async with running(settings, clock=clock):
        await alice.sees("You said: Two")

    assert alice.screen == ["You said: One", "You said: Two"]
