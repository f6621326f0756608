"""The pictures that were shown in conversations, and what was made of them for a model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.clock import now_ms
from storage.records import Image, Place
from storage.tables import conversations, images, ledger, message_images, messages


def keep(connection: sa.Connection, image: Image) -> None:
    """Keep the bytes of an image, once."""
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


def show(connection: sa.Connection, number: int, position: int, image: Image) -> None:
    """Keep an image as one of message `number`."""
    keep(connection, image)
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


def of(connection: sa.Connection, number: int) -> tuple[Image, ...]:
    """The images of a message, without their bytes."""
    rows = connection.execute(_SHOWN, {"message": number})
    return tuple(image(each) for each in rows)


def describe(connection: sa.Connection, update_id: int, seen: Sequence[Image]) -> None:
    """Keep the descriptions of a question's images, for the time when these are not sent."""
    for position, each in enumerate(seen):
        if each.description:
            where = {"update": update_id, "at": position, "line": each.description}
            connection.execute(_DESCRIBE, where)


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
    return None if row is None else replace(image(row), data=row.data)


def shown_with(connection: sa.Connection, chat_id: int, file_unique_id: str) -> tuple[Image, ...]:
    """All images of the first message of a chat that had a file in it, with their bytes."""
    number = connection.execute(_SHOWN_IN, {"chat": chat_id, "file": file_unique_id}).scalar()
    rows = connection.execute(_SHOWN, {"message": number})
    return tuple(replace(image(row), data=row.data) for row in rows)


def last_shown(connection: sa.Connection, place: Place) -> tuple[Image, ...]:
    """The images that were last shown in the open conversation of a place, with their bytes."""
    where = {"chat": place.chat_id, "thread": place.thread_id or 0}
    number = connection.execute(_LAST_SHOWN, where).scalar()
    rows = connection.execute(_SHOWN, {"message": number})
    return tuple(replace(image(row), data=row.data) for row in rows)


def image(row: sa.Row[Any]) -> Image:
    """An image out of its row."""
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
