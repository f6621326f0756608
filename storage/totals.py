"""What the ledger adds up to: admission reads some rows of a subject instead of all it ever spent.

Each entry counts in a quarter of an hour and in a day of UTC. Hours, days and months begin at a
quarter of an hour in every time zone, so any window is whole quarters up to a day's end, and whole
days from there.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.money import Cost, Unit
from storage.tables import totals

QUARTER = 15 * 60 * 1000
DAY = 24 * 60 * 60 * 1000
ZERO: sa.ColumnElement[int] = sa.literal_column("0")  # spares SQLAlchemy a parameter each time
SPANS = {"quarter": QUARTER, "day": DAY}
# No window that goes on began longer ago, but for the one without a beginning.
LONGEST_WINDOW = 32 * DAY


def is_on_grid(at_ms: int) -> bool:
    """Whether totals can say what was spent since then."""
    return at_ms % QUARTER == 0


def since(connection: sa.Connection, subject: str, unit: Unit, since_ms: int) -> int:
    """What was spent since then, which is on the grid."""
    return int(connection.execute(_SINCE[unit], bounds(subject, since_ms)).scalar_one())


def bounds(subject: str, since_ms: int, number: int = 0) -> dict[str, str | int]:
    """What `spent` of that number asks for."""
    next_day = -(-since_ms // DAY) * DAY
    return {f"of{number}": subject, f"since{number}": since_ms, f"next_day{number}": next_day}


def add(connection: sa.Connection, subjects: Sequence[str], at_ms: int, cost: Cost) -> None:
    """Count a cost, or a difference of costs, for subjects at its time."""
    amounts = {unit.column: cost.of(unit) or 0 for unit in Unit}
    if not any(amounts.values()):
        return
    rows = [
        {"subject": subject, "span": span, "began_ms": at_ms - at_ms % length, **amounts}
        for subject in subjects
        for span, length in SPANS.items()
    ]
    connection.execute(_ADD, rows)


def forget_quarters(connection: sa.Connection, now_ms: int) -> None:
    """Drop the quarters that no window will ask for again; the days stay."""
    connection.execute(
        sa.delete(totals).where(
            totals.c.span == "quarter", totals.c.began_ms < now_ms - LONGEST_WINDOW
        )
    )


def spent(unit: Unit, number: int = 0) -> sa.ColumnElement[int]:
    """What was spent, as a part of a statement in which it is the one of this number."""
    next_day: sa.BindParameter[int] = sa.bindparam(f"next_day{number}")
    quarters = totals.c.began_ms.between(sa.bindparam(f"since{number}"), next_day - 1)
    return _sum(unit, number, "quarter", quarters) + _sum(
        unit, number, "day", totals.c.began_ms >= next_day
    )


def _sum(unit: Unit, number: int, span: str, when: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    of_subject = totals.c.subject == sa.bindparam(f"of{number}")
    total = sa.func.coalesce(sa.func.sum(totals.c[unit.column]), ZERO)
    return (
        sa.select(total)
        .where(of_subject, totals.c.span == sa.literal_column(f"'{span}'"), when)
        .scalar_subquery()
    )


# Built once: putting a statement together costs more than running it.
_SINCE = {unit: sa.select(spent(unit)) for unit in Unit}
_NEW = insert(totals)
_ADD = _NEW.on_conflict_do_update(
    index_elements=["subject", "span", "began_ms"],
    set_={unit.column: totals.c[unit.column] + _NEW.excluded[unit.column] for unit in Unit},
)
