"""The messages that an answer stands in: sent, edited and deleted as it needs them."""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, NetworkError

from bot.assistant import Remember
from bot.markup import Page, Piece
from bot.outgoing import Kind, Outgoing, in_topic, is_closed, is_unchanged
from bot.replies.rich import RichMessages, is_gone
from bot.wire import NotSent
from storage.records import Place

log = logging.getLogger(__name__)

T = TypeVar("T")

Call: TypeAlias = Callable[..., Awaitable[T]]

# For a preview Telegram asks for the page: a link that a model was talked into writing could
# carry out what was said.
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
WORD = re.compile(r"\S+")
LONGEST_WORD = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message shows: a piece of an answer, and buttons; with a page, that is a rich one."""

    piece: Piece
    buttons: InlineKeyboardMarkup | None
    page: Page | None = None


class Make(Protocol):
    """A way of making a call."""

    async def __call__(self, call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
        """Make it, once or more often."""
        ...


class Missed(Exception):
    """A look was lost, and the next one can show the same."""


class Parts:
    """One answer's messages in a chat, by their numbers from 0."""

    def __init__(
        self,
        bot: Bot,
        outgoing: Outgoing,
        *,
        place: Place,
        quoted: int | None,
        rich: RichMessages | None = None,
    ) -> None:
        self._bot = bot
        self._rich = rich
        self._outgoing = outgoing
        self._place = place
        self._quoted = quoted
        self._ids: list[int] = []
        self._shown: dict[int, Shown] = {}
        self._remember: Remember | None = None
        self._is_noted = True

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def is_remembered(self) -> bool:
        """Whether it is written down where the answer is, so that a re-run finds it."""
        return self._remember is not None

    @property
    def adorned_id(self) -> int | None:
        """The message that has buttons."""
        adorned = (index for index, shown in self._shown.items() if shown.buttons)
        return next((self._ids[index] for index in adorned), None)

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Go on in the messages that a former attempt sent; `remember` new ones."""
        self._ids = list(message_ids)
        self._remember = remember

    def shows(self, index: int, shown: Shown) -> bool:
        """Whether a message shows this already."""
        return self._shown.get(index) == shown

    async def put(self, index: int, shown: Shown, make: Make) -> None:
        """Let a message show a piece, without its markup if need be."""
        if self.shows(index, shown):
            return
        try:
            await self._write(index, shown, make)
        except BadRequest as error:
            if shown.page is not None or not is_about_markup(error):
                raise
            log.warning("Telegram refused the markup of an answer; it goes without")
            plain = Piece(shown.piece.text, ())
            await self._write(index, replace(shown, piece=plain), make)
        self._shown[index] = shown

    async def cut(self, count: int) -> None:
        """Delete all messages but the first few."""
        self._shown = {index: shown for index, shown in self._shown.items() if index < count}
        for surplus in self._ids[count:]:
            delete = partial(self._bot.delete_message, self._place.chat_id, surplus)
            with suppress(BadRequest):  # too old, or gone already
                await self._outgoing.send(
                    delete, to=self._place.chat_id, kind=Kind.ASIDE, is_repeatable=True
                )

    async def note(self) -> None:
        """Have it remembered where the answer is, unless it is known."""
        if self._remember is not None and not self._is_noted:
            self._is_noted = await self._remember(self._ids)

    async def _write(self, index: int, shown: Shown, make: Make) -> None:
        if index >= len(self._ids):
            self._ids.append(await self._sent(index, shown, make))
        elif not await self._edited(index, shown, make):
            self._ids[index] = await self._sent(index, shown, make)
        else:
            return
        self._is_noted = False
        await self.note()

    async def _sent(self, index: int, shown: Shown, make: Make) -> int:
        quoted = None
        if self._quoted is not None and index == 0:
            quoted = ReplyParameters(self._quoted, allow_sending_without_reply=True)
        send = self._sending(shown, quoted)

        async def deliver(thread_id: int | None) -> Message:
            return await make(partial(send, message_thread_id=thread_id), is_repeatable=False)

        return (await in_topic(self._place, deliver)).message_id

    def _sending(self, shown: Shown, quoted: ReplyParameters | None) -> Call[Message]:
        """How a message is sent that shows this."""
        if shown.page is not None and self._rich is not None:
            return partial(
                self._rich.send,
                self._place.chat_id,
                shown.page,
                reply_parameters=quoted,
                reply_markup=shown.buttons,
            )
        return partial(
            self._bot.send_message,
            self._place.chat_id,
            shown.piece.text,
            entities=shown.piece.entities,
            reply_parameters=quoted,
            reply_markup=shown.buttons,
            link_preview_options=NO_PREVIEW,
        )

    async def _edited(self, index: int, shown: Shown, make: Make) -> bool:
        """Whether there still was a message to edit: people delete answers while they grow."""
        try:
            await make(self._editing(self._ids[index], shown), is_repeatable=True)
        except BadRequest as error:
            if is_unchanged(error):
                return True
            if is_about_markup(error) or is_closed(error):
                raise
            if shown.page is not None and not is_gone(error):
                raise
            return False
        return True

    def _editing(self, message_id: int, shown: Shown) -> Call[object]:
        """How a message is edited so that it shows this."""
        chat_id, buttons = self._place.chat_id, shown.buttons
        if shown.page is not None and self._rich is not None:
            edit = self._rich.edit
            return partial(edit, chat_id, message_id, shown.page, reply_markup=buttons)
        return partial(
            self._bot.edit_message_text,
            shown.piece.text,
            chat_id,
            message_id,
            entities=shown.piece.entities,
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
        )


def beginning(shown: Shown) -> Shown:
    """Half of what a message is to show, and plainly no more than that.

    A message says this first: should a crash come before it is written down where it is, what
    stays there is no second answer.
    """
    text = shown.piece.text
    words = list(WORD.finditer(text))
    end = words[(len(words) - 1) // 2].end() if words else 0
    if end > max(LONGEST_WORD, len(text) // 2):  # there are languages without spaces
        end = len(text) // 2
    return Shown(Piece(f"{text[:end]} …"), None)


def above(buttons: InlineKeyboardMarkup | None, pieces: Sequence[Piece]) -> Sequence[Shown]:
    """Pieces, the last of them with buttons below it."""
    last = len(pieces) - 1
    return [Shown(each, buttons if index == last else None) for index, each in enumerate(pieces)]


async def once(call: Callable[[], Awaitable[T]], *, is_repeatable: bool) -> T:
    """Make a call that may as well be left out.

    Raises:
        Missed: It failed, and can be made anew without doing anything twice.
    """
    try:
        return await call()
    except BadRequest:
        raise
    except NetworkError as error:
        if is_repeatable or isinstance(error, NotSent):
            raise Missed from error
        raise


def is_about_markup(error: BadRequest) -> bool:
    """Whether Telegram would take the same text without its markup."""
    return "entit" in error.message.lower()
