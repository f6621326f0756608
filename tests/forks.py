"""The bot as a process that is there at once: a fork of one that has loaded all it needs."""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, chdir
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parent.parent

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.nursery"])


@asynccontextmanager
async def forked(environment: Mapping[str, str], folder: Path) -> AsyncIterator[ForkServerProcess]:
    """The bot in a folder, with nothing but this environment; at the end it is killed."""
    with chdir(ROOT):  # where it finds what it is to load
        forkserver.ensure_running()
    process = FORKS.Process(target=_live, args=(dict(environment), folder))
    await asyncio.to_thread(process.start)
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.join)


async def stopped(process: ForkServerProcess, seconds: float) -> int | None:
    """Ask a process to end; returns how it did, None if it did not."""
    process.terminate()
    await asyncio.to_thread(process.join, seconds)
    return process.exitcode


def _live(environment: dict[str, str], folder: Path) -> None:
    from tests.nursery import program  # noqa: PLC0415 - where it is loaded: in the fork

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["bot", "run"]
    with Path("bot.log").open("a", encoding="utf-8") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
        program.main()
