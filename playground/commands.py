"""The bot's commands, by scope and language (core.telegram.org/bots/api#botcommandscope)."""

from collections.abc import Iterator

from playground.people import Chat, Json, Person


class Commands:
    """What setMyCommands said."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], list[Json]] = {}

    def set(self, scope: Json, language: str, commands: list[Json]) -> None:
        self._lists[_key(scope), language] = commands

    def delete(self, scope: Json, language: str) -> None:
        self._lists.pop((_key(scope), language), None)

    def get(self, scope: Json, language: str) -> list[Json]:
        return self._lists.get((_key(scope), language), [])

    def shown_to(self, person: Person, chat: Chat, *, is_admin: bool) -> list[Json]:
        """Return the first list that applies, as #determining-list-of-commands orders them."""
        for scope in _scopes(person, chat, is_admin=is_admin):
            for language in (person.language_code[:2], ""):
                if commands := self.get(scope, language):
                    return commands
        return []


def _scopes(person: Person, chat: Chat, *, is_admin: bool) -> Iterator[Json]:
    if chat.is_private:
        yield {"type": "chat", "chat_id": chat.id}
        yield {"type": "all_private_chats"}
    else:
        yield {"type": "chat_member", "chat_id": chat.id, "user_id": person.id}
        if is_admin:
            yield {"type": "chat_administrators", "chat_id": chat.id}
        yield {"type": "chat", "chat_id": chat.id}
        if is_admin:
            yield {"type": "all_chat_administrators"}
        yield {"type": "all_group_chats"}
    yield {"type": "default"}


def _key(scope: Json) -> str:
    parts = (scope.get("type", "default"), scope.get("chat_id"), scope.get("user_id"))
    return ":".join(str(part) for part in parts if part is not None)
