"""Chat completions over HTTP in OpenAI's shape, whoever answers."""

import itertools
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; `longest` is the number of tokens that the answer may have."""

    messages: list[dict[str, Any]]
    longest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    prompt: int
    completion: int
    cached: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": self.cached},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    usage: Usage
    reason: str = "stop"


@dataclass(eq=False)
class BadQuestion(Exception):
    """What was asked cannot be answered, and why."""

    why: str


# Answers in pieces, the end last; raises BadQuestion before the first piece or not at all.
Answering = Callable[[Question], AsyncGenerator[str | End, None]]


def completions(answering: Answering, *, model: str) -> Starlette:
    """Make an app that answers under `/v1` as OpenAI's would."""
    numbers = itertools.count(1)

    async def complete(request: Request) -> Response:
        try:
            body = await request.json()
            question = _question(body)
            answer = answering(question)
            first = await anext(answer)
        except BadQuestion as error:
            return _refusal(error.why)
        except ValueError:
            return _refusal("The body is no JSON.")
        head = {
            "id": f"chatcmpl-{next(numbers)}",
            "created": int(time.time()),
            "model": body.get("model") or model,
        }
        pieces = _all(first, answer)
        if body.get("stream"):
            return StreamingResponse(_events(head, pieces, body), media_type="text/event-stream")
        return JSONResponse(await _whole(head, pieces))

    async def models(_: Request) -> Response:
        entry = {"id": model, "object": "model", "created": 0, "owned_by": "playground"}
        return JSONResponse({"object": "list", "data": [entry]})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/models", models),
        ],
    )


def _question(body: Any) -> Question:
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list) or not all(map(_is_message, messages)):
        raise BadQuestion("'messages' must be a list of objects with a role and a content.")
    longest = body.get("max_completion_tokens") or body.get("max_tokens")
    return Question(messages=messages, longest=longest)


def _is_message(message: object) -> bool:
    match message:
        case {"role": str(), "content": str() | list()}:
            return True
    return False


async def _all(
    first: str | End, rest: AsyncGenerator[str | End, None]
) -> AsyncGenerator[str | End, None]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece


async def _whole(head: dict[str, Any], pieces: AsyncGenerator[str | End, None]) -> dict[str, Any]:
    said: list[str] = []
    async with aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, End):
                message = {"role": "assistant", "content": "".join(said)}
                choice = {"index": 0, "message": message, "finish_reason": piece.reason}
                usage = {"usage": piece.usage.as_json()}
                return head | {"object": "chat.completion", "choices": [choice]} | usage
            said.append(piece)
    raise RuntimeError("An answer had no end.")


async def _events(
    head: dict[str, Any], pieces: AsyncGenerator[str | End, None], body: dict[str, Any]
) -> AsyncGenerator[str, None]:
    head = head | {"object": "chat.completion.chunk"}
    yield _event(head | _delta({"role": "assistant", "content": ""}))
    async with aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, str):
                yield _event(head | _delta({"content": piece}))
                continue
            yield _event(head | _delta({}, piece.reason))
            if (body.get("stream_options") or {}).get("include_usage"):
                yield _event(head | {"choices": [], "usage": piece.usage.as_json()})
    yield "data: [DONE]\n\n"


def _delta(delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _refusal(why: str) -> Response:
    error = {"message": why, "type": "invalid_request_error", "param": None, "code": None}
    return JSONResponse({"error": error}, 400)
