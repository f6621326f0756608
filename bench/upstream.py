"""A model server that costs next to nothing: by itself 60 tokens in 2 s, the first after 0.5 s."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

FIRST_AFTER = 0.5
LASTS = 2.0
TOKENS = 60


def words(tokens: int = TOKENS) -> list[str]:
    """An answer of so many tokens, more or less."""
    return [f"word{number:02d} " for number in range(tokens)]


ANSWER = "".join(words()).strip()

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass
class Upstream:
    """What was asked, by the text of the question: when it came, when words and all were out.

    `first_after` and `lasts` are how many seconds an answer of so many `tokens` takes to begin, and
    to come.
    """

    first_after: float = FIRST_AFTER
    lasts: float = LASTS
    tokens: int = TOKENS
    times: Counter[str] = field(default_factory=Counter)
    came: dict[str, float] = field(default_factory=dict)
    began: dict[str, float] = field(default_factory=dict)
    was_out: dict[str, float] = field(default_factory=dict)


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection that knows a single kind of request."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._chunks = _chunks(upstream.tokens)
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) >= length:
            self._buffer = body[length:]
            self._answer(json.loads(body[:length]))

    def _answer(self, asked: dict[str, object]) -> None:
        messages = asked["messages"]
        assert isinstance(messages, list)
        question = str(messages[-1]["content"])
        self._upstream.came[question] = time.perf_counter()
        self._upstream.times[question] += 1
        first_after, lasts = self._upstream.first_after, self._upstream.lasts
        self._transport.write(HEAD)
        loop = asyncio.get_running_loop()
        loop.call_later(first_after, self._begin, question)
        for number, chunk in enumerate(self._chunks[1:], start=1):
            due = first_after + lasts * number / (len(self._chunks) - 1)
            loop.call_later(due, self._transport.write, chunk)
        loop.call_later(first_after + lasts, self._end, question)

    def _begin(self, question: str) -> None:
        self._upstream.began[question] = time.perf_counter()
        self._transport.write(self._chunks[0])

    def _end(self, question: str) -> None:
        self._transport.write(_end(self._upstream.tokens))
        self._upstream.was_out[question] = time.perf_counter()


def _event(**fields: object) -> bytes:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    data = f"data: {json.dumps(chunk | fields)}\n\n".encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


def _delta(word: str) -> bytes:
    return _event(choices=[{"index": 0, "delta": {"content": word}, "finish_reason": None}])


@lru_cache
def _chunks(tokens: int) -> list[bytes]:
    return [_delta(word) for word in words(tokens)]


@lru_cache
def _end(tokens: int) -> bytes:
    counted = {"prompt_tokens": 50, "completion_tokens": tokens, "total_tokens": 50 + tokens}
    return (
        _event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
        + _event(choices=[], usage=counted)
        + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
    )


async def serving_upstream(upstream: Upstream) -> asyncio.Server:
    """Serve on a free port of this machine."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(upstream), "127.0.0.1", 0, backlog=4096)
