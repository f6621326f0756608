"""Words about a limit before it hurts: to the one it holds for, or to the admins."""

from collections.abc import Sequence
from functools import partial

from telegram.error import TelegramError

from bot import windows
from bot.llm import ModelError
from bot.llm import errors as model
from bot.words import Words
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
    model.KeyRefused: "{host} refuses the bot's key, so nobody gets an answer. "
    "Look at OPENAI_API_KEY, and start me again. Until then I try now and then.",
    model.NoCredit: "The account at {host} has nothing left, so nobody gets an answer. "
    "Once it is topped up I go on by myself.",
}
ENDPOINT_WORKS = "{host} answers again."
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
            await services.tell_admins(lambda _: card)


async def tell_of_unknown_price(context: Context, model: str) -> None:
    """Tell the admins, once for each model, that a limit in USD refuses it."""
    services, mine = context.services, str(context.update_id)
    if await services.database.run(facts.once, f"no price: {model}", mine) == mine:
        await services.tell_admins(lambda _: View(UNPRICED.format(model=model)))


async def tell_news(services: Services) -> None:
    """Tell the admins what has become of the endpoint, each thing once."""
    host = services.settings.openai_base_url.split("/")[2]
    for error in services.assistant.news():
        words = ENDPOINT[type(error)] if error else ENDPOINT_WORKS
        await services.tell_admins(partial(_plain, words.format(host=host)))


def _plain(text: str, _words: Words) -> View:
    return View(text)


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
