"""Someone in a test: what they do, and what they see."""

from collections.abc import Callable, Sequence
from typing import Any

from playground import rich
from playground.people import Chat, Person
from playground.world import World
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech

# Where a forwarded message comes from.
ZOE = {"type": "hidden_user", "sender_user_name": "Zoe", "date": 1}


class Someone:
    """A person in front of a phone, in their own chat with the bot or in a group."""

    def __init__(self, world: World, person: Person, chat: Chat | None = None) -> None:
        self.world = world
        self.person = person
        self.chat_id = chat.id if chat else person.id

    def in_chat(self, chat: Chat) -> "Someone":
        """The same person, looking at another chat."""
        return Someone(self.world, self.person, chat)

    def says(self, text: str, *, reply_to: int | None = None, topic: int | None = None) -> int:
        return self._number(
            self.world.say(self.person, text, chat=self.chat_id, reply_to=reply_to, thread_id=topic)
        )

    def sends(self, **content: Any) -> int:
        """Send anything: the fields that Telegram's Message has for it."""
        return self._number(self.world.send(self.person, content, chat=self.chat_id))

    def sends_photo(self, data: bytes, caption: str | None = None) -> int:
        return self._number(
            self.world.send_photo(self.person, data, caption=caption, chat=self.chat_id)
        )

    def sends_album(self, photos: Sequence[bytes], caption: str | None = None) -> None:
        self.world.send_album(self.person, photos, caption=caption, chat=self.chat_id)

    def sends_file(
        self, data: bytes, name: str, mime_type: str, caption: str | None = None
    ) -> None:
        self.world.send_document(
            self.person,
            data,
            file_name=name,
            mime_type=mime_type,
            caption=caption,
            chat=self.chat_id,
        )

    def edits(self, message_id: int, text: str) -> None:
        self.world.edit(self.person, message_id, text, chat=self.chat_id)

    def deletes(self, message_id: int) -> None:
        self.world.screen.remove(self.chat_id, [message_id])

    def forges(self, data: str) -> str:
        """Press a button that is not there, below the last message of the bot."""
        last = self.messages[-1]["message_id"]
        return self.world.press(self.person, last, data, chat=self.chat_id, stale=True)

    async def is_answered(self, query_id: str) -> str:
        """Wait until a press is answered; returns the words that pop up."""
        answer = await self.world.wait_for(lambda: self.world.callback_answers.get(query_id))
        return str(answer["text"])

    def presses(self, label: str) -> str:
        """Press the button of this label on the last message that has it."""
        for message in reversed(self.world.messages(self.chat_id)):
            for button in _buttons(message):
                if button["text"] == label:
                    return self.world.press(
                        self.person,
                        message["message_id"],
                        button["callback_data"],
                        chat=self.chat_id,
                    )
        raise AssertionError(f"no button {label!r}:\n{self.world}")

    @property
    def screen(self) -> list[str]:
        """What the bot's messages in this chat say, oldest first."""
        return [_text(message) for message in self.messages]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The bot's messages in this chat."""
        shown = self.world.messages(self.chat_id)
        return [each for each in shown if each["from"]["id"] == self.world.bot.id]

    async def sees(self, text: str) -> dict[str, Any]:
        """Wait until a message of the bot says exactly this."""
        return await self._sees(lambda said: said == text, text)

    async def sees_words(self, *words: str) -> str:
        """Wait until a message of the bot has all these words in it; returns what it says."""
        message = await self._sees(lambda said: all(each in said for each in words), words)
        return _text(message)

    async def sees_messages(self, count: int) -> list[str]:
        """Wait until the bot has said so many things here, to their end; returns them."""
        await self.world.wait_for(lambda: len(self.screen) >= count and not self.is_reading)
        return self.screen

    @property
    def is_reading(self) -> bool:
        """Whether an answer has only begun here."""
        return any(text.endswith(" …") for text in self.screen)

    async def _sees(self, is_it: Callable[[str], bool], wanted: object) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            return next((each for each in self.messages if is_it(_text(each))), None)

        try:
            return await self.world.wait_for(found)
        except AssertionError as error:
            raise AssertionError(
                f"{self.person.first_name} does not see {wanted!r}.\n{error}"
            ) from None

    @staticmethod
    def _number(message: dict[str, Any]) -> int:
        return int(message["message_id"])


def _text(message: dict[str, Any]) -> str:
    said = message.get("text") or message.get("caption")
    return str(said or rich.plain(message.get("rich_message", "")))


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


async def growing(someone: Someone, model: FakeOpenAI, *, question: str = "Tell me") -> Speech:
    """An answer that has begun to grow: its first word, "Once", is seen."""
    asked = len(model.asked)
    answer = model.hold()
    someone.says(question)
    await model.wait_asked(asked + 1)
    answer.say("Once")
    await someone.sees("Once")
    return answer
