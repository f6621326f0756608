"""People who ask for more than their limit allows, until an admin has decided."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import audit, grants, limits
from storage.clock import now_ms
from storage.grants import Gift
from storage.money import Limit, Quota, Unit, Verdict, Window
from storage.records import Ask, Place
from storage.tables import asks


def ask(connection: sa.Connection, wish: Ask) -> tuple[int, bool]:
    """Write down what someone asks for: its number, and whether they had not asked yet."""
    row = {
        "user_id": wish.user_id,
        "chat_id": wish.place.chat_id,
        "thread_id": wish.place.thread_id or 0,
        "subject": wish.subject,
        "unit": wish.unit,
        "window": wish.window,
        "verdict": Verdict.OPEN,
        "asked_ms": now_ms(),
    }
    is_new = connection.execute(insert(asks).on_conflict_do_nothing(), row).rowcount == 1
    same = [asks.c[name] == row[name] for name in ("user_id", "subject", "unit", "window")]
    query = sa.select(asks.c.id).where(*same, asks.c.verdict == Verdict.OPEN)
    return int(connection.execute(query).scalar_one()), is_new


def find(connection: sa.Connection, number: int) -> Ask | None:
    """What someone asked for."""
    row = connection.execute(sa.select(asks).where(asks.c.id == number)).first()
    return None if row is None else _ask(row)


def forget(connection: sa.Connection, number: int) -> None:
    """Take back what someone asked for, since nobody could be told."""
    connection.execute(sa.delete(asks).where(asks.c.id == number))


def decide(
    connection: sa.Connection, number: int, verdict: Verdict, *, by: int, given: Limit | Gift | None
) -> bool:
    """Decide on what someone asked for, and give it; False where it was decided already."""
    changed = connection.execute(
        sa.update(asks)
        .where(asks.c.id == number, asks.c.verdict == Verdict.OPEN)
        .values(verdict=verdict, decided_by=by, decided_ms=now_ms())
    )
    wish = find(connection, number)
    if wish is None or not changed.rowcount:
        return False
    audit.note(connection, by, "ask", f"user:{wish.user_id}", before="", after=verdict)
    match given:
        case Limit():
            limits.allow(connection, given.subject, Quota(limits=(given,)), by=by)
        case Gift():
            grants.give(connection, given, by=by)
    return True


def _ask(row: sa.Row[tuple[int]]) -> Ask:
    return Ask(
        id=row.id,
        user_id=row.user_id,
        place=Place(chat_id=row.chat_id, thread_id=row.thread_id or None),
        subject=row.subject,
        unit=Unit(row.unit),
        window=Window(row.window),
        verdict=Verdict(row.verdict),
    )
