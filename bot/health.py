"""How the bot is, over HTTP: alive, ready, and in figures."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.metrics import CONTENT_TYPE, Metrics
from bot.serving import serving
from storage import Database, DatabaseFailed, inbox

log = logging.getLogger(__name__)

# Something that the bot needs, and whether it is there.
Check = Callable[[], Awaitable[bool]]

# A long poll lasts 50 seconds; three in a row without an answer are a bad sign.
LONGEST_SILENCE = 150
# Who asks whether the bot is ready waits for some seconds only, Docker for four.
LONGEST_CHECK = 3.0


@asynccontextmanager
async def answering(port: int, routes: Iterable[BaseRoute]) -> AsyncIterator[None]:
    """Answer on a port for as long as the block lasts; nowhere on port 0."""
    if port == 0:
        yield
        return
    app = Starlette(routes=list(routes))
    async with serving(app, port, host="0.0.0.0"):  # noqa: S104 - for the container's net
        yield


def checks(
    database: Database, silence: Callable[[], float], is_refused: Callable[[], bool]
) -> dict[str, Check]:
    """What the bot cannot do without, by name; `is_refused` says so of the model."""

    async def telegram() -> bool:
        return silence() < LONGEST_SILENCE

    async def model() -> bool:
        return not is_refused()

    return {"database": lambda: _answers(database), "telegram": telegram, "model": model}


def routes(
    checks: Mapping[str, Check],
    metrics: Metrics,
    database: Database,
    *,
    refusing: Callable[[], list[str]] = list,
    patience: float = LONGEST_CHECK,
) -> list[Route]:
    """Where the bot says how it is. A check that takes longer than `patience` has failed.

    `refusing` names the models' endpoints that refuse the key or the account.
    """

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_request: Request) -> Response:
        holds = await asyncio.gather(*(_in_time(check, patience) for check in checks.values()))
        failing = [name for name, is_well in zip(checks, holds, strict=True) if not is_well]
        body = {"ready": not failing, "failing": failing, "refusing": refusing()}
        return JSONResponse(body, status_code=503 if failing else 200)

    async def figures(_request: Request) -> Response:
        waiting = await _waiting(database)
        return Response(metrics.exposition(waiting=waiting), media_type=CONTENT_TYPE)

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", figures),
    ]


async def _in_time(check: Check, patience: float) -> bool:
    try:
        async with asyncio.timeout(patience):
            return await check()
    except TimeoutError:
        return False


async def _answers(database: Database) -> bool:
    return not math.isnan(await _waiting(database))


async def _waiting(database: Database) -> float:
    """How many updates wait, or no number where the database does not answer."""
    try:
        async with asyncio.timeout(LONGEST_CHECK):
            return await database.run(inbox.waiting)
    except (DatabaseFailed, TimeoutError):
        return math.nan
