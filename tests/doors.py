"""The two ways in which updates come: the bot asks for them, or Telegram brings them."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot

from bot.settings import Settings
from bot.wire import HTTPRequest

DOORS = ("polling", "webhook")


def free_port() -> int:
    """A port that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def through(door: str, settings: Settings) -> Settings:
    """The settings of a bot whose updates come through a door."""
    if door == "polling":
        return settings
    port = free_port()
    return settings.but(port=port, webhook_url=f"http://127.0.0.1:{port}/updates")


@asynccontextmanager
async def calling(settings: Settings) -> AsyncIterator[Bot]:
    """Telegram, as the bot calls it."""
    bot = Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        request=HTTPRequest(),
        get_updates_request=HTTPRequest(),
    )
    async with bot:
        yield bot
