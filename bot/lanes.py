"""One thing at a time in each chat and topic, in the order in which it arrived."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError, TimedOut

from storage import Database, DatabaseFailed, inbox, turns
from storage.records import Incoming

log = logging.getLogger(__name__)

TRIES = 3
# An update that has seen so many starts of the program is the one that ends it.
MOST_STARTS = 30
# An album has two to ten parts (core.telegram.org/bots/api, sendMediaGroup).
LARGEST_ALBUM = 10
# So often at the most is a message sent of which nobody knows whether it arrived before.
MOST_DOUBTS = 30
LONGEST_OUTAGE_PAUSE = 12  # times the first one


class Postponed(Exception):
    """What is dealt with is to be gone on with after the next start."""


class LocalEngine:
    """Runs each lane that has something to do in a task of its own."""

    def __init__(self, drain: Callable[[str], Awaitable[None]]) -> None:
        self._drain = drain
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, lane: str) -> None:
        """See to it that a lane is drained from now on; harmless where it is already."""
        if lane in self._tasks:
            self._again.add(lane)
        else:
            self._tasks[lane] = asyncio.create_task(self._run(lane), name=f"lane {lane}")

    async def stop(self, grace: float) -> None:
        """Let what runs come to its end for `grace` seconds; what then still runs is cancelled."""
        running = set(self._tasks.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, lane: str) -> None:
        try:
            await self._drain(lane)
            while lane in self._again:
                self._again.discard(lane)
                await self._drain(lane)
        finally:
            del self._tasks[lane]


class Lanes:
    """Takes updates out of the inbox, lane by lane, and has them dealt with."""

    def __init__(
        self,
        database: Database,
        *,
        handle: Callable[[Sequence[Incoming]], Awaitable[None]],
        apologise: Callable[[str], Awaitable[None]],
        album_pause: float,
        outage_pause: float,
    ) -> None:
        self._database = database
        self._handle = handle
        self._apologise = apologise
        self._album_pause = album_pause
        self._outage_pause = outage_pause
        self._engine = LocalEngine(self._drain)
        self._is_stopping = False

    async def start(self) -> None:
        """Go on with what was left when the bot last stopped."""
        for lane in await self._database.run(turns.resume):
            self._engine.wake(lane)

    def wake(self, lane: str) -> None:
        """Say that a lane has something to do."""
        self._engine.wake(lane)

    async def stop(self, grace: float) -> None:
        """Finish what is under way, for `grace` seconds; the rest waits for the next start."""
        self._is_stopping = True
        await self._engine.stop(grace)

    async def _drain(self, lane: str) -> None:
        done: list[Incoming] = []
        undone: list[Incoming] = []
        outages = doubts = 0
        while not self._is_stopping:
            try:
                if doubts >= MOST_DOUBTS:
                    await self._put_away(undone)
                    undone = []
                elif undone:
                    undone = await self._database.run(turns.again, undone)
                else:
                    undone = await self._taken(lane, done)
                    if not undone:
                        return
                done = []
                if undone:
                    await self._see_to(undone)
                done, undone, outages, doubts = undone, [], 0, 0
            except Postponed:
                return
            except (DatabaseFailed, TelegramError) as error:
                # Not the update's fault, and not the lane's: it goes on when that has passed.
                log.warning("lane %s waits: %s", lane, type(error).__name__)
                doubts += isinstance(error, TimedOut)
                await asyncio.sleep(self._outage_pause * min(2**outages, LONGEST_OUTAGE_PAUSE))
                outages += 1
        await self._database.run(inbox.finish, done)

    async def _taken(self, lane: str, done: list[Incoming]) -> list[Incoming]:
        """Finish what is done, and take the lane's next update, with the rest of its album."""
        first = await self._database.run(inbox.take, lane, done)
        return [] if first is None else await self._with_its_album(first)

    async def _with_its_album(self, first: Incoming) -> list[Incoming]:
        """Wait for an album's other parts: they come one by one, with no word that it is whole."""
        parts = [first]
        while first.album and len(parts) < LARGEST_ALBUM:
            await asyncio.sleep(self._album_pause)
            more = await self._database.run(inbox.rest_of_album, first, parts[-1].update_id)
            if not more:
                break
            parts += more
        return parts

    async def _see_to(self, taken: list[Incoming]) -> None:
        """Have updates dealt with; what cannot be is put away with an apology."""
        for _ in range(TRIES if taken[0].starts < MOST_STARTS else 0):
            try:
                await self._handle(taken)
            except Forbidden:
                # core.telegram.org/bots/api: blocked, or thrown out; there is nobody to tell.
                log.info("update %s: the chat is closed to the bot", taken[0].update_id)
                return
            except Postponed:
                raise
            except Exception as error:
                if _is_outage(error):
                    raise
                _tell(taken[0], error)
                taken = await self._database.run(turns.again, taken)
            else:
                return
        await self._put_away(taken)

    async def _put_away(self, taken: list[Incoming]) -> None:
        await self._apologise(taken[0].lane)
        await self._database.run(turns.bury, taken)


def _is_outage(error: Exception) -> bool:
    """Whether something is at fault that will pass.

    InvalidToken too: the token was good when the bot started, so a 401 or 404 comes from something
    that stands between. (BadRequest is the one that is only called a NetworkError.)
    """
    is_answer = isinstance(error, BadRequest | ChatMigrated | Forbidden)
    return isinstance(error, DatabaseFailed | TelegramError) and not is_answer


def _tell(update: Incoming, error: Exception) -> None:
    """Log where something failed, but not its message, which could hold what people said."""
    where = "".join(traceback.format_tb(error.__traceback__))
    kind = type(error).__name__
    log.error("update %s, attempt %s: %s\n%s", update.update_id, update.attempt, kind, where)
