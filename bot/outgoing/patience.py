"""Which errors are worth another try, and when."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.wire import NotSent
from storage.records import Place

T = TypeVar("T")

ATTEMPTS = 5
LONGEST_PAUSE = 8.0
# What Telegram says where a chat is closed to the bot (telegram-bot-api, Client.cpp; TDLib).
CLOSED = (
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
    "chat not found",
    "user is deactivated",
)


async def insist(call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
    """Ask Telegram something until it answers; what goes out to a chat is not for this.

    Raises:
        TelegramError: Telegram says no, or cannot be reached for a while.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return await call()
        except TelegramError as error:
            pause = pause_after(error, attempt, is_repeatable=is_repeatable)
            if pause is None:
                raise
            await asyncio.sleep(pause)
    return await call()


def pause_after(error: TelegramError, attempt: int, *, is_repeatable: bool) -> float | None:
    """How long to wait before a call is made again; None if it must not be.

    One that may have had its effect is made again only where it is repeatable.
    """
    match error:
        case RetryAfter():
            return seconds(error)
        case BadRequest():
            return None
        case NetworkError() if is_repeatable or isinstance(error, NotSent):
            return min(LONGEST_PAUSE, 2.0 ** (attempt - 2))
        case _:
            return None


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants a chat to be left alone."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def is_closed(error: TelegramError) -> bool:
    """Whether the bot may not write where it is asked to: nobody there can be told anything."""
    if isinstance(error, BadRequest):
        return any(words in error.message.lower() for words in CLOSED)
    return isinstance(error, Forbidden)


async def in_topic(place: Place, call: Callable[[int | None], Awaitable[T]]) -> T:
    """Send something to the topic of a place, and beside the topics if Telegram does not know it.

    People delete topics, and for hours in 2026 Telegram denied that there were any in private
    chats (tdlib/telegram-bot-api, issue 847).
    """
    try:
        return await call(place.thread_id)
    except BadRequest as error:
        if place.thread_id is None or "thread not found" not in error.message.lower():
            raise
        return await call(None)


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused because there is nothing to change, which is as good as done."""
    return "message is not modified" in error.message.lower()
