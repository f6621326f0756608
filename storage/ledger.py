"""What was spent: a row a question, reserved before the model is asked and settled after.

Where several models had a look at it, each that was paid for has a row.

An attempt that came to nothing, though the provider may bill it, becomes a row of its own, `lost`:
it counts against the bot, and against nobody who asked.
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import grants, totals
from storage.clock import now_ms
from storage.money import NOTHING, Cost, Settlement, Spell, Unit
from storage.records import Admission, Question
from storage.tables import ledger


def spent(connection: sa.Connection, subject: str, unit: Unit, since_ms: int | None) -> int:
    """How much a subject has used since then: reserved or settled, without what was granted."""
    [used] = spent_each(connection, [(subject, unit, since_ms)])
    return used


def spent_each(connection: sa.Connection, wanted: Sequence[Spell]) -> list[int]:
    """How much each subject has used of a unit since some time."""
    summed = [spell for spell in wanted if totals.is_on_grid(spell[2] or 0)]
    used = dict(zip(summed, _summed(connection, summed), strict=True))
    return [used[spell] if spell in used else _row_by_row(connection, spell) for spell in wanted]


def _summed(connection: sa.Connection, spells: Sequence[Spell]) -> list[int]:
    """Sums out of the totals, by one statement for all."""
    if not spells:
        return []
    where: dict[str, str | int] = {}
    for place, (subject, _, since_ms) in enumerate(spells):
        where |= totals.bounds(subject, since_ms or 0, place)
    query = _spent(tuple(unit for _, unit, _ in spells))
    return [int(used) for used in connection.execute(query, where).one()]


def _row_by_row(connection: sa.Connection, spell: Spell) -> int:
    """A sum that the totals cannot tell."""
    subject, unit, since_ms = spell
    kind, _, name = subject.partition(":")
    where = {"of0": subject, "whose": int(name or 0), "since0": since_ms}
    return int(connection.execute(_RECENTLY[kind, unit], where).scalar_one())


def held(connection: sa.Connection, subject: str, unit: Unit) -> int:
    """How much of what a subject has used is only reserved."""
    kind, _, name = subject.partition(":")
    return int(connection.execute(_HELD[kind, unit], {"whose": int(name or 0)}).scalar_one())


def reserve(connection: sa.Connection, question: Question, admission: Admission) -> None:
    """Hold the worst case of a question until it is settled."""
    row = {
        "update_id": question.update_id,
        "number": 0,
        "user_id": question.user_id,
        "chat_id": question.place.chat_id,
        "is_guest": admission.is_guest,
        "endpoint": question.endpoint,
        "model": question.model,
        "state": "reserved",
        "created_ms": admission.at_ms,
        **_amounts(admission.reserved),
    }
    connection.execute(_RESERVE, row)
    totals.add(connection, _subjects(row), admission.at_ms, admission.reserved)
    grants.draw(connection, question.update_id, admission.draws, admission.at_ms)


def settle(
    connection: sa.Connection,
    update_id: int,
    settlement: Settlement,
    before: Sequence[Settlement] = (),
) -> None:
    """Replace a reservation by what the provider billed, `before` for looks before the answer's."""
    row = connection.execute(_RESERVED, {"of_update": update_id}).one()
    if row.is_drawn:
        billed = reduce(_together, (each.cost for each in before), settlement.cost)
        grants.give_back(connection, update_id, _cost(row), billed)
    _change(connection, row, settlement.cost, "settled", **_counted(settlement))
    for each in before:
        _add(connection, row, each)


def _add(connection: sa.Connection, reserved: sa.Row[Any], bill: Settlement) -> None:
    """Write down another bill for a question, for the same to pay."""
    where = {"of_update": reserved.update_id}
    row = {
        **{name: getattr(reserved, name) for name in _OF_QUESTION},
        "number": connection.execute(_NEXT_NUMBER, where).scalar_one(),
        "state": "settled",
        "settled_ms": now_ms(),
        **_amounts(bill.cost),
        **_counted(bill),
    }
    connection.execute(sa.insert(ledger), row)
    totals.add(connection, _subjects(row), reserved.created_ms, bill.cost)


def release(connection: sa.Connection, updates: sa.Select[tuple[int]] | Sequence[int]) -> None:
    """Give reservations back: nothing was billed."""
    for row in connection.execute(_ALL_RESERVED.where(ledger.c.update_id.in_(updates))).all():
        grants.give_back(connection, row.update_id, _cost(row), NOTHING)
        _change(connection, row, NOTHING, "released")


def give_up(connection: sa.Connection, updates: sa.Select[tuple[int]] | Sequence[int]) -> None:
    """Count reservations as lost, whole: nobody knows what the provider has billed.

    The bot's own limits still hold then, and who asked pays for no answer that never came.
    """
    for row in connection.execute(_ALL_RESERVED.where(ledger.c.update_id.in_(updates))).all():
        grants.give_back(connection, row.update_id, _cost(row), NOTHING)
        number = connection.execute(_NEXT_NUMBER, {"of_update": row.update_id}).scalar_one()
        _change(connection, row, _cost(row), "lost", number=number, is_estimated=True)


def lose(connection: sa.Connection, question: Question, at_ms: int, bill: Settlement) -> None:
    """Write down what an attempt cost that came to nothing."""
    number = connection.execute(_NEXT_NUMBER, {"of_update": question.update_id}).scalar_one()
    row = {
        "update_id": question.update_id,
        "number": number,
        "user_id": question.user_id,
        "chat_id": question.place.chat_id,
        "is_guest": False,
        "endpoint": question.endpoint,
        "model": question.model,
        "state": "lost",
        "created_ms": at_ms,
        "settled_ms": now_ms(),
        **_amounts(bill.cost),
        **_counted(bill),
    }
    connection.execute(sa.insert(ledger), row)
    totals.add(connection, _subjects(row), at_ms, bill.cost)


