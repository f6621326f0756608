"""A growing answer in a chat: its first words, calm edits, the whole of it in as many parts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from typing import TypeVar

from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import BadRequest, EndPointNotFound, NetworkError, TelegramError

from bot import markup
from bot.assistant import Remember
from bot.markup import Piece
from bot.outgoing import Kind, Outgoing, is_closed
from bot.replies.parts import Parts, Shown, beginning
from bot.replies.rich import RichMessages
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How an answer grows: seconds between two looks at it, and the buttons below it.

    Where no word has come for `slow_after` seconds, `slow` stands there; `looking`, while a photo
    is looked at again. With `rich` it may become a rich message in the end.
    """

    interval: float
    buttons: InlineKeyboardMarkup | None
    slow_after: float
    slow: str
    looking: str = ""
    rich: RichMessages | None = None


class LiveReply:
    """One answer: "typing…", then a message that grows, then as many as it takes."""

    def __init__(
        self, bot: Bot, outgoing: Outgoing, *, place: Place, quoted: int | None, growth: Growth
    ) -> None:
        self._bot = bot
        self._outgoing = outgoing
        self._place = place
        self._how = growth
        self._parts = Parts(bot, outgoing, place=place, quoted=quoted, rich=growth.rich)
        self._text = ""
        self._previewed: tuple[str, Sequence[Shown]] = ("", ())
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self._growth: asyncio.Task[None] | None = None

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Start to show; `message_ids` are those that a former attempt sent."""
        self._parts.begin(message_ids, remember)
        self._growth = asyncio.create_task(self._grow())

    def show(self, text: str) -> None:
        """Show what is there so far, as soon as it is time for it; never waits."""
        self._text = text
        self._news.set()

    def look_again(self) -> None:
        """Say that a photo is looked at again, where nothing else is said yet."""
        if not self._text:
            self.show(self._how.looking)

    async def finish(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> int | None:
        """Show the whole, whatever Telegram needs for it, with buttons below.

        Where all but the buttons is shown already, they come only if there is room for them.
        Returns the message that has buttons, None without one.

        Raises:
            TelegramError: The chat cannot be reached any more.
        """
        await self._settle()
        await self._parts.note()
        if await self._finish_richly(text, buttons):
            return self._parts.adorned_id
        pieces = markup.render(text)
        for index, shown in enumerate(_above(buttons, pieces)):
            if self._parts.shows(index, Shown(shown.piece, None)):
                await self._adorn(index, shown)
            else:
                await self._complete(index, shown)
        await self._parts.cut(len(pieces))
        return self._parts.adorned_id

    async def _finish_richly(self, text: str, buttons: InlineKeyboardMarkup | None) -> bool:
        """Show the whole as one rich message, if it needs to be one; says whether it is.

        What Telegram does not take so goes plain: nothing is lost but looks.
        """
        rich = self._how.rich
        if rich is None or not rich.are_known or (page := markup.page(text)) is None:
            return False
        first = next(iter(markup.render(text)), Piece(text))
        try:
            await self._complete(0, Shown(first, buttons, page))
        except (BadRequest, EndPointNotFound) as error:
            if is_closed(error):
                raise
            rich.refused(error)
            return False
        await self._parts.cut(1)
        return True

    async def _complete(self, index: int, shown: Shown) -> None:
        """Let a message show the whole of a piece, whatever it takes.

        One that is new says a beginning first, if there is room for that now.
        """
        if index >= len(self._parts) and self._parts.is_remembered:
            begin = partial(self._parts.put, index, beginning(shown), _once)
            with suppress(_Missed):
                await self._outgoing.offer(begin, to=self._place.chat_id, kind=Kind.EXTRA)
        await self._parts.put(index, shown, self._surely)

    async def _adorn(self, index: int, shown: Shown) -> None:
        """Put buttons below what is there, if there is room for that now."""
        put = partial(self._parts.put, index, shown, _once)
        with suppress(_Missed):
            await self._outgoing.offer(put, to=self._place.chat_id, kind=Kind.EXTRA)

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
            await self._await_words()
            for share in chain(YOUNG, repeat(1.0)):
                if self._done.is_set():
                    break
                self._news.clear()
                await self._look()
                await _within(share * self._how.interval, self._done)
                if self._is_abreast():
                    await self._news.wait()
        except (DatabaseFailed, TelegramError) as error:
            # The final words insist, and tell; here there are only some looks less.
            log.info("an answer does not grow: %s", type(error).__name__)

    async def _await_words(self) -> None:
        """Show that somebody is at work until the first word comes."""
        slow_at = _now() + self._how.slow_after
        await _within(min(TYPING_AFTER, self._how.slow_after), self._news)
        while not self._news.is_set():
            await self._type()
            left = slow_at - _now()
            await _within(min(TYPING_LASTS, left) if left > 0 else TYPING_LASTS, self._news)
            if _now() >= slow_at and not (self._parts or self._news.is_set()):
                self._previewed = (self._text, _above(self._how.buttons, [Piece(self._how.slow)]))
                await self._look()

    async def _type(self) -> None:
        typing = partial(
            self._bot.send_chat_action,
            self._place.chat_id,
            ChatAction.TYPING,
            message_thread_id=self._place.thread_id,
        )
        with suppress(_Missed, BadRequest):  # the topic may be gone
            call = partial(_once, typing, is_repeatable=True)
            await self._outgoing.offer(call, to=self._place.chat_id, kind=Kind.TYPING)

    async def _look(self) -> None:
        """Show what is there so far; what is left out or lost, the next look shows as well."""
        for index in range(len(self._previews())):
            if self._done.is_set() or not await self._look_at(index):
                return

    def _is_abreast(self) -> bool:
        """Whether the chat shows all that there is; a new message shows a beginning only."""
        return all(self._parts.shows(*each) for each in enumerate(self._previews()))

    async def _look_at(self, index: int) -> bool:
        """Show a piece, once it has its turn, as it is then; says whether it is shown."""
        if self._parts.shows(index, self._previews()[index]):
            return True
        show = partial(self._show_latest, index)
        kind = Kind.EDIT if self._parts else Kind.FIRST
        with suppress(_Missed):
            offer = self._outgoing.offer(show, to=self._place.chat_id, kind=kind, about=self)
            return await offer is not None
        return False

    async def _show_latest(self, index: int) -> bool:
        for shown in self._previews()[index : index + 1]:  # none, if it has gone meanwhile
            is_new = index >= len(self._parts) and bool(self._text)
            await self._parts.put(index, beginning(shown) if is_new else shown, _once)
        return True

    def _previews(self) -> Sequence[Shown]:
        """What there is so far, as messages; worked out once, as far as nothing is added."""
        text, shown = self._previewed
        if text is not self._text:
            shown = _above(self._how.buttons, markup.previews(self._text))
            self._previewed = (self._text, shown)
        return shown

    async def _surely(self, call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
        return await self._outgoing.send(call, to=self._place.chat_id, is_repeatable=is_repeatable)


def _above(buttons: InlineKeyboardMarkup | None, pieces: Sequence[Piece]) -> Sequence[Shown]:
    """Pieces, the last of them with buttons below it."""
    last = len(pieces) - 1
    return [Shown(each, buttons if index == last else None) for index, each in enumerate(pieces)]


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


def _now() -> float:
    return asyncio.get_running_loop().time()
