"""What people wrote while the bot was away: answered, or left with a word if it is long ago."""

from datetime import timedelta

import pytest

from bot.app import running
from bot.settings import Settings
from tests.conftest import ALICE, Clock
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

TOLD = english("answer-late", span="2 h")


async def test_what_was_written_while_it_was_away_is_answered(
    alice: Someone, settings: Settings, clock: Clock
) -> None:
    alice.says("Hello?")
    clock.goes_on(timedelta(hours=23))
    async with running(settings, clock=clock):
        await alice.sees("You said: Hello?")


async def test_what_was_written_too_long_ago_is_left_with_one_sentence_for_each_chat(
    alice: Someone, ben: Someone, model: FakeOpenAI, settings: Settings, clock: Clock
) -> None:
    alice.says("One")
    alice.says("/usage")
    alice.edits(alice.says("Two"), "Three")
    ben.says("Four")
    clock.goes_on(timedelta(hours=2, seconds=5))
    async with running(settings.but(max_age=2.0), clock=clock):
        await ben.sees(TOLD)
        alice.world.put_update({"message": {"chat": {"id": ALICE.id, "type": "private"}}})
        # For what cannot be read: all before it has been dealt with.
        await alice.sees(english("error-apology"))

    assert alice.screen == [TOLD, english("error-apology")]
    assert not model.asked


@pytest.mark.usefixtures("bot")
async def test_what_is_written_now_is_never_late(alice: Someone, clock: Clock) -> None:
    clock.goes_on(timedelta(hours=-48))
    alice.says("Hello?")
    await alice.sees("You said: Hello?")
