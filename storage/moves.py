"""A group that became a supergroup: under its new number it is the same one."""

import json
from typing import Any

import sqlalchemy as sa

from storage.clock import now_ms
from storage.tables import (
    asks,
    audit,
    choices,
    conversations,
    grants,
    groups,
    inbox,
    jobs,
    ledger,
    limits,
    notices,
    quotas,
    replies,
    totals,
)

# Where it is a part of the key, and the rest of the key: what is set under the new number stays.
KEYED: dict[sa.Table, tuple[str, ...]] = {
    quotas: (),
    limits: ("unit", "window"),
    notices: ("unit", "window", "began_ms", "percent", "amount"),
}
SUMMED = ("requests", "tokens", "images", "nanos")
KINDS = ("message", "edited_message")


def move(connection: sa.Connection, old: int, new: int) -> list[str]:
    """Let all that is known of a chat be known of another; returns the lanes that wait there.

    What it has been asked and not answered is asked there. It is harmless to do it twice.
    """
    was, becomes = f"group:{old}", f"group:{new}"
    _move_conversations(connection, old, new)
    _move_choices(connection, old, new)
    _move_totals(connection, was, becomes)
    for table, key in KEYED.items():
        _move_keyed(connection, table, key, was, becomes)
    for table in (grants, asks, audit):
        _rename(connection, table.c.subject, was, becomes)
    for column in (ledger.c.chat_id, asks.c.chat_id):
        _rename(connection, column, old, new)
    _move_title(connection, old, new)
    _move_jobs(connection, old, new)
    return [_moved(connection, row, old, new) for row in _waiting(connection, old)]


def _move_conversations(connection: sa.Connection, old: int, new: int) -> None:
    """One goes on, unless another has been begun there."""
    there = sa.select(conversations.c.thread_id).where(
        conversations.c.chat_id == new, conversations.c.ended_ms.is_(None)
    )
    connection.execute(
        sa.update(conversations)
        .where(
            conversations.c.chat_id == old,
            conversations.c.ended_ms.is_(None),
            conversations.c.thread_id.in_(there),
        )
        .values(ended_ms=now_ms())
    )
    _rename(connection, conversations.c.chat_id, old, new)


def _move_choices(connection: sa.Connection, old: int, new: int) -> None:
    """What was chosen there already stays."""
    there = sa.select(choices.c.thread_id).where(choices.c.chat_id == new)
    connection.execute(
        sa.delete(choices).where(choices.c.chat_id == old, choices.c.thread_id.in_(there))
    )
    _rename(connection, choices.c.chat_id, old, new)


def _move_totals(connection: sa.Connection, was: str, becomes: str) -> None:
    """What both have spent in the same span becomes one sum."""
    for row in connection.execute(sa.select(totals).where(totals.c.subject == was)).all():
        same = (totals.c.span == row.span, totals.c.began_ms == row.began_ms)
        more = {name: totals.c[name] + getattr(row, name) for name in SUMMED}
        there = sa.update(totals).where(totals.c.subject == becomes, *same).values(more)
        if connection.execute(there).rowcount:
            connection.execute(sa.delete(totals).where(totals.c.subject == was, *same))
    _rename(connection, totals.c.subject, was, becomes)


def _move_keyed(
    connection: sa.Connection, table: sa.Table, key: tuple[str, ...], was: str, becomes: str
) -> None:
    other = table.alias()
    is_there = sa.exists().where(
        other.c.subject == becomes, *(other.c[name] == table.c[name] for name in key)
    )
    connection.execute(sa.delete(table).where(table.c.subject == was, is_there))
    _rename(connection, table.c.subject, was, becomes)


def _move_title(connection: sa.Connection, old: int, new: int) -> None:
    is_there = sa.select(groups.c.chat_id).where(groups.c.chat_id == new)
    if connection.execute(is_there).first():
        connection.execute(sa.delete(groups).where(groups.c.chat_id == old))
    _rename(connection, groups.c.chat_id, old, new)


def _move_jobs(connection: sa.Connection, old: int, new: int) -> None:
    """What shows how far they are is not there."""
    mine = sa.update(jobs).where(jobs.c.chat_id == old)
    connection.execute(mine.values(chat_id=new, message_ids=[]))


def _rename(connection: sa.Connection, column: sa.Column[Any], old: object, new: object) -> None:
    connection.execute(sa.update(column.table).where(column == old).values({column.name: new}))


def _waiting(connection: sa.Connection, old: int) -> list[sa.Row[Any]]:
    lane = inbox.c.lane
    is_there = sa.or_(lane == str(old), *(lane.startswith(f"{old}{mark}") for mark in "#:"))
    return list(connection.execute(sa.select(inbox).where(inbox.c.state == "new", is_there)))


def _moved(connection: sa.Connection, row: sa.Row[Any], old: int, new: int) -> str:
    """Let a waiting update come from the new chat; the messages of the old one are not there."""
    update = json.loads(row.payload)
    messages = [update.get(kind) for kind in KINDS]
    messages.append((update.get("callback_query") or {}).get("message"))
    for message in filter(None, messages):
        message["chat"]["id"] = new
        message.pop("migrate_to_chat_id", None)
    lane = row.lane.replace(str(old), str(new), 1)
    where = inbox.c.update_id == row.update_id
    connection.execute(sa.update(inbox).where(where).values(lane=lane, payload=json.dumps(update)))
    mine = replies.c.update_id == row.update_id
    connection.execute(sa.update(replies).where(mine).values(message_ids=[]))
    return str(lane)
