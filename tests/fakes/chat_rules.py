"""What OpenAI's chat completions refuse, and how they count a prompt."""

import base64
import binascii
import io
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import toktok
from openai.types.chat.completion_create_params import CompletionCreateParamsBase
from PIL import Image, UnidentifiedImageError

FIELDS = frozenset(CompletionCreateParamsBase.__annotations__) | {"stream"}
ROLES = ("system", "developer", "user", "assistant", "tool")
DETAILS = ("auto", "low", "high", "original")
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SAMPLING = ("temperature", "top_p", "frequency_penalty", "presence_penalty", "logprobs")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a model can do; `efforts` is empty where it does not reason."""

    context: int = 1_050_000
    longest: int = 128_000
    efforts: tuple[str, ...] = ()
    shutdown: str | None = None


# https://developers.openai.com/api/docs/models and /deprecations, November 2026
MODELS: Mapping[str, Kind] = {
    "gpt-6-luna": Kind(efforts=("none", "low", "medium", "high", "xhigh", "max")),
    "gpt-6-sol": Kind(efforts=("none", "low", "medium", "high", "xhigh", "max")),
    "gpt-6.1-sol": Kind(efforts=("low", "medium", "high", "xhigh", "max")),
    "gpt-5-mini": Kind(
        context=400_000, efforts=("minimal", "low", "medium", "high"), shutdown="2026-12-11"
    ),
    "gpt-4o": Kind(context=128_000, longest=16_384, shutdown="2027-01-14"),
    "gpt-4o-mini": Kind(context=128_000, longest=16_384, shutdown="2027-01-14"),
    "gpt-4.1-mini": Kind(context=1_047_576, longest=32_768, shutdown="2027-01-14"),
}


@dataclass(eq=False)
class Refused(Exception):
    message: str
    code: str | None = None
    param: str | None = None
    status: int = 400
    type: str = "invalid_request_error"
    metadata: Any = None  # OpenRouter's

    def body(self) -> dict[str, Any]:
        return {
            "error": {
                "message": self.message,
                "type": self.type,
                "param": self.param,
                "code": self.code,
                **({"metadata": self.metadata} if self.metadata else {}),
            }
        }


def check_parameters(body: Mapping[str, Any], kind: Kind, *, model: str) -> None:
    """Refuse what OpenAI refuses for this model, in OpenAI's words."""
    if body.get("stream_options") is not None and not body.get("stream"):
        raise Refused(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    if body.get("tool_choice") is not None and not body.get("tools"):
        raise Refused(
            "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are"
            " specified.",
            param="tool_choice",
        )
    if kind.efforts:
        _check_reasoning(body, kind, model=model)
    elif "reasoning_effort" in body:
        raise unsupported("reasoning_effort")
    _check_length(body, kind, model=model)


def _check_reasoning(body: Mapping[str, Any], kind: Kind, *, model: str) -> None:
    if "max_tokens" in body:
        raise unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    effort = body.get("reasoning_effort", "medium")
    if effort not in kind.efforts:
        names = ", ".join(f"'{name}'" for name in kind.efforts)
        raise Refused(
            f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this model."
            f" Supported values are: {names}.",
            code="unsupported_value",
            param="reasoning_effort",
        )
    if body.get("tools") and effort != "none":
        raise Refused(
            f"Function tools with reasoning_effort are not supported for {model} in"
            " /v1/chat/completions. To use function tools, use /v1/responses or set"
            " reasoning_effort to 'none'.",
            param="reasoning_effort",
        )
    for name in SAMPLING:
        if effort != "none" and name in body:
            raise unsupported(name)


def _check_length(body: Mapping[str, Any], kind: Kind, *, model: str) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        match body.get(name):
            case None:
                continue
            case int(longest) if not isinstance(longest, bool):
                _check_range(name, longest, kind, model=model)
            case _:
                raise Refused(
                    f"Invalid type for '{name}': expected an integer.",
                    code="invalid_type",
                    param=name,
                )


def _check_range(name: str, longest: int, kind: Kind, *, model: str) -> None:
    if longest < 1:
        raise Refused(
            f"Invalid '{name}': integer below minimum value."
            f" Expected a value >= 1, but got {longest} instead.",
            code="integer_below_min_value",
            param=name,
        )
    if longest > kind.longest:
        raise Refused(
            f"{name} is too large: {longest}. The model {model} supports at most"
            f" {kind.longest} completion tokens.",
            code="invalid_value",
            param=name,
        )


def unsupported(name: str, advice: str = "") -> Refused:
    return Refused(
        f"Unsupported parameter: '{name}' is not supported with this model.{advice}",
        code="unsupported_parameter",
        param=name,
    )


def check_messages(messages: object) -> None:
    if messages is None:
        raise Refused(
            "Missing required parameter: 'messages'.", "missing_required_parameter", "messages"
        )
    if not isinstance(messages, list) or not messages:
        raise Refused(
            "Invalid 'messages': expected an array of at least one message.",
            "empty_array" if messages == [] else "invalid_type",
            "messages",
        )
    for index, message in enumerate(messages):
        _check_message(message, f"messages[{index}]")
    _check_calls(messages)


def _check_calls(messages: list[Any]) -> None:
    """Each call is answered before anything else is said, and nothing else is."""
    open_calls: set[str] = set()
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                raise Refused(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceding"
                    " message with 'tool_calls'.",
                    param=f"messages[{index}].role",
                )
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            raise Refused(
                "An assistant message with 'tool_calls' must be followed by tool messages"
                " responding to each 'tool_call_id'.",
                param=f"messages[{index}].role",
            )
        open_calls = {call["id"] for call in message.get("tool_calls") or ()}


def _check_message(message: object, at: str) -> None:
    match message:
        case {"role": role} if role not in ROLES:
            raise Refused(f"Invalid value: '{role}'.", "invalid_value", f"{at}.role")
        case {"role": "assistant", "content": str() | None, "tool_calls": [_, *_]}:
            return
        case {"role": "tool", **rest} if "tool_call_id" not in rest:
            raise Refused(
                f"Missing required parameter: '{at}.tool_call_id'.",
                "missing_required_parameter",
                f"{at}.tool_call_id",
            )
        case {"role": _, "content": str()}:
            return
        case {"role": role, "content": [_, *_] as parts}:
            for index, part in enumerate(parts):
                _check_part(part, f"{at}.content[{index}]", role=role)
        case _:
            raise Refused(
                f"Invalid type for '{at}.content': expected a string or an array of parts.",
                "invalid_type",
                f"{at}.content",
            )


def _check_part(part: object, at: str, *, role: str) -> None:
    match part:
        case {"type": "text", "text": str()}:
            return
        case {"type": "image_url", "image_url": {"url": str(url), **rest}}:
            if role != "user":
                raise Refused(
                    "Image URLs are only allowed for messages with role 'user', but this message"
                    f" with role '{role}' contains an image URL.",
                    "invalid_value",
                    at,
                )
            _check_image(url, f"{at}.image_url", detail=rest.get("detail", "auto"))
        case _:
            raise Refused(f"Invalid value: '{at}' is no content part.", "invalid_value", at)


def _check_image(url: str, at: str, *, detail: object) -> None:
    if detail not in DETAILS:
        raise Refused(f"Invalid value: '{detail}'.", "invalid_value", f"{at}.detail")
    head, comma, data = url.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64") and comma):
        raise Refused(
            f"Invalid '{at}.url': expected a base64-encoded data URL.",
            "invalid_image_url",
            f"{at}.url",
        )
    try:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=True)), formats=FORMATS) as it:
            it.verify()
    except (binascii.Error, UnidentifiedImageError, SyntaxError, OSError) as error:
        raise Refused(
            "You uploaded an unsupported image. Please make sure your image is valid and has of"
            " one of the following formats: ['png', 'jpeg', 'gif', 'webp'].",
            "invalid_image_format",
            f"{at}.url",
        ) from error


