"""Waits that somebody can cut short: who stops a job, and the end of the program."""

import asyncio
from collections.abc import Hashable
from contextlib import suppress


class Naps:
    """Sleeps by their names: of a job its number."""

    def __init__(self) -> None:
        self._alarms: dict[Hashable, asyncio.Event] = {}
        self.is_over = False

    async def sleep(self, name: Hashable, seconds: float) -> None:
        """Sleep, unless it is over, until it is time or somebody calls."""
        alarm = self._alarms.setdefault(name, asyncio.Event())
        try:
            if not self.is_over:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await alarm.wait()
        finally:
            del self._alarms[name]

    def wake(self, name: Hashable) -> None:
        """Let somebody sleep no longer, or not begin to."""
        self._alarms.setdefault(name, asyncio.Event()).set()

    def end(self) -> None:
        """Let nobody sleep any more."""
        self.is_over = True
        for alarm in self._alarms.values():
            alarm.set()
