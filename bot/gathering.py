"""What belongs to a message, found in the inbox: before it is dealt with, and while it is."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from bot import breath
from bot.breath import Breath, Part, Rule
from storage import Database, DatabaseFailed, inbox, redo
from storage.clock import now_ms
from storage.records import Incoming

# A wait of so many seconds is used to get ahead.
WORTHWHILE = 0.3


class Gathering:
    """Puts together what somebody sent in one breath, lane by lane.

    `meanwhile` gets ahead with a part while others are waited for; `give_up` is told of a question,
    by its update's number, to which more has come.
    """

    def __init__(
        self,
        database: Database,
        rule: Rule,
        *,
        meanwhile: Callable[[Incoming], Coroutine[Any, Any, None]],
        give_up: Callable[[int], None],
    ) -> None:
        self._database = database
        self._rule = rule
        self._meanwhile = meanwhile
        self._give_up = give_up
        self._news: dict[str, asyncio.Event] = {}
        self._gathered: dict[str, Breath] = {}
        self._looks: set[asyncio.Task[None]] = set()

    def wake(self, lane: str) -> None:
        """Say that something has come to a lane."""
        asked = self._gathered.get(lane)
        if lane in self._news:
            self._news[lane].set()
        elif asked is not None and breath.may_go_on(asked, now_ms()):
            look = asyncio.create_task(self._look_behind(asked))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    def leave(self, lane: str) -> None:
        """Say that what was gathered in a lane has been dealt with."""
        self._gathered.pop(lane, None)

    @contextmanager
    def listening(self, lane: str) -> Iterator[None]:
        """While this lasts, it is noticed what comes to a lane."""
        self._news[lane] = asyncio.Event()
        try:
            yield
        finally:
            del self._news[lane]

    async def gathered(self, update: Incoming, *behind: Incoming) -> list[Incoming]:
        """A lane's next update with all that belongs to it, of what is there and of what comes."""
        self.leave(update.lane)
        first = self._read(update)
        if not first.sender:
            return [update]
        is_first = update.attempt == 1
        asked = () if is_first else await self._database.run(redo.asked_by, update.update_id)
        if asked:
            # A former attempt may have answered these already, and nothing that came later.
            return [update, *(each for each in behind if self._read(each).message_id in asked)]
        found = self._gathered[update.lane] = await self._whole(first, behind)
        return [each.update for each in found.parts]

    async def _whole(self, first: Part, behind: Sequence[Incoming]) -> Breath:
        """Wait for what else belongs to a message, where there is a reason to."""
        news = self._news[first.update.lane]
        begun: list[asyncio.Task[None]] = []
        try:
            while True:
                while news.is_set():  # something may have come while it was looked
                    news.clear()
                    behind = await self._database.run(inbox.behind, first.update)
                found = breath.gathered(first, map(self._read, behind))
                left = breath.patience(found, self._rule, now_ms())
                if left <= 0:
                    return found
                if left > WORTHWHILE:
                    new = found.parts[len(begun) :]
                    begun += [asyncio.create_task(self._meanwhile(each.update)) for each in new]
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await news.wait()
        finally:
            for task in begun:
                task.cancel()
            # What fails here is tried, and told, when all of it is dealt with.
            await asyncio.gather(*begun, return_exceptions=True)

    async def _look_behind(self, asked: Breath) -> None:
        """Have what is being asked given up if it was not the whole."""
        first = asked.parts[0]
        with suppress(DatabaseFailed):  # then what has come is dealt with alone
            behind = await self._database.run(inbox.behind, first.update)
            found = breath.gathered(first, map(self._read, behind))
            if self._gathered.get(first.update.lane) is not asked:
                return
            if len(found.parts) > len(asked.parts):
                self._give_up(first.update.update_id)
            elif found.is_over:
                self._gathered[first.update.lane] = found  # no need to look again

    def _read(self, update: Incoming) -> Part:
        return breath.read(update, self._rule)
