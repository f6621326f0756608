"""What admins allow, and to whom."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit
from storage.clock import now_ms
from storage.records import Limit, Quota, Unit, Window
from storage.tables import limits, quotas


def of(connection: sa.Connection, subjects: Iterable[str]) -> dict[str, Quota]:
    """The quota of each of these subjects, where one is set."""
    wanted = {"subjects": list(subjects)}
    unlimited = {row.subject: row.is_unlimited for row in connection.execute(_QUOTAS, wanted)}
    if not unlimited:
        return {}
    rows = connection.execute(_LIMITS, wanted).all()
    return {
        subject: Quota(
            is_unlimited=is_unlimited,
            limits=tuple(_limit(row) for row in rows if row.subject == subject),
        )
        for subject, is_unlimited in unlimited.items()
    }


def allow(connection: sa.Connection, subject: str, quota: Quota, *, by: int) -> Quota:
    """Set a subject's quota: each limit replaces the one of its unit and window; returns all."""
    before = of(connection, [subject]).get(subject, Quota())
    connection.execute(
        insert(quotas)
        .values(subject=subject, is_unlimited=quota.is_unlimited, set_by=by, set_ms=now_ms())
        .on_conflict_do_update(
            index_elements=["subject"],
            set_={"is_unlimited": quota.is_unlimited, "set_by": by, "set_ms": now_ms()},
        )
    )
    if quota.is_unlimited:
        connection.execute(sa.delete(limits).where(limits.c.subject == subject))
    for limit in quota.limits:
        connection.execute(
            insert(limits)
            .values(subject=subject, unit=limit.unit, window=limit.window, amount=limit.amount)
            .on_conflict_do_update(
                index_elements=["subject", "unit", "window"], set_={"amount": limit.amount}
            )
        )
    after = of(connection, [subject])[subject]
    audit.note(connection, by, "quota", subject, before=repr(before), after=repr(after))
    return after


def reset(connection: sa.Connection, subject: str, *, by: int) -> None:
    """Forget a subject's own quota, so that the defaults hold again."""
    before = of(connection, [subject]).get(subject, Quota())
    connection.execute(sa.delete(limits).where(limits.c.subject == subject))
    connection.execute(sa.delete(quotas).where(quotas.c.subject == subject))
    audit.note(connection, by, "quota", subject, before=repr(before), after="default")


def _limit(row: sa.Row[Any]) -> Limit:
    return Limit(
        subject=row.subject, unit=Unit(row.unit), window=Window(row.window), amount=row.amount
    )


_QUOTAS = sa.select(quotas).where(quotas.c.subject.in_(sa.bindparam("subjects", expanding=True)))
_LIMITS = sa.select(limits).where(limits.c.subject.in_(sa.bindparam("subjects", expanding=True)))
