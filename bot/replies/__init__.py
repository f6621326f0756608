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
from telegram.error import BadRequest, EndPointNotFound, TelegramError

from bot import markup
from bot.assistant import Remember
from bot.markup import Piece
from bot.outgoing import Kind, Outgoing, is_closed
from bot.replies.drafts import Draft, Drafts
from bot.replies.parts import Make, Missed, Parts, Shown, above, beginning, once
from bot.replies.rich import RichMessages
from bot.replies.ways import AsDraft, ByEdits, Sofar, Way
from storage import DatabaseFailed
from storage.records import Place

__all__ = ["Draft", "Drafts", "Growth", "LiveReply"]

log = logging.getLogger(__name__)

T = TypeVar("T")

# Words that come sooner need no announcement.
ANNOUNCED_AFTER = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How an answer grows: seconds between two looks at it, and the buttons below it.

    Where no word has come for `slow_after` seconds, `slow` stands there; `looking`, while a photo
    is looked at again. With a `draft` it grows as one, which has Telegram's own button; with `rich`
    it may become a rich message in the end.
    """

    interval: float
    buttons: InlineKeyboardMarkup | None
    slow_after: float
    slow: str
    looking: str = ""
    draft: Draft | None = None
    rich: RichMessages | None = None


class LiveReply:
    """One answer: "typing…", then a message or a draft that grows, then as many as it takes."""

    def __init__(
        self, bot: Bot, outgoing: Outgoing, *, place: Place, quoted: int | None, growth: Growth
    ) -> None:
        self._outgoing = outgoing
        self._place = place
        self._how = growth
        self._parts = Parts(bot, outgoing, place=place, quoted=quoted, rich=growth.rich)
        self._sofar = Sofar(growth.buttons)
        self.has_words = asyncio.Event()  # of its own, or of the bot's
        self._news = asyncio.Event()
        self._done = asyncio.Event()
        self._by_edits = ByEdits(
            bot, outgoing, place=place, parts=self._parts, sofar=self._sofar, done=self._done
        )
        self._as_draft = growth.draft and AsDraft(growth.draft, self._by_edits, self._sofar)
        self._growth: asyncio.Task[None] | None = None

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Start to show; `message_ids` are those that a former attempt sent.

        What has messages grows in them: nothing new would come that makes a draft go.
        """
        self._parts.begin(message_ids, remember)
        if message_ids:
            self._as_draft = None
        self._growth = asyncio.create_task(self._grow())

    def show(self, text: str) -> None:
        """Show what is there so far, as soon as it is time for it; never waits."""
        self._sofar.text = text
        self.has_words.set()
        self._news.set()

    def look_again(self) -> None:
        """Say that a photo is looked at again, where nothing else is said yet."""
        if not self._sofar.text:
            self.show(self._how.looking)

    async def finish(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> int | None:
        """Show the whole, whatever Telegram needs for it, with buttons below.

        Where all but the buttons is shown already, they come only if there is room for them.
        Returns the message that has buttons, None without one.

        Raises:
            TelegramError: The chat cannot be reached any more.
        """
        await self.settle()
        await self._parts.note()
        if await self._finish_richly(text, buttons):
            return self._parts.adorned_id
        pieces = markup.render(text)
        for index, shown in enumerate(above(buttons, pieces)):
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

        One that is new says a beginning first: as soon as there is room, if it was a draft, as the
        first words of others do; else if there is room now.
        """
        if index >= len(self._parts) and self._parts.is_remembered:
            begin = partial(self._parts.put, index, beginning(shown))
            if self._as_draft and self._as_draft.is_seen:
                await begin(partial(self._surely, kind=Kind.FIRST))
            else:
                await self._if_there_is_room(begin)
        await self._parts.put(index, shown, self._surely)

    async def _adorn(self, index: int, shown: Shown) -> None:
        """Put buttons below what is there, if there is room for that now."""
        await self._if_there_is_room(partial(self._parts.put, index, shown))

    async def _if_there_is_room(self, put: Callable[[Make], Awaitable[None]]) -> None:
        with suppress(Missed):
            await self._outgoing.offer(partial(put, once), to=self._place.chat_id, kind=Kind.EXTRA)

    async def abandon(self) -> None:
        """Show nothing more, whatever is on its way."""
        if self._growth is not None:
            self._growth.cancel()
            await asyncio.gather(self._growth, return_exceptions=True)

    async def settle(self) -> None:
        """Stop growing, once what is on its way has arrived.

        A frame of a draft that came after the answer would stand below it for half a minute.
        """
        self._done.set()
        self._news.set()
        self._outgoing.withdraw(self._sofar)  # what only waits is said by the whole
        if self._growth is not None:
            await self._growth
            self._growth = None

    @property
    def _way(self) -> Way:
        """How it grows: as a draft if there is one, and there can be."""
        return self._as_draft if self._as_draft and self._as_draft.is_possible else self._by_edits

    async def _grow(self) -> None:
        try:
            await self._await_words()
            for share in chain(self._way.young, repeat(1.0)):
                if self._done.is_set():
                    break
                self._news.clear()
                await self._way.look()
                await _within(share * self._how.interval, self._done)
                if self._way.is_abreast():
                    await _within(self._way.fades_after, self._news)
        except (DatabaseFailed, TelegramError) as error:
            # The final words insist, and tell; here there are only some looks less.
            log.info("an answer does not grow: %s", type(error).__name__)

    async def _await_words(self) -> None:
        """Show that somebody is at work until the first word comes."""
        slow_at = _now() + self._how.slow_after
        await _within(min(ANNOUNCED_AFTER, self._how.slow_after), self._news)
        while not self._news.is_set():
            await self._way.announce()
            lasts, left = self._way.lasts, slow_at - _now()
            await _within(min(lasts, left) if left > 0 else lasts, self._news)
            if _now() >= slow_at and not (self._parts or self._news.is_set()):
                self._sofar.excuse(self._how.slow)
                await self._way.look()

    async def _surely(
        self, call: Callable[[], Awaitable[T]], *, is_repeatable: bool, kind: Kind = Kind.FINAL
    ) -> T:
        send = partial(self._outgoing.send, to=self._place.chat_id, kind=kind)
        return await send(call, is_repeatable=is_repeatable)


async def _within(seconds: float | None, event: asyncio.Event) -> None:
    """Wait for an event, but no longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _now() -> float:
    return asyncio.get_running_loop().time()
