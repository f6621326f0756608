"""HTTP with Telegram: through a proxy or not, and what is made of what comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram import Bot

from bot.wire import HTTPRequest

OK = b'{"ok": true, "result": {"message_id": 7}}'
REFUSED = b'{"ok": false, "error_code": 400, "description": "Bad Request"}'
PAGE = b"<html>Welcome to this hotel</html>"


@asynccontextmanager
async def answering(body: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that gives the same answer to everything, and keeps what it was sent."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        heard.append(head + await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heard


@asynccontextmanager
async def wire() -> AsyncIterator[HTTPRequest]:
    request = HTTPRequest()
    await request.initialize()
    try:
        yield request
    finally:
        await request.shutdown()


async def test_telegram_is_reached_through_the_proxy_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with answering(OK) as (proxy, heard), wire() as request:
        monkeypatch.setenv("http_proxy", f"http://me:pass@{proxy}")

        status, body = await request.do_request("http://telegram.test/bot1/getMe", "POST")

    assert (status, body) == (200, OK)
    assert heard[0].startswith(b"POST http://telegram.test/bot1/getMe HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic" in heard[0]


async def test_what_the_environment_excepts_is_reached_directly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with answering(OK) as (here, heard), wire() as request:
        monkeypatch.setenv("http_proxy", "http://proxy.test:1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")

        await request.do_request(f"http://{here}/bot1/getMe", "POST")

    assert heard[0].startswith(b"POST /bot1/getMe HTTP/1.1\r\n")


async def test_words_of_every_kind_arrive_as_they_were_said() -> None:
    words = 'Ünïcödé & 100 % 👩‍🚀 "quoted" = new\nline'
    async with answering(OK) as (here, heard), wire() as request:
        bot = Bot("1:token", base_url=f"http://{here}/bot", request=request)
        await bot.do_api_request("sayThis", {"text": words})

    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert b"Content-Type: application/json" in head
    assert json.loads(body) == {"text": words}


@pytest.mark.parametrize(
    ("method", "said", "read"),
    [
        pytest.param("editMessageText", OK, b'{"ok":true,"result":true}', id="an edit is done"),
        pytest.param("editMessageText", REFUSED, REFUSED, id="one that was refused is not"),
        pytest.param("editMessageText", PAGE, PAGE, id="nor one that never came to Telegram"),
        pytest.param("sendMessage", OK, OK, id="what was sent has a number"),
    ],
)
async def test_of_an_edit_it_is_only_read_that_it_is_done(
    method: str, said: bytes, read: bytes
) -> None:
    async with answering(said) as (here, _), wire() as request:
        assert await request.do_request(f"http://{here}/bot1/{method}", "POST") == (200, read)
