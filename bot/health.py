"""Whether the bot is alive, over HTTP, for Docker and its kind."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.intake import Intake
from bot.serving import serving

# A long poll lasts 50 seconds; three in a row without an answer are a bad sign.
LONGEST_SILENCE = 150


@asynccontextmanager
async def answering(port: int, intake: Intake) -> AsyncIterator[None]:
    """Answer /healthz on a port for as long as the block lasts; nowhere on port 0."""
    if port == 0:
        yield
        return
    async with serving(_app(intake), port, host="0.0.0.0"):  # noqa: S104 - for the container's net
        yield


def _app(intake: Intake) -> Starlette:
    async def healthz(_request: Request) -> JSONResponse:
        silence = round(time.monotonic() - intake.last_poll)
        is_alive = silence < LONGEST_SILENCE
        body = {"alive": is_alive, "seconds_since_telegram_answered": silence}
        return JSONResponse(body, status_code=200 if is_alive else 503)

    return Starlette(routes=[Route("/healthz", healthz)])