def check_moderation(body: Mapping[str, Any], *, is_there: bool) -> None:
    """Refuse what the moderation endpoint refuses: anything but a list of texts and one image."""
    if not is_there:
        raise Refused("Invalid URL (POST /v1/moderations)", status=404)
    parts = body.get("input")
    if body.get("model") != "omni-moderation-latest" or not isinstance(parts, list) or not parts:
        raise Refused("Invalid type for 'input'.", "invalid_type", "input")
    for index, part in enumerate(parts):
        match part:
            case {"type": "text", "text": str()}:
                pass
            case {"type": "image_url", "image_url": {"url": str()}}:
                _check_part(part, f"input[{index}]", role="user")
            case _:
                raise Refused("Invalid type for 'input'.", "invalid_type", f"input[{index}]")
    if sum(part["type"] == "image_url" for part in parts) > 1:
        raise Refused("Too many images. Expected at most one.", "too_many_images", "input")


def count(text: str) -> int:
    return int(toktok.batch_count([text], "o200k_base")[0])


@dataclass(frozen=True)
class Segment:
    """A piece of a prompt: a text, or an image."""

    content: str
    tokens: int
    is_text: bool = True
    is_image: bool = False


def segments(
    messages: Sequence[Mapping[str, Any]], tools: Sequence[Any] | None = None, *, image_tokens: int
) -> list[Segment]:
    """Take a prompt apart: the tools, then 3 tokens a message, its role, and what is in it."""
    pieces: list[Segment] = []
    if tools:
        pieces.append(Segment(repr(tools), count(json.dumps(tools)), is_text=False))
    for message in messages:
        role = message["role"]
        pieces.append(Segment(f"\0{role}\0", 3 + count(role), is_text=False))
        content = message["content"] or ""
        if calls := message.get("tool_calls"):
            pieces.append(Segment(repr(calls), count(json.dumps(calls)), is_text=False))
        for part in [{"text": content}] if isinstance(content, str) else content:
            match part:
                case {"text": text}:
                    pieces.append(Segment(text, count(text)))
                case {"image_url": image}:
                    pieces.append(Segment(repr(image), image_tokens, is_text=False, is_image=True))
    return pieces


def image_share(prompt: Sequence[Segment], tokens: int) -> int:
    """How many of the first tokens of a prompt are images."""
    share = 0
    for segment in prompt:
        share += min(segment.tokens, max(0, tokens)) if segment.is_image else 0
        tokens -= segment.tokens
    return share


def shared_tokens(earlier: Sequence[Segment], now: Sequence[Segment]) -> int:
    """Count the tokens with which both begin."""
    shared = 0
    for before, after in zip(earlier, now, strict=False):
        if before == after:
            shared += after.tokens
            continue
        if before.is_text and after.is_text:
            shared += count(_common_start(before.content, after.content))
        break
    return shared


def _common_start(one: str, other: str) -> str:
    pairs = zip(one, other, strict=False)
    return one[: sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))]
