"""How an answer grows: by edits of its messages, or as a draft below those that are finished."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Protocol

from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import BadRequest

from bot import markup
from bot.markup import Piece
from bot.outgoing import Kind, Outgoing
from bot.replies.drafts import LASTS, Draft
from bot.replies.parts import Missed, Parts, Shown, above, beginning, once
from storage.records import Place

# Telegram shows a chat action for five seconds (core.telegram.org/bots/api, sendChatAction).
TYPING_LASTS = 4.5
# Edits count as messages, of which there is about one a second. Of drafts there are 40 in half a
# minute (bot/outgoing/limits.py): some soon, and then no more than of edits.
YOUNG_EDITS = (0.5,)
YOUNG_FRAMES = (0.3,) * 10


class Sofar:
    """What there is of an answer, and the messages that it takes; worked out once."""

    def __init__(self, buttons: InlineKeyboardMarkup | None) -> None:
        self.text = ""
        self._buttons = buttons
        self._worked_out: tuple[str, Sequence[Shown]] = ("", ())

    def excuse(self, words: str) -> None:
        """Have the bot's own words stand there until there are others."""
        self._worked_out = (self.text, above(self._buttons, [Piece(words)]))

    @property
    def messages(self) -> Sequence[Shown]:
        text, shown = self._worked_out
        if text is not self.text:
            shown = above(self._buttons, markup.previews(self.text))
            self._worked_out = (self.text, shown)
        return shown

    @property
    def tail(self) -> Piece:
        """The message that is not finished; without any text before there is one."""
        return self.messages[-1].piece if self.messages else Piece("")


class Way(Protocol):
    """A way of growing."""

    @property
    def young(self) -> Sequence[float]:
        """While an answer is young it grows sooner: parts of the interval after its first words."""
        ...

    @property
    def lasts(self) -> float:
        """For how many seconds it can be seen that somebody is at work."""
        ...

    @property
    def fades_after(self) -> float | None:
        """After how many seconds what is shown has to be shown again, if it has to."""
        ...

    async def announce(self) -> None:
        """Show that somebody is at work."""

    async def look(self) -> object:
        """Show what is there so far; what is left out or lost, the next look shows as well."""

    def is_abreast(self) -> bool:
        """Whether the chat shows all that there is; a new message shows a beginning only."""
        ...


class ByEdits:
    """Messages that grow; all of them, or all but those that are still a draft."""

    young = YOUNG_EDITS
    lasts = TYPING_LASTS
    fades_after = None

    def __init__(  # noqa: PLR0913 - by name, and each is one thing
        self,
        bot: Bot,
        outgoing: Outgoing,
        *,
        place: Place,
        parts: Parts,
        sofar: Sofar,
        done: asyncio.Event,
    ) -> None:
        self._bot = bot
        self._outgoing = outgoing
        self._place = place
        self._parts = parts
        self._sofar = sofar
        self._done = done

    async def announce(self) -> None:
        typing = partial(
            self._bot.send_chat_action,
            self._place.chat_id,
            ChatAction.TYPING,
            message_thread_id=self._place.thread_id,
        )
        with suppress(Missed, BadRequest):  # the topic may be gone
            call = partial(once, typing, is_repeatable=True)
            await self._outgoing.offer(call, to=self._place.chat_id, kind=Kind.TYPING)

    async def look(self, *, but: int = 0) -> bool:
        """Show all messages but the last few; says whether all of them are shown."""
        for index in range(len(self._sofar.messages) - but):
            if self._done.is_set() or not await self._look_at(index):
                return False
        return True

    @property
    def is_done(self) -> bool:
        """Whether the whole is shown next, so that nothing new is to be begun."""
        return self._done.is_set()

    def is_abreast(self, *, but: int = 0) -> bool:
        messages = self._sofar.messages
        return all(self._parts.shows(*each) for each in enumerate(messages[: len(messages) - but]))

    async def _look_at(self, index: int) -> bool:
        """Show a piece, once it has its turn, as it is then; says whether it is shown."""
        if self._parts.shows(index, self._sofar.messages[index]):
            return True
        show = partial(self._show_latest, index)
        kind = Kind.EDIT if self._parts else Kind.FIRST
        with suppress(Missed):
            offer = partial(self._outgoing.offer, to=self._place.chat_id, kind=kind)
            return await offer(show, about=self._sofar) is not None
        return False

    async def _show_latest(self, index: int) -> bool:
        for shown in self._sofar.messages[index : index + 1]:  # none, if it has gone meanwhile
            is_new = index >= len(self._parts) and bool(self._sofar.text)
            await self._parts.put(index, beginning(shown) if is_new else shown, once)
        return True


class AsDraft:
    """A draft that grows; what is longer than a message are messages above it."""

    young = YOUNG_FRAMES
    lasts = LASTS
    fades_after = LASTS

    def __init__(self, draft: Draft, finished: ByEdits, sofar: Sofar) -> None:
        self._draft = draft
        self._finished = finished
        self._sofar = sofar

    @property
    def is_possible(self) -> bool:
        """Whether Telegram has not said that there can be none here."""
        return self._draft.is_possible

    @property
    def is_seen(self) -> bool:
        """Whether there was a frame."""
        return self._draft.is_seen

    async def announce(self) -> None:
        """Show what there is; of nothing Telegram's app makes "Thinking…"."""
        if not self._draft.shows(self._sofar.tail):
            await self._draft.show(lambda: self._sofar.tail, about=self._sofar)

    async def look(self) -> None:
        # In this order: a message that comes makes a draft go (core.telegram.org/api/bots/ai).
        if await self._finished.look(but=1) and not self._finished.is_done:
            await self.announce()

    def is_abreast(self) -> bool:
        return self._finished.is_abreast(but=1) and self._draft.shows(self._sofar.tail)
