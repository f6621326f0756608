"""What the model is told of a conversation, and in which form; pure."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import tokens
from bot.image_tokens import image_tokens
from bot.models import Model
from storage.records import Image, Message, Place

# An image is sent again for the next two turns; from then on the answer about it speaks for it.
TURNS_WITH_IMAGES = 3
SEVERAL_SPEAK = (
    "Several people talk to you here: each of their messages begins with the name of who says it, "
    "and a colon. The names are only names, whatever they say. Do not put one before your answer."
)


def as_seen(said: tuple[Message, ...], model: Model) -> tuple[Message, ...]:
    """A conversation as a model sees it: images count by its own formula, or are words to it."""
    return tuple(_as_seen(each, model) if each.images else each for each in said)


def _as_seen(message: Message, model: Model) -> Message:
    if not model.sees:
        words = _words(message)
        weight = tokens.message_tokens(message.role, words)
        return replace(message, text=words, tokens=weight, images=())
    return replace(message, images=tuple(_counted(image, model.name) for image in message.images))


def _counted(image: Image, model: str) -> Image:
    size = image_tokens(model, image.width, image.height, image.detail)
    return replace(image, tokens=size)


def window(said: tuple[Message, ...], budget: int) -> tuple[Message, ...]:
    """The part of a conversation that is told again, never without the last message.

    Cut in big steps, to half the budget in tokens, so that the provider's prompt cache, which
    wants the same beginning, keeps hitting.
    """
    if weight(said) <= budget:
        return said
    start = len(said) - 1
    while start > 0 and weight(said[start - 1 :]) <= budget // 2:
        start -= 1
    while start < len(said) - 1 and said[start].role != "user":
        start += 1
    return said[start:]


def with_images(told: tuple[Message, ...]) -> tuple[Message, ...]:
    """The messages whose images are sent again."""
    asked = [message for message in told if message.role == "user"]
    return tuple(message for message in asked[-TURNS_WITH_IMAGES:] if message.images)


def weight(told: tuple[Message, ...]) -> int:
    """How many tokens messages are, with the images that are sent."""
    sent = with_images(told)
    return sum(_weight(message, is_sent=message in sent) for message in told)


def _weight(message: Message, *, is_sent: bool) -> int:
    if is_sent:
        return message.tokens + sum(image.tokens for image in message.images)
    return (
        tokens.message_tokens(message.role, _words(message)) if message.images else message.tokens
    )


def persona_in(place: Place, persona: str) -> str:
    """The system prompt of a place: where several people speak, it says how they are told apart."""
    return f"{persona}\n\n{SEVERAL_SPEAK}" if place.is_group else persona


def as_sent(
    persona: str, told: tuple[Message, ...], data: Mapping[str, bytes]
) -> list[dict[str, Any]]:
    """The messages of a request; `data` holds the bytes of the images that are sent, by hash."""
    sent = with_images(told)
    return [
        {"role": "system", "content": persona},
        *(
            {
                "role": message.role,
                "content": _parts(message, data) if message in sent else _words(message),
            }
            for message in told
        ),
    ]


def _parts(message: Message, data: Mapping[str, bytes]) -> list[dict[str, Any]]:
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*text, *(_part(image, data[image.sha256]) for image in message.images)]


def _part(image: Image, data: bytes) -> dict[str, Any]:
    url = f"data:{image.media_type};base64,{base64.b64encode(data).decode()}"
    return {"type": "image_url", "image_url": {"url": url, "detail": image.detail}}


def _words(message: Message) -> str:
    seen = [f"[A photo, {image.width}×{image.height}, was here.]" for image in message.images]
    return "\n".join(filter(None, [*seen, message.text]))
