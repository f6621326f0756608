"""Telegram's flood limits, off until asked for.

Telegram does not publish exact ones. These are the figures of core.telegram.org/bots/faq
("My bot is hitting limits") and, for drafts and actions, of core.telegram.org/api/bots/ai.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.people import Chat
from playground.rules import Refused


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many in so many seconds."""

    times: int
    seconds: float


# "Avoid sending more than one message per second. We may allow short bursts."
PRIVATE = (Rate(5, 5),)
GROUP = (Rate(20, 60),)
EVERYWHERE = (Rate(30, 1),)
PROGRESS = (Rate(20, 5), Rate(40, 30))


@dataclass(slots=True)
class _Meter:
    """When things happened, as far back as the longest rate looks."""

    rates: tuple[Rate, ...]
    at: deque[float] = field(default_factory=deque)

    def wait(self, now: float, times: int) -> float:
        """Seconds until there is room for so many more."""
        return max((self._wait(rate, now, times) for rate in self.rates), default=0.0)

    def _wait(self, rate: Rate, now: float, times: int) -> float:
        recent = [at for at in self.at if at > now - rate.seconds]
        excess = len(recent) + min(times, rate.times) - rate.times
        return recent[excess - 1] + rate.seconds - now if excess > 0 else 0.0

    def add(self, now: float, times: int) -> None:
        self.at.extend([now] * times)
        oldest = now - max(rate.seconds for rate in self.rates)
        while self.at and self.at[0] <= oldest:
            self.at.popleft()


class Limits:
    """Counts what the bot sends and refuses what is too much. A refused call does not count."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.on = False
        self._clock = clock
        self._everything = _Meter(EVERYWHERE)
        self._messages: dict[int, _Meter] = {}
        self._progress: dict[int, _Meter] = {}

    def message(self, chat: Chat, *, times: int = 1) -> None:
        """Count messages or edits in a chat."""
        if self.on:
            rates = PRIVATE if chat.is_private else GROUP
            meter = self._messages.setdefault(chat.id, _Meter(rates))
            self._count([self._everything, meter], times)

    def progress(self, chat: Chat) -> None:
        """Count a draft or a chat action: they share their limit."""
        if self.on:
            self._count([self._progress.setdefault(chat.id, _Meter(PROGRESS))], 1)

    def _count(self, meters: list[_Meter], times: int) -> None:
        now = self._clock()
        wait = max(meter.wait(now, times) for meter in meters)
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for meter in meters:
            meter.add(now, times)
