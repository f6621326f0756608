"""An answer as it comes over the wire, in pieces.

The SDK's own reader builds a model of each chunk, which costs several times what reading costs.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from bot.llm.calls import Called, Calls
from bot.llm.errors import ModelUnavailable, NoEndpoint, told
from storage.money import Usage

# Calls of an answer that ended so may not be whole.
CUT_SHORT = ("", "length", "content_filter")
# Characters to a token, at the most: a token of spaces or dashes is long, but no text is of them.
MOST_TO_A_TOKEN = 16
LONGEST_LINE = 1 << 20
LARGEST_BODY = 8 << 20


@dataclass(frozen=True, slots=True)
class Finish:
    """How a stream ended: `reason` is the provider's, "" where the stream was cut."""

    reason: str
    usage: Usage | None


async def pieces(response: Any, max_tokens: int) -> AsyncIterator[str | Called | Finish]:
    """The pieces of an answer, the calls that it makes, and at last how it ended.

    One that goes on and on although it had to end at `max_tokens` ends here.
    """
    reason, usage, calls = "", None, Calls()
    room = longest = max_tokens * MOST_TO_A_TOKEN
    if "text/event-stream" not in response.headers.get("content-type", ""):
        for piece in whole(await _body(response)):
            yield piece
        return
    async for data in _events(response):
        if data == b"[DONE]":
            break
        chunk = _chunk(data)
        if counted := chunk.get("usage"):
            usage = _usage(counted)
        text, ended = _said(chunk, calls)
        reason = ended or reason
        if text:
            yield text[:room]
            room -= len(text[:room])
        if not room:
            reason = "length"
            break
    if not reason and room == longest:
        raise ModelUnavailable("empty stream")
    for call in calls.done() if reason not in CUT_SHORT else ():
        yield call
    yield Finish(reason, usage)


async def _events(response: Any) -> AsyncIterator[bytes]:
    """The data of each server-sent event; comments and the events' names say nothing to us."""
    rest = b""
    async for received in response.aiter_bytes():
        *lines, rest = (rest + received).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise ModelUnavailable("endless line")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()


async def _body(response: Any) -> str:
    """All that comes, within bounds."""
    body = b""
    async for received in response.aiter_bytes():
        body += received
        if len(body) > LARGEST_BODY:
            raise NoEndpoint("endless body")
    return body.decode(errors="replace")


def whole(body: str) -> list[str | Called | Finish]:
    """Read an answer that came in one piece although a stream was asked for."""
    calls = Calls()
    try:
        answer = json.loads(body)
        if failure := answer.get("error"):
            raise told(failure)
        [choice] = answer["choices"]
        text, reason = choice["message"].get("content"), choice["finish_reason"]
        calls.hear(choice["message"].get("tool_calls"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoEndpoint from None
    finish = Finish(_text(reason), _usage(answer.get("usage")))
    return [_text(text), *calls.done(), finish]


def _chunk(data: bytes) -> dict[str, Any]:
    try:
        chunk = json.loads(data)
    except ValueError:
        raise ModelUnavailable("corrupt chunk") from None
    if not isinstance(chunk, dict):
        raise ModelUnavailable("corrupt chunk")
    if chunk.get("error"):  # some relays have it in each chunk, as null
        raise told(chunk["error"])
    if "choices" not in chunk and "message" in chunk:  # `event: error` without an `error` key
        raise told(chunk)
    return chunk


def _said(chunk: dict[str, Any], calls: Calls) -> tuple[str, str]:
    """What a chunk says, and the reason why it is the last; either may be empty."""
    try:
        [choice] = chunk.get("choices") or [{}]
        delta = choice.get("delta") or {}
        text = delta.get("content")
        calls.hear(delta.get("tool_calls"))
        reason = choice.get("finish_reason")
    except (AttributeError, TypeError, ValueError):
        raise ModelUnavailable("corrupt chunk") from None
    return _text(text), _text(reason)


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""


def _usage(counted: Any) -> Usage | None:
    if not isinstance(counted, dict):
        return None
    prompt, completion = _count(counted, "prompt_tokens"), _count(counted, "completion_tokens")
    if not prompt and not completion:
        return None
    told = counted.get("prompt_tokens_details")
    details = told if isinstance(told, dict) else {}
    return Usage(
        prompt=prompt,
        completion=completion,
        cached=_count(details, "cached_tokens"),
        cache_written=_count(details, "cache_write_tokens"),
    )


def _count(counted: dict[str, Any], name: str) -> int:
    """A number of tokens; whatever else an endpoint may say counts as none."""
    number = counted.get(name)
    return number if type(number) is int and number > 0 else 0
