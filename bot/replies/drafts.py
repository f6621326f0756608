"""Drafts: what a private chat shows of an answer that is not sent yet (#sendmessagedraft)."""

import asyncio
import logging
import math
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial

from telegram import Bot
from telegram.error import BadRequest, InvalidToken

from bot.markup import Piece
from bot.outgoing import Kind, Outgoing, in_topic, is_closed
from bot.replies.parts import Missed, is_about_markup, once
from storage.records import Place

log = logging.getLogger(__name__)

# A draft "is an ephemeral temporary 30-second preview": it is shown again before it goes.
LASTS = 20.0
# "Must be non-zero"; more than 31 bits are nowhere promised to be kept.
LARGEST_NUMBER = 2**31 - 1
# It can be stopped by Telegram's own button, and stays until what it says is a message. The
# library does not know these (Bot API 10.3).
STOPPABLE = {"can_stop": True, "keep_on_stop": True}


def number_of(update_id: int) -> int:
    """The number of the draft for an update's answer: the same one in a later attempt."""
    return update_id % LARGEST_NUMBER + 1


class Drafts:
    """Drafts, for as long as it seems that Telegram has them."""

    def __init__(self, bot: Bot, outgoing: Outgoing) -> None:
        self._bot = bot
        self._outgoing = outgoing
        self.are_known = True

    def draft(self, place: Place, update_id: int, *, is_wanted: bool) -> "Draft | None":
        """A draft for the answer to an update, where one is wanted and can be: not in groups."""
        if not is_wanted or place.is_group or not self.are_known:
            return None
        return Draft(self._bot, self._outgoing, place=place, number=number_of(update_id), of=self)

    def forgo(self) -> None:
        """Do without them from now on."""
        if self.are_known:
            log.warning("this Bot API has no drafts, so answers grow by edits")
        self.are_known = False


class Draft:
    """One answer as a draft, frame by frame."""

    def __init__(
        self, bot: Bot, outgoing: Outgoing, *, place: Place, number: int, of: Drafts
    ) -> None:
        self._bot = bot
        self._outgoing = outgoing
        self._place = place
        self._number = number
        self._drafts = of
        self._is_refused = False
        self._shown: Piece | None = None
        self._fades_at = -math.inf

    @property
    def is_possible(self) -> bool:
        """Whether Telegram has not said that there can be none here."""
        return self._drafts.are_known and not self._is_refused

    @property
    def is_seen(self) -> bool:
        """Whether there was a frame."""
        return self._shown is not None

    def shows(self, piece: Piece) -> bool:
        """Whether this is what it shows, and will for a while."""
        return self._shown == piece and _now() < self._fades_at

    async def show(self, latest: Callable[[], Piece], *, about: Hashable) -> None:
        """Show a frame once it has its turn, as it is then; one that is lost is not missed."""
        frame = partial(self._put, latest)
        offer = partial(self._outgoing.offer, to=self._place.chat_id, kind=Kind.DRAFT)
        try:
            with suppress(Missed):
                await offer(frame, about=about)
        except BadRequest as error:
            if is_closed(error):
                raise
            log.info("Telegram refuses a draft, so an answer grows by edits")
            self._is_refused = True
        except InvalidToken as error:
            if not _is_unknown(error):
                raise
            self._drafts.forgo()

    async def _put(self, latest: Callable[[], Piece]) -> None:
        piece = latest()
        try:
            await self._send(piece)
        except BadRequest as error:
            if not is_about_markup(error):
                raise
            await self._send(Piece(piece.text))
        self._shown, self._fades_at = piece, _now() + LASTS

    async def _send(self, piece: Piece) -> None:
        send = partial(
            self._bot.send_message_draft,
            self._place.chat_id,
            self._number,
            piece.text,
            entities=piece.entities,
            api_kwargs=STOPPABLE,
        )

        async def deliver(thread_id: int | None) -> bool:
            return await once(partial(send, message_thread_id=thread_id), is_repeatable=True)

        await in_topic(self._place, deliver)


def _is_unknown(error: InvalidToken) -> bool:
    """Whether it is the method that Telegram does not know: a Bot API older than drafts.

    Telegram says no more than these words; what stands between says others.
    """
    return error.message.lower() == "not found"


def _now() -> float:
    return asyncio.get_running_loop().time()
