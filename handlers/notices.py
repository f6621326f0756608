"""Words about a limit before it hurts: to the one it holds for, or to the admins."""

from collections.abc import Sequence

from telegram.error import TelegramError

from bot import windows
from bot.llm import ModelError
from bot.llm import errors as model
from bot.llm.endpoints import News
from bot.settings import MAIN
from handlers import amounts, asking
from handlers.context import Context, Services
from handlers.presses import Card, Subject
from handlers.views import View
from storage import facts, notices
from storage.money import Notice
from storage.records import Place

USED = "{percent} % of {whose} limit of {limit} is used: {left} left. {resets}"
USED_UP = "That was the last of {whose} limit of {limit}. {resets}"

ENDPOINT: dict[type[ModelError], str] = {
    model.KeyRefused: "{host} refuses the bot's key, so {who}. "
    "Look at {key}, and start me again. Until then I try now and then.",
    model.NoCredit: "The account at {host} has nothing left, so {who}. "
    "Once it is topped up I go on by myself.",
}
NOBODY = "nobody gets an answer"
STAND_IN = "{model} answers in its place"
STOOD_IN = "{model} at {host} does not answer: {why}. {stand_in} answers in its place for now."
WHY: dict[type[ModelError], str] = {
    model.ModelBusy: "it has too much to do",
    model.ModelMissing: "there is no such model",
    model.ModelSilent: "it takes too long",
    model.ModelUnavailable: "it cannot be reached, or fails",
    model.NoEndpoint: "what is there is no model",
}
ENDPOINT_WORKS = "{host} answers again."
MODEL_WORKS = "{model} at {host} answers again."
UNPRICED = (
    "Nobody knows what the model {model} costs, and a limit in USD holds, so I refuse to ask it. "
    'Set its price in teller.toml: [prices."{model}"] with input and output in USD per million '
    "tokens; or take the limits in USD away."
)


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
    services, limit = context.services, notice.limit
    match Subject(limit.subject).kind:
        case "user":
            user_id = context.person.user_id
            more = asking.offer(services, user_id, limit) if _is_used_up(notice) else None
            await services.tell_person(user_id, _words(context, notice), more)
        case "group":
            place = Place(chat_id=context.place.chat_id, thread_id=context.place.thread_id)
            await services.tell(place, _words(context, notice))
        case _:
            card = View(_words(context, notice), ((("Limits", Card(Subject(limit.subject))),),))
            await services.tell_admins(card.words, card.markup)


async def tell_of_unknown_price(context: Context, model: str) -> None:
    """Tell the admins, once for each model, that a limit in USD refuses it."""
    services, mine = context.services, str(context.update_id)
    if await services.database.run(facts.once, f"no price: {model}", mine) == mine:
        await services.tell_admins(UNPRICED.format(model=model))


async def tell_news(services: Services) -> None:
    """Tell the admins what has become of the endpoints and their models, each thing once."""
    for news in services.assistant.news():
        await services.tell_admins(_words_of(news))


def _words_of(news: News) -> str:
    stand_in = news.stand_in.title if news.stand_in else ""
    error, model = news.error, news.model
    if error is None:
        works = MODEL_WORKS.format(model=model.title, host=news.host) if model else ""
        return works or ENDPOINT_WORKS.format(host=news.host)
    if model is not None:
        why = WHY[type(error)]
        return STOOD_IN.format(model=model.title, host=news.host, why=why, stand_in=stand_in)
    is_main = news.endpoint == MAIN
    return ENDPOINT[type(error)].format(
        host=news.host,
        who=STAND_IN.format(model=stand_in) if stand_in else NOBODY,
        key="OPENAI_API_KEY" if is_main else f"api_key in [endpoints.{news.endpoint}]",
    )


def _words(context: Context, notice: Notice) -> str:
    limit = notice.limit
    resets = amounts.resets(windows.end(limit.window, context.now), context.now)
    form = USED_UP if _is_used_up(notice) else USED
    return form.format(
        percent=notice.percent,
        whose=amounts.whose(limit),
        limit=limit,
        left=amounts.amount(limit.unit, notice.left),
        resets=resets,
    )


def _is_used_up(notice: Notice) -> bool:
    return not notice.left
