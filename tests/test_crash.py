"""The bot as a process of its own, killed and stopped at the worst of moments."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from playground.faults import HangUp
from playground.world import World
from tests.conftest import ALICE
from tests.fakes.openai import FakeOpenAI
from tests.people import ZOE, Someone
from tests.processes import Start, kill, stop


def charged(tmp_path: Path) -> list[tuple[str, int]]:
    """What each question is charged: state and requests, in order."""
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection:
        return connection.execute(
            "SELECT state, requests FROM ledger WHERE number = 0 ORDER BY update_id"
        ).fetchall()


def lost(tmp_path: Path) -> int:
    """How many attempts came to nothing."""
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection:
        query = "SELECT COUNT(*) FROM ledger WHERE state = 'lost'"
        return int(connection.execute(query).fetchone()[0])


async def test_killed_while_it_answers_it_goes_on_where_it_was(
    alice: Someone, ben: Someone, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    process = await start()
    growing = model.hold()
    alice.says("One")
    alice.says("Two")
    await model.wait_asked(1)
    growing.say("Once")
    shown = await alice.sees("Once")
    growing.say(" upon")
    await alice.sees("Once upon")  # an edit: it has written down which message that is
    model.hold()  # says nothing at all
    ben.says("Three")
    await model.wait_asked(2)
    await kill(process)
    process = await start()
    await alice.sees("You said: Two")
    await ben.sees("You said: Three")

    assert alice.screen == ["You said: One", "You said: Two"]
    assert ben.screen == ["You said: Three"]
    assert alice.messages[0]["message_id"] == shown["message_id"]
    assert await stop(process) == 0
    assert charged(tmp_path) == [("settled", 1)] * 3
    assert lost(tmp_path) == 2  # the two that were under way: the provider may bill them


async def test_killed_when_a_forward_has_joined_its_comment_it_asks_both_once_more(
    alice: Someone, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    process = await start()
    model.hold()  # says nothing at all
    alice.says("Is that true?")
    await model.wait_asked(1)
    model.hold()
    alice.sends(text="Cats can fly.", forward_origin=ZOE)
    await model.wait_asked(2)
    await kill(process)
    process = await start()
    await alice.sees("You said: Is that true?\nForwarded from Zoe:\nCats can fly.")
    alice.says("Really?")
    await alice.sees("You said: Really?")

    assert len(alice.screen) == 2
    assert await stop(process) == 0
    assert charged(tmp_path) == [("settled", 1)] * 2
    assert lost(tmp_path) == 2  # the comment alone, and both when it was killed


async def test_killed_before_telegram_heard_of_it_it_asks_nothing_again(
    alice: Someone, ben: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    is_written_down = asyncio.Event()

    def note(params: dict[str, Any]) -> bool:
        is_alices = bool(params["chat_id"] == ALICE.id)
        if is_alices:
            is_written_down.set()
        return is_alices

    process = await start(EDIT_INTERVAL="60")  # so that the only edit is the last
    world.faults.add(kind=HangUp(), method="editMessageText", times=1000, where=note)
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    await world.wait_for(lambda: world.updates.is_polled)
    # From now on the polls that would tell Telegram what was received do not arrive.
    world.faults.add(kind=HangUp(), method="getUpdates", times=1000)
    model.will_say("Hello.")
    ben.says("Hi")
    answer.say("Once")
    shown = await alice.sees("Once …")
    await ben.sees("Hello.")
    answer.say(" upon a time.").finish()
    await is_written_down.wait()
    await kill(process)
    world.faults.clear()
    unheard = len(world.updates.pending)
    await start()
    whole = await alice.sees("Once upon a time.")
    ben.says("Still there?")
    await ben.sees("You said: Still there?")

    assert unheard == 1
    assert whole["message_id"] == shown["message_id"]
    assert alice.screen == ["Once upon a time."]
    assert ben.screen == ["Hello.", "You said: Still there?"]
    assert len(model.asked) == 3


async def test_told_to_stop_it_finishes_what_it_can_and_leaves_the_rest_for_later(
    alice: Someone, ben: Someone, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    process = await start()
    answer, endless = model.hold(), model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    ben.says("Count the stars")
    await model.wait_asked(2)
    answer.say("Once")
    endless.say("One")
    await alice.sees("Once")
    await ben.sees("One")
    stopping = asyncio.create_task(stop(process))
    await asyncio.sleep(0)  # the signal first
    answer.say(" upon a time.").finish()
    code = await stopping
    finished = list(alice.screen)
    await start()
    await ben.sees("You said: Count the stars")

    assert code == 0
    assert finished == alice.screen == ["Once upon a time."]
    assert ben.screen == ["You said: Count the stars"]
    assert len(model.asked) == 3
    assert charged(tmp_path)[0] == ("settled", 1)
    assert lost(tmp_path) == 1  # what had come until then
