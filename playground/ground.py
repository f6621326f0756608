"""The ground that the world stands on: who and what there is, and how a message comes to be."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from playground.commands import Commands
from playground.faults import Faults
from playground.files import Files
from playground.limits import Limits
from playground.people import Chat, Json, Person
from playground.screen import Screen
from playground.text import found, piece
from playground.updates import Updates
from playground.watching import Watchers


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the Bot API, as it ended: an error of 0 is a connection closed without answer."""

    method: str
    params: Json
    at: float
    error: int | None = None
    result: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A press on a button, for the bot to answer."""

    person: Person
    message: Json
    data: str
    at: float


class Ground:
    """Everything that Telegram would know, in memory."""

    def __init__(self, *, bot: Person, token: str, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.token = token
        self.clock = clock
        self.privacy = True  # in groups the bot gets only what is meant for it
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.topics: set[tuple[int, int]] = set()  # (chat, thread), made known by being used
        self.blocked: set[int] = set()
        self.started: set[int] = set()  # who ever wrote to the bot
        self.expelled: set[int] = set()  # groups that threw the bot out
        self.upgraded: dict[int, int] = {}  # groups that became supergroups, and their new numbers
        self.queries: dict[str, Query] = {}
        self.callback_answers: dict[str, Json] = {}
        self.calls: list[Call] = []
        self.watchers = Watchers()
        self.screen = Screen(tell=self.watchers.tell, clock=clock)
        self.updates = Updates(clock=clock, changed=self.watchers.wake)
        self.files = Files()
        self.commands = Commands()
        self.limits = Limits(clock=clock)
        self.faults = Faults()
        self._numbers = itertools.count(1001)

    def next_number(self) -> str:
        """Name a callback query or an album."""
        return str(next(self._numbers))

    def chat_json(self, chat: Chat) -> Json:
        return chat.json(self.people[chat.id] if chat.is_private else None)

    def post(
        self,
        sender: Person,
        chat: Chat,
        content: Json,
        *,
        replied: Json | None = None,
        thread_id: int | None = None,
    ) -> Json:
        """Put a message into a chat and return it as Telegram's Message."""
        message: Json = {
            "message_id": self.screen.next_id(),
            "from": sender.json(),
            "chat": self.chat_json(chat),
            "date": int(self.clock()),
            **content,
        }
        if replied is not None:
            # "Will not contain further reply_to_message fields even if it itself is a reply."
            shallow = {key: value for key, value in replied.items() if key != "reply_to_message"}
            message["reply_to_message"] = shallow
        if thread_id is not None:
            self.topics.add((chat.id, thread_id))
            message |= {"message_thread_id": thread_id, "is_topic_message": True}
        self.screen.add(message)
        return message

    def deliver(self, kind: str, message: Json) -> None:
        """Queue an update about a message, if it reaches the bot."""
        chat = self.chats[message["chat"]["id"]]
        if chat.id not in self.expelled and (chat.is_private or self._is_for_bot(message)):
            self.updates.put(kind, message)

    def _is_for_bot(self, message: Json) -> bool:
        """Judge as core.telegram.org/bots/features#privacy-mode does."""
        if not self.privacy:
            return True
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id:
            return True
        text = message.get("text") or message.get("caption") or ""
        marked = message.get("entities") or message.get("caption_entities") or []
        return any(self._means_bot(entity, piece(text, entity)) for entity in marked)

    def _means_bot(self, entity: Json, word: str) -> bool:
        name = f"@{self.bot.username}".lower()
        match entity["type"]:
            case "bot_command":
                return "@" not in word or word.lower().endswith(name)
            case "mention":
                return word.lower() == name
            case "text_mention":
                return bool(entity["user"]["id"] == self.bot.id)
            case _:
                return False

    def document(self, data: bytes, *, file_name: str, mime_type: str) -> Json:
        """Keep a file and return it as Telegram's Document."""
        file = self.files.add(data, folder="documents", name=file_name, mime_type=mime_type)
        return file.json() | {"file_name": file_name, "mime_type": mime_type}


def captioned(caption: str | None) -> Json:
    """A caption with what Telegram finds in it, as fields of a Message."""
    if not caption:
        return {}
    marked = found(caption)
    return {"caption": caption} | ({"caption_entities": marked} if marked else {})


def buttons(message: Json) -> list[str]:
    """The data of the buttons below a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]
