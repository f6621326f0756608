"""Who changed what, and when."""

from dataclasses import dataclass

import sqlalchemy as sa

from storage.clock import now_ms
from storage.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change: who made it, when, to whose limits or standing, from what to what."""

    id: int
    at_ms: int
    actor: int
    action: str
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries, newest first.

    `newer` and `older` say before which entry the pages beside this one begin, 0 for the newest
    page; None where there is no such page.
    """

    entries: tuple[Entry, ...] = ()
    newer: int | None = None
    older: int | None = None


def note(  # noqa: PLR0913 - who, what, on whom, from, to: that is what an entry is
    connection: sa.Connection, actor: int, action: str, subject: str, *, before: str, after: str
) -> None:
    """Write down a change in the transaction that makes it."""
    connection.execute(
        sa.insert(audit).values(
            at_ms=now_ms(),
            actor=actor,
            action=action,
            subject=subject,
            before=before,
            after=after,
        )
    )


def entries(
    connection: sa.Connection, before: int = 0, *, subject: str | None = None, most: int
) -> Page:
    """The newest entries, or those older than number `before`; about one subject, or about all."""
    about = sa.true() if subject is None else audit.c.subject == subject
    is_older = audit.c.id < before if before else sa.true()
    query = sa.select(audit).where(about, is_older).order_by(audit.c.id.desc()).limit(most + 1)
    rows = connection.execute(query).all()
    shown = tuple(Entry(**row._mapping) for row in rows[:most])  # noqa: SLF001 - that is SQLAlchemy's name for it
    top = shown[0].id if shown else before - 1
    return Page(
        entries=shown,
        newer=_newer(connection, top, about, most) if before else None,
        older=shown[-1].id if len(rows) > most else None,
    )


def _newer(
    connection: sa.Connection, top: int, about: sa.ColumnElement[bool], most: int
) -> int | None:
    """Before which entry the page begins that ends right above entry number `top`."""
    query = sa.select(audit.c.id).where(about, audit.c.id > top).order_by(audit.c.id)
    above = connection.execute(query.limit(most + 1)).scalars().all()
    if not above:
        return None
    return above[most] if len(above) > most else 0


def latest(connection: sa.Connection, subject: str, action: str, *, after: str) -> str | None:
    """What was before the latest change of a subject to `after`."""
    query = (
        sa.select(audit.c.before)
        .where(audit.c.subject == subject, audit.c.action == action, audit.c.after == after)
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()
