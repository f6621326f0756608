"""How the bot speaks HTTP with Telegram.

The library's own way, over httpx, costs about twice as much a call, and the more the more
connections are open (bench/README.md).
"""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0
JSON = {"Content-Type": "application/json"}
# What has become of an edited message nobody here asks, and reading it costs a millisecond. Of some
# Telegram itself says no more than that it is done (core.telegram.org/bots/api, editMessageText).
EDITS = ("/editMessageText", "/editMessageReplyMarkup")
TAKEN = re.compile(rb'\s*{\s*"ok"\s*:\s*true\b')
DONE = b'{"ok":true,"result":true}'


class NotSent(NetworkError):
    """Telegram could not be reached: the call has had no effect."""


class HTTPRequest(BaseRequest):
    """Telegram's side of the wire: connections are kept, and as many are opened as are needed."""

    _session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_TIMEOUT

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,  # noqa: ARG002 - a slow upload is ended by the read timeout
        connect_timeout: Any = None,  # noqa: ARG002 - one for all
        pool_timeout: Any = None,  # noqa: ARG002 - nobody waits for a connection
    ) -> tuple[int, bytes]:
        """Make a call.

        Raises:
            NotSent: It has had no effect.
            TimedOut: It may have had its effect, or not.
        """
        assert self._session is not None
        seconds = read_timeout if isinstance(read_timeout, float | int) else READ_TIMEOUT
        given: dict[str, Any] = {} if request_data is None else _given(request_data)
        scheme, host, *_ = urlsplit(url)
        try:
            async with self._session.request(
                method, url, timeout=_timeout(seconds), proxy=_proxy(scheme, host), **given
            ) as response:
                body = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            # Without the cause: its words hold the URL, and that holds the token.
            raise TimedOut(type(error).__name__) from None
        is_edit = url.endswith(EDITS) and TAKEN.match(body)
        return response.status, DONE if is_edit else body


@lru_cache
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT, sock_read=seconds)


@lru_cache
def _proxy(scheme: str, host: str) -> str | None:
    """The proxy that the environment names for an address.

    aiohttp's own `trust_env` asks two threads for each call, which costs more than the call.
    """
    return None if proxy_bypass(host) else getproxies().get(scheme)


def _given(data: RequestData) -> dict[str, Any]:
    """What goes with a call, as aiohttp takes it."""
    if not data.contains_files:
        return {"data": data.json_payload, "headers": JSON}
    form = aiohttp.FormData(data.json_parameters)
    for name, (file_name, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=content_type)
    return {"data": form}
