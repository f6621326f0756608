"""Which lanes run: each with something to do in a task of its own, so many chats' at once."""

import asyncio
from collections.abc import Awaitable, Callable

# So many chats at once, since each takes 75 kB: an answer is two messages at least, and Telegram
# takes 30 in a second, so that nobody waits for longer here unless answers take half a minute.
AT_ONCE = 500


class LocalEngine:
    """Runs each lane that has something to do in a task of its own.

    So many chats' `at_once`; others wait until one has nothing more to do. What goes beside a chat
    does not.
    """

    def __init__(self, drain: Callable[[str], Awaitable[None]], at_once: int) -> None:
        self._drain = drain
        self._places = at_once
        self._waiting: dict[str, None] = {}  # in their order
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def wake(self, lane: str) -> None:
        """See to it that a lane is drained from now on; harmless where it is already."""
        if lane in self._tasks:
            self._again.add(lane)
        elif _is_beside(lane) or self._places:
            self._begin(lane)
        else:
            self._waiting[lane] = None

    async def stop(self, grace: float) -> None:
        """Let what runs come to its end for `grace` seconds; what then still runs is cancelled."""
        self._waiting.clear()
        running = set(self._tasks.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, lane: str) -> None:
        self._places -= not _is_beside(lane)
        self._tasks[lane] = asyncio.create_task(self._run(lane), name=f"lane {lane}")

    async def _run(self, lane: str) -> None:
        try:
            await self._drain(lane)
            while lane in self._again:
                self._again.discard(lane)
                await self._drain(lane)
        finally:
            del self._tasks[lane]
            self._places += not _is_beside(lane)
            if self._waiting and self._places:
                self._begin(self._next())

    def _next(self) -> str:
        """Who has waited longest for a place."""
        lane = next(iter(self._waiting))
        del self._waiting[lane]
        return lane


def _is_beside(lane: str) -> bool:
    """Whether a lane goes beside its chat's: what must not wait there, and jobs."""
    return "#" in lane
