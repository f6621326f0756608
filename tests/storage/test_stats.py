"""What was spent since some moment, by whom, with which model."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from storage import Database, ledger, stats, tables, totals
from storage.money import NANO, Cost, Settlement, Unit, Usage
from storage.records import Admission, Place, Question
from storage.stats import Aside, Ranking, Spending
from storage.totals import DAY, QUARTER
from tests.storage.questions import question
from tests.storage.rows import Row, rows

MIDNIGHT = 20_000 * DAY
BILLED = Settlement(usage=Usage(prompt=9, completion=1), cost=Cost(tokens=10, nanos=300), price={})
UNPRICED = replace(BILLED, cost=Cost(tokens=10, nanos=None), price=None)


def asked(number: int, *, user: int = 7, model: str = "luna") -> Question:
    return replace(
        question(number, user=user), model=model, place=Place(chat_id=-5 if number % 3 else user)
    )


def held(at_ms: int) -> Admission:
    return Admission(
        at_ms=at_ms,
        reserved=Cost(tokens=500, nanos=9_000),
        prompt_tokens=9,
        max_tokens=9,
        history=(),
    )


async def reserved(database: Database, asking: Question, at_ms: int = MIDNIGHT) -> None:
    await database.run(ledger.reserve, asking, held(at_ms))


async def answered(
    database: Database, asking: Question, at_ms: int = MIDNIGHT, bill: Settlement = BILLED
) -> None:
    await reserved(database, asking, at_ms)
    await database.run(ledger.settle, asking.update_id, bill)


async def reported(database: Database, since_ms: int = MIDNIGHT, most: int = 10) -> stats.Report:
    return await database.run(stats.report, since_ms, most=most)


def the_long_way(entries: list[Row], column: str, since_ms: int) -> Iterator[Spending]:
    """What each has spent, by the ledger itself."""
    mine = [each for each in entries if each["created_ms"] >= since_ms]
    for name in {each[column] for each in mine}:
        paid = [
            each
            for each in mine
            if each[column] == name and (each["state"] != "lost" or column == "model")
        ]
        spent = Spending(
            name=str(name),
            requests=sum(each["requests"] for each in paid),
            nanos=sum(each["nanos"] or 0 for each in paid),
        )
        if spent.requests or spent.nanos:
            yield spent


@pytest.mark.parametrize(
    "since", [MIDNIGHT, MIDNIGHT - 4 * QUARTER, MIDNIGHT + 23 * QUARTER, MIDNIGHT + 95 * QUARTER]
)
async def test_sums_are_those_of_the_ledger(database: Database, since: int) -> None:
    chance = random.Random(since)
    for number in range(1, 121):
        asking = asked(number, user=chance.randrange(1, 9), model=chance.choice("abc"))
        at_ms = MIDNIGHT + chance.randrange(-DAY, 3 * DAY)
        bill = replace(BILLED, cost=Cost(tokens=9, images=1, nanos=chance.randrange(NANO)))
        if number % 4:
            await answered(database, asking, at_ms, bill)
        else:
            await reserved(database, asking, at_ms)
        if number % 5 == 0:
            await database.run(ledger.lose, asking, at_ms, bill)
    entries = await database.run(rows, tables.ledger)
    report = await reported(database, since, most=100)

    def by_spend(column: str) -> list[Spending]:
        listed = the_long_way(entries, column, since)
        return sorted(listed, key=lambda each: (-each.nanos, -each.requests, each.name))

    assert list(report.users.top) == by_spend("user_id")
    assert list(report.models.top) == by_spend("model")
    assert report.total == Cost(
        **{
            unit.column: sum(
                each[unit.column] or 0 for each in entries if each["created_ms"] >= since
            )
            for unit in Unit
        }
    )


async def test_who_spent_most_is_told_apart_from_the_others(database: Database) -> None:
    for number in range(1, 7):
        bill = replace(BILLED, cost=Cost(tokens=1, nanos=number * 100))
        await answered(database, asked(number, user=number), bill=bill)
    report = await reported(database, most=2)

    assert [each.name for each in report.users.top] == ["6", "5"]
    assert (report.users.others, report.users.others_nanos) == (4, 1_000)
    assert report.models == Ranking(top=(Spending(name="luna", requests=6, nanos=2_100),))


async def test_who_paid_the_same_is_ranked_by_requests(database: Database) -> None:
    for number, user in enumerate((7, 8, 8), 1):
        await answered(database, asked(number, user=user), bill=UNPRICED)
    report = await reported(database)

    assert [(each.name, each.requests, each.nanos) for each in report.users.top] == [
        ("8", 2, 0),
        ("7", 1, 0),
    ]


async def test_who_was_charged_nothing_is_not_told(database: Database) -> None:
    await reserved(database, asked(1))
    await database.run(ledger.release, [1])
    report = await reported(database)

    assert report == stats.Report(
        total=Cost(requests=0), users=Ranking(), models=Ranking(), aside=Aside()
    )


async def test_what_sums_do_not_say_is_told_aside(database: Database) -> None:
    await answered(database, asked(1), bill=UNPRICED)
    await answered(database, asked(2))
    await reserved(database, asked(3))
    await database.run(ledger.lose, asked(2), MIDNIGHT, BILLED)
    await database.run(ledger.lose, asked(2), MIDNIGHT, BILLED)
    await database.run(ledger.lose, asked(2), MIDNIGHT - 1, BILLED)
    report = await reported(database)

    assert report.aside == Aside(lost=2, lost_nanos=600, growing=1, growing_nanos=9_000, unpriced=1)


async def test_names_that_begin_alike_are_not_mixed_up(database: Database) -> None:
    for subject in ("user:1", "user:10", "users:3", "user", "model:user:1", "group:-1", "guests"):
        await database.run(totals.add, [subject], MIDNIGHT, Cost(nanos=5))

    async def names(kind: str) -> list[str]:
        listed = await database.run(stats.spendings, kind, MIDNIGHT)
        return [each.name for each in listed]

    assert await names("user") == ["1", "10"]
    assert await names("model") == ["user:1"]


async def test_sums_are_found_without_reading_all(database: Database) -> None:
    def plans(connection: sa.Connection) -> list[str]:
        """How SQLite goes about what a report asks for."""
        asking: list[tuple[str, Any]] = []

        def note(*call: Any) -> None:
            asking.append(call[2:4])

        sa.event.listen(connection, "before_cursor_execute", note)
        stats.report(connection, MIDNIGHT - 1, most=3)
        sa.event.remove(connection, "before_cursor_execute", note)
        return [
            row[3]
            for query, where in asking
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", where)
        ]

    steps = await database.run(plans)

    assert any("SEARCH totals USING PRIMARY KEY (subject=? AND span=?" in each for each in steps)
    assert not [each for each in steps if re.search(r"SCAN (totals|ledger)|span_began", each)]
