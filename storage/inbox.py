"""Updates, from the moment they are received until they have been dealt with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.clock import now_ms
from storage.records import Incoming, ReplyState
from storage.tables import inbox, replies

# More than what somebody sends at once, and what others say meanwhile.
MOST_BEHIND = 120


def add(connection: sa.Connection, updates: Sequence[Incoming]) -> None:
    """Keep updates; one that is here already stays as it is."""
    now = now_ms()
    rows = [
        {
            "update_id": update.update_id,
            "lane": update.lane,
            "payload": update.payload,
            "album": update.album,
            "state": "new",
            "attempt": 1,
            "starts": 0,
            "received_ms": now,
        }
        for update in updates
    ]
    connection.execute(insert(inbox).on_conflict_do_nothing(), rows)


def take(connection: sa.Connection, lane: str, finished: Sequence[Incoming] = ()) -> list[Incoming]:
    """Finish updates, where some are named, and take the lane's next: together or not at all.

    What waits behind the next comes with it.
    """
    finish(connection, finished)
    return [_incoming(row) for row in connection.execute(_NEXT, {"lane": lane})]


def behind(connection: sa.Connection, first: Incoming) -> list[Incoming]:
    """What waits in a lane behind an update."""
    where = {"lane": first.lane, "after": first.update_id}
    return [_incoming(row) for row in connection.execute(_BEHIND, where)]


def again(connection: sa.Connection, taken: Sequence[Incoming]) -> list[Incoming]:
    """Count another attempt at updates."""
    for update in taken:
        connection.execute(_TRY, {"taken": update.update_id})
    return [replace(update, attempt=update.attempt + 1) for update in taken]


def finish(connection: sa.Connection, updates: Sequence[Incoming], state: str = "done") -> None:
    """Close updates as `done` or `dead`; what they said is not kept."""
    now = now_ms()
    for update in updates:
        connection.execute(_FINISH, {"closed": update.update_id, "as": state, "at": now})
        connection.execute(_DELIVER, {"closed": update.update_id, "at": now})


def resume(connection: sa.Connection, most: int) -> list[str]:
    """Each lane with something to do at start; what waits there counts as tried once more.

    So no attempt needs a transaction of its own: what is waiting now may have been under way. Only
    the first of a lane can have ended the program, so that only its starts are counted; from `most`
    on only those at which it is taken up (`suspect`). The lanes with the fewest come first.
    """
    connection.execute(_TRIED)
    connection.execute(_STARTED, {"most": most})
    return list(connection.execute(_LANES).scalars())


def suspect(connection: sa.Connection, update: Incoming) -> bool:
    """Count that an update was taken up: if the program ends now, that may be its doing.

    False if it does not wait in this lane any more.
    """
    return bool(
        connection.execute(_SUSPECT, {"taken": update.update_id, "in": update.lane}).rowcount
    )


def acquit(connection: sa.Connection) -> None:
    """Take note that the program came to a clean end: nothing that waits ended it."""
    connection.execute(_ACQUIT)


def forget(connection: sa.Connection, before_ms: int, most: int) -> int:
    """Forget updates that were dealt with before then, the oldest first; says how many.

    Their numbers are what a repetition is known by, so that must be too long ago for one.
    """
    where = {"before": before_ms, "most": most}
    return connection.execute(_FORGET, where).rowcount


def waiting(connection: sa.Connection) -> int:
    """How many updates have not been dealt with."""
    return int(connection.execute(_COUNT).scalar_one())


def _incoming(row: sa.Row[Any]) -> Incoming:
    return Incoming(
        row.update_id,
        row.lane,
        row.payload,
        row.album,
        row.attempt,
        row.starts,
        row.received_ms,
    )


# Built once: putting a statement together costs more than running it.
_WAITING = sa.select(inbox).where(inbox.c.lane == sa.bindparam("lane"), inbox.c.state == "new")
_NEXT = _WAITING.order_by(inbox.c.update_id).limit(1 + MOST_BEHIND)
_BEHIND = _NEXT.where(inbox.c.update_id > sa.bindparam("after")).limit(MOST_BEHIND)
_COUNT = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state == "new")
_TRIED = sa.update(inbox).where(inbox.c.state == "new").values(attempt=inbox.c.attempt + 1)
_firsts = (
    sa.select(sa.func.min(inbox.c.update_id)).where(inbox.c.state == "new").group_by(inbox.c.lane)
)
_LANES = sa.select(inbox.c.lane).where(inbox.c.update_id.in_(_firsts)).order_by(inbox.c.starts)
_COUNTED = sa.update(inbox).values(starts=inbox.c.starts + 1)
_STARTED = _COUNTED.where(inbox.c.update_id.in_(_firsts), inbox.c.starts < sa.bindparam("most"))
_ACQUIT = sa.update(inbox).where(inbox.c.state == "new", inbox.c.starts > 0).values(starts=0)
_SUSPECT = _COUNTED.where(
    inbox.c.update_id == sa.bindparam("taken"),
    inbox.c.lane == sa.bindparam("in"),
    inbox.c.state == "new",
)
_TRY = _TRIED.where(inbox.c.update_id == sa.bindparam("taken"))
_FINISH = (
    sa.update(inbox)
    .where(inbox.c.update_id == sa.bindparam("closed"))
    .values(state=sa.bindparam("as"), finished_ms=sa.bindparam("at"), payload="")
)
_old = (
    sa.select(inbox.c.update_id)
    .where(inbox.c.finished_ms < sa.bindparam("before"))
    .order_by(inbox.c.finished_ms)
    .limit(sa.bindparam("most"))
)
_FORGET = sa.delete(inbox).where(inbox.c.update_id.in_(_old))
_DELIVER = (
    sa.update(replies)
    .where(replies.c.update_id == sa.bindparam("closed"), replies.c.state == ReplyState.READY)
    .values(state=ReplyState.DELIVERED, updated_ms=sa.bindparam("at"))
)
