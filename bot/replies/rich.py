"""Rich messages (Bot API 10.1) by raw calls: python-telegram-bot 22.8 does not know them."""

import logging

from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.error import BadRequest, EndPointNotFound

from bot.markup import Page

log = logging.getLogger(__name__)

# So a server speaks of an edit without a text that does not know what else there could be.
WANTS_TEXT = "message text is empty"
GONE = ("message to edit not found", "message_id_invalid")


class RichMessages:
    """Sends and edits them, for as long as Telegram's server is not known to be too old for it."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.are_known = True

    async def send(
        self,
        chat_id: int,
        page: Page,
        *,
        message_thread_id: int | None,
        reply_markup: InlineKeyboardMarkup | None,
        reply_parameters: ReplyParameters | None,
    ) -> Message:
        """Send a page.

        Raises:
            TelegramError: Telegram does not take it, or cannot be reached.
        """
        request = {
            "chat_id": chat_id,
            "message_thread_id": message_thread_id,
            "rich_message": page.message,
            "reply_parameters": reply_parameters,
            "reply_markup": reply_markup,
        }
        sent: Message = await self._bot.do_api_request(
            "sendRichMessage", request, return_type=Message
        )
        return sent

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        page: Page,
        *,
        reply_markup: InlineKeyboardMarkup | None,
    ) -> object:
        """Let a message, a plain or a rich one, show a page.

        Raises:
            TelegramError: Telegram does not take it, or cannot be reached.
        """
        return await self._bot.edit_message_text(
            None,  # type: ignore[arg-type]  # there is a page in its place
            chat_id,
            message_id,
            reply_markup=reply_markup,
            api_kwargs={"rich_message": page.message},
        )

    def refused(self, error: BadRequest | EndPointNotFound) -> None:
        """Take note that Telegram did not take one."""
        if isinstance(error, EndPointNotFound) or WANTS_TEXT in error.message.lower():
            log.warning("Telegram's server knows no rich messages: all goes plain from now on")
            self.are_known = False
        else:
            log.info("Telegram refused a rich message; it goes plain")


def is_gone(error: BadRequest) -> bool:
    """Whether there is no message any more to edit."""
    return any(words in error.message.lower() for words in GONE)
