"""What the model is told of a conversation, and in which form; pure."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import tokens
from bot.image_tokens import image_tokens
from storage.records import Image, Message

# An image is sent again for the next two turns; from then on the answer about it speaks for it.
TURNS_WITH_IMAGES = 3


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


def as_counted_by(model: str, told: tuple[Message, ...]) -> tuple[Message, ...]:
    """Messages with their images as large as they are to a model."""
    return tuple(
        replace(message, images=tuple(_counted_by(model, image) for image in message.images))
        if message.images
        else message
        for message in told
    )


def _counted_by(model: str, image: Image) -> Image:
    return replace(image, tokens=image_tokens(model, image.width, image.height, image.detail))


def as_sent(
    persona: str, told: tuple[Message, ...], data: Mapping[str, bytes], *, asks: str = ""
) -> list[dict[str, Any]]:
    """The messages of a request; `data` holds the bytes of the images that are sent, by hash.

    What this request `asks` besides stands in the end, so that all before it can be cached.
    """
    sent = with_images(told)
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": persona},
        *(
            {
                "role": message.role,
                "content": _parts(message, data) if message in sent else _words(message),
            }
            for message in told
        ),
    ]
    return [*messages[:-1], _asking(messages[-1], asks)] if asks else messages


def _asking(message: dict[str, Any], asks: str) -> dict[str, Any]:
    content = message["content"]
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return message | {"content": [*parts, {"type": "text", "text": asks}]}


def _parts(message: Message, data: Mapping[str, bytes]) -> list[dict[str, Any]]:
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*text, *(_part(image, data[image.sha256]) for image in message.images)]


def _part(image: Image, data: bytes) -> dict[str, Any]:
    url = data_url(image, data)
    return {"type": "image_url", "image_url": {"url": url, "detail": image.detail}}


def data_url(image: Image, data: bytes) -> str:
    """An image as it goes over the wire."""
    return f"data:{image.media_type};base64,{base64.b64encode(data).decode()}"


def _words(message: Message) -> str:
    seen = [f"[A photo, {image.width}×{image.height}, was here.]" for image in message.images]
    return "\n".join(filter(None, [*seen, message.text]))
