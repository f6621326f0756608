"""What is put away now and then: updates that Telegram cannot send again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from storage import Database, DatabaseFailed, inbox

log = logging.getLogger(__name__)

# Telegram keeps an update for 24 hours (core.telegram.org/bots/api, "Getting updates"), and clocks
# may be wrong. After a week without any it begins at some other number, which must be free.
KEPT = timedelta(days=3)
EVERY = 3600.0
# So many in a transaction; between two of them others have their turn.
BATCH = 200


@asynccontextmanager
async def tidying(
    database: Database, clock: Callable[[], datetime], *, every: float = EVERY
) -> AsyncIterator[None]:
    """Put away what is old, at once and then every so many seconds, while the block lasts."""
    work = asyncio.create_task(_go_on(database, clock, every))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def _go_on(database: Database, clock: Callable[[], datetime], every: float) -> None:
    while True:
        try:
            await _tidy(database, clock() - KEPT)
        except DatabaseFailed as error:
            log.warning("old updates cannot be put away: %s", error)
        await asyncio.sleep(every)


async def _tidy(database: Database, before: datetime) -> None:
    """Forget updates that were dealt with before then."""
    before_ms = int(before.timestamp() * 1000)
    while await database.run(inbox.forget, before_ms, BATCH) == BATCH:
        pass
