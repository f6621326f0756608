"""Text and photos."""

import asyncio
from collections.abc import Sequence
from functools import partial

from telegram import Message, MessageEntity
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot import images, outgoing
from bot.assistant import Prompt
from bot.image_tokens import image_tokens
from bot.quota import PriceUnknown, QuotaExceeded
from bot.replies import LiveReply
from bot.visible import is_blank
from handlers import asking, errors, notices
from handlers.context import Context
from storage.records import Image

NOTHING_TO_READ = "There is nothing in your message that I could read. Please write a few words."
NOT_YET = (
    "I can read text and look at photos; with this I cannot do anything yet. "
    "Please tell me in words, or send a photo."
)
GONE = "Telegram does not have that picture any more. Please send it again."


async def on_text(context: Context) -> None:
    """Answer a text."""
    text = _without_name(context, [context.message])
    if is_blank(text):
        await context.say(NOTHING_TO_READ)
        return
    await _answer(context, text, ())


async def on_photos(context: Context) -> None:
    """Answer a photo, an album, or an image sent as a file, with or without a caption."""
    messages = [each for each in context.album if is_picture(each)]
    caption = _without_name(context, messages)
    try:
        seen = await asyncio.gather(*(_image(context, message) for message in messages))
    except images.ImageError as error:
        await context.say(errors.words(error, context.now))
        return
    except BadRequest as error:
        is_too_big = "too big" in error.message.lower()
        await context.say(errors.WORDS[images.ImageTooHeavy] if is_too_big else GONE)
        return
    await _answer(context, caption, tuple(seen))


def is_picture(message: Message) -> bool:
    """Whether a message is a photo, or an image sent as a file."""
    kind = message.document.mime_type if message.document else None
    return bool(message.photo) or (kind or "").startswith("image/")


async def on_anything_else(context: Context) -> None:
    """Say what can be read, and what cannot."""
    await context.say(NOT_YET)


async def _answer(context: Context, text: str, seen: tuple[Image, ...]) -> None:
    services = context.services
    reply = LiveReply(
        services.bot,
        context.message,
        context.place,
        interval=services.settings.edit_interval * (3 if context.place.is_group else 1),
    )
    prompt = Prompt(
        update_id=context.update_id,
        attempt=context.attempt,
        place=context.place,
        user_id=context.person.user_id,
        text=text,
        images=seen,
    )
    try:
        answer = await services.assistant.answer(prompt, reply)
        await reply.finish(errors.note(answer))
    except errors.TOLD as error:
        await _refuse(context, reply, error)
    else:
        await notices.tell(context, answer.notices)
    finally:
        await reply.abandon()
    await notices.tell_news(services)


async def _refuse(context: Context, reply: LiveReply, error: Exception) -> None:
    """Say why there is no answer, and what can be done about it."""
    more = None
    if isinstance(error, QuotaExceeded):
        more = asking.offer(context.services, context.person.user_id, error.limit)
    await reply.finish(errors.words(error, context.now), more)
    if isinstance(error, PriceUnknown):
        await notices.tell_of_unknown_price(context, error.model)


async def _image(context: Context, message: Message) -> Image:
    """Fetch a photo and make it fit for the model."""
    settings = context.services.settings
    document = message.document
    file = document or max(message.photo, key=lambda size: size.width * size.height)
    if (file.file_size or 0) > images.MOST_BYTES:
        raise images.ImageTooHeavy(file.file_size or 0, images.MOST_BYTES)
    model, detail = settings.model, settings.image_detail
    async with context.services.darkroom:
        data = await outgoing.insist(partial(_download, context, file.file_id), is_repeatable=True)
        prepared = await asyncio.to_thread(images.prepare, data, detail=detail, model=model)
    return Image(
        sha256=prepared.sha256,
        media_type=prepared.media_type,
        width=prepared.width,
        height=prepared.height,
        detail=detail,
        tokens=image_tokens(model, prepared.width, prepared.height, detail),
        data=prepared.data,
        file_unique_id=file.file_unique_id,
    )


async def _download(context: Context, file_id: str) -> bytes:
    file = await context.services.bot.get_file(file_id)
    try:
        return bytes(await file.download_as_bytearray())
    except (Forbidden, InvalidToken) as error:
        # The library takes any 403 or 404 for a word about the bot; here it is one about the file.
        raise BadRequest("the file is gone") from error


def _without_name(context: Context, messages: Sequence[Message]) -> str:
    """What is written, as it is meant: in groups the bot's name only says who is asked."""
    name = f"@{context.services.me.username}".lower() if context.place.is_group else ""
    return "\n".join(filter(None, (_cut(message, name) for message in messages)))


def _cut(message: Message, name: str) -> str:
    """A message's words without the first mention of `name`."""
    text = message.text or message.caption or ""
    mentions = message.parse_entities([MessageEntity.MENTION]) | message.parse_caption_entities(
        [MessageEntity.MENTION]
    )
    for entity, mentioned in mentions.items():
        if mentioned.lower() == name:
            # core.telegram.org/bots/api, MessageEntity: places are counted in UTF-16 units.
            units = text.encode("utf-16-le")
            rest = units[: entity.offset * 2] + units[(entity.offset + entity.length) * 2 :]
            return rest.decode("utf-16-le").strip()
    return text
