"""One thing at a time in each chat and topic, in the order in which it arrived."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError, TimedOut

from bot import breath
from bot.breath import Breath, Part, Rule
from bot.outgoing import is_closed
from bot.quarantine import GUILTY, SUSPECT, Quarantine
from storage import Database, DatabaseFailed, inbox, moves, redo, turns
from storage.clock import now_ms
from storage.records import Incoming

log = logging.getLogger(__name__)

TRIES = 3
# A wait of so many seconds is used to get ahead.
WORTHWHILE = 0.3
# So many chats at once, since each takes 75 kB: an answer is two messages at least, and Telegram
# takes 30 in a second, so that nobody waits for longer here unless answers take half a minute.
AT_ONCE = 500
# So often at the most is a message sent of which nobody knows whether it arrived before.
MOST_DOUBTS = 30
LONGEST_OUTAGE_PAUSE = 12  # times the first one


class Postponed(Exception):
    """What is dealt with is to be gone on with after the next start."""


class LocalEngine:
    """Runs each lane that has something to do in a task of its own.

    So many chats' `at_once`; others wait until one has nothing more to do. What goes beside a chat
    does not.
    """

    def __init__(self, drain: Callable[[str], Awaitable[None]], at_once: int) -> None:
        self._drain = drain
        self._places = at_once
        self._waiting: dict[str, None] = {}  # in their order
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, lane: str) -> None:
        """See to it that a lane is drained from now on; harmless where it is already."""
        if lane in self._tasks:
            self._again.add(lane)
        elif _is_beside(lane) or self._places:
            self._begin(lane)
        else:
            self._waiting[lane] = None

    async def stop(self, grace: float) -> None:
        """Let what runs come to its end for `grace` seconds; what then still runs is cancelled."""
        self._waiting.clear()
        running = set(self._tasks.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, lane: str) -> None:
        self._places -= not _is_beside(lane)
        self._tasks[lane] = asyncio.create_task(self._run(lane), name=f"lane {lane}")

    async def _run(self, lane: str) -> None:
        try:
            await self._drain(lane)
            while lane in self._again:
                self._again.discard(lane)
                await self._drain(lane)
        finally:
            del self._tasks[lane]
            self._places += not _is_beside(lane)
            if self._waiting and self._places:
                self._begin(self._next())

    def _next(self) -> str:
        """Who has waited longest for a place."""
        lane = next(iter(self._waiting))
        del self._waiting[lane]
        return lane


class Lanes:
    """Takes updates out of the inbox, lane by lane, and has them dealt with."""

    def __init__(  # noqa: PLR0913  # all that a lane does with an update, and its pauses
        self,
        database: Database,
        *,
        handle: Callable[[Sequence[Incoming]], Awaitable[None]],
        meanwhile: Callable[[Incoming], Coroutine[Any, Any, None]],
        apologise: Callable[[str], Awaitable[None]],
        rule: Rule,
        outage_pause: float,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database = database
        self._handle = handle
        self._meanwhile = meanwhile
        self._apologise = apologise
        self._rule = rule
        self._news: dict[str, asyncio.Event] = {}
        self._outage_pause = outage_pause
        self._quarantine = Quarantine()
        self._engine = LocalEngine(self._drain, at_once)
        self._is_stopping = False

    async def start(self) -> None:
        """Go on with what was left when the bot last stopped."""
        for lane in await self._database.run(turns.resume, SUSPECT):
            self._engine.wake(lane)

    def wake(self, lane: str) -> None:
        """Say that a lane has something to do."""
        if lane in self._news:
            self._news[lane].set()
        self._engine.wake(lane)

    async def stop(self, grace: float) -> None:
        """Finish what is under way, for `grace` seconds; the rest waits for the next start."""
        self._is_stopping = True
        await self._quarantine.close()
        await self._engine.stop(grace)
        with suppress(DatabaseFailed):  # then they stay suspect
            await self._database.run(inbox.acquit)

    async def _drain(self, lane: str) -> None:
        try:
            await self._work_off(lane)
        finally:
            await self._quarantine.leave(lane)

    async def _work_off(self, lane: str) -> None:
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
                    done = await self._see_to(undone)
                undone, outages, doubts = [], 0, 0
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
        """Finish what is done, and take the lane's next update, with what belongs to it."""
        await self._quarantine.leave(lane)
        update = await self._database.run(inbox.take, lane, done)
        if update is None:
            return []
        if update.starts >= SUSPECT and not await self._let_in(update):
            return []
        first = self._read(update)
        if not first.sender:
            return [update]
        asked = await self._database.run(redo.asked_by, update.update_id) if update.starts else ()
        if asked:
            # A former attempt may have answered these already, and nothing that came later.
            behind = map(self._read, await self._database.run(inbox.behind, update))
            return [update, *(each.update for each in behind if each.message_id in asked)]
        return [each.update for each in (await self._gathered(first)).parts]

    async def _let_in(self, suspect: Incoming) -> bool:
        may_enter = await self._quarantine.enter(suspect.lane, suspect.starts)
        return may_enter and await self._database.run(inbox.suspect, suspect)

    def _read(self, update: Incoming) -> Part:
        return breath.read(update, self._rule)

    async def _gathered(self, first: Part) -> Breath:
        """Wait for what else belongs to a message, where there is a reason to."""
        lane = first.update.lane
        news = self._news[lane] = asyncio.Event()
        news.set()  # something may be there already
        begun: list[asyncio.Task[None]] = []
        found = breath.gathered(first, ())
        try:
            while True:
                if news.is_set():
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
            del self._news[lane]
            for task in begun:
                task.cancel()
            # What fails here is tried, and told, when all of it is dealt with.
            await asyncio.gather(*begun, return_exceptions=True)

    async def _see_to(self, taken: list[Incoming]) -> list[Incoming]:
        """Have updates dealt with, and return them, unless they have gone to another lane.

        What cannot be dealt with is put away with an apology.
        """
        for _ in range(TRIES if taken[0].starts < GUILTY else 0):
            try:
                await self._handle(taken)
            except ChatMigrated as error:
                await self._follow(taken, error.new_chat_id)
                return []
            except Postponed:
                raise
            except Exception as error:
                if isinstance(error, TelegramError) and is_closed(error):
                    log.info("update %s: the chat is closed to the bot", taken[0].update_id)
                    return taken
                if _is_outage(error):
                    raise
                _tell(taken[0], error)
                taken = await self._database.run(turns.again, taken)
            else:
                return taken
        await self._put_away(taken)
        return taken

    async def _follow(self, taken: list[Incoming], new: int) -> None:
        """Deal with what waits in a chat where it has gone: a group that became a supergroup."""
        old = int(taken[0].lane.partition("#")[0].partition(":")[0])
        await self._database.run(turns.again, taken)
        for lane in await self._database.run(moves.move, old, new):
            self.wake(lane)

    async def _put_away(self, taken: list[Incoming]) -> None:
        await self._apologise(taken[0].lane)
        await self._database.run(turns.bury, taken)


def _is_beside(lane: str) -> bool:
    """Whether a lane goes beside its chat's: what must not wait there, and jobs."""
    return "#" in lane


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
