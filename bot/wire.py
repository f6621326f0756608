"""How the bot speaks HTTP with Telegram.

The library's own way, over httpx, costs about twice as much a call, and the more the more
connections are open (bench/README.md).
"""

from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0


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
                connector=aiohttp.TCPConnector(limit=0), trust_env=True
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
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT, sock_read=seconds)
        body = None if request_data is None else _body(request_data)
        try:
            async with self._session.request(method, url, data=body, timeout=timeout) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            # Without the cause: its words hold the URL, and that holds the token.
            raise TimedOut(type(error).__name__) from None


def _body(data: RequestData) -> dict[str, str] | aiohttp.FormData:
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (file_name, content, content_type) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=content_type)
    return form
