"""python -m bot [run|play|start|backup FILE]: log, signals, words for what keeps it from that."""

import argparse
import asyncio
import logging
import resource
import signal
import sys
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from bot.app import WrongDatabase, WrongToken, running
from bot.serving import PortTaken
from bot.settings import Settings, WrongSettings, read_settings
from storage import DatabaseFailed, DatabaseUnusable, backup

# A crowd needs two or three for each chat; programs begin with 1,024, on macOS with 256, and may
# ask for as many as these everywhere (OPEN_MAX in its sys/syslimits.h).
OPEN_FILES = 10_240


def main() -> None:
    """Run what the command line says until a signal ends it."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="A Telegram assistant.")
    parser.add_argument(
        "what",
        nargs="?",
        default="run",
        choices=("run", "play", "start", "backup"),
        help="run: the bot; play: the bot in its playground, a Telegram in the browser; "
        "start: run where there is a token, else play; backup: copy the database into a file, "
        "while the bot runs or not",
    )
    parser.add_argument("file", nargs="?", type=Path, help="where the copy goes")
    given = parser.parse_args()
    if (given.what == "backup") != (given.file is not None):
        parser.error("backup needs the name of a new file, and nothing else does")
    _log()
    try:
        if given.what == "backup":
            _back_up(given.file)
        else:
            _open_many_files()
            asyncio.run(_until_told(_life(given.what)))
    except WrongSettings as error:
        _give_up("These settings cannot be used:", *error.mistakes)
    except DatabaseUnusable as error:
        _give_up(f"DATABASE_URL: {error.reason}")
    except DatabaseFailed as error:
        _give_up(f"DATABASE_URL: {error}")
    except PortTaken as error:
        _give_up(
            f"Another program has port {error.port}: set PORT, or PLAYGROUND_PORT for the "
            "playground, to another one"
        )
    except WrongToken:
        _give_up("TELEGRAM_BOT_TOKEN: Telegram does not know it; @BotFather gives the right one")
    except WrongDatabase:
        _give_up("DATABASE_URL: this database belongs to another bot; give each bot its own")


def _back_up(file: Path) -> None:
    size = backup.copy(read_settings().database_url, file)
    print(f"{file}: {size / 1_000_000:.1f} MB")  # noqa: T201 - for the one who asked


def _open_many_files() -> None:
    """Be allowed as many open files and connections as a crowd needs, or what there is."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if few < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _life(what: str) -> AbstractAsyncContextManager[object]:
    """What the command line asks for."""
    if what == "run":
        return running(read_settings(to_run=True))
    settings = read_settings()
    if what == "start" and settings.telegram_bot_token.get_secret_value():
        return running(read_settings(to_run=True))
    return _playing(settings)


def _playing(settings: Settings) -> AbstractAsyncContextManager[object]:
    # Imported here: the bot itself does not carry the playground about.
    try:
        from playground.playing import playing  # noqa: PLC0415
    except ModuleNotFoundError:
        raise WrongSettings(
            ["TELEGRAM_BOT_TOKEN: missing, and there is no playground here to do without"]
        ) from None

    return playing(settings)


async def _until_told(life: AbstractAsyncContextManager[object]) -> None:
    """Live until SIGINT or SIGTERM; a second one does not wait for anything."""
    living = asyncio.create_task(_live(life))
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, living.cancel)
    with suppress(asyncio.CancelledError):
        await living


async def _live(life: AbstractAsyncContextManager[object]) -> None:
    async with life:
        await asyncio.Event().wait()


def _log() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for chatty in ("httpx", "httpx2", "openai", "alembic", "uvicorn"):
        # What others log, URLs above all, is not for our log.
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # What it would log we tell ourselves, without what the server said.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)


def _give_up(*lines: str) -> None:
    print(*lines, sep="\n  ", file=sys.stderr)  # noqa: T201 - for the one who starts the bot
    sys.exit(1)


if __name__ == "__main__":
    main()
