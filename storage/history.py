"""What was said, in each chat and topic, since it was last begun afresh."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import shown
from storage.clock import now_ms
from storage.records import Image, Message, Place
from storage.tables import conversations, images, message_images, messages


def conversation(connection: sa.Connection, place: Place) -> sa.Row[Any, Any]:
    """The open conversation of a place, begun if there is none: its id and window_start."""
    where = {"chat": place.chat_id, "thread": place.thread_id or 0}
    return (
        connection.execute(_OPEN, where).first()
        or connection.execute(_BEGIN, {**where, "at": now_ms()}).one()
    )


def begin_afresh(connection: sa.Connection, place: Place) -> bool:
    """End a place's conversation; says whether anything had been said in it."""
    row = connection.execute(_OPEN, {"chat": place.chat_id, "thread": place.thread_id or 0}).first()
    if row is None:
        return False
    connection.execute(
        sa.update(conversations).where(conversations.c.id == row.id).values(ended_ms=now_ms())
    )
    return True


def said(connection: sa.Connection, conversation_id: int, since: int) -> tuple[Message, ...]:
    """The messages of a conversation from number `since` on, oldest first, without image data."""
    where = {"conversation": conversation_id, "since": since}
    rows = connection.execute(_SAID, where).all()
    seen: dict[int, list[Image]] = {}
    if any(row.image_count for row in rows):
        for row in connection.execute(_SEEN, where):
            seen.setdefault(row.message_id, []).append(shown.image(row))
    return tuple(
        Message(
            id=row.id,
            role=row.role,
            text=row.text,
            tokens=row.tokens,
            images=tuple(seen.get(row.id, ())),
        )
        for row in rows
    )


def forget_before(connection: sa.Connection, conversation_id: int, first: int) -> None:
    """Let the window of a conversation begin at message number `first`."""
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(window_start=first)
    )


def add(
    connection: sa.Connection,
    conversation_id: int,
    update_id: int,
    message: Message,
    user_id: int | None = None,
) -> Message:
    """Append a message with its images; one that is there already is shown again."""
    row = {
        "conversation_id": conversation_id,
        "update_id": update_id,
        "role": message.role,
        "user_id": user_id,
        "text": message.text,
        "tokens": message.tokens,
        "image_count": len(message.images),
        "is_hidden": False,
        "created_ms": now_ms(),
    }
    number = connection.execute(_ADD, row).scalar_one()
    for position, image in enumerate(message.images):
        shown.show(connection, number, position, image)
    return replace(message, id=number)


def hide(connection: sa.Connection, updates: Sequence[int] | sa.Select[tuple[int]]) -> None:
    """Leave questions that got no answer out of what the model is told from now on."""
    connection.execute(
        sa.update(messages).where(messages.c.update_id.in_(updates)).values(is_hidden=True)
    )


def take_back(connection: sa.Connection, updates: sa.Select[tuple[int]]) -> None:
    """Forget questions that are to be asked in other words."""
    asked = sa.select(messages.c.id).where(messages.c.update_id.in_(updates))
    connection.execute(sa.delete(message_images).where(message_images.c.message_id.in_(asked)))
    connection.execute(sa.delete(messages).where(messages.c.update_id.in_(updates)))


def show(connection: sa.Connection, updates: sa.Select[tuple[int]]) -> None:
    """Tell the model again what was left out."""
    connection.execute(
        sa.update(messages).where(messages.c.update_id.in_(updates)).values(is_hidden=False)
    )


def question(connection: sa.Connection, update_id: int) -> Message:
    """What an update asked, without image data."""
    row = connection.execute(_ASKED, {"update": update_id}).one()
    return Message(
        id=row.id,
        role=row.role,
        text=row.text,
        tokens=row.tokens,
        images=shown.of(connection, row.id),
    )


_OPEN = sa.select(conversations.c.id, conversations.c.window_start).where(
    conversations.c.chat_id == sa.bindparam("chat"),
    conversations.c.thread_id == sa.bindparam("thread"),
    conversations.c.ended_ms.is_(None),
)
_BEGIN = (
    sa.insert(conversations)
    .values(
        chat_id=sa.bindparam("chat"),
        thread_id=sa.bindparam("thread"),
        window_start=0,
        started_ms=sa.bindparam("at"),
    )
    .returning(conversations.c.id, conversations.c.window_start)
)
_ADD = (
    insert(messages)
    .on_conflict_do_update(index_elements=["update_id", "role"], set_={"is_hidden": False})
    .returning(messages.c.id)
)
_SAID = (
    sa.select(
        messages.c.id,
        messages.c.role,
        messages.c.text,
        messages.c.tokens,
        messages.c.image_count,
    )
    .where(
        messages.c.conversation_id == sa.bindparam("conversation"),
        messages.c.id >= sa.bindparam("since"),
        ~messages.c.is_hidden,
    )
    .order_by(messages.c.id)
)
_ASKED = sa.select(messages).where(
    messages.c.update_id == sa.bindparam("update"), messages.c.role == "user"
)
_SEEN = (
    sa.select(
        message_images,
        images.c.media_type,
        images.c.width,
        images.c.height,
    )
    .join(images, images.c.sha256 == message_images.c.sha256)
    .join(messages, messages.c.id == message_images.c.message_id)
    .where(
        messages.c.conversation_id == sa.bindparam("conversation"),
        messages.c.id >= sa.bindparam("since"),
    )
    .order_by(message_images.c.message_id, message_images.c.position)
)
