"""Who wrote to the bot, and what they may do."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit
from storage.clock import now_ms
from storage.records import Person, Standing
from storage.tables import people, preferences

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
    if (row.name, row.username, row.language) != (person.name, person.username, person.language):
        connection.execute(
            sa.update(people).where(people.c.user_id == person.user_id).values(**_names(person))
        )
    return replace(
        _person(row),
        name=person.name,
        username=person.username,
        language=row.chosen or person.language,
    )


def known(connection: sa.Connection, user_id: int) -> Person | None:
    """Someone as they were last seen."""
    row = connection.execute(_KNOWN, {"user": user_id}).first()
    return None if row is None else _person(row)


def is_id(text: str) -> bool:
    """Whether a text can be someone's id."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def find(connection: sa.Connection, who: str) -> list[Person]:
    """People of this id or @username, or else of this name, whole or in part.

    Several, where a username went from one to another, or a name is that of many.
    """
    if is_id(who):
        return _people(connection, people.c.user_id == int(who))
    if who.startswith("@"):
        return _people(connection, people.c.handle == who.lstrip("@").lower())
    return _called(connection, who)


def waiting(connection: sa.Connection) -> list[Person]:
    """People who have asked to be let in, first come first."""
    return _people(connection, people.c.standing == Standing.ASKED)


def stand(connection: sa.Connection, user_id: int, standing: Standing) -> None:
    """Set what a person may do."""
    connection.execute(
        sa.update(people).where(people.c.user_id == user_id).values(standing=standing)
    )


def on_plans(connection: sa.Connection) -> dict[str, int]:
    """How many people are on each plan, of those who were put on one."""
    query = sa.select(people.c.plan, sa.func.count()).where(people.c.plan.is_not(None))
    rows = connection.execute(query.group_by(people.c.plan)).all()
    return {row.plan: row[1] for row in rows}


def put_on(connection: sa.Connection, user_id: int, plan: str, *, by: int) -> None:
    """Put someone on a plan."""
    person = known(connection, user_id)
    if person is not None and person.plan != plan:
        connection.execute(sa.update(people).where(people.c.user_id == user_id).values(plan=plan))
        before = person.plan or "default"
        audit.note(connection, by, "plan", f"user:{user_id}", before=before, after=plan)


def decide(
    connection: sa.Connection, user_id: int, standing: Standing, *, by: int
) -> Person | None:
    """Let an admin set how someone stands; returns how they stood, None if nobody knows them."""
    person = known(connection, user_id)
    if person is not None and person.standing is not standing:
        stand(connection, user_id, standing)
        subject = f"user:{user_id}"
        audit.note(connection, by, "access", subject, before=person.standing, after=standing)
    return person


def _called(connection: sa.Connection, name: str) -> list[Person]:
    """People whose name or username is this, or else holds it; SQLite lowers no letter beyond z."""
    wanted = name.casefold()
    query = _EVERYONE.order_by(people.c.first_seen_ms, people.c.user_id)
    everyone = [(row, row.name.casefold()) for row in connection.execute(query)]
    near = [row for row, called in everyone if wanted and wanted in called]
    whole = [row for row, called in everyone if wanted in {called, row.handle}]
    return [_person(row) for row in whole or near]


def _people(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Person]:
    query = _EVERYONE.where(where).order_by(people.c.first_seen_ms, people.c.user_id)
    return [_person(row) for row in connection.execute(query)]


def let_back(
    connection: sa.Connection, user_id: int, *, otherwise: Standing, by: int
) -> Person | None:
    """Undo that someone is shut out: a member is one again; returns how they stood, as `decide`."""
    person = known(connection, user_id)
    if person is None or person.standing is not Standing.REFUSED:
        return person
    was = audit.latest(connection, f"user:{user_id}", "access", after=Standing.REFUSED)
    standing = Standing.MEMBER if was == Standing.MEMBER else otherwise
    return decide(connection, user_id, standing, by=by)


def _names(person: Person) -> dict[str, object]:
    return {
        "user_id": person.user_id,
        "name": person.name[:140],
        "username": person.username,
        "handle": person.username and person.username.lower(),
        "language": person.language,
    }


def _person(row: sa.Row[Any]) -> Person:
    return Person(
        user_id=row.user_id,
        name=row.name,
        username=row.username,
        standing=Standing(row.standing),
        plan=row.plan,
        language=row.chosen or row.language,
    )


_CHOSEN = (preferences.c.user_id == people.c.user_id) & (preferences.c.name == "language")
_EVERYONE = sa.select(people, preferences.c.value.label("chosen")).outerjoin_from(
    people, preferences, _CHOSEN
)
_KNOWN = _EVERYONE.where(people.c.user_id == sa.bindparam("user"))
