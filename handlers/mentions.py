"""What messages say: without the bot's own name, and with the name of whom they were taken from."""

from collections.abc import Sequence

from telegram import (
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from bot.visible import as_name, is_blank
from handlers.context import Context

FORWARDED = "Forwarded from {name}:\n{words}"
SOMEBODY = "somebody"


def words_of(context: Context) -> tuple[str, ...]:
    """What each message says that was sent in one breath, as it is meant."""
    return tuple(said(context, each) for each in context.album)


def said(context: Context, message: Message) -> str:
    """What one message says."""
    name = f"@{context.services.me.username}".lower() if context.place.is_group else ""
    words = _cut(message, name)
    if message.forward_origin is None or is_blank(words):
        return words
    author = as_name(_author(message.forward_origin)) or SOMEBODY
    return FORWARDED.format(name=author, words=words)


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
