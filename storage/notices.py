"""What people were told of their limits, so that they are told it once in a window."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.clock import now_ms
from storage.money import Notice
from storage.tables import notices

# Who has not told it by then has died.
LONGEST_CLAIM = 60_000


def fresh(connection: sa.Connection, due: Sequence[Notice]) -> list[Notice]:
    """Those that nobody was told yet, and nobody is telling; they are the caller's to tell."""
    return [notice for notice in due if _claim(connection, notice)]


def told(connection: sa.Connection, notices_told: Sequence[Notice]) -> None:
    """Write down that they were told."""
    for notice in notices_told:
        connection.execute(_WRITE, {**_of(notice), "told": now_ms(), "claimed": now_ms()})


def untold(connection: sa.Connection, notices_left: Sequence[Notice]) -> None:
    """Leave them to the next one who may tell them."""
    for notice in notices_left:
        connection.execute(_WRITE, {**_of(notice), "told": None, "claimed": 0})


def _claim(connection: sa.Connection, notice: Notice) -> bool:
    limit = notice.limit
    row = {
        "subject": limit.subject,
        "unit": limit.unit,
        "window": limit.window,
        "began_ms": notice.began_ms,
        "percent": notice.percent,
        "amount": limit.amount,
        "claimed_ms": now_ms(),
    }
    stale = {"stale": now_ms() - LONGEST_CLAIM}
    return connection.execute(_CLAIM, row | stale).rowcount == 1


def _of(notice: Notice) -> dict[str, str | int]:
    limit = notice.limit
    return {
        "of": limit.subject,
        "in": limit.unit,
        "within": limit.window,
        "began": notice.began_ms,
        "at": notice.percent,
        "limit": limit.amount,
    }


_NEW = insert(notices).values(claimed_ms=sa.bindparam("claimed_ms"))
_CLAIM = _NEW.on_conflict_do_update(
    index_elements=list(notices.primary_key.columns.keys()),
    set_={"claimed_ms": _NEW.excluded.claimed_ms},
    where=sa.and_(notices.c.told_ms.is_(None), notices.c.claimed_ms < sa.bindparam("stale")),
)
_WRITE = (
    sa.update(notices)
    .where(
        notices.c.subject == sa.bindparam("of"),
        notices.c.unit == sa.bindparam("in"),
        notices.c.window == sa.bindparam("within"),
        notices.c.began_ms == sa.bindparam("began"),
        notices.c.percent == sa.bindparam("at"),
        notices.c.amount == sa.bindparam("limit"),
    )
    .values(told_ms=sa.bindparam("told"), claimed_ms=sa.bindparam("claimed"))
)