def _change(
    connection: sa.Connection, row: sa.Row[Any], cost: Cost, state: str, **more: Any
) -> None:
    """Let a reserved row say something else, and the totals with it."""
    changed = {"state": state, "settled_ms": now_ms(), **_amounts(cost), **more}
    connection.execute(_CHANGE, {"row": row.id, **changed})
    before = dict(row._mapping)  # noqa: SLF001 - that is SQLAlchemy's name for it
    those, these = _subjects(before), _subjects(before | changed)
    if those == these:
        totals.add(connection, these, row.created_ms, _difference(cost, _cost(row)))
    else:
        totals.add(connection, those, row.created_ms, _difference(NOTHING, _cost(row)))
        totals.add(connection, these, row.created_ms, cost)


def _subjects(row: dict[str, Any]) -> list[str]:
    """Whom a row counts for."""
    everybody = ["bot", f"model:{row['model']}"]
    if row["state"] == "lost":
        return everybody
    group = [f"group:{row['chat_id']}"] if row["chat_id"] < 0 else []
    guests = ["guests"] if row["is_guest"] else []
    return [f"user:{row['user_id']}", *group, *guests, *everybody]


@lru_cache(maxsize=256)
def _spent(units: tuple[Unit, ...]) -> Any:
    return sa.select(
        *(totals.spent(unit, place) - grants.drawn(unit, place) for place, unit in enumerate(units))
    )


def _sum(unit: Unit) -> sa.Select[Any]:
    return sa.select(sa.func.coalesce(sa.func.sum(ledger.c[unit.column]), 0))


def _amounts(cost: Cost) -> dict[str, int | None]:
    return {unit.column: cost.of(unit) for unit in Unit}


def _cost(row: sa.Row[Any]) -> Cost:
    return Cost(requests=row.requests, tokens=row.tokens, images=row.images, nanos=row.nanos)


def _difference(cost: Cost, other: Cost) -> Cost:
    return Cost(
        requests=cost.requests - other.requests,
        tokens=cost.tokens - other.tokens,
        images=cost.images - other.images,
        nanos=(cost.nanos or 0) - (other.nanos or 0),
    )


def _together(cost: Cost, other: Cost) -> Cost:
    return Cost(
        requests=cost.requests + other.requests,
        tokens=cost.tokens + other.tokens,
        images=cost.images + other.images,
        nanos=(cost.nanos or 0) + (other.nanos or 0),
    )


def _counted(settlement: Settlement) -> dict[str, Any]:
    usage = settlement.usage
    by = {"model": settlement.model, "endpoint": settlement.endpoint}
    return {
        **{name: value for name, value in by.items() if value},
        "prompt_tokens": usage.prompt,
        "cached_tokens": usage.cached,
        "cache_written_tokens": usage.cache_written,
        "completion_tokens": usage.completion,
        "is_estimated": usage.is_estimated,
        "price": settlement.price,
    }


_OF_QUESTION = ("update_id", "user_id", "chat_id", "is_guest", "endpoint", "model", "created_ms")

# Built once: putting a statement together costs more than running it.
_PAYS = ledger.c.state != "lost"
# In so many letters, since SQLite must know it to choose the index of such rows.
_IS_RESERVED = ledger.c.state == sa.literal_column("'reserved'")
_WHOSE = {
    "user": sa.and_(ledger.c.user_id == sa.bindparam("whose"), _PAYS),
    "group": sa.and_(ledger.c.chat_id == sa.bindparam("whose"), _PAYS),
    "guests": sa.and_(ledger.c.is_guest, _PAYS),
    "bot": sa.true(),
}
# Not the bare parameter: SQLite would plan the statement anew for each value of it.
_IS_RECENT = ledger.c.created_ms >= sa.bindparam("since0") + 0
_RECENTLY = {
    (kind, unit): sa.select(
        _sum(unit).where(whose, _IS_RECENT).scalar_subquery() - grants.drawn(unit, 0)
    )
    for kind, whose in _WHOSE.items()
    for unit in Unit
}
# Few rows are reserved, and a subject may have many: a sum cannot be looked up by their index.
_WHOSE_HELD = _WHOSE | {
    "user": sa.and_(ledger.c.user_id + 0 == sa.bindparam("whose"), _PAYS),
    "group": sa.and_(ledger.c.chat_id + 0 == sa.bindparam("whose"), _PAYS),
}
_HELD = {
    (kind, unit): _sum(unit).where(whose, _IS_RESERVED)
    for kind, whose in _WHOSE_HELD.items()
    for unit in Unit
}
_ALL_RESERVED = sa.select(ledger).where(_IS_RESERVED)
_RESERVED = sa.select(ledger, grants.IS_DRAWN.label("is_drawn")).where(
    ledger.c.update_id == sa.bindparam("of_update"), ledger.c.number == 0
)
_CHANGE = sa.update(ledger).where(ledger.c.id == sa.bindparam("row"))
_NEXT_NUMBER = sa.select(sa.func.coalesce(sa.func.max(ledger.c.number), 0) + 1).where(
    ledger.c.update_id == sa.bindparam("of_update")
)
_NEW = insert(ledger).values(
    prompt_tokens=0,
    cached_tokens=0,
    cache_written_tokens=0,
    completion_tokens=0,
    is_estimated=False,
)
# A question that failed may be asked again, by an update that is dealt with once more.
_RESERVE = _NEW.on_conflict_do_update(
    index_elements=["update_id", "number"],
    set_={
        name: _NEW.excluded[name]
        for name in (
            *("state", "created_ms", "is_guest", "model", "endpoint"),
            *(unit.column for unit in Unit),
        )
    },
)
