"""What a message shows: its own pictures, those of the message it answers, those it links to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from typing import TypeAlias

from telegram import Document, ExternalReplyInfo, Message, MessageEntity, PhotoSize, Sticker
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot import images, links, outgoing
from bot.image_tokens import image_tokens
from bot.words import Words
from handlers import errors
from handlers.context import Context, Look, Services, replied_to
from storage import shown
from storage.looks import Picture
from storage.records import Image

MOST = 10
MOST_LINKS = 5  # each may be 20 MB on its way
CLOSER = ("low", "high", "original")
ANY_BYTES = "application/octet-stream"  # what Telegram says where it has no idea

Source: TypeAlias = Message | ExternalReplyInfo
File: TypeAlias = PhotoSize | Document | Sticker
Fetch: TypeAlias = Callable[[str], Awaitable[bytes | links.Miss]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Pictures fit for the model, and a sentence for each that could not be used."""

    images: tuple[Image, ...]
    lost: tuple[str, ...]
    is_blind: bool  # there were pictures to look at, and none could be used


def is_picture(message: Source) -> bool:
    """Whether a message is a photo, an image sent as a file, a sticker, or a GIF."""
    document = message.document
    return bool(message.photo or message.sticker or message.animation) or (
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


def _seen(pictures: Sequence[Look], words: Words) -> Seen:
    """What was seen of pictures alone."""
    found = tuple(each for each in pictures if isinstance(each, Image))
    return Seen(found, tuple(_told(pictures, words)), is_blind=bool(pictures) and not found)


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
    answered = (replied_to(each) or each.external_reply for each in context.album)
    replied: Source | None = next((each for each in answered if each is not None), None)
    if replied is None or not is_picture(replied):
        return ()
    if isinstance(replied, Message) and replied.media_group_id and replied.photo:
        album = await _stored_album(context, _largest(replied.photo))
        if album:
            return album
    return [await _of_message(context, replied)]


async def last(context: Context) -> Seen:
    """Look at the pictures that were last shown in the conversation."""
    stored = await context.services.database.run(shown.last_shown, context.place)
    return _seen(await asyncio.gather(*(_anew(context, each) for each in stored)), context.words)


async def again(context: Context, pictures: Sequence[Picture]) -> Seen:
    """Look at pictures that Telegram still has."""
    files = [
        PhotoSize(each.file_id, each.file_unique_id, each.width, each.height) for each in pictures
    ]
    return _seen(await asyncio.gather(*(_of_file(context, each) for each in files)), context.words)


async def _stored_album(context: Context, file: File) -> Sequence[Look]:
    """All pictures of the album that a file came in."""
    stored = await context.services.database.run(
        shown.shown_with, context.place.chat_id, file.file_unique_id
    )
    return await asyncio.gather(*(_anew(context, each) for each in stored))


async def _anew(context: Context, stored: Image) -> Look:
    """A stored image, as closely as is set now; fetched again where it must be seen closer."""
    detail, model = context.services.settings.image_detail, context.eye.name
    if stored.file_id and CLOSER.index(detail) > CLOSER.index(stored.detail):
        known = PhotoSize(stored.file_id, stored.file_unique_id, stored.width, stored.height)
        return await _of_file(context, known)
    size = image_tokens(model, stored.width, stored.height, detail)
    return replace(stored, detail=detail, tokens=size)


def look_ahead(context: Context) -> None:
    """Begin to look at a message's own picture, before it is known what is asked about it."""
    file = file_of(context.message)
    if file is not None and file.file_unique_id not in context.services.ahead:
        task = asyncio.create_task(_of_file(context, file))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        context.services.ahead[file.file_unique_id] = task


async def _of_message(context: Context, message: Source) -> Look:
    file = file_of(message)
    if file is None:
        return context.words("photo-no-still")
    ahead = context.services.ahead.pop(file.file_unique_id, None)
    return await (ahead or _of_file(context, file))


async def at_hand(context: Context, file: File, *, detail: str, model: str) -> Image | None:
    """What was made of a file for a model to look at so closely, if it was."""
    ahead = context.services.ahead.pop(file.file_unique_id, None)
    if (model, detail) == (context.eye.name, context.services.settings.image_detail):
        look = await ahead if ahead else await _kept(context, file)
        return look if isinstance(look, Image) else None
    if ahead is not None:
        ahead.cancel()
    return None


async def _of_file(context: Context, file: File) -> Look:
    try:
        return await _kept(context, file) or await _developed(context, file)
    except images.ImageError as error:
        return errors.worded(error, context.now, context.words)
    except BadRequest as error:
        return context.words("error-image-too-heavy" if is_too_big(error) else "photo-gone")


def is_too_big(error: BadRequest) -> bool:
    """Whether Telegram has a file, but does not hand it out."""
    return "too big" in error.message.lower()


def file_of(message: Source) -> File | None:
    """The file to look at; of a sticker or a GIF that moves, its still.

    Telegram makes most GIFs films, and calls each a document as well.
    """
    sticker = message.sticker
    if sticker is not None:
        return sticker.thumbnail if sticker.is_animated or sticker.is_video else sticker
    document, animation = message.document, message.animation
    if animation is not None and not (document and _is_image(document.mime_type, "")):
        return animation.thumbnail
    return document or _largest(message.photo or ())


def _largest(sizes: Sequence[PhotoSize]) -> PhotoSize:
    return max(sizes, key=lambda size: size.width * size.height)


async def _kept(context: Context, file: File) -> Image | None:
    """The image that was made of a file before, for the same model to look at as closely."""
    settings, model = context.services.settings, context.eye.name
    return await context.services.database.run(
        shown.prepared,
        file.file_unique_id,
        settings.image_detail,
        model,
        settings.look_first,
    )


async def _developed(context: Context, file: File) -> Image:
    """Fetch a file and make it fit for the model."""
    if (file.file_size or 0) > images.MOST_BYTES:
        raise images.ImageTooHeavy(file.file_size or 0, images.MOST_BYTES)
    async with context.services.darkroom:
        data = await outgoing.insist(
            partial(downloaded, context.services, file.file_id), is_repeatable=True
        )
        made = await _prepared(context, data)
    return replace(made, file_unique_id=file.file_unique_id, file_id=file.file_id)


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


async def _prepared(context: Context, data: bytes) -> Image:
    model = context.eye.name
    detail = context.services.settings.image_detail
    made = await asyncio.to_thread(images.prepare, data, detail=detail, model=model)
    return Image(
        sha256=made.sha256,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        detail=detail,
        tokens=image_tokens(model, made.width, made.height, detail),
        data=made.data,
    )


async def downloaded(services: Services, file_id: str) -> bytes:
    """A file that Telegram has.

    Raises:
        TelegramError: It has it no more, or cannot be reached.
    """
    file = await services.bot.get_file(file_id)
    try:
        data = BytesIO()  # in the library's own array it would be copied twice, which takes long
        await file.download_to_memory(data)
    except (Forbidden, InvalidToken) as error:
        # The library takes any 403 or 404 for a word about the bot; here it is one about the file.
        raise BadRequest("the file is gone") from error
    return data.getvalue()


def _urls(message: Message) -> list[str]:
    """The links of a message that may lead to an image, as Telegram has found them in it."""
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    marked = message.parse_entities(kinds) | message.parse_caption_entities(kinds)
    addresses = (entity.url or text for entity, text in marked.items())
    return [address for address in addresses if links.may_be_image(address)]
