"""The bot's own name in a group's message: it says who is asked, and nothing else."""

from collections.abc import Sequence

from telegram import Message, MessageEntity

from handlers.context import Context


def without_name(context: Context, messages: Sequence[Message]) -> str:
    """What is written in messages, as it is meant."""
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
