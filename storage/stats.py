"""What was spent since some moment: by whom, with which model, and what came to nothing."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.money import Cost, Unit
from storage.tables import ledger
from storage.tables import totals as spans
from storage.totals import DAY
from storage.totals import since as spent_since


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What one of a kind has spent; `name` is a user's id, or a model's name."""

    name: str
    requests: int
    nanos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Who spent most, and how many others spent how much."""

    top: tuple[Spending, ...] = ()
    others: int = 0
    others_nanos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What sums do not say: how much of them came to nothing, is only reserved, has no price."""

    lost: int = 0
    lost_nanos: int = 0
    growing: int = 0
    growing_nanos: int = 0
    unpriced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was spent since some moment."""

    total: Cost
    users: Ranking
    models: Ranking
    aside: Aside


def report(connection: sa.Connection, since_ms: int, *, most: int) -> Report:
    """What was spent since then, which is on the grid, and by the `most` who spent most."""
    sums = {unit.column: spent_since(connection, "bot", unit, since_ms) for unit in Unit}
    return Report(
        total=Cost(**sums),
        users=_ranking(spendings(connection, "user", since_ms), most),
        models=_ranking(spendings(connection, "model", since_ms), most),
        aside=_aside(connection, since_ms),
    )


def spendings(connection: sa.Connection, kind: str, since_ms: int) -> list[Spending]:
    """What each of a kind, `user` or `model`, has spent since then; who spent most comes first."""
    where = {
        "first": f"{kind}:",
        "beyond": f"{kind};",  # what follows the colon
        "since": since_ms,
        "next_day": -(-since_ms // DAY) * DAY,
    }
    listed = [
        Spending(name=row.subject.partition(":")[2], requests=row.requests, nanos=row.nanos)
        for row in connection.execute(_SPENDINGS, where)
        if row.requests or row.nanos
    ]
    return sorted(listed, key=lambda each: (-each.nanos, -each.requests, each.name))


def _ranking(listed: list[Spending], most: int) -> Ranking:
    others = listed[most:]
    return Ranking(
        top=tuple(listed[:most]),
        others=len(others),
        others_nanos=sum(each.nanos for each in others),
    )


def _aside(connection: sa.Connection, since_ms: int) -> Aside:
    rows = {row.state: row for row in connection.execute(_ASIDE, {"since": since_ms})}
    lost, growing, settled = rows.get("lost"), rows.get("reserved"), rows.get("settled")
    return Aside(
        lost=lost.entries if lost else 0,
        lost_nanos=lost.nanos if lost else 0,
        growing=growing.entries if growing else 0,
        growing_nanos=growing.nanos if growing else 0,
        unpriced=settled.entries if settled else 0,
    )


def _spendings() -> sa.Select[Any]:
    """Jump from subject to subject, and add up the few rows of each.

    The index by time would find the rows, too, in an order that is no help: with 10,000 users in
    a month that takes six times as long.
    """
    first = sa.select(sa.func.min(spans.c.subject).label("subject")).where(
        spans.c.subject >= sa.bindparam("first"), spans.c.subject < sa.bindparam("beyond")
    )
    whose = first.cte("whose", recursive=True)
    others = spans.alias("others")
    following = (
        sa.select(sa.func.min(others.c.subject))
        .where(others.c.subject > whose.c.subject, others.c.subject < sa.bindparam("beyond"))
        .scalar_subquery()
    )
    whose = whose.union_all(sa.select(following).where(whose.c.subject.is_not(None)))
    return sa.select(
        whose.c.subject,
        _sum(whose, "requests").label("requests"),
        _sum(whose, "nanos").label("nanos"),
    ).where(whose.c.subject.is_not(None))


def _sum(whose: sa.CTE, column: str) -> sa.ColumnElement[int]:
    """What a subject has spent: whole quarters up to a day's end, and whole days from there."""
    next_day: sa.BindParameter[int] = sa.bindparam("next_day")
    total = sa.select(sa.func.coalesce(sa.func.sum(spans.c[column]), 0)).where(
        spans.c.subject == whose.c.subject
    )
    quarters = total.where(
        spans.c.span == "quarter",
        spans.c.began_ms >= sa.bindparam("since"),
        spans.c.began_ms < next_day,
    )
    days = total.where(spans.c.span == "day", spans.c.began_ms >= next_day)
    return quarters.scalar_subquery() + days.scalar_subquery()


# Built once: putting a statement together costs more than running it.
_SPENDINGS = _spendings()
_ASIDE = (
    sa.select(
        ledger.c.state,
        sa.func.count().label("entries"),
        sa.func.coalesce(sa.func.sum(ledger.c.nanos), 0).label("nanos"),
    )
    .where(
        ledger.c.created_ms >= sa.bindparam("since"),
        sa.or_(ledger.c.state != "settled", ledger.c.nanos.is_(None)),
    )
    .group_by(ledger.c.state)
)
