"""The bot as a process of its own, killed and stopped while its answers are still drafts."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from playground.faults import DoneButSilent, HangUp
from playground.world import World
from tests.conftest import ALICE
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.processes import Start, kill, stop
from tests.test_crash import charged, lost
from tests.test_drafts import sees_draft

DRAFTS = {"DRAFTS": "true"}


async def test_killed_while_a_draft_grows_it_goes_on_in_the_same_draft(
    alice: Someone, world: World, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    process = await start(**DRAFTS)
    answer = model.hold()
    alice.says("One")
    alice.says("Two")
    await model.wait_asked(1)
    answer.say("Once")
    before = await sees_draft(alice, "Once")
    await kill(process)
    said = list(alice.screen)
    answer = model.hold()
    process = await start(**DRAFTS)
    await model.wait_asked(2)
    answer.say("Twice")
    after = await sees_draft(alice, "Twice")
    answer.finish()
    await alice.sees("You said: Two")

    assert not said
    assert after.draft_id == before.draft_id
    assert alice.screen == ["Twice", "You said: Two"]
    assert world.drafts == {}
    assert await stop(process) == 0
    assert charged(tmp_path) == [("settled", 1)] * 2
    assert lost(tmp_path) == 1  # what was under way: the provider may bill it


async def test_killed_with_a_finished_part_it_goes_on_in_that(
    alice: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    words = [f"word{number}" for number in range(900)]
    process = await start(**DRAFTS)
    answer = model.hold()
    alice.says("Write a lot")
    await model.wait_asked(1)
    answer.say(" ".join(words[:700]))
    await world.wait_for(lambda: alice.screen and not alice.is_reading and world.drafts)
    shown = alice.messages[0]["message_id"]
    await kill(process)
    model.will_say(" ".join(words))
    await start(**DRAFTS)
    await alice.sees_words("word899")

    assert " ".join(alice.screen).split() == words
    assert alice.messages[0]["message_id"] == shown


@pytest.mark.parametrize("fault", [DoneButSilent(), HangUp()])
async def test_killed_before_it_knows_that_its_answer_arrived_it_asks_and_says_nothing_twice(
    fault: DoneButSilent | HangUp, alice: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    is_sent = asyncio.Event()

    def note(params: dict[str, Any]) -> bool:
        is_sent.set()
        return bool(params["chat_id"] == ALICE.id)

    process = await start(**DRAFTS, OUTAGE_PAUSE="60")
    world.faults.add(kind=fault, method="sendMessage", times=1000, where=note)
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once upon a time there was a fox.")
    await sees_draft(alice, "Once upon a time there was a fox.")
    answer.finish()
    await is_sent.wait()
    await kill(process)
    world.faults.clear()
    await start(**DRAFTS)
    await alice.sees("Once upon a time there was a fox.")
    alice.says("Still there?")
    await alice.sees("You said: Still there?")

    [*orphans, whole, _] = alice.screen
    assert whole == "Once upon a time there was a fox."
    assert orphans == (["Once upon a time …"] if fault == DoneButSilent() else [])
    assert len(model.asked) == 2


async def test_killed_when_only_the_beginning_stands_there_it_shows_the_whole_in_it(
    alice: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    is_edited = asyncio.Event()

    def note(params: dict[str, Any]) -> bool:
        is_edited.set()
        return bool(params["chat_id"] == ALICE.id)

    process = await start(**DRAFTS)
    world.faults.add(kind=HangUp(), method="editMessageText", times=1000, where=note)
    model.will_say("Once upon a time.")
    alice.says("Tell me")
    begun = await alice.sees("Once upon …")
    await is_edited.wait()
    await kill(process)
    world.faults.clear()
    await start(**DRAFTS)
    whole = await alice.sees("Once upon a time.")

    assert whole["message_id"] == begun["message_id"]
    assert alice.screen == ["Once upon a time."]
    assert len(model.asked) == 1


async def test_a_stop_pressed_while_it_is_down_is_no_reason_to_leave_a_question_unanswered(
    alice: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    process = await start(**DRAFTS)
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await sees_draft(alice, "Once")
    await kill(process)
    world.stop_draft(ALICE)
    await start(**DRAFTS)
    await alice.sees_messages(1)
    alice.says("Hi")
    await alice.sees("You said: Hi")

    # It depends on which comes first: the answer that begins again, or the wish that it stop.
    assert len(alice.screen) == 2
    assert alice.screen[0] in {"You said: Tell me", "Stopped."}


async def test_told_to_stop_it_finishes_a_draft(
    alice: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    process = await start(**DRAFTS)
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await sees_draft(alice, "Once")
    stopping = asyncio.create_task(stop(process))
    await asyncio.sleep(0)  # the signal first
    answer.say(" upon a time.").finish()

    assert await stopping == 0
    assert alice.screen == ["Once upon a time."]
    assert world.drafts == {}
