"""What a call of the Bot API brought with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.people import Chat, Json
from playground.rules import Refused, bad
from playground.world import World

# Never read as JSON, whatever they look like.
_TEXTS = frozenset({"text", "caption", "name", "description", "short_description", "url"})
_NUMBERS = frozenset(
    {
        "chat_id",
        "draft_id",
        "limit",
        "message_id",
        "message_thread_id",
        "offset",
        "reply_to_message_id",
        "timeout",
        "user_id",
    }
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body."""

    name: str
    mime_type: str
    data: bytes


class Given:
    """Parameters, the same whether they came in a form, in JSON or in the address."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        self.params: Json = {name: _decoded(name, value) for name, value in values.items()}
        self.uploads = uploads

    def text(self, name: str) -> str:
        value = self.params.get(name)
        text = "" if value is None else str(value)
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise bad("strings must be encoded in UTF-8")
        return text

    def number(self, name: str) -> int | None:
        value = self.params.get(name)
        if value is None or isinstance(value, int):
            return value
        raise bad(f"invalid {name} specified")

    def flag(self, name: str) -> bool:
        return self.params.get(name) in {True, "True", "1"}

    def list(self, name: str) -> list[Any]:
        value = self.params.get(name)
        if value is None or isinstance(value, list):
            return value or []
        raise bad(f"can't parse {name} JSON object")

    def object(self, name: str) -> Json | None:
        value = self.params.get(name)
        if value is None or isinstance(value, dict):
            return value
        raise bad(f"can't parse {name} JSON object")

    def refuse_parse_mode(self) -> None:
        if self.params.get("parse_mode"):
            raise bad("parse_mode is not supported by the playground: send entities")

    def chat(self, world: World) -> Chat:
        """Find the chat that is meant."""
        chat_id = self.params.get("chat_id")
        if chat_id in {None, ""}:
            raise bad("chat_id is empty")
        if not isinstance(chat_id, int) or chat_id not in world.chats:
            raise bad("chat not found")
        return world.chats[chat_id]

    def open_chat(self, world: World) -> Chat:
        """Find the chat that is meant, if the bot may write there."""
        chat = self.chat(world)
        if chat.id in world.upgraded:  # #responseparameters
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, migrate_to=world.upgraded[chat.id])
        if chat.id in world.expelled:
            raise Refused(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        if chat.id in world.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat.is_private and chat.id not in world.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return chat


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str) or name in _TEXTS:
        return value
    if name in _NUMBERS:
        return int(value) if value.lstrip("-").isdecimal() else value
    if value.startswith(("{", "[")):
        return _parsed(name, value)
    return {"true": True, "false": False}.get(value, value)


def _parsed(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None
