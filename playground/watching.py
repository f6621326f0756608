"""Those who watch the world: pages that follow its events, tests that wait for a change."""

import asyncio
import weakref
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from playground.people import Json

T = TypeVar("T")


class Subscription(AsyncIterator[Json]):
    """The events from the moment of subscribing on, until it is closed."""

    def __init__(self) -> None:
        self._events: deque[Json] = deque()
        self._something = asyncio.Event()
        self._is_closed = False

    def put(self, event: Json) -> None:
        self._events.append(event)
        self._something.set()

    def close(self) -> None:
        self._is_closed = True
        self._something.set()

    async def __anext__(self) -> Json:
        await self._something.wait()
        if not self._events:
            raise StopAsyncIteration
        event = self._events.popleft()
        if not self._events and not self._is_closed:
            self._something.clear()
        return event


class Watchers:
    """Everyone to be told when something happens."""

    def __init__(self) -> None:
        # Weak: a subscription that nobody reads any more is gone by itself.
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()
        self._waiting: set[asyncio.Future[None]] = set()

    def subscribe(self) -> Subscription:
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    def tell(self, event: Json) -> None:
        for subscription in list(self._subscriptions):
            subscription.put(event)
        self.wake()

    def wake(self) -> None:
        """Let those who wait look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def until(self, predicate: Callable[[], T | None]) -> T:
        """Return what the predicate finds, as soon as it finds something."""
        while not (found := predicate()):
            await self._change()
        return found

    async def _change(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
