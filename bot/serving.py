"""Serving an app in this very event loop, quick to start and to stop; the only uvicorn."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HANG_UP = "serving.hang_up"


class PortTaken(Exception):
    """Another program has the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port}")
        self.port = port


class _Protocol(HttpToolsProtocol):
    """HTTP whose app may hang up without a word: `scope["extensions"][HANG_UP]()`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: self.transport.close}  # type: ignore[dict-item]  # ours


class _Ending:
    """An app whose running requests can be brought to an end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._running: set[asyncio.Task[object]] = set()
        self._is_over = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def noting(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            if not self._is_over:
                raise
            if not has_started:
                await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._running.discard(task)

    async def end(self) -> None:
        self._is_over = True
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0, *, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve an app on a port, or on a free one, and say where. What still hangs is ended.

    Raises:
        PortTaken: Another program has the port.
    """
    ending = _Ending(app)
    config = uvicorn.Config(
        ending,
        http=_Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,  # longer than a long poll: a client may keep its connection
    )
    config.load()
    server = uvicorn.Server(config)
    # startup() and no serve(): that one would take the signals, and look ten times a second
    # whether it is time to stop.
    server.lifespan = config.lifespan_class(config)
    listening = _listening(host, port)
    await server.startup(sockets=[listening])
    try:
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        await _stop(server, ending)


def _listening(host: str, port: int) -> socket.socket:
    # Says TCP aloud: asyncio turns Nagle's algorithm off only then, which else costs 40 ms a call.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(port) from error
    return listening


async def _stop(server: uvicorn.Server, ending: _Ending) -> None:
    for listener in server.servers:
        listener.close()
    await ending.end()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await asyncio.sleep(0)  # they close in the next turn of the loop
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await server.lifespan.shutdown()
