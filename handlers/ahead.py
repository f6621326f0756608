"""What is done about a picture while its question may still be on the way."""

import asyncio
import json
from contextlib import suppress
from functools import partial

from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.outgoing import Kind
from handlers import access, photos
from handlers.context import Context, Services, place_of
from storage.records import Incoming

# Nobody sends more in one breath; what was never asked for makes room for the next.
MOST = 20


async def begin(taken: Incoming, services: Services) -> None:
    """Fetch and prepare a picture, and show that somebody is at work; for those who may speak."""
    message = Update.de_json(json.loads(taken.payload), services.bot).message
    author = None if message is None else access.author(message)
    if message is None or author is None or not photos.is_picture(message):
        return
    person, choice = await access.met(services, author, place_of(message), message.chat)
    if not access.may_speak(services, person):
        return
    context = Context(
        services=services,
        update_id=taken.update_id,
        attempt=taken.attempt,
        person=person,
        message=message,
        album=(message,),
        choice=choice,
    )
    for name in list(services.ahead)[: 1 - MOST]:
        services.ahead.pop(name).cancel()
    photos.look_ahead(context)
    await _type(context)


async def _type(context: Context) -> None:
    typing = partial(
        context.services.bot.send_chat_action,
        context.place.chat_id,
        ChatAction.TYPING,
        message_thread_id=context.place.thread_id,
    )
    with suppress(TelegramError):
        offer = context.services.outgoing.offer
        await offer(typing, to=context.place.chat_id, kind=Kind.TYPING)


async def end(services: Services) -> None:
    """Let go of all that nobody has asked for."""
    for task in services.ahead.values():
        task.cancel()
    await asyncio.gather(*services.ahead.values(), return_exceptions=True)
    services.ahead.clear()
