"""Puts everything together; `running(settings)` is the bot's whole life."""

import asyncio
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeChat, User
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import handlers
from bot import health, pricing, quota, tokens, words
from bot.assistant import Accounts, Assistant, Policy
from bot.breath import Rule
from bot.deferring import Deferrer
from bot.describing import Describer
from bot.intake import Intake
from bot.lanes import Lanes
from bot.metrics import CountedRequest, Metrics
from bot.models import models
from bot.naps import Naps
from bot.outgoing import TELEGRAM, UNLIMITED, Outgoing, seconds
from bot.quota import Rules
from bot.replies import Drafts
from bot.replies.rich import RichMessages
from bot.settings import Settings
from bot.tidying import tidying
from bot.upstreams import opened_endpoints, prices
from bot.vigil import meanwhile
from bot.webhook import Webhook, derived_secret
from bot.wire import HTTPRequest
from bot.words import LANGUAGES
from handlers import ahead, shutdowns
from handlers.context import Services
from storage import Database, facts, opened
from storage.records import Place

log = logging.getLogger(__name__)

PICTURES_AT_ONCE = 2
LIMITS = {"telegram": TELEGRAM, "none": UNLIMITED}


class WrongToken(Exception):
    """Telegram does not know the bot's token."""


class WrongDatabase(Exception):
    """The database belongs to another bot."""


@asynccontextmanager
async def running(
    settings: Settings, *, clock: Callable[[], datetime] | None = None
) -> AsyncIterator[Services]:
    """Run the bot for as long as the block lasts.

    Raises:
        DatabaseUnusable: The database cannot be opened, or another process holds it.
        WrongToken: Telegram does not know the token.
        WrongDatabase: The database belongs to another bot.
    """
    clock = clock or partial(datetime.now, settings.time_zone)
    metrics = Metrics()
    offered = models(settings)
    async with (
        opened(settings.database_url) as database,
        opened_endpoints(settings, offered, metrics) as endpoints,
        _telegram(settings, metrics) as bot,
    ):
        await asyncio.to_thread(tokens.text_tokens, "")  # its tables take half a second to load
        await asyncio.to_thread(words.load)
        await asyncio.to_thread(pricing.load)
        me = await _introduced(bot)
        await _claim(database, me)
        naps = Naps()

        def wake(lane: str) -> None:
            lanes.wake(lane)  # which need the services themselves

        goes_by = policy(settings, clock)
        accounts = Accounts(prices(settings), goes_by, offered.looks_first)
        llm = endpoints.of(offered.standard)
        outgoing = Outgoing(LIMITS[settings.flood_limits])
        services = Services(
            settings=settings,
            bot=bot,
            outgoing=outgoing,
            drafts=Drafts(bot, outgoing),
            rich=RichMessages(bot),
            me=me,
            rules=rules(settings),
            models=offered,
            metrics=metrics,
            assistant=Assistant(
                models=offered,
                endpoints=endpoints,
                database=database,
                accounts=accounts,
                policy=goes_by,
                metrics=metrics,
            ),
            deferrer=Deferrer(llm, database, accounts, metrics),
            describer=Describer(llm, database, accounts, goes_by, metrics),
            database=database,
            clock=clock,
            newest={},
            excused={},
            darkroom=asyncio.Semaphore(PICTURES_AT_ONCE),
            ahead={},
            naps=naps,
            wake=wake,
        )
        lanes = Lanes(
            database,
            handle=partial(handlers.handle, services=services),
            meanwhile=partial(ahead.begin, services=services),
            apologise=partial(_apologise, services),
            give_up=services.assistant.growing.give_up,
            rule=Rule(
                bot_id=me.id,
                username=me.username or "",
                album_pause=settings.album_pause,
                longest_pause=settings.breath_pause,
            ),
            outage_pause=settings.outage_pause,
        )
        intake = Intake(database, lanes.wake, count=metrics.received)
        metrics.watch_silence(intake.silence)
        door = _webhook(settings, intake)
        checks = health.checks(database, intake.silence, endpoints.is_refused)
        routes = health.routes(checks, metrics, database, refusing=endpoints.refusing)
        await _offer_commands(services)
        try:
            async with (
                health.answering(settings.port, [*routes, *([door.route] if door else [])]),
                meanwhile(shutdowns.watch(services, endpoints)),
            ):
                await lanes.start()
                listen = door.hold(bot) if door else intake.poll(bot)
                async with tidying(database, clock), _listening(listen):
                    log.info("@%s listens", me.username)
                    yield services
        finally:
            naps.end()
            await lanes.stop(settings.stop_grace)
            await ahead.end(services)


