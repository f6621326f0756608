"""A copy of the database, made by one command while the bot answers."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
from contextlib import closing
from pathlib import Path

from bot.app import running
from bot.settings import Settings
from storage import opened
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing
from tests.processes import environment


async def back_up(settings: Settings, file: str) -> tuple[int | None, str]:
    """How the command ended, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "backup", file),
        env=environment(settings),
        stdout=PIPE,
        stderr=PIPE,
    )
    said = b"".join(await process.communicate())
    return process.returncode, said.decode()


async def test_a_copy_that_is_made_while_it_answers_has_all_that_was_said(
    alice: Someone, ben: Someone, model: FakeOpenAI, settings: Settings, tmp_path: Path
) -> None:
    async with running(settings):
        alice.says("Remember me")
        await alice.sees("You said: Remember me")
        answer = await growing(ben, model)
        code, said = await back_up(settings, "copy.db")
        answer.say(" upon a time.").finish()
        await ben.sees("Once upon a time.")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        kept = [text for (text,) in connection.execute("SELECT text FROM messages ORDER BY id")]
    # In the place of the bot's own it goes on where it was copied.
    async with running(settings.but(database_url=f"sqlite:///{tmp_path}/copy.db")):
        await ben.sees("You said: Tell me")

    assert (code, said) == (0, f"copy.db: {(tmp_path / 'copy.db').stat().st_size / 1e6:.1f} MB\n")
    assert kept == ["Remember me", "You said: Remember me", "Tell me"]
    assert len(alice.screen) == len(ben.screen) == 1


async def test_what_keeps_a_copy_from_being_made_is_told(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "teller.db").unlink()
    nothing = await back_up(settings, "copy.db")
    async with opened(settings.database_url):
        pass
    (tmp_path / "taken.db").write_text("mine")
    taken = await back_up(settings, "taken.db")
    nowhere = await back_up(settings, "gone/copy.db")
    unnamed = await back_up(settings, "")

    assert nothing == (1, f"DATABASE_URL: there is no {tmp_path}/teller.db\n")
    assert taken == (1, "DATABASE_URL: taken.db exists already; choose another name\n")
    assert (tmp_path / "taken.db").read_text() == "mine"
    assert nowhere[0] == 1
    assert "gone/copy.db" in nowhere[1]
    assert unnamed[0] == 1
