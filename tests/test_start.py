"""How the bot starts."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from bot.settings import Settings
from tests.processes import environment


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
