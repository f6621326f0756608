"""How the bot starts."""

import asyncio
import resource
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from bot.settings import Settings
from playground.world import World
from tests.processes import Start, environment


async def test_a_wrong_token_is_told_in_a_sentence(settings: Settings, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=tmp_path,
        env=environment(settings) | {"TELEGRAM_BOT_TOKEN": "4242:wrong"},
        stderr=PIPE,
    )
    _, told = await process.communicate()

    assert process.returncode == 1
    assert told.decode().startswith("TELEGRAM_BOT_TOKEN: Telegram does not know it")
    assert b"wrong" not in told


async def test_it_may_open_as_many_files_as_a_crowd_needs(start: Start, world: World) -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
    try:
        process = await start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))

    few, _ = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
    assert few == min(10_240, most)
