"""The groups in which the bot was spoken to, so that admins need no ids for them."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import people
from storage.clock import now_ms
from storage.records import Person
from storage.tables import groups


def meet(connection: sa.Connection, chat_id: int, title: str, person: Person) -> Person:
    """Remember a group under its title of today, and who speaks in it; and say how they stand."""
    row = connection.execute(_KNOWN, {"chat": chat_id}).first()
    if row is None or row.title != title:
        new = insert(groups).values(chat_id=chat_id, title=title, first_seen_ms=now_ms())
        connection.execute(
            new.on_conflict_do_update(index_elements=["chat_id"], set_={"title": title})
        )
    return people.meet(connection, person)


def named(connection: sa.Connection, chat_id: int) -> str | None:
    """What a group is called."""
    row = connection.execute(_KNOWN, {"chat": chat_id}).first()
    return None if row is None else str(row.title)


def everyone(connection: sa.Connection) -> list[tuple[int, str]]:
    """Each group, by title."""
    query = sa.select(groups.c.chat_id, groups.c.title).order_by(groups.c.title, groups.c.chat_id)
    return [(row.chat_id, row.title) for row in connection.execute(query)]


_KNOWN = sa.select(groups.c.title).where(groups.c.chat_id == sa.bindparam("chat"))
