"""What is sent to Telegram: waits where Telegram says so, again only where that is harmless."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.wire import NotSent

T = TypeVar("T")


class Make(Protocol):
    """A way of making a call."""

    async def __call__(self, call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
        """Make it, once or more often."""
        ...


ATTEMPTS = 5
LONGEST_PAUSE = 8.0


async def insist(call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
    """Make a call until Telegram takes it.

    One that may have had its effect is made again only where it is repeatable.

    Raises:
        TelegramError: Telegram says no, or cannot be reached for a while.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return await call()
        except RetryAfter as error:
            await asyncio.sleep(seconds(error))
        except BadRequest:
            raise
        except NetworkError as error:
            if not is_repeatable and not isinstance(error, NotSent):
                raise
            await asyncio.sleep(min(LONGEST_PAUSE, 2.0 ** (attempt - 2)))
    return await call()


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants a chat to be left alone."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused because there is nothing to change, which is as good as done."""
    return "message is not modified" in error.message.lower()
