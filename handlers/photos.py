"""What a message shows: its own pictures, those of the message it answers, those it links to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from telegram import Document, ExternalReplyInfo, Message, MessageEntity, PhotoSize, Sticker
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot import images, links, outgoing
from bot.image_tokens import image_tokens
from bot.words import Words
from handlers import errors
from handlers.context import Context, replied_to
from storage import history
from storage.records import Image

MOST = 10
MOST_LINKS = 5  # each may be 20 MB on its way
ANY_BYTES = "application/octet-stream"  # what Telegram says where it has no idea

Source: TypeAlias = Message | ExternalReplyInfo
File: TypeAlias = PhotoSize | Document | Sticker
Fetch: TypeAlias = Callable[[str], Awaitable[bytes | links.Miss]]
Look: TypeAlias = Image | str  # a picture, or a sentence that says why there is none


@dataclass(frozen=True, slots=True)
class Seen:
    """Pictures fit for the model, and a sentence for each that could not be used."""

    images: tuple[Image, ...]
    lost: tuple[str, ...]
    is_blind: bool  # there were pictures to look at, and none could be used


def is_picture(message: Source) -> bool:
    """Whether a message is a photo, an image sent as a file, or a sticker."""
    document = message.document
    return bool(message.photo or message.sticker) or (
        document is not None and _is_image(document.mime_type, document.file_name or "")
    )


def _is_image(mime_type: str | None, name: str) -> bool:
    """Whether a file is an image: by its name only where nothing else is said of it."""
    kind = mime_type or ANY_BYTES
    return kind.startswith("image/") or (kind == ANY_BYTES and images.is_named_like_one(name))


async def seen(context: Context, fetch: Fetch = links.fetched) -> Seen:
    """Look at all that a message shows, the first `MOST` of it."""
    own = [each for each in context.album if is_picture(each)]
    urls = list(dict.fromkeys(url for each in context.album for url in _urls(each)))
    shown, answered, linked = await asyncio.gather(
        asyncio.gather(*(_of_message(context, each) for each in own)),
        _of_replied(context),
        asyncio.gather(*(_behind(context, url, fetch) for url in urls[:MOST_LINKS])),
    )
    pictures = [*shown, *answered]
    found = [each for each in [*pictures, *linked] if isinstance(each, Image)]
    is_more = len(found) > MOST or len(urls) > MOST_LINKS
    return Seen(
        images=tuple(found[:MOST]),
        lost=(
            *_told(pictures, context.words),
            *(each for each in linked if isinstance(each, str)),
            *([_too_many(context.words)] if is_more else []),
        ),
        is_blind=bool(pictures) and not found,
    )


def _too_many(words: Words) -> str:
    return words("photo-too-many", most=MOST, links=MOST_LINKS)


def _told(pictures: Sequence[Look], words: Words) -> list[str]:
    """Which pictures could not be used and why, each reason once."""
    lost: dict[str, list[str]] = {}
    for number, each in enumerate(pictures, 1):
        if isinstance(each, str):
            lost.setdefault(each, []).append(str(number))
    return [
        why
        if len(numbers) == len(pictures)
        else words("photo-left-out", count=len(pictures), numbers=", ".join(numbers), why=why)
        for why, numbers in lost.items()
    ]


async def _of_replied(context: Context) -> Sequence[Look]:
    """The pictures of the message that is answered, with the rest of its album if it is known."""
    message = context.message
    replied: Source | None = replied_to(message) or message.external_reply
    if replied is None or not is_picture(replied):
        return ()
    if isinstance(replied, Message) and replied.media_group_id and replied.photo:
        album = await _stored_album(context, _largest(replied.photo))
        if album:
            return album
    return [await _of_message(context, replied)]


async def _stored_album(context: Context, file: File) -> list[Image]:
    """All images of the album that a file came in, as they are stored."""
    settings = context.services.settings
    stored = await context.services.database.run(
        history.shown_with, context.place.chat_id, file.file_unique_id
    )
    return [
        replace(
            image,
            detail=settings.image_detail,
            tokens=image_tokens(settings.model, image.width, image.height, settings.image_detail),
        )
        for image in stored
    ]


async def _of_message(context: Context, message: Source) -> Look:
    file = _file(message)
    if file is None:
        return context.words("photo-no-still")
    try:
        return await _kept(context, file) or await _developed(context, file)
    except images.ImageError as error:
        return errors.worded(error, context.now, context.words)
    except BadRequest as error:
        is_too_big = "too big" in error.message.lower()
        return context.words("error-image-too-heavy" if is_too_big else "photo-gone")


def _file(message: Source) -> File | None:
    """The file to look at; of a sticker that moves, its still."""
    sticker = message.sticker
    if sticker is not None:
        return sticker.thumbnail if sticker.is_animated or sticker.is_video else sticker
    return message.document or _largest(message.photo or ())


def _largest(sizes: Sequence[PhotoSize]) -> PhotoSize:
    return max(sizes, key=lambda size: size.width * size.height)


async def _kept(context: Context, file: File) -> Image | None:
    """The image that was made of a file before, for the same model to look at as closely."""
    settings = context.services.settings
    return await context.services.database.run(
        history.prepared, file.file_unique_id, settings.image_detail, settings.model
    )


async def _developed(context: Context, file: File) -> Image:
    """Fetch a file and make it fit for the model."""
    if (file.file_size or 0) > images.MOST_BYTES:
        raise images.ImageTooHeavy(file.file_size or 0, images.MOST_BYTES)
    async with context.services.darkroom:
        data = await outgoing.insist(partial(_download, context, file.file_id), is_repeatable=True)
        return await _prepared(context, data, file.file_unique_id)


async def _behind(context: Context, url: str, fetch: Fetch) -> Look | None:
    """The image behind a link; nothing where there is a page."""
    match await fetch(url):
        case links.Miss.PAGE:
            return None
        case links.Miss.TOO_LARGE:
            return context.words("photo-link-too-large", url=url)
        case bytes(data):
            try:
                async with context.services.darkroom:
                    return await _prepared(context, data)
            except images.ImageError:
                return context.words("photo-not-fetched", url=url)
    return context.words("photo-not-fetched", url=url)


async def _prepared(context: Context, data: bytes, file_unique_id: str = "") -> Image:
    settings = context.services.settings
    model, detail = settings.model, settings.image_detail
    made = await asyncio.to_thread(images.prepare, data, detail=detail, model=model)
    return Image(
        sha256=made.sha256,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        detail=detail,
        tokens=image_tokens(model, made.width, made.height, detail),
        data=made.data,
        file_unique_id=file_unique_id,
    )


async def _download(context: Context, file_id: str) -> bytes:
    file = await context.services.bot.get_file(file_id)
    try:
        return bytes(await file.download_as_bytearray())
    except (Forbidden, InvalidToken) as error:
        # The library takes any 403 or 404 for a word about the bot; here it is one about the file.
        raise BadRequest("the file is gone") from error


def _urls(message: Message) -> list[str]:
    """The links of a message that may lead to an image, as Telegram has found them in it."""
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    marked = message.parse_entities(kinds) | message.parse_caption_entities(kinds)
    addresses = (entity.url or text for entity, text in marked.items())
    return [address for address in addresses if links.may_be_image(address)]
