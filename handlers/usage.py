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
from handlers import amounts
from handlers.context import Context
from handlers.views import LONGEST
from storage import grants, spending
from storage.money import Cost, Grant, Unit, Window
from storage.spending import Spent

log = logging.getLogger(__name__)

NO_LIMITS = "There is no limit on what you may use."
WHOSE = {"user": "You", "group": "This group", "guests": "All guests", "bot": "The whole bot"}
PERIODS = {"Today": Window.DAY, "This month": Window.MONTH, "In all": Window.TOTAL}
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
    drawn = chart(spent, days, zone)
    if drawn.models:
        await _show(context, drawn)


def chart(spent: Sequence[Spent], days: Sequence[date], zone: tzinfo | None) -> Chart:
    """What was spent on each of the days, by model: in USD, or in tokens where nothing costs."""
    unit = Unit.USD if any(each.nanos for each in spent) else Unit.TOKENS
    models: dict[str, Counter[date]] = defaultdict(Counter)
    for each in spent:
        amount = each.nanos if unit is Unit.USD else each.tokens
        day = datetime.fromtimestamp(each.created_ms / 1000, zone).date()
        if amount and day <= days[-1]:
            models[each.model][day] += amount
    return Chart(
        title=_title(unit, spent),
        unit=unit,
        days=days,
        models={name: [taken[day] for day in days] for name, taken in models.items()},
    )


def _title(unit: Unit, spent: Sequence[Spent]) -> str:
    if unit is Unit.USD:
        return "USD per day"
    is_known = any(each.nanos is not None for each in spent)
    return "Tokens per day" if is_known else "Tokens per day (no price is known)"


async def _limits(context: Context) -> list[str]:
    """How each limit stands that holds here, and what is left of grants: a part for each whose."""
    user_id, now = context.person.user_id, context.now
    standing = await context.services.assistant.standing(context.place, user_id)
    subjects = dict.fromkeys([f"user:{user_id}", *(left.limit.subject for left in standing)])
    parts = [] if standing else [NO_LIMITS]
    for subject in subjects:
        granted = await context.services.database.run(
            grants.usable, subject, int(now.timestamp() * 1000)
        )
        lines = [amounts.stands(left, now) for left in standing if left.limit.subject == subject]
        lines += [_granted(grant, now) for grant in granted]
        if lines and len(subjects) > 1:
            lines.insert(0, WHOSE[subject.partition(":")[0]])
        if lines:
            parts.append("\n".join(lines))
    return parts


def _granted(grant: Grant, now: datetime) -> str:
    line = f"Granted: {amounts.amount(grant.unit, grant.left)} left"
    if grant.expires_ms is None:
        return line
    expires = datetime.fromtimestamp(grant.expires_ms / 1000, now.tzinfo)
    return f"{line}, for another {amounts.span(expires, now)}"


async def _cost(context: Context) -> str:
    """What the person's answers have cost, here and elsewhere."""
    run, user_id = context.services.database.run, context.person.user_id
    lines = ["What your answers cost"]
    for period, window in PERIODS.items():
        began_ms = windows.start(window, context.now) or 0
        cost = await run(spending.since, user_id, began_ms)
        lines.append(f"{period}: {amounts.dollars(cost.nanos or 0)}, {_requests(cost)}")
    month_ms = windows.start(Window.MONTH, context.now) or 0
    unpriced = await run(spending.unpriced, user_id, month_ms)
    return "\n".join([*lines, *_unpriced(unpriced)])


def _requests(cost: Cost) -> str:
    return amounts.amount(Unit.REQUESTS, cost.requests)


def _unpriced(answers: int) -> list[str]:
    match answers:
        case 0:
            return []
        case 1:
            return ["1 answer this month, by a model without a known price, is not in it."]
        case _:
            return [
                f"{answers:,} answers this month, by a model without a known price, are not in it."
            ]


async def _show(context: Context, drawn: Chart) -> None:
    """Send the picture. The words are said already, and are not said again for want of it."""
    services, place = context.services, context.place
    total = sum(map(sum, drawn.models.values()))
    told = amounts.dollars(total) if drawn.unit is Unit.USD else amounts.amount(drawn.unit, total)
    quoted = ReplyParameters(context.message.message_id, allow_sending_without_reply=True)
    try:
        async with services.darkroom:
            picture = await asyncio.to_thread(plots.draw, drawn)
        send = partial(
            services.bot.send_photo,
            place.chat_id,
            picture,
            caption=f"The last {DAYS} days: {told}",
            filename="usage.png",
            message_thread_id=place.thread_id,
            reply_parameters=quoted if place.is_group else None,
        )
        await services.outgoing.send(send, to=place.chat_id, is_repeatable=False)
    except (OSError, TelegramError) as error:
        # matplotlib needs a directory to write to; groups may forbid photos.
        log.warning("a picture of usage is missing: %s", type(error).__name__)
