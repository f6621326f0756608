"""Waits that somebody can cut short: who stops a job, and the end of the program."""

import asyncio
from contextlib import suppress


class Naps:
    """Sleeps of jobs, by their numbers."""

    def __init__(self) -> None:
        self._alarms: dict[int, asyncio.Event] = {}
        self.is_over = False

    async def sleep(self, number: int, seconds: float) -> None:
        """Sleep, unless it is over, until it is time or somebody calls."""
        alarm = self._alarms.setdefault(number, asyncio.Event())
        try:
            if not self.is_over:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await alarm.wait()
        finally:
            del self._alarms[number]

    def wake(self, number: int) -> None:
        """Let a job sleep no longer, if it does."""
        if alarm := self._alarms.get(number):
            alarm.set()

    def end(self) -> None:
        """Let nobody sleep any more."""
        self.is_over = True
        for alarm in self._alarms.values():
            alarm.set()
