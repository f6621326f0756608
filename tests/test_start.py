"""How the bot starts, and whether it is well."""

import asyncio
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import httpx
import pytest

from bot import health
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


@pytest.mark.parametrize(("silence", "status"), [(149.0, 200), (150.0, 503)])
async def test_health_is_how_long_telegram_has_been_silent(silence: float, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with health.answering(port, lambda: silence), httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/healthz")

    assert answer.status_code == status
