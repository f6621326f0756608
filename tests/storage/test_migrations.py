"""Each step from an older schema keeps what was there."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import ledger, migrations, opened, tables
from tests.storage.questions import BILLED
from tests.storage.rows import Row, rows
from tests.storage.sums import added_up, kept

MIDNIGHT = 1_795_305_600_000  # 2026-11-22 in UTC
HOUR = 3_600_000


def first_entries() -> list[Row]:
    """Rows of a ledger as the first schema had it."""
    chance = random.Random(1)
    return [
        {
            "id": number,
            "update_id": 1000 + number,
            "user_id": chance.choice([7, 8]),
            "chat_id": chance.choice([7, -100, -101]),
            "endpoint": "https://api.openai.com/v1",
            "model": chance.choice(["gpt-6-luna", "own-model"]),
            "state": chance.choice(["reserved", "settled", "released"]),
            "requests": chance.choice([0, 1]),
            "tokens": chance.randrange(10_000),
            "images": chance.randrange(3),
            "nanos": chance.choice([None, chance.randrange(10**12)]),
            "prompt_tokens": 40,
            "cached_tokens": 10,
            "cache_written_tokens": 5,
            "completion_tokens": 8,
            "is_estimated": chance.choice([False, True]),
            "price": chance.choice([None, {"input": "0.10"}]),
            "created_ms": MIDNIGHT + chance.randrange(-40 * HOUR, 40 * HOUR),
            "settled_ms": chance.choice([None, MIDNIGHT]),
        }
        for number in range(1, 101)
    ]


def make_first(file: Path, entries: list[Row]) -> None:
    """Make a file of the first schema with a ledger."""
    columns = [sa.column(name, tables.ledger.c[name].type) for name in entries[0]]
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        migrations.upgrade(connection, "0001")
        connection.execute(sa.insert(sa.table("ledger", *columns)), entries)


async def test_a_ledger_without_totals_keeps_its_rows_and_is_counted(file: Path) -> None:
    entries = first_entries()
    make_first(file, entries)
    wanted = [entry | {"number": 0, "is_guest": False} for entry in entries]
    async with opened(f"sqlite:///{file}") as database:
        assert await database.run(rows, tables.ledger) == wanted
        assert await database.run(kept) == added_up(wanted)


async def test_what_was_held_when_the_schema_changed_can_be_settled(file: Path) -> None:
    entries = first_entries()
    make_first(file, entries)
    held = [entry["update_id"] for entry in entries if entry["state"] == "reserved"]
    async with opened(f"sqlite:///{file}") as database:
        await database.run(ledger.settle, held[0], BILLED)
        await database.run(ledger.release, held[1:5])
        await database.run(ledger.give_up, held[5:])
        after = await database.run(rows, tables.ledger)

        assert {row["state"] for row in after} == {"settled", "released", "lost"}
        assert await database.run(kept) == added_up(after)


async def test_an_update_may_have_several_entries_from_now_on_each_once(file: Path) -> None:
    make_first(file, first_entries())
    async with opened(f"sqlite:///{file}") as database:
        [first, *_] = await database.run(rows, tables.ledger)
        again = {name: value for name, value in first.items() if name != "id"}
        await database.run(add, again | {"number": 1})
        with pytest.raises(sa.exc.IntegrityError):
            await database.run(add, again)


def add(connection: sa.Connection, entry: Row) -> None:
    connection.execute(sa.insert(tables.ledger), entry)
