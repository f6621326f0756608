"""A growing answer in a chat: its first words, calm edits, the whole of it in as many parts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, repeat
from typing import Protocol, TypeVar

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import markup
from bot.assistant import Remember
from bot.markup import Piece
from bot.outgoing import Kind, Outgoing, is_unchanged
from bot.wire import NotSent
from storage import DatabaseFailed
from storage.records import Place

log = logging.getLogger(__name__)

T = TypeVar("T")

# While an answer is young it grows sooner: these parts of the interval after its first words.
YOUNG = (0.5,)
# Words that come sooner need no announcement.
TYPING_AFTER = 0.3
# Telegram shows a chat action for five seconds (core.telegram.org/bots/api, sendChatAction).
TYPING_LASTS = 4.5
# For a preview Telegram asks for the page: a link that a model was talked into writing could
# carry out what was said.
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Make(Protocol):
    """A way of making a call."""

    async def __call__(self, call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
        """Make it, once or more often."""
        ...


class LiveReply:
    """One answer: "typing…", then a message that grows, then as many as it takes."""

    def __init__(
        self, bot: Bot, outgoing: Outgoing, *, asked: Message, place: Place, interval: float
    ) -> None:
        self._bot = bot
        self._outgoing = outgoing
        self._place = place
        # In a group it must be seen whose question is answered.
        self._quoted = asked.message_id if place.is_group else None
        self._interval = interval
        self._ids: list[int] = []
        self._shown: dict[int, Piece] = {}
        self._remember: Remember | None = None
        self._is_noted = True
        self._text = ""
        self._previewed: tuple[str, Sequence[Piece]] = ("", ())
        self._buttons: dict[int, InlineKeyboardMarkup | None] = {}
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self._growth: asyncio.Task[None] | None = None

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Start to show; `message_ids` are those that a former attempt sent."""
        self._ids = list(message_ids)
        self._remember = remember
        self._growth = asyncio.create_task(self._grow())

    def show(self, text: str) -> None:
        """Show what is there so far, as soon as it is time for it; never waits."""
        self._text = text
        self._news.set()

    async def finish(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> None:
        """Show the whole, whatever Telegram needs for it, with buttons below.

        Raises:
            TelegramError: The chat cannot be reached any more.
        """
        await self._settle()
        await self._note()
        pieces = markup.render(text)
        self._buttons = {len(pieces) - 1: buttons}
        for index, piece in enumerate(pieces):
            await self._put(index, piece, self._surely)
        for surplus in self._ids[len(pieces) :]:
            await self._delete(surplus)

    async def abandon(self) -> None:
        """Show nothing more, whatever is on its way."""
        if self._growth is not None:
            self._growth.cancel()
            await asyncio.gather(self._growth, return_exceptions=True)

    async def _settle(self) -> None:
        """Stop growing, once what is on its way has arrived."""
        self._done.set()
        self._news.set()
        self._outgoing.withdraw(self)  # what only waits is said by the whole
        if self._growth is not None:
            await self._growth
            self._growth = None

    async def _grow(self) -> None:
        try:
            await _within(TYPING_AFTER, self._news)
            while not self._news.is_set():
                await self._type()
                await _within(TYPING_LASTS, self._news)
            for share in chain(YOUNG, repeat(1.0)):
                if self._done.is_set():
                    break
                self._news.clear()
                await self._look()
                await _within(share * self._interval, self._done)
                await self._news.wait()
        except (DatabaseFailed, TelegramError) as error:
            # The final words insist, and tell; here there are only some looks less.
            log.info("an answer does not grow: %s", type(error).__name__)

    async def _type(self) -> None:
        typing = partial(
            self._bot.send_chat_action,
            self._place.chat_id,
            ChatAction.TYPING,
            message_thread_id=self._place.thread_id,
        )
        with suppress(_Missed):
            call = partial(_once, typing, is_repeatable=True)
            await self._outgoing.offer(call, to=self._place.chat_id, kind=Kind.TYPING)

    async def _look(self) -> None:
        """Show what is there so far; what is left out or lost, the next look shows as well."""
        for index in range(len(self._previews())):
            if self._done.is_set() or not await self._look_at(index):
                return

    async def _look_at(self, index: int) -> bool:
        """Show a piece, once it has its turn, as it is then; says whether it is shown."""
        if self._shown.get(index) == self._previews()[index]:
            return True
        show = partial(self._show_latest, index)
        kind = Kind.EDIT if self._ids else Kind.FIRST
        with suppress(_Missed):
            offer = self._outgoing.offer(show, to=self._place.chat_id, kind=kind, about=self)
            return await offer is not None
        return False

    async def _show_latest(self, index: int) -> bool:
        for piece in self._previews()[index : index + 1]:  # none, if it has gone meanwhile
            await self._put(index, piece, _once)
        return True

    def _previews(self) -> Sequence[Piece]:
        """What there is so far, as messages; worked out once, as far as nothing is added."""
        text, pieces = self._previewed
        if text is not self._text:
            pieces = markup.previews(self._text)
            self._previewed = (self._text, pieces)
        return pieces

    async def _surely(self, call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
        return await self._outgoing.send(call, to=self._place.chat_id, is_repeatable=is_repeatable)

    async def _put(self, index: int, piece: Piece, make: Make) -> None:
        """Let the message number `index` show a piece, without its markup if need be."""
        if self._shown.get(index) == piece:
            return
        try:
            await self._write(index, piece, make)
        except BadRequest as error:
            if not _is_about_markup(error):
                raise
            log.warning("Telegram refused the markup of an answer; it goes without")
            await self._write(index, Piece(piece.text, ()), make)
        self._shown[index] = piece

    async def _write(self, index: int, piece: Piece, make: Make) -> None:
        if index >= len(self._ids):
            self._ids.append(await self._sent(index, piece, make))
        elif not await self._edited(index, piece, make):
            self._ids[index] = await self._sent(index, piece, make)
        else:
            return
        self._is_noted = False
        await self._note()

    async def _delete(self, message_id: int) -> None:
        delete = partial(self._bot.delete_message, self._place.chat_id, message_id)
        with suppress(BadRequest):  # too old, or gone already
            await self._outgoing.send(
                delete, to=self._place.chat_id, kind=Kind.ASIDE, is_repeatable=True
            )

    async def _note(self) -> None:
        """Have it remembered where the answer is, unless it is known."""
        if self._remember is not None and not self._is_noted:
            self._is_noted = await self._remember(self._ids)

    async def _sent(self, index: int, piece: Piece, make: Make) -> int:
        quoted = None
        if self._quoted is not None and index == 0:
            quoted = ReplyParameters(self._quoted, allow_sending_without_reply=True)
        send = partial(
            self._bot.send_message,
            self._place.chat_id,
            piece.text,
            entities=piece.entities,
            message_thread_id=self._place.thread_id,
            reply_parameters=quoted,
            reply_markup=self._buttons.get(index),
            link_preview_options=NO_PREVIEW,
        )
        return (await make(send, is_repeatable=False)).message_id

    async def _edited(self, index: int, piece: Piece, make: Make) -> bool:
        """Whether there still was a message to edit: people delete answers while they grow."""
        edit = partial(
            self._bot.edit_message_text,
            piece.text,
            self._place.chat_id,
            self._ids[index],
            entities=piece.entities,
            reply_markup=self._buttons.get(index),
            link_preview_options=NO_PREVIEW,
        )
        try:
            await make(edit, is_repeatable=True)
        except BadRequest as error:
            if _is_about_markup(error):
                raise
            return is_unchanged(error)
        return True


def _is_about_markup(error: BadRequest) -> bool:
    return "entit" in error.message.lower()


class _Missed(Exception):
    """A look was lost, and the next one can show the same."""


async def _once(call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
    """Make a call that may as well be left out.

    Raises:
        _Missed: It failed, and can be made anew without doing anything twice.
    """
    try:
        return await call()
    except BadRequest:
        raise
    except NetworkError as error:
        if is_repeatable or isinstance(error, NotSent):
            raise _Missed from error
        raise


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Wait for an event, but no longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
