"""What admins give on top of the limits, once, and which questions were paid out of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit, several
from storage.clock import now_ms
from storage.money import Cost, Draw, Grant, Unit, written
from storage.tables import draws, grants


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What is to be given. `key` names the deed: what is done again gives nothing more."""

    key: str
    subject: str
    unit: Unit
    amount: int
    expires_ms: int | None


def give(connection: sa.Connection, gift: Gift, *, by: int) -> bool:
    """Give something on top of a subject's limits; says whether it had not been given yet."""
    row = {
        "key": gift.key,
        "subject": gift.subject,
        "unit": gift.unit,
        "amount": gift.amount,
        "given_by": by,
        "given_ms": now_ms(),
        "expires_ms": gift.expires_ms,
    }
    is_new = connection.execute(insert(grants).on_conflict_do_nothing(), row).rowcount == 1
    if is_new:
        after = written(gift.unit, gift.amount)
        audit.note(connection, by, "grant", gift.subject, before="", after=after)
    return is_new


def is_told(connection: sa.Connection, key: str) -> bool:
    """Whether the one whom a grant is for has heard of it."""
    query = sa.select(grants.c.told_ms).where(grants.c.key == key)
    return connection.execute(query).scalar_one_or_none() is not None


def tell(connection: sa.Connection, key: str) -> None:
    """Write down that they have."""
    connection.execute(sa.update(grants).where(grants.c.key == key).values(told_ms=now_ms()))


def usable(connection: sa.Connection, subject: str, at_ms: int) -> tuple[Grant, ...]:
    """What is left of a subject's grants; what expires first comes first."""
    return usable_by(connection, [subject], at_ms)


def usable_by(
    connection: sa.Connection, subjects: Collection[str], at_ms: int
) -> tuple[Grant, ...]:
    """What is left of the grants of subjects; what expires first comes first."""
    rows = connection.execute(_USABLE, {**several.named(subjects), "at": at_ms}).all()
    return tuple(
        Grant(
            id=row.id,
            subject=row.subject,
            unit=Unit(row.unit),
            amount=row.amount,
            left=row.left,
            expires_ms=row.expires_ms,
        )
        for row in rows
    )


def drawn(unit: Unit, number: int) -> sa.ScalarSelect[Any]:
    """How much of what a subject has spent came out of grants; a part as `totals.spent` is."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(draws.c.amount), sa.literal_column("0")))
        .join(grants, grants.c.id == draws.c.grant_id)
        .where(
            grants.c.subject == sa.bindparam(f"of{number}"),
            grants.c.unit == sa.literal_column(f"'{unit}'"),
            draws.c.at_ms >= sa.bindparam(f"since{number}"),
        )
        .scalar_subquery()
    )


def draw(connection: sa.Connection, update_id: int, wanted: Sequence[Draw], at_ms: int) -> None:
    """Take what a question needs out of grants, for which there must be enough left."""
    for each in wanted:
        rest = each.amount
        for grant in usable(connection, each.subject, at_ms):
            taken = min(rest, grant.left) if grant.unit is each.unit else 0
            if taken:
                row = {"grant_id": grant.id, "update_id": update_id, "amount": taken}
                connection.execute(sa.insert(draws), row | {"at_ms": at_ms})
            rest -= taken


def give_back(connection: sa.Connection, update_id: int, reserved: Cost, billed: Cost) -> None:
    """Return what a question turned out not to need: grants first, since they are spent last."""
    returned = {unit: (reserved.of(unit) or 0) - (billed.of(unit) or 0) for unit in Unit}
    rest: dict[tuple[str, str], int] = {}
    for row in connection.execute(_DRAWS, {"of_update": update_id}).all():
        key = (row.subject, row.unit)
        spare = max(0, rest.get(key, returned[Unit(row.unit)]))
        back = min(spare, row.amount)
        rest[key] = spare - back
        which = (draws.c.grant_id == row.grant_id) & (draws.c.update_id == update_id)
        if back == row.amount:
            connection.execute(sa.delete(draws).where(which))
        elif back:
            connection.execute(sa.update(draws).where(which).values(amount=row.amount - back))


# Built once: putting a statement together costs more than running it.
_USED = (
    sa.select(sa.func.coalesce(sa.func.sum(draws.c.amount), 0))
    .where(draws.c.grant_id == grants.c.id)
    .scalar_subquery()
)
_LEFT = (grants.c.amount - _USED).label("left")
_USABLE = (
    sa.select(grants, _LEFT)
    .where(
        several.one_of(grants.c.subject),
        grants.c.expires_ms.is_(None) | (grants.c.expires_ms > sa.bindparam("at")),
        _LEFT > 0,
    )
    .order_by(grants.c.expires_ms.is_(None), grants.c.expires_ms, grants.c.id)
)
IS_DRAWN = sa.exists().where(draws.c.update_id == sa.bindparam("of_update"))
_DRAWS = (
    sa.select(draws.c.grant_id, draws.c.amount, grants.c.subject, grants.c.unit)
    .join(grants, grants.c.id == draws.c.grant_id)
    .where(draws.c.update_id == sa.bindparam("of_update"))
    .order_by(grants.c.expires_ms.is_not(None), grants.c.expires_ms.desc(), grants.c.id.desc())
)
