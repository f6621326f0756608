"""The playground's world: people, their chats with one bot, and what they do there."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from playground.ground import Call, Ground, Query, buttons, captioned
from playground.people import Chat, Json, Person, membership
from playground.screen import Action, Draft
from playground.text import found
from playground.watching import Subscription

__all__ = ["Action", "Call", "Chat", "Draft", "Json", "Person", "World"]

T = TypeVar("T")
_WORDS = frozenset({"text", "entities", "caption", "caption_entities"})


class World(Ground):
    """What people do and see. Each thing they do becomes an update for the bot."""

    def __init__(self, *, bot: Person, token: str, clock: Callable[[], float] = time.time) -> None:
        super().__init__(bot=bot, token=token, clock=clock)

    @property
    def drafts(self) -> dict[int, Draft]:
        """The latest draft of each chat, until a message comes (`draft` knows if it expired)."""
        return self.screen.drafts

    @property
    def actions(self) -> dict[int, Action]:
        """The latest chat action of each chat, until a message of the bot comes."""
        return self.screen.actions

    def add_person(self, person: Person) -> Person:
        """Let someone live here; the private chat with the bot has the same id."""
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, "private", None, (person.id,))
        return person

    def add_group(self, chat_id: int, title: str, members: Iterable[Person]) -> Chat:
        """Make a group of people and the bot; the first one owns it."""
        kind = "supergroup" if str(chat_id).startswith("-100") else "group"
        chat = Chat(chat_id, kind, title, tuple(person.id for person in members))
        self.chats[chat_id] = chat
        return chat

    def say(  # noqa: PLR0913  # what a person can do with a text
        self,
        person: Person,
        text: str,
        *,
        chat: Chat | int | None = None,
        reply_to: int | None = None,
        entities: Sequence[Json] | None = None,
        thread_id: int | None = None,
    ) -> Json:
        marked = found(text) if entities is None else list(entities)
        content: Json = {"text": text} | ({"entities": marked} if marked else {})
        return self.send(person, content, chat=chat, reply_to=reply_to, thread_id=thread_id)

    def send_photo(
        self,
        person: Person,
        data: bytes,
        *,
        caption: str | None = None,
        chat: Chat | int | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """Send a picture, recompressed in the sizes that Telegram makes."""
        content = {"photo": self.files.add_photo(data), **captioned(caption)}
        return self.send(person, content, chat=chat, reply_to=reply_to)

    def send_album(
        self,
        person: Person,
        photos: Sequence[bytes],
        *,
        caption: str | None = None,
        chat: Chat | int | None = None,
    ) -> list[Json]:
        """Send photos together: an update each, with one media_group_id."""
        album = self.next_number()
        contents: list[Json] = [
            {"photo": self.files.add_photo(photo), "media_group_id": album} for photo in photos
        ]
        contents[0] |= captioned(caption)
        return [self.send(person, content, chat=chat) for content in contents]

    def send_document(  # noqa: PLR0913  # what a person can do with a file
        self,
        person: Person,
        data: bytes,
        *,
        file_name: str,
        mime_type: str,
        caption: str | None = None,
        chat: Chat | int | None = None,
        reply_to: int | None = None,
    ) -> Json:
        document = self.document(data, file_name=file_name, mime_type=mime_type)
        return self.send(
            person, {"document": document, **captioned(caption)}, chat=chat, reply_to=reply_to
        )

    def send_sticker(  # noqa: PLR0913  # what a sticker can be
        self,
        person: Person,
        data: bytes,
        *,
        emoji: str = "🙂",
        moves: str = "",
        chat: Chat | int | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """Send a picture as a sticker; `moves` says whether it is an `animated` or `video` one."""
        sticker = self.files.add_sticker(data, moves=moves) | {"emoji": emoji}
        return self.send(person, {"sticker": sticker}, chat=chat, reply_to=reply_to)

    def send(
        self,
        person: Person,
        content: Json,
        *,
        chat: Chat | int | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Json:
        """Send anything: the fields of a Message beside those that every message has."""
        where = self._chat_of(person, chat)
        if where.is_private:
            self.started.add(person.id)
            self.blocked.discard(person.id)  # the app asks for it before one can write
        replied = None if reply_to is None else self._existing(where, reply_to)
        message = self.post(person, where, content, replied=replied, thread_id=thread_id)
        self.deliver("message", message)
        return message

    def edit(
        self, person: Person, message_id: int, text: str, *, chat: Chat | int | None = None
    ) -> Json:
        """Change one's own text, or the caption of one's own photo."""
        old = self._existing(self._chat_of(person, chat), message_id)
        if old["from"]["id"] != person.id:
            raise LookupError(f"Message {message_id} is not {person.first_name}'s.")
        kept = {key: value for key, value in old.items() if key not in _WORDS}
        new = {"text": text, "entities": found(text)} if "text" in old else captioned(text)
        message = kept | {key: value for key, value in new.items() if value}
        message["edit_date"] = int(self.clock())
        self.screen.replace(message)
        self.deliver("edited_message", message)
        return message

    def press(
        self,
        person: Person,
        message_id: int,
        data: str,
        *,
        chat: Chat | int | None = None,
        stale: bool = False,
    ) -> str:
        """Press a button; `stale` presses one that is no longer there. Return the query's id."""
        message = self._existing(self._chat_of(person, chat), message_id)
        if not stale and data not in buttons(message):
            raise LookupError(f"Message {message_id} has no button {data!r}.")
        query_id = self.next_number()
        self.queries[query_id] = Query(person=person, message=message, data=data, at=self.clock())
        self.updates.put(
            "callback_query",
            {
                "id": query_id,
                "from": person.json(),
                "message": message,
                "chat_instance": str(message["chat"]["id"]),
                "data": data,
            },
        )
        return query_id

    def stop_draft(self, person: Person) -> None:
        """Press Stop at the draft that grows in one's private chat (Bot API 10.3)."""
        draft = self.screen.draft(person.id)
        if draft is None or not draft.can_stop:
            raise LookupError(f"{person.first_name} sees no draft that could be stopped.")
        self.screen.stop_draft(person.id)
        content: Json = {"chat": self.chats[person.id].json(person), "draft_id": draft.draft_id}
        if draft.thread_id is not None:
            content["message_thread_id"] = draft.thread_id
        self.updates.put("stopped_message_generation", content)

    def block(self, person: Person) -> None:
        self.blocked.add(person.id)
        self._bot_became("kicked", self.chats[person.id], by=person)

    def unblock(self, person: Person) -> None:
        self.blocked.discard(person.id)
        self._bot_became("member", self.chats[person.id], by=person)

    def add_bot(self, chat: Chat, *, by: Person, status: str = "member") -> None:
        """Let the bot into a group."""
        self.expelled.discard(chat.id)
        self._bot_became(status, chat, by=by, old="left")

    def promote_bot(self, chat: Chat, *, by: Person) -> None:
        """Make the bot, which is a member already, an admin of a group."""
        self._bot_became("administrator", chat, by=by, old="member")

    def expel_bot(self, chat: Chat) -> None:
        """Throw the bot out of a group."""
        self.expelled.add(chat.id)
        self._bot_became("left", chat, by=self.people[chat.members[0]])

    def upgrade(self, chat: Chat, new_id: int) -> Chat:
        """Let a group become a supergroup, with a number and messages of its own (#message)."""
        owner = self.people[chat.members[0]]
        self.upgraded[chat.id] = new_id
        new = Chat(new_id, "supergroup", chat.title, chat.members)
        self.chats[new_id] = new
        left = self.post(owner, chat, {"migrate_to_chat_id": new_id})
        self.updates.put("message", left)
        come = self.post(self.bot, new, {"migrate_from_chat_id": chat.id})
        self.updates.put("message", come)
        return new

    def put_update(self, update: Json) -> int:
        """Give the bot any update at all, also a broken one."""
        return self.updates.put_raw(update)

    def messages(self, chat_id: int) -> list[Json]:
        """Return what a chat shows now, oldest first."""
        return self.screen.messages(chat_id)

    def subscribe(self) -> Subscription:
        """Follow the events from now on."""
        return self.watchers.subscribe()

    async def wait_for(
        self,
        predicate: Callable[[], T | None],
        timeout: float = 30.0,  # noqa: ASYNC109  # a deadline of its own words
    ) -> T:
        """Return what the predicate finds as soon as it does; fail showing the screen."""
        try:
            async with asyncio.timeout(timeout):
                return await self.watchers.until(predicate)
        except TimeoutError:
            raise AssertionError(f"Not within {timeout:g} s. The chats show:\n{self}") from None

    def commands_for(self, person: Person, chat: Chat | None = None) -> list[Json]:
        """Return the commands that someone is shown in a chat."""
        where = chat or self.chats[person.id]
        return self.commands.shown_to(person, where, is_admin=where.members[:1] == (person.id,))

    def __str__(self) -> str:
        return str(self.screen)

    def _chat_of(self, person: Person, chat: Chat | int | None) -> Chat:
        match chat:
            case None:
                found_chat = self.chats[person.id]
            case Chat():
                found_chat = chat
            case _:
                found_chat = self.chats[chat]
        if person.id not in found_chat.members:
            raise LookupError(f"{person.first_name} is not in that chat.")
        return found_chat

    def _existing(self, chat: Chat, message_id: int) -> Json:
        message = self.screen.message(chat.id, message_id)
        if message is None:
            raise LookupError(f"There is no message {message_id} in that chat.")
        return message

    def remove_bot(self, chat: Chat) -> None:
        """Let the bot leave a group of its own will."""
        self.expelled.add(chat.id)
        self._bot_became("left", chat, by=self.bot)

    def _bot_became(self, status: str, chat: Chat, *, by: Person, old: str = "") -> None:
        old = old or ("member" if status != "member" else "kicked")
        user = self.bot.json()
        self.updates.put(
            "my_chat_member",
            {
                "chat": self.chat_json(chat),
                "from": by.json(),
                "date": int(self.clock()),
                "old_chat_member": membership(user, old),
                "new_chat_member": membership(user, status),
            },
        )
