"""Pictures that the model was not sure about, until an admin has decided whether they are fine."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit
from storage.clock import now_ms
from storage.records import Place
from storage.tables import cases, images, message_images, messages


class Finding(StrEnum):
    """What is decided about a picture."""

    OPEN = "open"
    FIT = "fit"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Pictures that someone asked about, by the update that asked; and what became of it.

    `is_known` says whether an admin was told.
    """

    id: int = 0
    update_id: int
    user_id: int
    place: Place
    is_known: bool = False
    finding: Finding = Finding.OPEN


def bring(connection: sa.Connection, case: Case) -> Case:
    """Write a case down; one of the same question stays as it is."""
    row = {
        "update_id": case.update_id,
        "user_id": case.user_id,
        "chat_id": case.place.chat_id,
        "thread_id": case.place.thread_id or 0,
        "is_known": False,
        "finding": Finding.OPEN,
        "opened_ms": now_ms(),
    }
    connection.execute(insert(cases).on_conflict_do_nothing(), row)
    query = sa.select(cases).where(cases.c.update_id == case.update_id)
    return _case(connection.execute(query).one())


def known(connection: sa.Connection, number: int) -> None:
    """Note that an admin was told of a case."""
    connection.execute(sa.update(cases).where(cases.c.id == number).values(is_known=True))


def find(connection: sa.Connection, number: int) -> Case | None:
    """A case by its number."""
    row = connection.execute(sa.select(cases).where(cases.c.id == number)).first()
    return None if row is None else _case(row)


def pictures(connection: sa.Connection, case: Case) -> list[bytes]:
    """The pictures of a case, as far as they are still here."""
    query = (
        sa.select(images.c.data)
        .join(message_images, message_images.c.sha256 == images.c.sha256)
        .join(messages, messages.c.id == message_images.c.message_id)
        .where(messages.c.update_id == case.update_id, messages.c.role == "user")
        .order_by(message_images.c.position)
    )
    return list(connection.execute(query).scalars())


def decide(
    connection: sa.Connection, number: int, finding: Finding, *, by: int, update_id: int
) -> Case | None:
    """Decide a case; None where another has, the same update may be run again."""
    changed = connection.execute(
        sa.update(cases)
        .where(cases.c.id == number, cases.c.finding == Finding.OPEN)
        .values(finding=finding, decided_by=by, decided_in=update_id, decided_ms=now_ms())
    )
    query = sa.select(cases).where(cases.c.id == number, cases.c.decided_in == update_id)
    row = connection.execute(query).first()
    if row is not None and changed.rowcount:
        subject = f"user:{row.user_id}"
        audit.note(connection, by, "picture", subject, before="", after=finding)
    return None if row is None else _case(row)


def _case(row: sa.Row[tuple[int]]) -> Case:
    return Case(
        id=row.id,
        update_id=row.update_id,
        user_id=row.user_id,
        place=Place(chat_id=row.chat_id, thread_id=row.thread_id or None),
        is_known=row.is_known,
        finding=Finding(row.finding),
    )
