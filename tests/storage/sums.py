"""What the ledger adds up to, counted the long way."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from storage import tables
from storage.money import Unit
from storage.totals import DAY, QUARTER
from tests.storage.rows import Row, rows

Sums = Counter[tuple[str, str, int, Unit]]


def concerned(row: Row) -> Iterator[str]:
    """Whom a row of the ledger counts for."""
    yield from ("bot", f"model:{row['model']}")
    if row["state"] != "lost":
        yield f"user:{row['user_id']}"
        yield from [f"group:{row['chat_id']}"] if row["chat_id"] < 0 else []
        yield from ["guests"] if row["is_guest"] else []


def added_up(entries: list[Row]) -> Sums:
    """The totals that there should be, but for those of nothing."""
    wanted: Sums = Counter()
    for row in entries:
        for subject in concerned(row):
            for span, length in (("quarter", QUARTER), ("day", DAY)):
                began = row["created_ms"] // length * length
                for unit in Unit:
                    wanted[subject, span, began, unit] += row[unit.column] or 0
    return +wanted


def kept(connection: sa.Connection) -> Sums:
    """The totals that there are, but for those of nothing."""
    return Counter(
        {
            (row["subject"], row["span"], row["began_ms"], unit): row[unit.column]
            for row in rows(connection, tables.totals)
            for unit in Unit
            if row[unit.column]
        }
    )
