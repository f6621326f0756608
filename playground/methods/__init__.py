"""The methods of the Bot API that the playground knows: one function a method."""

from collections.abc import Callable
from typing import Any

from playground.methods import about, changing, sending
from playground.methods.given import Given, Upload
from playground.world import World

__all__ = ["METHODS", "Given", "Upload"]

_FUNCTIONS: tuple[Callable[[World, Given], Any], ...] = (
    about.deleteMyCommands,
    about.deleteWebhook,
    about.getChat,
    about.getChatAdministrators,
    about.getChatMember,
    about.getFile,
    about.getMe,
    about.getMyCommands,
    about.getUpdates,
    about.getWebhookInfo,
    about.setMyCommands,
    about.setWebhook,
    changing.answerCallbackQuery,
    changing.deleteMessage,
    changing.deleteMessages,
    changing.editMessageReplyMarkup,
    changing.editMessageText,
    changing.leaveChat,
    sending.sendChatAction,
    sending.sendDocument,
    sending.sendMediaGroup,
    sending.sendMessage,
    sending.sendMessageDraft,
    sending.sendPhoto,
    sending.sendRichMessage,
)
# "All method names are case-insensitive": core.telegram.org/bots/api#making-requests.
METHODS = {function.__name__.lower(): function for function in _FUNCTIONS}
