"""One thing at a time in each chat and topic, in the order in which it arrived."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError, TimedOut

from bot.breath import MoreToCome, Rule
from bot.engine import AT_ONCE, LocalEngine
from bot.gathering import Gathering
from bot.outgoing import is_closed
from bot.quarantine import GUILTY, SUSPECT, Quarantine
from storage import Database, DatabaseFailed, inbox, moves, turns
from storage.records import Incoming

log = logging.getLogger(__name__)

TRIES = 3
# So often at the most is a message sent of which nobody knows whether it arrived before.
MOST_DOUBTS = 30
LONGEST_OUTAGE_PAUSE = 12  # times the first one


class Postponed(Exception):
    """What is dealt with is to be gone on with after the next start."""


class Lanes:
    """Takes updates out of the inbox, lane by lane, and has them dealt with."""

    def __init__(  # noqa: PLR0913  # all that a lane does with an update, and its pauses
        self,
        database: Database,
        *,
        handle: Callable[[Sequence[Incoming]], Awaitable[None]],
        meanwhile: Callable[[Incoming], Coroutine[Any, Any, None]],
        apologise: Callable[[str], Awaitable[None]],
        give_up: Callable[[int], None],
        rule: Rule,
        outage_pause: float,
        at_once: int = AT_ONCE,
    ) -> None:
        self._database = database
        self._handle = handle
        self._apologise = apologise
        self._gathering = Gathering(database, rule, meanwhile=meanwhile, give_up=give_up)
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
        self._gathering.wake(lane)
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
            self._gathering.leave(lane)
            await self._quarantine.leave(lane)

    async def _work_off(self, lane: str) -> None:
        done: list[Incoming] = []
        undone: list[Incoming] = []
        is_given_up = False
        outages = doubts = 0
        while not self._is_stopping:
            try:
                if is_given_up:
                    await self._database.run(turns.widen, undone)
                    undone, is_given_up = [], False
                elif doubts >= MOST_DOUBTS:
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
            except MoreToCome:
                is_given_up = True
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
        with self._gathering.listening(lane):
            waiting = await self._database.run(inbox.take, lane, done)
            if not waiting or not await self._let_in(waiting[0]):
                return []
            return await self._gathering.gathered(*waiting)

    async def _let_in(self, update: Incoming) -> bool:
        if update.starts < SUSPECT:
            return True
        may_enter = await self._quarantine.enter(update.lane, update.starts)
        return may_enter and await self._database.run(inbox.suspect, update)

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
            except (Postponed, MoreToCome):
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
