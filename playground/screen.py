"""What each chat shows: its messages, a draft that grows, and what the bot is seen doing."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from playground.people import Json
from playground.rich import plain

# "A draft is an ephemeral 30-second preview": core.telegram.org/bots/api#sendmessagedraft.
DRAFT_SECONDS = 30
# "The status is set for 5 seconds or less": core.telegram.org/bots/api#sendchataction.
ACTION_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer that is being written."""

    draft_id: int
    text: str
    entities: tuple[Json, ...]
    can_stop: bool
    thread_id: int | None
    at: float
    keep_on_stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Typing, uploading a photo, and the like."""

    action: str
    thread_id: int | None
    at: float


class Screen:
    """The chats as people see them. Its messages are replaced, never changed in place."""

    def __init__(self, *, tell: Callable[[Json], None], clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._ids = itertools.count(1)
        self._messages: dict[int, dict[int, Json]] = {}
        self.drafts: dict[int, Draft] = {}
        self.actions: dict[int, Action] = {}

    def next_id(self) -> int:
        return next(self._ids)

    def messages(self, chat_id: int) -> list[Json]:
        return list(self._messages.get(chat_id, {}).values())

    def message(self, chat_id: int, message_id: int) -> Json | None:
        return self._messages.get(chat_id, {}).get(message_id)

    def add(self, message: Json) -> None:
        chat_id = message["chat"]["id"]
        self._messages.setdefault(chat_id, {})[message["message_id"]] = message
        # "…or as soon as any normal message arrives in the same chat or topic":
        # core.telegram.org/api/bots/ai.
        draft = self.drafts.get(chat_id)
        if draft and draft.thread_id == message.get("message_thread_id"):
            del self.drafts[chat_id]
        if message["from"]["is_bot"]:
            self.actions.pop(chat_id, None)
        self._tell({"kind": "message", "chat_id": chat_id, "message": message})

    def replace(self, message: Json) -> None:
        chat_id = message["chat"]["id"]
        self._messages[chat_id][message["message_id"]] = message
        self._tell({"kind": "edit", "chat_id": chat_id, "message": message})

    def remove(self, chat_id: int, message_ids: Iterable[int]) -> None:
        shown = self._messages.get(chat_id, {})
        gone = [message_id for message_id in message_ids if shown.pop(message_id, None)]
        self._tell({"kind": "delete", "chat_id": chat_id, "message_ids": gone})

    def draft(self, chat_id: int) -> Draft | None:
        """The draft that the chat shows now."""
        draft = self.drafts.get(chat_id)
        if draft and self._clock() - draft.at < DRAFT_SECONDS:
            return draft
        return None

    def show_draft(self, chat_id: int, draft: Draft) -> None:
        self.drafts[chat_id] = draft
        event: Json = {
            "kind": "draft",
            "chat_id": chat_id,
            "draft_id": draft.draft_id,
            "text": draft.text,
            "entities": list(draft.entities),
            "can_stop": draft.can_stop,
        }
        if draft.thread_id is not None:
            event["thread_id"] = draft.thread_id
        self._tell(event)

    def stop_draft(self, chat_id: int) -> None:
        """Let Stop be pressed: the draft stays a while if the bot wanted it so, or goes at once."""
        draft = self.drafts[chat_id]
        if draft.keep_on_stop:
            self.show_draft(chat_id, replace(draft, can_stop=False))
        else:
            del self.drafts[chat_id]
            self._tell({"kind": "undraft", "chat_id": chat_id, "draft_id": draft.draft_id})

    def action(self, chat_id: int) -> Action | None:
        """What the bot is seen doing now."""
        action = self.actions.get(chat_id)
        if action and self._clock() - action.at < ACTION_SECONDS:
            return action
        return None

    def show_action(self, chat_id: int, action: Action) -> None:
        self.actions[chat_id] = action
        event: Json = {"kind": "action", "chat_id": chat_id, "action": action.action}
        if action.thread_id is not None:
            event["thread_id"] = action.thread_id
        self._tell(event)

    def __str__(self) -> str:
        """Show every chat as lines of text, for a test that failed."""
        return "\n".join(
            [line for chat in self._messages.values() for line in map(_line, chat.values())]
            or ["(no messages)"]
        )


def _line(message: Json) -> str:
    what = message.get("text") or message.get("caption") or ""
    if "rich_message" in message:
        what = f"[rich] {plain(message['rich_message'])}"
    elif "text" not in message:
        kinds = ("photo", "document", "sticker", "voice")
        what = f"[{next((kind for kind in kinds if kind in message), 'something')}] {what}"
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = "".join(f" [{button['text']}]" for row in rows for button in row)
    where = f"{message['chat']['id']}/{message['message_id']}"
    return f"{where} {message['from']['first_name']}: {what}{buttons}"
