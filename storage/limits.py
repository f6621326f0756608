"""What admins allow, and to whom."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit, several
from storage.clock import now_ms
from storage.money import Limit, Quota, Unit, Window
from storage.tables import limits, people, quotas


def of(connection: sa.Connection, subjects: Collection[str]) -> dict[str, Quota]:
    """The quota of each of these subjects, four at most, and of each plan, where one is set."""
    found: dict[str, Quota] = {}
    for row in connection.execute(_OF, several.named(subjects)):
        quota = found.get(row.subject, Quota(is_unlimited=row.is_unlimited))
        more = () if row.unit is None else (_limit(row),)
        found[row.subject] = replace(quota, limits=(*quota.limits, *more))
    return found


def allow(connection: sa.Connection, subject: str, quota: Quota, *, by: int) -> Quota:
    """Set a subject's quota: each limit replaces the one of its unit and window; returns all."""
    before = _own(connection, subject)
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
    after = _own(connection, subject)
    audit.note(connection, by, "quota", subject, before=str(before), after=str(after))
    return after


def reset(connection: sa.Connection, subject: str, *, by: int) -> None:
    """Forget a subject's own quota, so that the defaults hold again."""
    before = _own(connection, subject)
    connection.execute(sa.delete(limits).where(limits.c.subject == subject))
    connection.execute(sa.delete(quotas).where(quotas.c.subject == subject))
    audit.note(connection, by, "quota", subject, before=str(before), after=str(Quota()))


def lift(connection: sa.Connection, subject: str, unit: Unit, window: Window, *, by: int) -> None:
    """Forget one limit that was set for a subject."""
    before = _own(connection, subject)
    connection.execute(
        sa.delete(limits).where(
            limits.c.subject == subject, limits.c.unit == unit, limits.c.window == window
        )
    )
    after = _own(connection, subject)
    audit.note(connection, by, "quota", subject, before=str(before), after=str(after))


def drop_plan(connection: sa.Connection, plan: str, *, by: int) -> int:
    """Forget a plan; its members have the default again. Returns how many they were."""
    moved = connection.execute(sa.update(people).where(people.c.plan == plan).values(plan=None))
    reset(connection, f"plan:{plan}", by=by)
    return moved.rowcount


def _own(connection: sa.Connection, subject: str) -> Quota:
    return of(connection, [subject]).get(subject, Quota())


def _limit(row: Any) -> Limit:
    return Limit(
        subject=row.subject, unit=Unit(row.unit), window=Window(row.window), amount=row.amount
    )


# Some subjects, and all plans, whose names begin with `plan:`.
_WANTED = sa.or_(
    several.one_of(quotas.c.subject),
    sa.and_(quotas.c.subject >= "plan:", quotas.c.subject < "plan;"),
)
_OF = (
    sa.select(
        quotas.c.subject, quotas.c.is_unlimited, limits.c.unit, limits.c.window, limits.c.amount
    )
    .join(limits, limits.c.subject == quotas.c.subject, isouter=True)
    .where(_WANTED)
    .order_by(quotas.c.subject, limits.c.unit, limits.c.window)
)
