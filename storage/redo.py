"""The last answer of a place, and those that took the place of others."""

import sqlalchemy as sa

from storage import history
from storage.records import ANSWERED, Place, ReplyState, Turn
from storage.tables import conversations, jobs, messages, replies


def last(connection: sa.Connection, place: Place, besides: int) -> Turn | None:
    """What was last dealt with in the open conversation of a place, `besides` one update.

    Nothing that was replaced, and no attempt to replace that failed.
    """
    where = {"chat": place.chat_id, "thread": place.thread_id or 0, "besides": besides}
    row = connection.execute(_LAST, where).first()
    if row is None:
        return None
    return Turn(
        update_id=row.update_id,
        user_id=row.user_id,
        message=history.question(connection, row.update_id),
        state=ReplyState(row.state),
        message_ids=tuple(row.message_ids),
        asked_ids=tuple(row.asked_ids or ()),
        asked_words=tuple(row.asked_words or ()),
    )


def asked_by(connection: sa.Connection, update_id: int) -> tuple[int, ...]:
    """The messages that ask what an update asks, if that was taken on before."""
    rows = connection.execute(_ASKED_BY, {"update": update_id})
    return next((tuple(asked) for (asked,) in rows if asked), ())


def messages_of(connection: sa.Connection, update_id: int | None) -> list[int]:
    """Where the reply to an update appears."""
    if update_id is None:
        return []
    return list(connection.execute(_WHERE, {"update": update_id}).scalar_one())


def replaced_by(updates: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    """The updates with an answer whose place others were to take."""
    replacing = sa.select(replies.c.replaces).where(
        replies.c.update_id.in_(updates), replies.c.replaces.is_not(None)
    )
    return sa.select(replies.c.update_id).where(
        replies.c.update_id.in_(replacing), replies.c.state.in_(ANSWERED), replies.c.text != ""
    )


_later = replies.alias("later")
_LAST = (
    sa.select(replies)
    .join(conversations, conversations.c.id == replies.c.conversation_id)
    .where(
        conversations.c.chat_id == sa.bindparam("chat"),
        conversations.c.thread_id == sa.bindparam("thread"),
        conversations.c.ended_ms.is_(None),
        replies.c.update_id != sa.bindparam("besides"),
        sa.or_(replies.c.state != ReplyState.FAILED, replies.c.replaces.is_(None)),
        sa.exists().where(messages.c.update_id == replies.c.update_id, messages.c.role == "user"),
        ~sa.exists().where(
            _later.c.replaces == replies.c.update_id,
            _later.c.update_id != sa.bindparam("besides"),
            _later.c.state != ReplyState.FAILED,
        ),
    )
    .order_by(replies.c.id.desc())
    .limit(1)
)
_ASKED_BY = sa.union_all(
    sa.select(replies.c.asked_ids).where(replies.c.update_id == sa.bindparam("update")),
    sa.select(jobs.c.asked_ids).where(jobs.c.update_id == sa.bindparam("update")),
)
_WHERE = sa.select(replies.c.message_ids).where(replies.c.update_id == sa.bindparam("update"))
