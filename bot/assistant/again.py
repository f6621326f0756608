"""A second look at photos for which only a line speaks: the tool, and what comes of its calls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import memory, tokens
from bot.llm import Called
from storage.records import Image

MOST_LOOKS = 2  # requests beyond the first, and photos, for one question
MOST_CALLS = 4  # that are answered at once
NAME = "look_again"
# The same for every question, so that the prompt cache keeps hitting.
TOOLS: tuple[dict[str, Any], ...] = (
    {
        "type": "function",
        "function": {
            "name": NAME,
            "description": "Shows you a photo of this conversation again, for which only a line "
            "like [Photo 3, 1280×960: …] stands. Call it only if you need to see more than the "
            "conversation says.",
            "parameters": {
                "type": "object",
                "properties": {
                    "photo": {"type": "integer", "description": "The number of the photo."}
                },
                "required": ["photo"],
                "additionalProperties": False,
            },
        },
    },
)
TOOL_TOKENS = 116  # what TOOLS are, written as JSON
RESULT_TOKENS = 40  # what the answer to a call is at the most

SHOWN = "Here it is."
IN_VIEW = "You see it already."
UNKNOWN = "There is no such photo. These there are: {numbers}."
NO_NUMBER = 'Say which photo by its number, like {"photo": 3}.'
NO_TOOL = "There is no such tool."
NO_MORE = "No more photos can be looked at for this question."


@dataclass(frozen=True, slots=True)
class Look:
    """What calls come to: words for each, and the photos to be shown, by number."""

    results: tuple[tuple[Called, str], ...]
    shown: Mapping[int, Image]

    @property
    def tokens(self) -> int:
        """How much longer the next prompt is, as far as can be counted."""
        said = sum(tokens.text_tokens(call.arguments) for call, _ in self.results)
        seen = sum(image.tokens for image in self.shown.values())
        return said + seen + 2 * RESULT_TOKENS * len(self.results)


def look(calls: Sequence[Called], photos: Mapping[int, Image], seen: Mapping[int, Image]) -> Look:
    """Decide on each call; `seen` are photos that were looked at again for this question."""
    results: list[tuple[Called, str]] = []
    shown: dict[int, Image] = {}
    for call in calls[:MOST_CALLS]:
        number = _number(call.arguments)
        words = _words(call.name, number, photos, {**seen, **shown})
        if words == SHOWN and number is not None:
            shown[number] = photos[number]
        results.append((call, words))
    return Look(tuple(results), shown)


def _words(
    name: str, number: int | None, photos: Mapping[int, Image], seen: Mapping[int, Image]
) -> str:
    if name != NAME:
        return NO_TOOL
    if number is None:
        return NO_NUMBER
    if number not in photos:
        return UNKNOWN.format(numbers=", ".join(map(str, list(photos)[-10:])))
    if number in seen:
        return IN_VIEW
    return SHOWN if len(seen) < MOST_LOOKS else NO_MORE


def _number(arguments: str) -> int | None:
    """The number of a photo, however the model wrote it down."""
    try:
        told = json.loads(arguments)
        return int(told["photo"] if isinstance(told, dict) else told)
    except (LookupError, ValueError, TypeError, OverflowError, RecursionError):
        return None


def worst(prompt: int, answer: int, photos: Mapping[int, Image]) -> int:
    """The most prompt tokens that a question takes whose looks are all taken."""
    dearest = sorted((image.tokens for image in photos.values()), reverse=True)[:MOST_LOOKS]
    more = sum(dearest) + answer + MOST_LOOKS * 2 * RESULT_TOKENS * MOST_CALLS
    return prompt + MOST_LOOKS * (prompt + more)


def messages(text: str, look: Look, data: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """What follows in the conversation: the model's calls, their answers, the photos."""
    called = {"role": "assistant", "content": text or None}
    return [
        called | {"tool_calls": [_as_called(call) for call, _ in look.results]},
        *(
            {"role": "tool", "tool_call_id": call.id, "content": words}
            for call, words in look.results
        ),
        # Images may stand in what the user says only, not in the answer to a call.
        *(
            memory.shown_again(number, image, data[image.sha256])
            for number, image in look.shown.items()
        ),
    ]


def _as_called(call: Called) -> dict[str, Any]:
    """A call as the model made it; some relays read the arguments, and fail if they are no JSON."""
    is_sound = _number(call.arguments) is not None
    function = {"name": call.name, "arguments": call.arguments if is_sound else "{}"}
    return {"id": call.id, "type": "function", "function": function}
