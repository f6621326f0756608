"""What someone's answers cost, as they are told themselves: gross, whatever was granted to them."""

from dataclasses import dataclass

import sqlalchemy as sa

from storage import totals
from storage.money import Cost, Unit
from storage.tables import ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one answer cost. `nanos` is None where no price is known."""

    created_ms: int
    model: str
    nanos: int | None
    tokens: int


def since(connection: sa.Connection, user_id: int, since_ms: int) -> Cost:
    """What someone's answers cost since then, which is on the grid of totals; 0: in all."""
    where = {"of_user": user_id, "since": since_ms}
    growing = connection.execute(_GROWING, where).one()
    spent = {
        unit.column: totals.since(connection, f"user:{user_id}", unit, since_ms) for unit in Unit
    }
    return Cost(**{name: amount - getattr(growing, name) for name, amount in spent.items()})


def unpriced(connection: sa.Connection, user_id: int, since_ms: int) -> int:
    """How many answers someone got since then from models without a known price."""
    where = {"of_user": user_id, "since": since_ms}
    return int(connection.execute(_UNPRICED, where).scalar_one())


def each(connection: sa.Connection, user_id: int, since_ms: int) -> list[Spent]:
    """Each answer that someone got since then."""
    found = connection.execute(_EACH, {"of_user": user_id, "since": since_ms})
    return [
        Spent(created_ms=row.created_ms, model=row.model, nanos=row.nanos, tokens=row.tokens)
        for row in found
    ]


_WHOSE = sa.and_(
    ledger.c.user_id == sa.bindparam("of_user"), ledger.c.created_ms >= sa.bindparam("since")
)
# What is reserved may be many times what the answer costs in the end.
_GROWING = sa.select(
    *(sa.func.coalesce(sa.func.sum(ledger.c[unit.column]), 0).label(unit.column) for unit in Unit)
).where(_WHOSE, ledger.c.state == "reserved")
# Nobody has to pay for what was lost.
_SETTLED = sa.and_(_WHOSE, ledger.c.state == "settled")
_EACH = sa.select(ledger.c.created_ms, ledger.c.model, ledger.c.nanos, ledger.c.tokens).where(
    _SETTLED
)
_UNPRICED = sa.select(sa.func.count()).where(_SETTLED, ledger.c.nanos.is_(None))