def _webhook(settings: Settings, intake: Intake) -> Webhook | None:
    """Where Telegram brings updates, if it is to: else the bot asks for them."""
    if not (settings.webhook_url and settings.port):
        return None
    token = settings.telegram_bot_token.get_secret_value()
    secret = settings.webhook_secret.get_secret_value() or derived_secret(token)
    return Webhook(settings.webhook_url, secret, intake)


@asynccontextmanager
async def _listening(listen: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Listen for as long as the block lasts; where that fails it ends, so that nobody is deaf."""
    life = asyncio.current_task()
    listening = asyncio.create_task(listen)
    listening.add_done_callback(lambda done: done.cancelled() or (life and life.cancel()))
    try:
        yield
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


def policy(settings: Settings, clock: Callable[[], datetime]) -> Policy:
    """What the assistant goes by, out of the settings."""
    return Policy(
        persona=settings.persona,
        history_tokens=settings.history_tokens,
        photo_turns=settings.photo_turns,
        looks_again=settings.look_again,
        answer_tokens=settings.answer_tokens,
        answer_time=settings.answer_time,
        rules=rules(settings),
        clock=clock,
        mark=partial(_mark, settings.telegram_bot_token.get_secret_value()),
    )


def _mark(secret: str, place: Place) -> str:
    """A name for a place from which nobody can tell, without the secret, which one it is."""
    key = hashlib.sha256(secret.encode()).digest()
    name = f"{place.chat_id} {place.thread_id}".encode()
    return hashlib.blake2b(name, key=key, digest_size=16).hexdigest()


def rules(settings: Settings) -> Rules:
    """Who may spend how much, as far as it is set outside of Telegram."""
    plans = {f"plan:{name}": plan.limits for name, plan in settings.plans.items()}
    return Rules(
        defaults={
            f"plan:{quota.DEFAULT}": settings.limits,
            "group": settings.group_limits,
            "guests": settings.guest_limits,
            "bot": settings.bot_limits,
            **plans,
        },
        has_guests=settings.access == "open",
        admins=settings.admins,
    )


@asynccontextmanager
async def _telegram(settings: Settings, metrics: Metrics) -> AsyncIterator[Bot]:
    url = settings.telegram_api_url
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # times as they will be told in future
    bot = Bot(
        settings.telegram_bot_token.get_secret_value(),
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=CountedRequest(metrics),
        get_updates_request=HTTPRequest(),  # else it would build its own, unused
    )
    try:
        yield bot
    finally:
        await bot.shutdown()


async def _introduced(bot: Bot) -> User:
    """Ask Telegram who the bot is, for as long as it takes to reach Telegram."""
    pause = 1.0
    while True:
        try:
            await bot.initialize()
        except InvalidToken as error:
            raise WrongToken from error
        except TelegramError as error:
            log.warning("Telegram cannot be reached: %s", type(error.__cause__ or error).__name__)
            await asyncio.sleep(seconds(error) if isinstance(error, RetryAfter) else pause)
            pause = min(30.0, pause * 2)
        else:
            return bot.bot


async def _claim(database: Database, me: User) -> None:
    """Update numbers are a bot's own: two bots in one database would lose messages."""
    owner = await database.run(facts.once, "bot_id", str(me.id))
    if owner != str(me.id):
        raise WrongDatabase


async def _offer_commands(services: Services) -> None:
    """Tell Telegram the menu; without it the commands work all the same."""
    # Without a code: to those whose Telegram speaks no language of ours.
    for code in (None, *LANGUAGES):
        said = services.words_in(code)
        await _offer(services.bot, handlers.menu(said, for_admins=False), code)
        for admin in services.settings.admins:
            menu = handlers.menu(said, for_admins=True)
            await _offer(services.bot, menu, code, BotCommandScopeChat(admin))


async def _offer(
    bot: Bot, menu: Sequence[BotCommand], code: str | None, to: BotCommandScope | None = None
) -> None:
    try:
        await bot.set_my_commands(menu, to, language_code=code)
    except BadRequest:  # an admin who has not written yet has no chat
        log.info("a menu of commands has nobody who could see it yet")
    except TelegramError as error:
        log.warning("a menu of commands could not be set: %s", type(error).__name__)


async def _apologise(services: Services, lane: str) -> None:
    """Say in a lane's chat that something in it could not be dealt with."""
    chat, _, thread = lane.partition("#")[0].partition(":")
    # Nobody is there to be told, or it may have arrived: once is enough.
    with suppress(BadRequest, ChatMigrated, Forbidden, TimedOut):
        if chat != "0":
            place = Place(chat_id=int(chat), thread_id=int(thread) if thread else None)
            said = await services.words_of(place.chat_id)
            await services.tell(place, said("error-apology"))
