"""What was spent: a row a question, reserved before the model is asked and settled after."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.clock import now_ms
from storage.records import Cost, Question, Settlement, Unit
from storage.tables import ledger

COLUMNS = {
    Unit.REQUESTS: ledger.c.requests,
    Unit.TOKENS: ledger.c.tokens,
    Unit.IMAGES: ledger.c.images,
    Unit.USD: ledger.c.nanos,
}


def spent(connection: sa.Connection, subject: str, unit: Unit, since_ms: int | None) -> int:
    """How much a subject has used since then, what is reserved included."""
    kind, _, name = subject.partition(":")
    where = {"whose": int(name or 0), "since": since_ms or 0}
    return int(connection.execute(_SPENT[kind, unit], where).scalar_one())


def reserve(connection: sa.Connection, question: Question, cost: Cost) -> None:
    """Hold the worst case of a question until it is settled."""
    held = {
        "update_id": question.update_id,
        "user_id": question.user_id,
        "chat_id": question.place.chat_id,
        "endpoint": question.endpoint,
        "model": question.model,
        "created_ms": now_ms(),
        **_amounts(cost),
    }
    connection.execute(_RESERVE, held)


def settle(connection: sa.Connection, update_id: int, settlement: Settlement) -> None:
    """Replace a reservation by what the provider billed."""
    usage = settlement.usage
    billed = {
        "of_update": update_id,
        "prompt_tokens": usage.prompt,
        "cached_tokens": usage.cached,
        "cache_written_tokens": usage.cache_written,
        "completion_tokens": usage.completion,
        "is_estimated": usage.is_estimated,
        "price": settlement.price,
        "settled_ms": now_ms(),
        **_amounts(settlement.cost),
    }
    connection.execute(_SETTLE, billed)


def release(connection: sa.Connection, updates: sa.Select[tuple[int]]) -> None:
    """Give reservations back: nothing was billed."""
    connection.execute(
        sa.update(ledger)
        .where(ledger.c.update_id.in_(updates), ledger.c.state == "reserved")
        .values(state="released", settled_ms=now_ms(), **_amounts(Cost(requests=0)))
    )


def _amounts(cost: Cost) -> dict[str, int | None]:
    return {
        "requests": cost.requests,
        "tokens": cost.tokens,
        "images": cost.images,
        "nanos": cost.nanos,
    }


# Built once: putting a statement together costs more than running it.
_WHOSE = {
    "user": ledger.c.user_id == sa.bindparam("whose"),
    "group": ledger.c.chat_id == sa.bindparam("whose"),
    "bot": sa.true(),
}
_SPENT = {
    (kind, unit): sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(
        whose, ledger.c.created_ms >= sa.bindparam("since")
    )
    for kind, whose in _WHOSE.items()
    for unit, column in COLUMNS.items()
}
_NOTHING = {
    "state": "reserved",
    "prompt_tokens": 0,
    "cached_tokens": 0,
    "cache_written_tokens": 0,
    "completion_tokens": 0,
    "is_estimated": False,
}
_HELD = insert(ledger).values(_NOTHING)
_RESERVE = _HELD.on_conflict_do_update(
    index_elements=["update_id"],
    set_={
        name: _HELD.excluded[name]
        for name in ("state", "created_ms", "requests", "tokens", "images", "nanos")
    },
)
_SETTLE = (
    sa.update(ledger).where(ledger.c.update_id == sa.bindparam("of_update")).values(state="settled")
)
