"""Everyone who wrote to the bot, some at a time, with what they spent."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from storage import people, stats, totals
from storage.money import Unit
from storage.records import Person
from storage.tables import people as known_people


class Order(StrEnum):
    """Who comes first."""

    SPEND = "spend"
    NAME = "name"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Someone, and what they spent."""

    person: Person
    requests: int
    nanos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of all who are meant; `number` counts from 0."""

    entries: tuple[Entry, ...]
    number: int
    pages: int
    total: int


def page(connection: sa.Connection, number: int, order: Order, *, since_ms: int, size: int) -> Page:
    """One page of everyone, with what they spent since then; beyond the end: the last page."""
    ids = _in_order(connection, order, since_ms)
    pages = max(1, -(-len(ids) // size))
    number = min(number, pages - 1)
    listed = known(connection, ids[number * size : (number + 1) * size])
    return Page(
        entries=_entries(connection, listed.values(), since_ms),
        number=number,
        pages=pages,
        total=len(ids),
    )


def found(connection: sa.Connection, who: str, *, since_ms: int, most: int) -> Page:
    """The first `most` of those whom a name, @username or id may mean."""
    meant = people.find(connection, who)
    entries = _entries(connection, meant[:most], since_ms)
    return Page(entries=entries, number=0, pages=1, total=len(meant))


def known(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Person]:
    """Those of these whom the bot knows, by id."""
    persons = (people.known(connection, user_id) for user_id in ids)
    return {person.user_id: person for person in persons if person is not None}


def _in_order(connection: sa.Connection, order: Order, since_ms: int) -> list[int]:
    """Everyone's id; SQLite itself knows no order of letters but that of a to z."""
    rows = connection.execute(_EVERYONE).all()
    if order is Order.NEW:
        return [row.user_id for row in rows]
    by_name = [row.user_id for row in sorted(rows, key=lambda row: str(row.name).casefold())]
    if order is Order.NAME:
        return by_name
    spent = stats.spendings(connection, "user", since_ms)
    rank = {int(each.name): place for place, each in enumerate(spent)}
    return sorted(by_name, key=lambda user_id: rank.get(user_id, len(rank)))


def _entries(
    connection: sa.Connection, persons: Iterable[Person], since_ms: int
) -> tuple[Entry, ...]:
    def spent(person: Person, unit: Unit) -> int:
        return totals.since(connection, f"user:{person.user_id}", unit, since_ms)

    return tuple(
        Entry(person=each, requests=spent(each, Unit.REQUESTS), nanos=spent(each, Unit.USD))
        for each in persons
    )


_EVERYONE = sa.select(known_people.c.user_id, known_people.c.name).order_by(
    known_people.c.first_seen_ms.desc(), known_people.c.user_id.desc()
)
