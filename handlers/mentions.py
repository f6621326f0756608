"""What messages say: without the bot's own name, and with the name of whom they were taken from."""

import re
from collections.abc import Sequence

from telegram import (
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    User,
)

from bot.visible import as_name, is_blank
from handlers.context import Context

MENTIONS: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
SPOKEN = "{name}: {words}"
FORWARDED = "Forwarded from {name}:\n{words}"
SOMEBODY = "Somebody"
ASK = re.compile(r"/ask(@\w+)?(\s+|$)", re.IGNORECASE)


def words_of(context: Context) -> tuple[str, ...]:
    """What each message says that was sent in one breath, as it is meant."""
    return tuple(said(context, each) for each in context.album)


def said(context: Context, message: Message) -> str:
    """What one message says."""
    words = _cut(message, context.services.me if context.place.is_group else None)
    if message.forward_origin is None:
        return ASK.sub("", words, count=1) if ASK.match(words) else words
    if is_blank(words):
        return words
    author = as_name(_author(message.forward_origin)) or SOMEBODY
    return FORWARDED.format(name=author, words=words)


def spoken(context: Context, words: Sequence[str]) -> str:
    """What messages say, as one text; in a group with the name of who says it.

    What a button says is nobody's words.
    """
    text = together(words)
    is_pressed = context.message.from_user == context.services.me
    if not context.place.is_group or is_pressed or is_blank(text):
        return text
    return SPOKEN.format(name=as_name(context.person.name) or SOMEBODY, words=text)


def together(words: Sequence[str]) -> str:
    """What several messages say, as one text."""
    return "\n".join(filter(None, words))


def _author(origin: MessageOrigin) -> str:
    match origin:
        case MessageOriginUser():
            return origin.sender_user.full_name
        case MessageOriginHiddenUser():
            return origin.sender_user_name
        case MessageOriginChat():
            return origin.sender_chat.title or ""
        case MessageOriginChannel():
            return origin.chat.title or ""
    return ""


def _cut(message: Message, named: User | None) -> str:
    """A message's words without the first mention of the bot."""
    text = message.text or message.caption or ""
    if named is None:
        return text
    mentions = message.parse_entities(MENTIONS) | message.parse_caption_entities(MENTIONS)
    for entity, mentioned in mentions.items():
        if entity.user == named or mentioned.lower() == f"@{named.username}".lower():
            # core.telegram.org/bots/api, MessageEntity: places are counted in UTF-16 units.
            units = text.encode("utf-16-le")
            rest = units[: entity.offset * 2] + units[(entity.offset + entity.length) * 2 :]
            return rest.decode("utf-16-le").strip()
    return text
