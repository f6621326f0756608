"""Whether the bot is alive, over HTTP, for Docker and its kind."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.serving import serving

# A long poll lasts 50 seconds; three in a row without an answer are a bad sign.
LONGEST_SILENCE = 150


@asynccontextmanager
async def answering(port: int, silence: Callable[[], float]) -> AsyncIterator[None]:
    """Answer /healthz on a port for as long as the block lasts; nowhere on port 0.

    `silence` says for how many seconds Telegram has not answered.
    """
    if port == 0:
        yield
        return
    async with serving(_app(silence), port, host="0.0.0.0"):  # noqa: S104 - for the container's net
        yield


def _app(silence: Callable[[], float]) -> Starlette:
    async def healthz(_request: Request) -> JSONResponse:
        seconds = silence()
        is_alive = seconds < LONGEST_SILENCE
        body = {"alive": is_alive, "seconds_since_telegram_answered": round(seconds)}
        return JSONResponse(body, status_code=200 if is_alive else 503)

    return Starlette(routes=[Route("/healthz", healthz)])
