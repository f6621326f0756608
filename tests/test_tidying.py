"""Updates that were dealt with: how long their numbers are kept, and what stays without them."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import running
from bot.settings import Settings
from bot.tidying import BATCH, tidying
from storage import Database, inbox, opened, tables
from storage.records import Incoming
from tests.conftest import Clock
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.storage.rows import rows

UPDATE = Incoming(1, "7", "{}")


async def is_tidy(database: Database) -> None:
    """Wait until the inbox is empty."""
    async with asyncio.timeout(10):
        while await database.run(rows, tables.inbox):
            pass


async def test_what_telegram_sends_again_days_later_is_not_answered_again(
    alice: Someone, model: FakeOpenAI, settings: Settings, clock: Clock
) -> None:
    alice.says("Hello?")
    [update] = alice.world.updates.pending
    async with running(settings, clock=clock):
        await alice.sees("You said: Hello?")
    clock.goes_on(timedelta(days=2))
    async with running(settings, clock=clock):
        alice.world.put_update(update)
        alice.says("And now?")
        await alice.sees("You said: And now?")

    assert alice.screen == ["You said: Hello?", "You said: And now?"]
    assert len(model.asked) == 2


async def test_when_it_can_come_no_more_it_is_forgotten_and_the_conversation_goes_on(
    alice: Someone, model: FakeOpenAI, settings: Settings, clock: Clock
) -> None:
    async with running(settings, clock=clock):
        alice.says("I am Alice")
        await alice.sees("You said: I am Alice")
    clock.goes_on(timedelta(days=4))
    async with running(settings, clock=clock) as services:
        await is_tidy(services.database)
        alice.says("Who am I?")
        await alice.sees("You said: Who am I?")
        entries = await services.database.run(rows, tables.ledger)

    said = [each["content"] for each in model.asked[-1]["messages"] if each["role"] != "system"]
    assert said == ["I am Alice", "You said: I am Alice", "Who am I?"]
    assert [each["state"] for each in entries] == ["settled", "settled"]


@pytest.mark.parametrize("most", [BATCH - 1, BATCH, 2 * BATCH + 1])
async def test_however_much_is_old_all_of_it_goes(settings: Settings, most: int) -> None:
    old = [replace(UPDATE, update_id=number) for number in range(most)]
    async with opened(settings.database_url) as database:
        await database.run(inbox.add, old)
        await database.run(inbox.finish, old)
        async with tidying(database, lambda: datetime.now(UTC) + timedelta(days=4)):
            await is_tidy(database)


async def test_what_fails_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    rounds: list[datetime] = []
    has_failed = asyncio.Event()

    def clock() -> datetime:
        rounds.append(datetime.now(UTC) + timedelta(days=4))
        if len(rounds) == 2:
            has_failed.set()
        return rounds[-1]

    def hurry(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")

    async with opened(settings.database_url) as database:
        await database.run(inbox.add, [UPDATE])
        await database.run(inbox.finish, [UPDATE])
        await database.run(hurry)
        with closing(sqlite3.connect(tmp_path / "teller.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            async with tidying(database, clock, every=0.01):
                await asyncio.wait_for(has_failed.wait(), 10)
                other.rollback()
                await is_tidy(database)
