"""The bot as a process of its own, to be killed and stopped."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.settings import Settings
from playground.world import World

ROOT = Path(__file__).parent.parent
GRACE = 1.0

Start = Callable[..., Awaitable[Process]]


def environment(settings: Settings) -> dict[str, str]:
    """What the process goes by: nothing of the one who runs the tests."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "OPENAI_API_KEY": settings.openai_api_key.get_secret_value(),
        "OPENAI_BASE_URL": settings.openai_base_url,
        "DATABASE_URL": settings.database_url,
        "ACCESS": "open",
        "PORT": "0",
        "EDIT_INTERVAL": "0.01",
        "FLOOD_LIMITS": "none",
        "STOP_GRACE": str(GRACE),
    }


@pytest.fixture
async def start(settings: Settings, tmp_path: Path, world: World) -> AsyncIterator[Start]:
    """Starts the bot, again and again; what still runs in the end is killed.

    It has begun when it first calls Telegram: to load all of it takes seconds on a busy machine.
    """
    started: list[Process] = []

    async def start(**more: str) -> Process:
        calls = len(world.calls)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=tmp_path,
            env=environment(settings) | more,
            stderr=DEVNULL,
        )
        started.append(process)
        await world.wait_for(lambda: len(world.calls) > calls, timeout=60)
        return process

    yield start
    for process in started:
        await kill(process)


async def kill(process: Process) -> None:
    """End a process as a power cut would."""
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def stop(process: Process) -> int:
    """Ask a process to end, and return how it did, if it did in time."""
    process.terminate()
    async with asyncio.timeout(GRACE + 2):
        return await process.wait()
