"""An endpoint that does not end as it should: reset in the middle, or going on for ever."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.answers import Ending
from bot.app import running
from bot.llm import errors
from bot.settings import Settings
from handlers.errors import WORDS
from tests.english import english
from tests.people import Someone
from tests.test_model_errors import note

STREAM, WHOLE = "text/event-stream", "application/json"


def said(text: str) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


@asynccontextmanager
async def endless(
    piece: bytes, kind: str = STREAM, *, first: bytes = b"", pause: float = 0.0
) -> AsyncIterator[str]:
    """An endpoint that begins with `first`, and repeats a piece until who asked hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _open(reader, writer, kind)
        writer.write(first)
        try:
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with _served(answer) as url:
        yield url


@asynccontextmanager
async def resetting(first: bytes) -> AsyncIterator[str]:
    """An endpoint that resets each connection after its first words."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _open(reader, writer, STREAM)
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.05)  # a reset would overtake what is still on its way
        line = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with _served(answer) as url:
        yield url


@asynccontextmanager
async def _served(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def _open(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: str) -> None:
    await reader.readuntil(b"\r\n\r\n")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())


async def test_an_answer_that_is_reset_keeps_what_came_with_a_word_about_it(
    settings: Settings, alice: Someone
) -> None:
    async with resetting(said("Once upon")) as url, running(settings.but(openai_base_url=url)):
        alice.says("Tell me")
        await alice.sees(f"Once upon\n\n{note(Ending.CUT)}")


async def test_what_is_reset_before_the_first_word_is_a_model_out_of_reach(
    settings: Settings, alice: Someone
) -> None:
    async with resetting(b": wait\n\n") as url, running(settings.but(openai_base_url=url)):
        alice.says("Tell me")
        await alice.sees(english(WORDS[errors.ModelUnavailable]))


async def test_an_answer_that_goes_on_for_ever_ends_where_it_had_to(
    settings: Settings, alice: Someone
) -> None:
    async with (
        endless(said("again ")) as url,
        running(settings.but(openai_base_url=url, answer_tokens=16)),
    ):
        alice.says("Tell me")
        words = await alice.sees_words("again again", note(Ending.LENGTH))

    assert len(words) < 500


@pytest.mark.parametrize(
    "piece", [b": still here\n\n", said(""), b"data: {}\n\n"], ids=["comments", "nothing", "empty"]
)
async def test_what_keeps_talking_and_says_nothing_ends_in_a_sentence(
    settings: Settings, alice: Someone, piece: bytes
) -> None:
    async with (
        endless(piece, pause=0.01) as url,
        running(settings.but(openai_base_url=url, answer_time=0.5)),
    ):
        alice.says("Tell me")
        await alice.sees(english(WORDS[errors.ModelSilent]))


async def test_words_that_are_followed_by_nothing_for_ever_stay(
    settings: Settings, alice: Someone
) -> None:
    async with (
        endless(b": still here\n\n", first=said("Once upon"), pause=0.01) as url,
        running(settings.but(openai_base_url=url, answer_time=0.5)),
    ):
        alice.says("Tell me")
        await alice.sees(f"Once upon\n\n{note(Ending.LATE)}")


@pytest.mark.parametrize(
    ("kind", "error"),
    [(STREAM, errors.ModelUnavailable), (WHOLE, errors.NoEndpoint)],
    ids=["a line", "a body"],
)
async def test_what_has_no_end_does_not_fill_the_memory(
    settings: Settings, alice: Someone, kind: str, error: type[errors.ModelError]
) -> None:
    async with (
        endless(b"data: " + b"x" * 65_536, kind) as url,
        running(settings.but(openai_base_url=url)),
    ):
        alice.says("Tell me")
        await alice.sees(english(WORDS[error]))
