"""The bot in a process of its own, as in production, and what that process uses."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

MB = 1024 * 1024
# So many files may be open where systemd or a shell starts a program; it may ask for more.
MODESTLY = 'ulimit -Sn 1024 && exec "$0" "$@"'


@contextmanager
def empty_folder() -> Iterator[Path]:
    """A folder for a bot's database and its log."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@asynccontextmanager
async def running(
    program: str, telegram: str, port: int, folder: Path, **settings: str
) -> AsyncIterator[Process]:
    """Let the bot run, with its database and its log in a folder."""
    environment = os.environ | {
        "TELEGRAM_BOT_TOKEN": "4242:bench",
        "TELEGRAM_API_URL": telegram,
        "OPENAI_API_KEY": "sk-bench",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "DATABASE_URL": f"sqlite:///{folder}/teller.db",
        "ACCESS": "open",
        "PORT": "0",
        "FLOOD_LIMITS": "none",
        **settings,
    }
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *("sh", "-c", MODESTLY, sys.executable, "-m", *program.split()),
            env=environment,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def complaints(folder: Path) -> list[str]:
    """What the bot has warned of, without the time."""
    lines = (folder / "bot.log").read_text(errors="replace").splitlines()
    return [each[24:] for each in lines if each[24:].startswith(("WARNING", "ERROR"))]


def cpu(pid: int) -> float:
    """Milliseconds of processor that a process has used, in all its threads."""
    used = (each.read_text().split()[0] for each in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(map(int, used)) / 1_000_000


def peak(pid: int) -> float:
    """The most memory that a process has had, in megabytes."""
    return _status(pid, "VmHWM:")


def resident(pid: int) -> float:
    """The memory that a process has now, in megabytes."""
    return _status(pid, "VmRSS:")


def _status(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition(name)[2].split()[0]) / 1024


def size(folder: Path) -> float:
    """How large the database is, with its journal, in megabytes."""
    return sum(each.stat().st_size for each in folder.glob("teller.db*")) / MB
