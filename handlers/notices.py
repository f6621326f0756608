"""Words about a limit before it hurts: to the one it holds for, or to the admins."""

from collections.abc import Sequence

from bot import windows
from handlers import amounts, asking
from handlers.context import Context
from handlers.presses import Card, Subject
from handlers.views import View
from storage import facts
from storage.money import Notice
from storage.records import Place

USED = "{percent} % of {whose} limit of {limit} is used: {left} left. {resets}"
USED_UP = "That was the last of {whose} limit of {limit}. {resets}"

UNPRICED = (
    "Nobody knows what the model {model} costs, and a limit in USD holds, so I refuse to ask it. "
    'Set its price in teller.toml: [prices."{model}"] with input and output in USD per million '
    "tokens; or take the limits in USD away."
)


async def tell(context: Context, notices: Sequence[Notice]) -> None:
    """Tell what is to be told of limits after an answer: of each limit the most urgent."""
    latest = {notice.limit: notice for notice in sorted(notices, key=lambda each: each.percent)}
    for notice in latest.values():
        await _tell(context, notice)


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
