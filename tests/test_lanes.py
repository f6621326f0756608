"""Lanes: what an outage of Telegram or of the disk does to an update under way."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from telegram.error import NetworkError, TimedOut

from bot.breath import Rule
from bot.engine import AT_ONCE
from bot.lanes import Lanes
from bot.quarantine import GUILTY
from storage import Database, DatabaseFailed, inbox, opened
from storage.records import Incoming
from tests.storage.questions import ALICE, begun, finished, question

Handle = Callable[[Sequence[Incoming]], Awaitable[None]]
Apologise = Callable[[str], Awaitable[None]]
RULE = Rule(bot_id=9, username="teller_bot", album_pause=0.0, longest_pause=0.0)


async def nothing(_update: Incoming) -> None:
    """Nothing is done ahead."""


def no_way(_update_id: int) -> None:
    raise AssertionError("nothing has come that belongs to something else")


async def no_apology(_lane: str) -> None:
    raise AssertionError("nobody is to blame")


def lanes_of(
    database: Database, handle: Handle, apologise: Apologise = no_apology, *, at_once: int = AT_ONCE
) -> Lanes:
    return Lanes(
        database,
        handle=handle,
        meanwhile=nothing,
        apologise=apologise,
        give_up=no_way,
        rule=RULE,
        outage_pause=0.0,
        at_once=at_once,
    )


@pytest.mark.parametrize("outage", [NetworkError, TimedOut, DatabaseFailed])
async def test_what_is_tried_again_after_an_outage_is_another_attempt(
    outage: type[Exception], tmp_path: Path
) -> None:
    tried: list[int] = []
    is_done = asyncio.Event()

    async def handle(taken: Sequence[Incoming]) -> None:
        # By its attempt a turn knows that it was begun before: without, it is paid for twice.
        tried.append(taken[0].attempt)
        if len(tried) < 3:
            raise outage("gone")
        is_done.set()

    async with opened(f"sqlite:///{tmp_path}/teller.db") as database:
        lanes = lanes_of(database, handle)
        await database.run(inbox.add, [Incoming(1, "7", "{}")])
        lanes.wake("7")
        await asyncio.wait_for(is_done.wait(), 10)
        await lanes.stop(10)

    assert tried == [1, 2, 3]


async def test_after_a_crash_no_more_is_put_together_than_was_before(tmp_path: Path) -> None:
    def photo(number: int) -> Incoming:
        message = {"message_id": number, "date": 1, "chat": {"id": ALICE}, "from": {"id": ALICE}}
        message |= {"photo": [{}], "media_group_id": "A"}
        return Incoming(number, str(ALICE), json.dumps({"message": message}), "A")

    taken: list[list[int]] = []
    are_done = asyncio.Event()

    async def handle(updates: Sequence[Incoming]) -> None:
        taken.append([each.update_id for each in updates])
        if len(taken) == 2:
            are_done.set()

    async with opened(f"sqlite:///{tmp_path}/teller.db") as database:
        await database.run(inbox.add, [photo(1), photo(2), photo(3)])
        # The answer to the first two was there; the third came after it had been begun.
        await finished(database, await begun(database, replace(question(1), asked_ids=(1, 2))))
        lanes = lanes_of(database, handle)
        await lanes.start()
        await asyncio.wait_for(are_done.wait(), 10)
        await lanes.stop(10)

    assert taken == [[1, 2], [3]]


class Lives:
    """A program that one update ends whenever it is dealt with, and that is begun again."""

    def __init__(self, poison: str) -> None:
        self._poison = poison
        self.dealt_with: list[str] = []
        self.apologies: list[str] = []
        self._is_over = asyncio.Event()

    async def live(self, database: Database) -> None:
        """One life: until its end, or until nobody waits."""
        self._is_over.clear()
        lanes = lanes_of(database, self._handle, self._apologise)
        await lanes.start()
        await asyncio.wait_for(self._is_over.wait(), 10)
        ended = [task for task in asyncio.all_tasks() if task.get_name().startswith("lane ")]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _handle(self, taken: Sequence[Incoming]) -> None:
        if taken[0].lane == self._poison:
            self._is_over.set()
            await asyncio.Event().wait()
        # The innocent take their time: the end is there before they are done.
        for _ in range(100):
            await asyncio.sleep(0)
        self.dealt_with.append(taken[0].lane)

    async def _apologise(self, lane: str) -> None:
        self.apologies.append(lane)
        self._is_over.set()


async def test_what_ends_the_program_is_put_away_and_all_else_is_dealt_with(
    tmp_path: Path,
) -> None:
    lives = Lives(poison="17")
    lanes = [str(number) for number in range(40)]
    ends = 0
    async with opened(f"sqlite:///{tmp_path}/teller.db") as database:
        await database.run(inbox.add, [Incoming(int(lane), lane, "{}") for lane in lanes])
        while not lives.apologies:
            await lives.live(database)
            ends += 1

    assert lives.apologies == ["17"]
    assert {*lives.dealt_with, "17"} == {*lanes}
    assert ends <= GUILTY


async def test_no_more_chats_than_there_are_places_for_and_what_stops_them_needs_none(
    tmp_path: Path,
) -> None:
    begun: list[str] = []
    are_begun = asyncio.Event()
    may_end = asyncio.Event()

    async def handle(taken: Sequence[Incoming]) -> None:
        begun.append(taken[0].lane)
        if len(begun) == 3:
            are_begun.set()
        await may_end.wait()

    async with opened(f"sqlite:///{tmp_path}/teller.db") as database:
        lanes = lanes_of(database, handle, at_once=2)
        waiting = ["7", "8", "9", "10", "7#control"]
        await database.run(inbox.add, [Incoming(n, lane, "{}") for n, lane in enumerate(waiting)])
        await lanes.start()
        await asyncio.wait_for(are_begun.wait(), 10)
        stopping = asyncio.create_task(lanes.stop(10))
        await asyncio.sleep(0)
        may_end.set()
        await stopping
        left = await database.run(inbox.resume, GUILTY)

    assert "7#control" in begun
    assert len(begun) == 3
    assert sorted([*begun, *left]) == sorted(waiting)


async def test_a_clean_stop_leaves_no_suspects(tmp_path: Path) -> None:
    async def handle(taken: Sequence[Incoming]) -> None:
        await asyncio.Event().wait()

    async with opened(f"sqlite:///{tmp_path}/teller.db") as database:
        await database.run(inbox.add, [Incoming(1, "7", "{}")])
        for _ in range(2 * GUILTY):
            lanes = lanes_of(database, handle)
            await lanes.start()
            await lanes.stop(0)
        [left, *_] = await database.run(inbox.take, "7")

    assert (left.starts, left.attempt) == (0, 2 * GUILTY + 1)
