"""What someone may use, what they have used, and what it cost; with a picture of it."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

from telegram import ReplyParameters
from telegram.error import TelegramError

from bot import plots, windows
from bot.plots import Chart
from bot.words import Words
from handlers import amounts
from handlers.context import Context
from handlers.views import LONGEST
from storage import grants, spending
from storage.money import Grant, Unit, Window
from storage.spending import Spent

log = logging.getLogger(__name__)

WHOSE = {
    "user": "usage-you",
    "group": "usage-group",
    "guests": "usage-guests",
    "bot": "usage-bot",
}
PERIODS = {
    "usage-today": Window.DAY,
    "usage-this-month": Window.MONTH,
    "usage-in-all": Window.TOTAL,
}
DAYS = 30


async def usage(context: Context) -> None:
    """Say how each limit stands and what was spent; show the last days, if there is anything."""
    limits = await _limits(context)
    await context.say("\n\n".join([*limits, await _cost(context)])[:LONGEST])
    zone = context.now.tzinfo
    days = [context.now.date() - timedelta(ago) for ago in reversed(range(DAYS))]
    began_ms = int(datetime.combine(days[0], time(), zone).timestamp() * 1000)
    user_id = context.person.user_id
    spent = await context.services.database.run(spending.each, user_id, began_ms)
    drawn = chart(spent, days, zone, context.words)
    if drawn.models:
        await _show(context, drawn)


def chart(spent: Sequence[Spent], days: Sequence[date], zone: tzinfo | None, words: Words) -> Chart:
    """What was spent on each of the days, by model: in USD, or in tokens where nothing costs."""
    unit = Unit.USD if any(each.nanos for each in spent) else Unit.TOKENS
    models: dict[str, Counter[date]] = defaultdict(Counter)
    for each in spent:
        amount = each.nanos if unit is Unit.USD else each.tokens
        day = datetime.fromtimestamp(each.created_ms / 1000, zone).date()
        if amount and day <= days[-1]:
            models[each.model][day] += amount
    return Chart(
        title=_title(unit, spent, words),
        unit=unit,
        days=[words("chart-day", day=str(day.day), month=day.month) for day in days],
        others=words("chart-others"),
        models={name: [taken[day] for day in days] for name, taken in models.items()},
    )


def _title(unit: Unit, spent: Sequence[Spent], words: Words) -> str:
    if unit is Unit.USD:
        return words("chart-usd")
    is_known = any(each.nanos is not None for each in spent)
    return words("chart-tokens" if is_known else "chart-tokens-unpriced")


async def _limits(context: Context) -> list[str]:
    """How each limit stands that holds here, and what is left of grants: a part for each whose."""
    user_id, now, words = context.person.user_id, context.now, context.words
    standing = await context.services.assistant.standing(context.place, user_id)
    subjects = dict.fromkeys([f"user:{user_id}", *(left.limit.subject for left in standing)])
    parts = [] if standing else [words("usage-no-limits")]
    for subject in subjects:
        granted = await context.services.database.run(
            grants.usable, subject, int(now.timestamp() * 1000)
        )
        held = (left for left in standing if left.limit.subject == subject)
        lines = [amounts.stands(left, now, words) for left in held]
        lines += [_granted(grant, now, words) for grant in granted]
        if lines and len(subjects) > 1:
            lines.insert(0, words(WHOSE[subject.partition(":")[0]]))
        if lines:
            parts.append("\n".join(lines))
    return parts


def _granted(grant: Grant, now: datetime, words: Words) -> str:
    left = amounts.amount(grant.unit, grant.left, words)
    if grant.expires_ms is None:
        return words("usage-granted", left=left)
    expires = datetime.fromtimestamp(grant.expires_ms / 1000, now.tzinfo)
    return words("usage-granted-for", left=left, span=amounts.span(expires, now, words))


async def _cost(context: Context) -> str:
    """What the person's answers have cost, here and elsewhere."""
    run, user_id, words = context.services.database.run, context.person.user_id, context.words
    lines = [words("usage-cost")]
    for period, window in PERIODS.items():
        began_ms = windows.start(window, context.now) or 0
        cost = await run(spending.since, user_id, began_ms)
        requests = amounts.amount(Unit.REQUESTS, cost.requests, words)
        told = amounts.dollars(cost.nanos or 0, words)
        lines.append(words(period, cost=told, requests=requests))
    month_ms = windows.start(Window.MONTH, context.now) or 0
    unpriced = await run(spending.unpriced, user_id, month_ms)
    if unpriced:
        lines.append(words("usage-unpriced", count=unpriced))
    return "\n".join(lines)


async def _show(context: Context, drawn: Chart) -> None:
    """Send the picture. The words are said already, and are not said again for want of it."""
    services, place, words = context.services, context.place, context.words
    total = sum(map(sum, drawn.models.values()))
    is_money = drawn.unit is Unit.USD
    told = amounts.dollars(total, words) if is_money else amounts.amount(drawn.unit, total, words)
    quoted = ReplyParameters(context.message.message_id, allow_sending_without_reply=True)
    try:
        async with services.darkroom:
            picture = await asyncio.to_thread(plots.draw, drawn)
        send = partial(
            services.bot.send_photo,
            place.chat_id,
            picture,
            caption=words("chart-caption", days=DAYS, total=told),
            filename="usage.png",
            message_thread_id=place.thread_id,
            reply_parameters=quoted if place.is_group else None,
        )
        await services.outgoing.send(send, to=place.chat_id, is_repeatable=False)
    except (OSError, TelegramError) as error:
        # matplotlib needs a directory to write to; groups may forbid photos.
        log.warning("a picture of usage is missing: %s", type(error).__name__)
