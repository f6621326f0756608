"""The one scheduler of all that goes out: within Telegram's limits, the most urgent first."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from telegram.error import RetryAfter, TelegramError

from bot.outgoing.limits import RANKS, TELEGRAM, UNLIMITED, Kind, Limits
from bot.outgoing.patience import (
    ATTEMPTS,
    in_topic,
    insist,
    is_closed,
    is_unchanged,
    pause_after,
    seconds,
)
from bot.outgoing.queues import Chat, Queues, Waiting

__all__ = [
    "TELEGRAM",
    "UNLIMITED",
    "Kind",
    "Limits",
    "Outgoing",
    "in_topic",
    "insist",
    "is_closed",
    "is_unchanged",
    "seconds",
]

T = TypeVar("T")


class Outgoing:
    """Gives each call to a chat its turn. Where there is room, that costs it nothing."""

    def __init__(
        self,
        limits: Limits = TELEGRAM,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._queues = Queues(limits)
        self._waiting = 0
        self._offers: dict[Hashable, Waiting] = {}
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = math.inf

    async def send(
        self,
        call: Callable[[], Awaitable[T]],
        *,
        to: int,
        is_repeatable: bool,
        kind: Kind = Kind.FINAL,
    ) -> T:
        """Make a call to a chat until Telegram takes it.

        One that may have had its effect is made again only where it is repeatable.

        Raises:
            TelegramError: Telegram says no, or cannot be reached for a while.
        """
        chat = self._queues.chat(to, self._clock())
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._in_turn(call, chat, kind)
            except RetryAfter:
                pass  # its chat is paused: the next turn comes when that is over
            except TelegramError as error:
                pause = pause_after(error, attempt, is_repeatable=is_repeatable)
                if pause is None:
                    raise
                await self._sleep(pause)
        return await self._in_turn(call, chat, kind)

    async def offer(
        self, call: Callable[[], Awaitable[T]], *, to: int, kind: Kind, about: Hashable = None
    ) -> T | None:
        """Make a call that may as well be left out: None, if it was.

        It is made when it has its turn, and should say what is so then. It is left out when it is
        withdrawn, when another comes that is about the same, or when Telegram has had enough.
        """
        chat = self._queues.chat(to, self._clock())
        if not await self._turn(chat, kind, about):
            return None
        try:
            return await self._made(call, chat, kind)
        except RetryAfter:
            return None

    def withdraw(self, about: Hashable) -> None:
        """Leave out what still waits and is about this."""
        offer = self._offers.pop(about, None)
        if offer is not None and not offer.turn.done():
            offer.turn.set_result(False)

    async def _in_turn(self, call: Callable[[], Awaitable[T]], chat: Chat, kind: Kind) -> T:
        await self._turn(chat, kind)
        return await self._made(call, chat, kind)

    async def _made(self, call: Callable[[], Awaitable[T]], chat: Chat, kind: Kind) -> T:
        """Make a call that has its turn."""
        try:
            return await call()
        except RetryAfter as error:
            self._queues.refuse(chat, kind, seconds(error), self._clock())
            raise
        finally:
            self._end(chat, kind)

    async def _turn(self, chat: Chat, kind: Kind, about: Hashable = None) -> bool:
        """Wait for a turn; says whether it has come, or never will."""
        now = self._clock()
        # What never waits overtakes nobody: it leaves room wherever somebody waits for it.
        is_free = kind not in RANKS or not self._waiting
        if is_free and self._queues.begin_at_once(chat, kind, now):
            return True
        if kind not in RANKS:
            return False
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        former = self._offers.get(about)
        self.withdraw(about)
        waiting = self._queues.join(chat, kind, turn, now, heir_of=former)
        if about is not None:
            self._offers[about] = waiting
        self._waiting += 1
        try:
            self._go_on()
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self._end(chat, kind)  # it came too late
            raise
        finally:
            self._waiting -= 1
            if self._offers.get(about) is waiting:
                del self._offers[about]
            self._queues.leave(chat, self._clock())
            self._go_on()

    def _end(self, chat: Chat, kind: Kind) -> None:
        self._queues.end(chat, kind, self._clock())
        if self._waiting:
            self._go_on()

    def _go_on(self) -> None:
        """Give turns to whom it is time for, and look again in time for the next."""
        now = self._clock()
        at = self._queues.go_on(now)
        if self._alarm is not None:
            if self._alarm_at <= at < math.inf:
                return
            self._alarm.cancel()
            self._alarm = None
        if at < math.inf:
            self._alarm_at = at
            self._alarm = asyncio.create_task(self._ring(at - now))

    async def _ring(self, delay: float) -> None:
        await self._sleep(delay)
        self._alarm = None
        self._go_on()
