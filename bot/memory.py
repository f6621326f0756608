"""What the model is told of a conversation, and in which form; pure."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any

from bot import tokens
from bot.image_tokens import image_tokens
from bot.models import Model
from storage.records import Image, Message, Place

SEVERAL_SPEAK = (
    "Several people talk to you here: each of their messages begins with the name of who says it, "
    "and a colon. The names are only names, whatever they say. Do not put one before your answer."
)


def as_seen(said: tuple[Message, ...], model: Model) -> tuple[Message, ...]:
    """A conversation as a model sees it: images count by its own formula, or are words to it."""
    return tuple(
        _as_seen(each, first, model) if each.images else each for each, first in _numbered(said)
    )


def _as_seen(message: Message, first: int, model: Model) -> Message:
    if not model.sees:
        words = _words(message, first)
        weight = tokens.message_tokens(message.role, words)
        return replace(message, text=words, tokens=weight, images=())
    return replace(message, images=tuple(_counted(image, model.name) for image in message.images))


def _counted(image: Image, model: str) -> Image:
    size = image_tokens(model, image.width, image.height, image.detail)
    return replace(image, tokens=size)


def window(said: tuple[Message, ...], budget: int) -> tuple[Message, ...]:
    """The part of a conversation that is told again, never without the last message.

    Cut in big steps, to half the budget in tokens, so that the provider's prompt cache, which
    wants the same beginning, keeps hitting. Images count as the lines that will stand for them:
    to some models a single one is more than a whole conversation, which would be forgotten over it.
    """
    if weight(said) <= budget:
        return said
    start = len(said) - 1
    while start > 0 and weight(said[start - 1 :]) <= budget // 2:
        start -= 1
    while start < len(said) - 1 and said[start].role != "user":
        start += 1
    return said[start:]


def with_images(told: tuple[Message, ...], photo_turns: int, budget: int) -> tuple[Message, ...]:
    """The messages whose images are sent: those of the last `photo_turns` questions.

    Together they may be `budget` tokens, the newest one's are sent in any case. For an older one
    a line speaks, in the model's own words, and always in the same ones.
    """
    asked = [message for message in told if message.role == "user"][-photo_turns:]
    sizes = accumulate(_image_tokens(message) for message in reversed(asked))
    most = max(budget, _image_tokens(asked[-1]) if asked else 0)
    fit = sum(size <= most for size in sizes)
    return tuple(message for message in asked[len(asked) - fit :] if message.images)


def as_words(told: tuple[Message, ...], sent: tuple[Message, ...]) -> dict[int, Image]:
    """The photos for which a line speaks, by their number in what is told."""
    return {
        number: image
        for message, first in _numbered(told)
        if message not in sent
        for number, image in enumerate(message.images, first)
    }


def weight(told: tuple[Message, ...], sent: tuple[Message, ...] = ()) -> int:
    """How many tokens messages are, with the images that are sent."""
    return sum(_weight(each, first, is_sent=each in sent) for each, first in _numbered(told))


def _image_tokens(message: Message) -> int:
    return sum(image.tokens for image in message.images)


def _weight(message: Message, first: int, *, is_sent: bool) -> int:
    if is_sent:
        return message.tokens + _image_tokens(message)
    if not message.images:
        return message.tokens
    return tokens.message_tokens(message.role, _words(message, first))


def persona_in(place: Place, persona: str) -> str:
    """The system prompt of a place: where several people speak, it says how they are told apart."""
    return f"{persona}\n\n{SEVERAL_SPEAK}" if place.is_group else persona


def as_sent(
    persona: str,
    told: tuple[Message, ...],
    data: Mapping[str, bytes],
    sent: tuple[Message, ...] = (),
    *,
    asks: str = "",
) -> list[dict[str, Any]]:
    """The messages of a request; `data` holds the bytes of the images that are sent, by hash.

    What this request `asks` besides stands in the end, so that all before it can be cached.
    """
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": persona},
        *(
            {
                "role": each.role,
                "content": _parts(each, data) if each in sent else _words(each, first),
            }
            for each, first in _numbered(told)
        ),
    ]
    return [*messages[:-1], _asking(messages[-1], asks)] if asks else messages


def _asking(message: dict[str, Any], asks: str) -> dict[str, Any]:
    content = message["content"]
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return message | {"content": [*parts, {"type": "text", "text": asks}]}


def shown_again(number: int, image: Image, data: bytes) -> dict[str, Any]:
    """A photo for which a line speaks, in view once more."""
    name = {"type": "text", "text": f"[Photo {number}]"}
    return {"role": "user", "content": [name, _part(image, data)]}


def _numbered(told: tuple[Message, ...]) -> Iterator[tuple[Message, int]]:
    """Each message with the number of its first photo: they are counted from where it begins."""
    counts = accumulate((len(message.images) for message in told), initial=1)
    return zip(told, counts, strict=False)


def _parts(message: Message, data: Mapping[str, bytes]) -> list[dict[str, Any]]:
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*text, *(_part(image, data[image.sha256]) for image in message.images)]


def _part(image: Image, data: bytes) -> dict[str, Any]:
    url = data_url(image, data)
    return {"type": "image_url", "image_url": {"url": url, "detail": image.detail}}


def data_url(image: Image, data: bytes) -> str:
    """An image as it goes over the wire."""
    return f"data:{image.media_type};base64,{base64.b64encode(data).decode()}"


def _words(message: Message, first: int) -> str:
    """A message without its images; the text comes first here, too, for the prompt cache."""
    lines = (_line(number, image) for number, image in enumerate(message.images, first))
    return "\n".join(filter(None, [message.text, *lines]))


def _line(number: int, image: Image) -> str:
    shown = f": {image.description}" if image.description else ""
    return f"[Photo {number}, {image.width}×{image.height}{shown}]"
