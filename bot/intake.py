"""Updates in: read raw, committed before Telegram is told that they were received."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.outgoing import seconds
from storage import Database, DatabaseFailed, inbox
from storage.records import Incoming

log = logging.getLogger(__name__)

# At most 100 updates, and 50 seconds of waiting (core.telegram.org/bots/api, getUpdates).
BATCH = 100
LONG_POLL = 50
LONGEST_PAUSE = 30.0
WANTED = ["message", "callback_query"]


class Intake:
    """Takes updates in, whichever way they come: keeps them, then wakes their lanes."""

    def __init__(self, database: Database, wake: Callable[[str], None]) -> None:
        self._database = database
        self._wake = wake
        self._last_poll = time.monotonic()

    def silence(self) -> float:
        """For how many seconds Telegram has not answered, or its updates could not be kept."""
        return time.monotonic() - self._last_poll

    async def take(self, updates: list[dict[str, Any]]) -> None:
        """Commit raw updates; when this returns they may be acknowledged."""
        incoming = [_incoming(update) for update in updates]
        await self._database.run(inbox.add, incoming)
        for each in incoming:
            self._wake(each.lane)

    async def poll(self, bot: Bot) -> None:
        """Ask Telegram for updates until cancelled, whatever goes wrong."""
        offset, pause = 0, 1.0
        while True:
            try:
                updates = await _updates(bot, offset)
                if updates:
                    await self.take(updates)
                    offset = updates[-1]["update_id"] + 1
                self._last_poll, pause = time.monotonic(), 1.0
            except (TelegramError, DatabaseFailed) as error:
                _tell(error)
                await asyncio.sleep(seconds(error) if isinstance(error, RetryAfter) else pause)
                pause = min(LONGEST_PAUSE, pause * 2)


async def _updates(bot: Bot, offset: int) -> list[dict[str, Any]]:
    """One long poll, unparsed: a single update that cannot be parsed must not stop the others."""
    parameters = {
        "offset": offset,
        "limit": BATCH,
        "timeout": LONG_POLL,
        "allowed_updates": WANTED,
    }
    # In small letters, which Telegram takes as well (core.telegram.org/bots/api, "Making
    # requests"): for getUpdates as such the library insists on its own, parsing method.
    result: list[dict[str, Any]] = await bot.do_api_request(
        "getupdates", parameters, read_timeout=LONG_POLL + 10
    )
    return result


def _tell(error: Exception) -> None:
    match error:
        case Conflict():
            log.error("another program is polling with this token: stop it, or use another token")
        case InvalidToken():
            log.error("Telegram does not know the token any more: ask @BotFather for a new one")
        case DatabaseFailed():
            log.error("updates cannot be kept, so they are left with Telegram: %s", error)
        case _:
            cause = error.__cause__ or error
            log.warning("no updates at the moment: %s", type(cause).__name__)


def _incoming(update: dict[str, Any]) -> Incoming:
    content = _content(update)
    return Incoming(
        update["update_id"],
        lane_of(update),
        json.dumps(update),
        str(content.get("media_group_id") or ""),
    )


def lane_of(update: dict[str, Any]) -> str:
    """The lane of a raw update: its chat and topic; what must not wait there goes beside it."""
    content = _content(update)
    message = content.get("message") if "callback_query" in update else content
    message = message if isinstance(message, dict) else {}
    chat = message.get("chat")
    place = str(chat.get("id", 0)) if isinstance(chat, dict) else "0"
    if message.get("is_topic_message"):
        place += f":{message.get('message_thread_id')}"
    return f"{place}#control" if _is_control(update, content) else place


def _is_control(update: dict[str, Any], content: dict[str, Any]) -> bool:
    text = content.get("text")
    command = text.split(maxsplit=1)[0] if isinstance(text, str) and text.strip() else ""
    return "callback_query" in update or command.partition("@")[0].lower() == "/stop"


def _content(update: dict[str, Any]) -> dict[str, Any]:
    """What an update is about: its one field beside the number, in all kinds there are."""
    for name, value in update.items():
        if name != "update_id" and isinstance(value, dict):
            return value
    return {}
