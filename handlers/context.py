"""What a handler can reach, with types."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters, User
from telegram.error import BadRequest, Forbidden

from bot.assistant import Assistant
from bot.deferring import Deferrer
from bot.describing import Describer
from bot.metrics import Metrics
from bot.models import Model, Models
from bot.naps import Naps
from bot.outgoing import Outgoing, in_topic
from bot.quota import Rules
from bot.replies import Drafts
from bot.replies.rich import RichMessages
from bot.settings import Settings
from bot.words import Words, spoken, words_in
from handlers.views import View
from storage import Database, people
from storage.choices import Choice
from storage.records import Image, Person, Place

Look: TypeAlias = Image | str  # a picture, or a sentence that says why there is none

log = logging.getLogger(__name__)

GROUPS_ARE_SLOWER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What there is once in the whole bot."""

    settings: Settings
    bot: Bot
    outgoing: Outgoing
    drafts: Drafts
    rich: RichMessages
    me: User
    rules: Rules
    models: Models
    metrics: Metrics
    assistant: Assistant
    describer: Describer
    deferrer: Deferrer
    database: Database
    clock: Callable[[], datetime]
    newest: dict[Place, int]  # the message below which an answer can be had anew
    excused: dict[Place, datetime]  # where it was said that old messages go unanswered, and when
    darkroom: asyncio.Semaphore  # how many pictures are prepared at once; each takes much memory
    ahead: dict[str, asyncio.Task[Look]]  # pictures that are prepared before they are asked for
    naps: Naps
    wake: Callable[[str], None]  # says that a lane has something to do

    def is_admin(self, user_id: int) -> bool:
        return user_id in self.settings.admins

    def words_in(self, language: str | None) -> Words:
        """What the bot says to somebody of this language."""
        return words_in(spoken(language, otherwise=self.settings.language))

    async def words_of(self, user_id: int) -> Words:
        """What the bot says to somebody who does not write just now."""
        person = await self.database.run(people.known, user_id)
        return self.words_in(person.language if person else None)

    async def tell(
        self,
        place: Place,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
        *,
        quoted: int | None = None,
    ) -> None:
        """Say something of the bot's own, as a reply to message number `quoted` if there is one."""
        reply = (
            None if quoted is None else ReplyParameters(quoted, allow_sending_without_reply=True)
        )
        send = partial(
            self.bot.send_message,
            place.chat_id,
            text,
            reply_markup=buttons,
            reply_parameters=reply,
        )

        async def deliver(thread_id: int | None) -> None:
            call = partial(send, message_thread_id=thread_id)
            await self.outgoing.send(call, to=place.chat_id, is_repeatable=False)

        await in_topic(place, deliver)

    async def tell_person(
        self,
        user_id: int,
        text: str,
        buttons: InlineKeyboardMarkup | None = None,
        *,
        place: Place | None = None,
    ) -> bool:
        """Say something to someone, in their own chat or in `place`, if they can be reached."""
        try:
            await self.tell(place or Place(chat_id=user_id), text, buttons)
        except (BadRequest, Forbidden):  # they never began a chat, or have left it
            return False
        return True

    def interval(self, place: Place) -> float:
        """Seconds between two looks at what grows in a place."""
        return self.settings.edit_interval * (GROUPS_ARE_SLOWER if place.is_group else 1)

    async def tell_admins(self, card: Callable[[Words], View]) -> bool:
        """Say something to each admin in their own words.

        Says whether it reached one, which must have written.
        """
        reached = False
        for admin in sorted(self.settings.admins):
            view = card(await self.words_of(admin))
            try:
                await self.tell(Place(chat_id=admin), view.words, view.markup)
            except (BadRequest, Forbidden):
                log.warning("admin %s cannot be told: they have not started the bot", admin)
            else:
                reached = True
        return reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A message that someone wrote to the bot, and what it takes to deal with it."""

    services: Services
    update_id: int
    attempt: int
    person: Person
    message: Message
    album: tuple[Message, ...]
    choice: Choice
    received_ms: int = 0
    is_confidential: bool = False  # the answer is for nobody else's eyes

    @property
    def place(self) -> Place:
        return place_of(self.message)

    @property
    def now(self) -> datetime:
        return self.services.clock()

    @property
    def is_admin(self) -> bool:
        return self.services.is_admin(self.person.user_id)

    @property
    def eye(self) -> Model:
        """The model that pictures are made fit for here."""
        return self.services.models.eye(self.choice.model)

    @property
    def language(self) -> str:
        """Of the one who asks: what they chose, or their Telegram's, which may be any."""
        return self.person.language or self.services.settings.language

    @property
    def words(self) -> Words:
        """What the bot says, in the language of who wrote."""
        return self.services.words_in(self.person.language)

    @property
    def arguments(self) -> list[str]:
        """What stands behind a command."""
        return (self.message.text or self.message.caption or "").split()[1:]

    async def say(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> None:
        """Say something of the bot's own, where the message is, or else to its author alone."""
        if self.is_confidential and self.place.is_group:
            is_told = await self.services.tell_person(self.person.user_id, text, buttons)
            text = self.words("command-in-private" if is_told else "command-unreachable")
            buttons = None
        # In a group it must be seen to whom it is said.
        quoted = self.message.message_id if self.place.is_group else None
        await self.services.tell(self.place, text, buttons, quoted=quoted)

    async def show(self, view: View) -> None:
        """Show words with buttons, where the message is."""
        await self.say(view.words, view.markup)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A button that someone pressed, and what it takes to deal with it."""

    services: Services
    update_id: int
    attempt: int
    user: User
    person: Person
    message: Message | None  # None: too old for Telegram to show it
    place: Place
    choice: Choice

    @property
    def words(self) -> Words:
        """What the bot says, in the language of who pressed."""
        return self.services.words_in(self.person.language)

    @property
    def shown(self) -> str:
        """What its message says now."""
        return (self.message and self.message.text) or ""

    @property
    def now(self) -> datetime:
        return self.services.clock()

    @property
    def is_admin(self) -> bool:
        return self.services.is_admin(self.user.id)

    def as_context(self, message: Message) -> Context:
        """The same for what deals with messages; `message` is the one with the button."""
        return Context(
            services=self.services,
            update_id=self.update_id,
            attempt=self.attempt,
            person=self.person,
            message=message,
            album=(message,),
            choice=self.choice,
        )


def place_of(message: Message) -> Place:
    """The chat, and the topic of it, that a message is in."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(chat_id=message.chat_id, thread_id=thread)


def replied_to(message: Message) -> Message | None:
    """The message that this one answers; in a topic Telegram names its root where none is meant."""
    replied = message.reply_to_message
    is_root = replied is not None and replied.message_id == message.message_thread_id
    return None if is_root and message.is_topic_message else replied
