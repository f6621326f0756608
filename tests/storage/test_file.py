"""The file: opened by one process at a time, migrated, written in whole transactions."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage import (
    Database,
    DatabaseFailed,
    DatabaseUnusable,
    facts,
    migrations,
    opened,
    tables,
)
from tests.storage.rows import Refused, dump, everything, rows


def differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, tables.metadata))


def shape(connection: sa.Connection) -> dict[str, list[str]]:
    """Each table and index as SQL, in parts, whose order says nothing."""
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: parts(sql) for name, sql in made if name != "alembic_version"}


def parts(sql: str) -> list[str]:
    """A statement without its quotes, line breaks and closing brackets, in parts."""
    plain = " ".join(sql.replace('"', "").split())
    return sorted(part.strip(" )") for part in plain.split(", "))


async def test_the_migrations_lead_to_the_schema(database: Database) -> None:
    with sa.create_engine("sqlite://").connect() as wanted:
        tables.metadata.create_all(wanted)

        assert await database.run(shape) == shape(wanted)
    assert await database.run(differences) == []


async def test_to_migrate_again_changes_nothing(file: Path) -> None:
    async with opened(f"sqlite:///{file}") as database:
        await database.run(facts.once, "bot_id", "4242")
    before = dump(file)
    async with opened(f"sqlite:///{file}") as database:
        await database.run(migrations.upgrade)

    assert dump(file) == before


async def test_what_is_committed_survives_a_power_cut(database: Database) -> None:
    def told(connection: sa.Connection, pragma: str) -> object:
        return connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()

    assert await database.run(told, "journal_mode") == "wal"
    assert await database.run(told, "synchronous") == 2  # FULL
    assert await database.run(told, "foreign_keys") == 1


async def test_a_file_that_is_in_use_is_refused(file: Path) -> None:
    async with opened(f"sqlite:///{file}"):
        with pytest.raises(DatabaseUnusable, match="another process is using it"):
            async with opened(f"sqlite:///{file}"):
                pass

    async with opened(f"sqlite:///{file}") as database:  # and free when that one has ended
        assert await database.run(facts.once, "free", "again") == "again"


async def test_a_folder_is_made_for_the_file(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/new/deep/teller.db"):
        pass

    assert (tmp_path / "new/deep/teller.db").is_file()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///{folder}/dir", "unable to open database file"),
        ("sqlite:///{folder}/text", "file is not a database"),
        ("sqlite:///{folder}/text/teller.db", "teller.db"),
        ("sqlite:///{folder}/foreign.db", "already exists"),
        ("sqlite:///{folder}/newer.db", "9999"),
        ("sqlite:////", "path of a file"),
        ("sqlite:///.", "path of a file"),
        ("sqlite://", "sqlite:///"),
        ("sqlite:///:memory:", "sqlite:///"),
        ("sqlite://data/teller.db", "sqlite:///"),
        ("sqlite+aiosqlite:///teller.db", "sqlite:///"),
        ("postgresql://teller:sekret@db/teller", "sqlite:///"),
        ("mysql://teller:sekret@db/teller", "sqlite:///"),
        ("teller.db", "not the address"),
        ("", "not the address"),
    ],
)
async def test_what_cannot_be_opened_is_told(
    url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_unusable(tmp_path)
    with pytest.raises(DatabaseUnusable) as refused:
        async with opened(url.format(folder=tmp_path)):
            pass

    assert words in refused.value.reason
    assert "sekret" not in refused.value.reason


def make_unusable(folder: Path) -> None:
    """Put things there that are no database of ours."""
    (folder / "dir").mkdir()
    (folder / "text").write_text("Dear diary, " * 500)
    with closing(sqlite3.connect(folder / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE facts (what TEXT)")
    with closing(sqlite3.connect(folder / "newer.db")) as newer:
        newer.execute("CREATE TABLE alembic_version (version_num TEXT)")
        newer.execute("INSERT INTO alembic_version VALUES ('9999')")
        newer.commit()


async def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    make_unusable(tmp_path)
    before = dump(tmp_path / "foreign.db")
    with pytest.raises(DatabaseUnusable):
        async with opened(f"sqlite:///{tmp_path}/foreign.db"):
            pass

    assert dump(tmp_path / "foreign.db") == before


async def test_a_transaction_is_made_whole_or_not_at_all(database: Database) -> None:
    def breaking(connection: sa.Connection) -> None:
        facts.once(connection, "name", "value")
        raise Refused

    before = await database.run(everything)
    with pytest.raises(Refused):
        await database.run(breaking)

    assert await database.run(everything) == before


async def test_a_full_disk_fails_and_the_next_transaction_works(database: Database) -> None:
    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are

    def much(connection: sa.Connection) -> None:
        facts.once(connection, "little", "value")
        facts.once(connection, "much", "value" * 100_000)

    await database.run(fill)
    with pytest.raises(DatabaseFailed, match="full"):
        await database.run(much)

    assert await database.run(rows, tables.facts) == []
    assert await database.run(facts.once, "little", "value") == "value"


async def test_a_transaction_outlives_the_one_who_waits_for_it(database: Database) -> None:
    loop, begun, go = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def slow(connection: sa.Connection) -> None:
        facts.once(connection, "name", "first")
        loop.call_soon_threadsafe(begun.set)
        assert go.wait(10)

    waiting = asyncio.create_task(database.run(slow))
    await asyncio.wait_for(begun.wait(), 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()

    assert await database.run(facts.once, "name", "second") == "first"


async def test_a_fact_is_written_once(database: Database) -> None:
    assert await database.run(facts.once, "bot_id", "4242") == "4242"
    assert await database.run(facts.once, "bot_id", "9999") == "4242"
    assert await database.run(facts.once, "other", "9999") == "9999"
