"""What must go on for as long as the bot lives: told when it fails or hangs, and begun again."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.outgoing import seconds
from storage import DatabaseFailed

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
LAST_WORDS = 1.0

Work = Callable[[], Coroutine[Any, Any, object]]


async def persevere(work: Work, *, patience: float, pause: float) -> None:
    """Do something about incoming updates until it succeeds, whatever goes wrong.

    What is not done after `patience` seconds is given up and begun again. `pause` is the first
    between two attempts; it doubles.
    """
    while (failure := await _failure(work, patience)) is not None:
        _tell(failure, patience)
        await asyncio.sleep(seconds(failure) if isinstance(failure, RetryAfter) else pause)
        pause = min(LONGEST_PAUSE, pause * 2)


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Do something beside the block, which goes on without it where it fails."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_of_end)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=LAST_WORDS)


def _tell_of_end(task: asyncio.Task[object]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        where = "".join(traceback.format_tb(failure.__traceback__))
        log.error("what is done besides has failed: %s\n%s", type(failure).__name__, where)


async def _failure(work: Work, patience: float) -> BaseException | None:
    """Why some work failed. One that hangs is left alone, even where it cannot be cancelled."""
    task = asyncio.create_task(work())
    try:
        await asyncio.wait({task}, timeout=patience)
        return task.exception() if task.done() and not task.cancelled() else TimeoutError()
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=LAST_WORDS)


def _tell(failure: BaseException, patience: float) -> None:
    """Log what keeps updates from coming, but no address, since that holds the token."""
    match failure:
        case Conflict() if "webhook" in failure.message.lower():
            log.error("another program has set a webhook with this token: stop it, or use another")
        case Conflict():
            log.error("another program is polling with this token: stop it, or use another token")
        case InvalidToken() | EndPointNotFound():  # what the library makes of a 401 or 404
            log.error("Telegram does not know the token any more: ask @BotFather for a new one")
        case BadRequest():
            log.error('no updates: Telegram says "%s"', failure.message)
        case RetryAfter():
            log.warning("no updates: Telegram wants a pause of %g s", seconds(failure))
        case NetworkError():
            log.warning("no updates: Telegram cannot be reached (%s)", type(failure).__name__)
        case DatabaseFailed():
            log.error("updates cannot be kept, so they are left with Telegram: %s", failure)
        case TimeoutError():
            log.error("no updates: nothing has moved for %g s, so it is begun again", patience)
        case _:
            where = "".join(traceback.format_tb(failure.__traceback__))
            log.error("no updates: %s\n%s", type(failure).__name__, where)
