"""Words about a limit before it hurts: to the one it holds for, or to the admins."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from telegram.error import TelegramError

from bot import windows
from bot.llm import ModelError
from bot.llm import errors as model
from bot.llm.endpoints import News
from bot.settings import MAIN
from bot.words import Words
from handlers import amounts, asking
from handlers.context import Context, Services
from handlers.presses import Card, Subject
from handlers.views import View
from storage import facts, notices
from storage.money import Notice
from storage.records import Place

log = logging.getLogger(__name__)

ENDPOINT: dict[type[ModelError], str] = {
    model.KeyRefused: "notice-key-refused",
    model.NoCredit: "notice-no-credit",
}
WHY: dict[type[ModelError], str] = {
    model.ModelBusy: "notice-why-busy",
    model.ModelMissing: "notice-why-missing",
    model.ModelSilent: "notice-why-silent",
    model.ModelUnavailable: "notice-why-unavailable",
    model.NoEndpoint: "notice-why-no-endpoint",
}


async def tell(context: Context, due: Sequence[Notice]) -> None:
    """Tell what is to be told of limits after an answer: of each limit the most urgent."""
    run = context.services.database.run
    left = sorted(due, key=lambda each: each.percent)
    while left:
        latest = left[-1]
        try:
            await _tell(context, latest)
        except TelegramError:
            await run(notices.untold, left)
            raise
        await run(notices.told, [each for each in left if each.limit == latest.limit])
        left = [each for each in left if each.limit != latest.limit]


async def _tell(context: Context, notice: Notice) -> None:
    services, limit, now = context.services, notice.limit, context.now
    match Subject(limit.subject).kind:
        case "user":
            person = context.person
            more = asking.offer(services, person, limit) if _is_used_up(notice) else None
            await services.tell_person(person.user_id, _used(notice, now, context.words), more)
        case "group":
            place = Place(chat_id=context.place.chat_id, thread_id=context.place.thread_id)
            await services.tell(place, _used(notice, now, context.words))
        case _:
            await services.tell_admins(partial(_card, notice, now))


def _card(notice: Notice, now: datetime, words: Words) -> View:
    """What admins see of a limit that is nearly used up."""
    card = Card(Subject(notice.limit.subject))
    return View(_used(notice, now, words), (((words("card-limits"), card),),))


async def tell_of_unknown_price(context: Context, model: str) -> None:
    """Tell the admins, once for each model, that a limit in USD refuses it."""
    services, mine = context.services, str(context.update_id)
    if await services.database.run(facts.once, f"no price: {model}", mine) == mine:
        await services.tell_admins(lambda words: View(words("notice-unpriced", model=model)))


async def tell_news(services: Services) -> None:
    """Tell the admins what has become of the endpoints and their models, each thing once."""
    for news in services.assistant.news():
        try:
            await services.tell_admins(partial(_news, news))
        except TelegramError as error:
            log.warning("the admins cannot be told now: %s", type(error).__name__)
            services.assistant.keep(news)


def _news(news: News, words: Words) -> View:
    return View(_of_model(news, words) if news.model else _of_endpoint(news, words))


def _of_model(news: News, words: Words) -> str:
    """What has become of one model of an endpoint."""
    assert news.model is not None
    title, host = news.model.title, news.host
    if news.error is None:
        return words("notice-model-works", model=title, host=host)
    return words(
        "notice-stood-in",
        model=title,
        host=host,
        why=words(WHY[type(news.error)]),
        other=news.stand_in.title if news.stand_in else "",
    )


def _of_endpoint(news: News, words: Words) -> str:
    if news.error is None:
        return words("notice-endpoint-works", host=news.host)
    is_main, other = news.endpoint == MAIN, news.stand_in
    return words(
        ENDPOINT[type(news.error)],
        host=news.host,
        who=words("notice-stand-in", model=other.title) if other else words("notice-nobody"),
        key="OPENAI_API_KEY" if is_main else words("notice-key-of", endpoint=news.endpoint),
    )


def _used(notice: Notice, now: datetime, words: Words) -> str:
    """How much of a limit is used, and when there is room again."""
    whose, limit = amounts.whose(notice.limit), amounts.limit(notice.limit, words)
    again = amounts.resets(windows.end(notice.limit.window, now), now, words)
    if _is_used_up(notice):
        return words("notice-used-up", whose=whose, limit=limit, again=again)
    left = amounts.amount(notice.limit.unit, notice.left, words)
    return words(
        "notice-used", percent=notice.percent, whose=whose, limit=limit, left=left, again=again
    )


def _is_used_up(notice: Notice) -> bool:
    return not notice.left
