"""Who wrote to the bot, and what they may do."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit
from storage.clock import now_ms
from storage.records import Person, Standing
from storage.tables import people

# Ids have at most 52 significant bits (core.telegram.org/bots/api, User).
LONGEST_ID = 16


def meet(connection: sa.Connection, person: Person) -> Person:
    """Remember a person as they call themselves today, and say how they stand."""
    row = connection.execute(_KNOWN, {"user": person.user_id}).first()
    if row is None:
        connection.execute(
            insert(people).values(
                first_seen_ms=now_ms(), standing=person.standing, **_names(person)
            )
        )
        return person
    if (row.name, row.username) != (person.name, person.username):
        connection.execute(
            sa.update(people).where(people.c.user_id == person.user_id).values(**_names(person))
        )
    return _person(row, name=person.name, username=person.username)


def is_id(text: str) -> bool:
    """Whether a text can be someone's id."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def find(connection: sa.Connection, who: str) -> list[Person]:
    """People of this id or @username; several, where a name went from one to another."""
    where = (
        people.c.user_id == int(who) if is_id(who) else people.c.handle == who.lstrip("@").lower()
    )
    query = sa.select(people).where(where).order_by(people.c.first_seen_ms)
    return [_person(row, row.name, row.username) for row in connection.execute(query)]


def waiting(connection: sa.Connection) -> list[Person]:
    """People who have asked to be let in, first come first."""
    query = sa.select(people).where(people.c.standing == Standing.ASKED)
    found = connection.execute(query.order_by(people.c.first_seen_ms))
    return [_person(row, row.name, row.username) for row in found]


def stand(connection: sa.Connection, user_id: int, standing: Standing) -> None:
    """Set what a person may do."""
    connection.execute(
        sa.update(people).where(people.c.user_id == user_id).values(standing=standing)
    )


def decide(
    connection: sa.Connection, user_id: int, standing: Standing, *, by: int
) -> Person | None:
    """Let an admin set how someone stands; returns how they stood, None if nobody knows them."""
    known = next(iter(find(connection, str(user_id))), None)
    if known is not None and known.standing is not standing:
        stand(connection, user_id, standing)
        audit.note(
            connection, by, "access", f"user:{user_id}", before=known.standing, after=standing
        )
    return known


def _names(person: Person) -> dict[str, object]:
    return {
        "user_id": person.user_id,
        "name": person.name[:140],
        "username": person.username,
        "handle": person.username and person.username.lower(),
    }


def _person(row: sa.Row[Any], name: str, username: str | None) -> Person:
    return Person(
        user_id=row.user_id, name=name, username=username, standing=Standing(row.standing)
    )


_KNOWN = sa.select(people).where(people.c.user_id == sa.bindparam("user"))
