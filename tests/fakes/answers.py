"""An answer as OpenAI sends it: whole, or chunk by chunk."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import toktok
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Send

from bot.serving import HANG_UP
from tests.fakes.speech import Break, Call, Corrupt, Cut, Drop, Ending, Finish, Say, Speech

CORRUPT = '{"id": "chatcmpl-'


@dataclass(frozen=True)
class Charge:
    """What one request cost, in tokens; `cached` are those of `prompt` that were known.

    `images` and `cached_images` are what of both is images; `asked` is the request's place in all
    that was asked.
    """

    model: str
    prompt: int
    cached: int
    completion: int
    asked: int = field(default=-1, compare=False)
    images: int = field(default=0, compare=False)
    cached_images: int = field(default=0, compare=False)

    def usage(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "prompt_tokens_details": {"cached_tokens": self.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }


@dataclass(kw_only=True)
class Answer:
    """A speech on its way to the one who asked, for at most `longest` tokens.

    `charge` is called once, with all that was said, also where nobody heard the end.
    """

    request: Request
    speech: Speech
    head: dict[str, Any]
    longest: int | None
    charge: Callable[[str], Charge]
    on_hang_up: Callable[[], None]
    _said: str = field(default="", init=False)
    _called: list[Call] = field(default_factory=list, init=False)
    _charged: Charge | None = field(default=None, init=False)

    async def whole(self) -> Response:
        speaking = asyncio.ensure_future(self._hear_out())
        leaving = asyncio.ensure_future(_gone(self.request))
        try:
            await asyncio.wait((speaking, leaving), return_when=asyncio.FIRST_COMPLETED)
            if speaking.done():
                return self._response(speaking.result())
            self.on_hang_up()
            return Response(status_code=499)
        finally:
            self._settle()
            speaking.cancel()
            leaving.cancel()

    async def _hear_out(self) -> Ending:
        while isinstance(step := await self._next(), Say | Call):
            pass
        return step

    def _response(self, ending: Ending) -> Response:
        match ending:
            case Finish(reason):
                message: dict[str, Any] = {
                    "role": "assistant",
                    "content": self._said,
                    "refusal": None,
                }
                if self._called:
                    message["tool_calls"] = [_call(each) for each in self._called]
                choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
                body = {"object": "chat.completion", "choices": [choice]}
                return JSONResponse(self.head | body | {"usage": self._settle().usage()})
            case Break(error):
                return JSONResponse(error)
            case Corrupt():
                return Response(CORRUPT, media_type="application/json")
            case Cut() | Drop():
                self.request.scope["extensions"][HANG_UP]()
                return Response()

    def streamed(self, *, with_usage: bool) -> Response:
        return _Stream(self._events(with_usage=with_usage), media_type="text/event-stream")

    async def _events(self, *, with_usage: bool) -> AsyncGenerator[str, None]:
        try:
            yield self._chunk({"role": "assistant", "content": "", "refusal": None}, with_usage)
            while isinstance(step := await self._next(), Say | Call):
                for delta in _deltas(step):
                    yield self._chunk(delta, with_usage)
            match step:
                case Finish(reason):
                    yield self._chunk({}, with_usage, reason)
                    usage = self._settle().usage()
                    if with_usage:
                        yield _event(self._chunk_head | {"choices": [], "usage": usage})
                    yield "data: [DONE]\n\n"
                case Break(error):
                    yield _event(error)
                case Corrupt():
                    yield f"data: {CORRUPT}\n\n"
                case Drop():
                    self.request.scope["extensions"][HANG_UP]()
                    raise ConnectionAbortedError
        except (asyncio.CancelledError, GeneratorExit):
            self.on_hang_up()
            raise
        finally:
            self._settle()

    @property
    def _chunk_head(self) -> dict[str, Any]:
        return self.head | {"object": "chat.completion.chunk"}

    def _chunk(self, delta: dict[str, Any], with_usage: bool, reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        usage = {"usage": None} if with_usage else {}
        return _event(self._chunk_head | {"choices": [choice]} | usage)

    async def _next(self) -> Say | Call | Ending:
        """Return the next step; the last tokens that are allowed are the last that are said."""
        step = await self.speech.next()
        if isinstance(step, Call):
            self._called.append(step)
        if not isinstance(step, Say):
            return step
        if self.longest is not None:
            room, tokens = toktok.truncate(self._said + step.text, self.longest, "o200k_base")
            if tokens > self.longest:
                return self._say_last(room[len(self._said) :])
        self._said += step.text
        return step

    def _say_last(self, text: str) -> Say | Ending:
        self.speech.instead(Finish("length"))
        self._said += text
        return Say(text)

    def _settle(self) -> Charge:
        if self._charged is None:
            called = "".join(f"{each.name}{each.arguments}" for each in self._called)
            self._charged = self.charge(self._said + called)
        return self._charged


class _Stream(StreamingResponse):
    async def stream_response(self, send: Send) -> None:
        events = self.body_iterator
        assert isinstance(events, AsyncGenerator)
        async with aclosing(events):
            with suppress(ConnectionAbortedError):
                await super().stream_response(send)


def _deltas(step: Say | Call) -> list[dict[str, Any]]:
    """What is said at once, and of a call first its name, then its arguments bit by bit."""
    if isinstance(step, Say):
        return [{"content": step.text}]
    head = _call(Call(step.name, "", step.id)) | {"index": step.index}
    middle = len(step.arguments) // 2
    rest = [step.arguments[:middle], step.arguments[middle:]]
    return [
        {"tool_calls": [head]},
        *(
            {"tool_calls": [{"index": step.index, "function": {"arguments": each}}]}
            for each in rest
        ),
    ]


def _call(step: Call) -> dict[str, Any]:
    function = {"name": step.name, "arguments": step.arguments}
    return {"id": step.id, "type": "function", "function": function}


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"
