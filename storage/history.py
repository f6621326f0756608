"""What was said, in each chat and topic, since it was last begun afresh."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.clock import now_ms
from storage.records import Image, Message, Place
from storage.tables import conversations, images, ledger, message_images, messages


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
            seen.setdefault(row.message_id, []).append(_image(row))
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
        _keep_image(connection, number, position, image)
    return replace(message, id=number)


def hide(connection: sa.Connection, updates: Sequence[int] | sa.Select[tuple[int]]) -> None:
    """Leave questions that got no answer out of what the model is told from now on."""
    connection.execute(
        sa.update(messages).where(messages.c.update_id.in_(updates)).values(is_hidden=True)
    )


def show(connection: sa.Connection, updates: sa.Select[tuple[int]]) -> None:
    """Tell the model again what was left out."""
    connection.execute(
        sa.update(messages).where(messages.c.update_id.in_(updates)).values(is_hidden=False)
    )


def describe(connection: sa.Connection, update_id: int, seen: Sequence[Image]) -> None:
    """Keep the descriptions of a question's images, for the time when these are not sent."""
    for position, image in enumerate(seen):
        if image.description:
            where = {"update": update_id, "at": position, "line": image.description}
            connection.execute(_DESCRIBE, where)


def question(connection: sa.Connection, update_id: int) -> Message:
    """What an update asked, without image data."""
    row = connection.execute(_ASKED, {"update": update_id}).one()
    seen = connection.execute(_SHOWN, {"message": row.id})
    return Message(
        id=row.id,
        role=row.role,
        text=row.text,
        tokens=row.tokens,
        images=tuple(_image(each) for each in seen),
    )


def data(connection: sa.Connection, sha256s: list[str]) -> dict[str, bytes]:
    """The bytes of images, by hash."""
    query = sa.select(images.c.sha256, images.c.data).where(images.c.sha256.in_(sha256s))
    return {row.sha256: row.data for row in connection.execute(query)}


def prepared(
    connection: sa.Connection, file_unique_id: str, detail: str, model: str, first: str = ""
) -> Image | None:
    """The image that was made of a file for a model to look at so closely, with its bytes.

    What a model was content with that looks `first` was made for the other.
    """
    where = {"file": file_unique_id, "detail": detail, "model": model, "first": first}
    row = connection.execute(_PREPARED, where).first()
    return None if row is None else replace(_image(row), data=row.data)


def shown_with(connection: sa.Connection, chat_id: int, file_unique_id: str) -> tuple[Image, ...]:
    """All images of the first message of a chat that had a file in it, with their bytes."""
    number = connection.execute(_SHOWN_IN, {"chat": chat_id, "file": file_unique_id}).scalar()
    rows = connection.execute(_SHOWN, {"message": number})
    return tuple(replace(_image(row), data=row.data) for row in rows)


def last_shown(connection: sa.Connection, place: Place) -> tuple[Image, ...]:
    """The images that were last shown in the open conversation of a place, with their bytes."""
    where = {"chat": place.chat_id, "thread": place.thread_id or 0}
    number = connection.execute(_LAST_SHOWN, where).scalar()
    rows = connection.execute(_SHOWN, {"message": number})
    return tuple(replace(_image(row), data=row.data) for row in rows)


def _keep_image(connection: sa.Connection, number: int, position: int, image: Image) -> None:
    connection.execute(
        insert(images)
        .values(
            sha256=image.sha256,
            media_type=image.media_type,
            width=image.width,
            height=image.height,
            data=image.data,
            created_ms=now_ms(),
        )
        .on_conflict_do_nothing()
    )
    connection.execute(
        insert(message_images)
        .values(
            message_id=number,
            position=position,
            sha256=image.sha256,
            file_unique_id=image.file_unique_id,
            file_id=image.file_id,
            detail=image.detail,
            tokens=image.tokens,
            description=image.description or None,
        )
        .on_conflict_do_nothing()
    )


def _image(row: sa.Row[Any]) -> Image:
    return Image(
        sha256=row.sha256,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        detail=row.detail,
        tokens=row.tokens,
        file_unique_id=row.file_unique_id,
        description=row.description or "",
        file_id=row.file_id or "",
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
_DESCRIBE = (
    sa.update(message_images)
    .where(
        message_images.c.message_id
        == sa.select(messages.c.id)
        .where(messages.c.update_id == sa.bindparam("update"), messages.c.role == "user")
        .scalar_subquery(),
        message_images.c.position == sa.bindparam("at"),
    )
    .values(description=sa.bindparam("line"))
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
_WITH_DATA = sa.select(
    message_images, images.c.media_type, images.c.width, images.c.height, images.c.data
).join(images, images.c.sha256 == message_images.c.sha256)
_PREPARED = (
    _WITH_DATA.join(messages, messages.c.id == message_images.c.message_id)
    .join(ledger, ledger.c.update_id == messages.c.update_id)
    .where(
        message_images.c.file_unique_id == sa.bindparam("file"),
        message_images.c.detail == sa.bindparam("detail"),
        sa.or_(ledger.c.model == sa.bindparam("model"), ledger.c.model == sa.bindparam("first")),
    )
    .limit(1)
)
_SHOWN_IN = (
    sa.select(sa.func.min(messages.c.id))
    .select_from(message_images)
    .join(messages, messages.c.id == message_images.c.message_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        message_images.c.file_unique_id == sa.bindparam("file"),
        conversations.c.chat_id == sa.bindparam("chat"),
    )
)
_LAST_SHOWN = (
    sa.select(sa.func.max(messages.c.id))
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        conversations.c.chat_id == sa.bindparam("chat"),
        conversations.c.thread_id == sa.bindparam("thread"),
        conversations.c.ended_ms.is_(None),
        messages.c.image_count > 0,
    )
)
_SHOWN = _WITH_DATA.where(message_images.c.message_id == sa.bindparam("message")).order_by(
    message_images.c.position
)
