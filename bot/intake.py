"""Updates in: read raw, committed before Telegram is told that they were received."""

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from telegram import Bot

from bot.vigil import persevere
from storage import Database, inbox
from storage.records import Incoming

# At most 100 updates, and 50 seconds of waiting (core.telegram.org/bots/api, getUpdates).
BATCH = 100
LONG_POLL = 50
# The last is of Bot API 10.3; an older one leaves out what it does not know.
WANTED = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "stopped_message_generation",
)
# What these buttons ask for is an answer, which comes when those before it are there.
IN_TURN = ("redo", "goon", "look")
# Three long polls.
PATIENCE = 150.0
LARGEST_NUMBER = 2**63 - 1  # that the database can hold


class NoUpdate(Exception):
    """Telegram sent something without a number: it can neither be kept nor confirmed."""


class Intake:
    """Takes updates in, whichever way they come: keeps them, then wakes their lanes."""

    def __init__(
        self,
        database: Database,
        wake: Callable[[str], None],
        *,
        count: Callable[[int], None] = lambda _count: None,
    ) -> None:
        self._database = database
        self._wake = wake
        self._count = count
        self._heard_at = time.monotonic()
        self._offset = 0

    def silence(self) -> float:
        """For how many seconds Telegram has not answered, or its updates could not be kept."""
        return time.monotonic() - self._heard_at

    def hear(self) -> None:
        """Note that Telegram is there, and what it had to say is kept."""
        self._heard_at = time.monotonic()

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Commit raw updates; when this returns they may be acknowledged.

        Raises:
            DatabaseFailed: They are not kept.
        """
        incoming = [_incoming(update) for update in updates]
        if incoming:
            await self._database.run(inbox.add, incoming)
            self._count(len(incoming))
        for each in incoming:
            self._wake(each.lane)
        self.hear()

    async def poll(self, bot: Bot, *, patience: float = PATIENCE, pause: float = 1.0) -> None:
        """Ask Telegram for updates until cancelled, whatever goes wrong.

        A request that is not through after `patience` seconds is given up and made anew.
        """
        # While there is a webhook nobody may poll. What waits for it is not dropped.
        await persevere(bot.delete_webhook, patience=patience, pause=pause)
        while True:
            await persevere(partial(self._look, bot), patience=patience, pause=pause)

    async def _look(self, bot: Bot) -> None:
        found = await _updates(bot, self._offset)
        updates = [each for each in found if is_update(each)]
        await self.take(updates)
        if updates:
            self._offset = updates[-1]["update_id"] + 1
        if len(updates) < len(found):
            raise NoUpdate


async def _updates(bot: Bot, offset: int) -> list[Any]:
    """One long poll, unparsed: a single update that cannot be parsed must not stop the others."""
    parameters = {
        "offset": offset,
        "limit": BATCH,
        "timeout": LONG_POLL,
        "allowed_updates": WANTED,
    }
    # In small letters, which Telegram takes as well (core.telegram.org/bots/api, "Making
    # requests"): for getUpdates as such the library insists on its own, parsing method.
    result: list[Any] = await bot.do_api_request(
        "getupdates", parameters, read_timeout=LONG_POLL + 10
    )
    return result


def is_update(raw: object) -> bool:
    """Whether something has the number that an update is kept and confirmed by."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return type(number) is int and 0 <= number <= LARGEST_NUMBER


def _incoming(update: dict[str, Any]) -> Incoming:
    content = _content(update)
    return Incoming(
        update["update_id"],
        lane_of(update),
        json.dumps(update),
        _plain(content.get("media_group_id") or ""),
    )


def lane_of(update: dict[str, Any]) -> str:
    """The lane of a raw update: its chat and topic; what must not wait there goes beside it."""
    content = _content(update)
    message = content.get("message") if "callback_query" in update else content
    message = message if isinstance(message, dict) else {}
    chat = message.get("chat")
    place = _plain(chat.get("id", 0)) if isinstance(chat, dict) else "0"
    if message.get("is_topic_message"):
        place += f":{_plain(message.get('message_thread_id'))}"
    return f"{place}#control" if _is_control(update, content) else place


def _is_control(update: dict[str, Any], content: dict[str, Any]) -> bool:
    if "stopped_message_generation" in update:
        return True
    if "callback_query" in update:
        return str(content.get("data")).partition(" ")[0] not in IN_TURN
    text = content.get("text")
    command = text.split(maxsplit=1)[0] if isinstance(text, str) and text.strip() else ""
    return "message" in update and command.partition("@")[0].lower() == "/stop"


def _content(update: dict[str, Any]) -> dict[str, Any]:
    """What an update is about: its one field beside the number, in all kinds there are."""
    for name, value in update.items():
        if name != "update_id" and isinstance(value, dict):
            return value
    return {}


def _plain(value: object) -> str:
    """A value in characters that any database keeps: JSON can hold halves of some."""
    return str(value).encode("ascii", "replace").decode()
