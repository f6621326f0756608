"""Lanes: what an outage of Telegram or of the disk does to an update under way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from telegram.error import NetworkError, TimedOut

from bot.lanes import Lanes
from storage import DatabaseFailed, inbox, opened
from storage.records import Incoming


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

    async def apologise(lane: str) -> None:
        raise AssertionError("nobody is to blame")

    async with opened(f"sqlite:///{tmp_path}/teller.db") as database:
        lanes = Lanes(
            database, handle=handle, apologise=apologise, album_pause=0.0, outage_pause=0.0
        )
        await database.run(inbox.add, [Incoming(1, "7", "{}")])
        lanes.wake("7")
        await asyncio.wait_for(is_done.wait(), 10)
        await lanes.stop(10)

    assert tried == [1, 2, 3]
