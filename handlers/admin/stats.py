"""`/stats`: what was spent today, this week or this month, by whom and with which model."""

from collections.abc import Callable, Iterator

from bot import windows
from bot.visible import on_one_line
from bot.words import Words
from handlers import amounts
from handlers.admin import whom
from handlers.context import Context, Pressed
from handlers.presses import Close, Stats
from handlers.views import Button, Outcome, View, lines
from storage import roster
from storage.money import Cost, Unit, Window
from storage.stats import Aside, Ranking, report

MOST = 10
LONGEST_MODEL = 60
WINDOWS = {
    Window.DAY: "stats-today",
    Window.WEEK: "stats-this-week",
    Window.MONTH: "stats-this-month",
}
WORDS = {
    "": Window.DAY,
    "today": Window.DAY,
    "day": Window.DAY,
    "week": Window.WEEK,
    "this week": Window.WEEK,
    "month": Window.MONTH,
    "this month": Window.MONTH,
}


async def stats(context: Context) -> None:
    """Show what was spent."""
    window = WORDS.get(" ".join(context.arguments).lower())
    if window is None:
        await context.say(context.words("stats-form"))
    else:
        await context.show(await view(context, window))


async def on_stats(pressed: Pressed, press: Stats) -> Outcome:
    """Show what was spent in another window."""
    window = press.window if press.window in WINDOWS else Window.DAY
    return Outcome(view=await view(pressed, window))


async def view(by: Context | Pressed, window: Window) -> View:
    """What was spent since a window began, by whom, and with which model."""
    words, run = by.words, by.services.database.run
    since = windows.start(window, by.now)
    assert since is not None
    spent = await run(report, since, most=MOST)
    known = await run(roster.known, [int(each.name) for each in spent.users.top])
    names = {str(user_id): whom.named(person) for user_id, person in known.items()}
    sections = [
        lines(f"{words(WINDOWS[window])}:", _total(spent.total, words)),
        lines(*_users(spent.users, names, words)),
        lines(*_models(spent.models, words)),
        lines(*_asides(spent.aside, words)),
    ]
    told = "\n\n".join(filter(None, sections))
    return View(told, (_choice(window, words), ((words("button-close"), Close()),)))


def _total(total: Cost, words: Words) -> str:
    if not any(total.of(unit) for unit in Unit):
        return words("stats-nothing")
    counted = (Unit.REQUESTS, Unit.TOKENS, Unit.IMAGES)
    told = [amounts.amount(unit, total.of(unit) or 0, words) for unit in counted]
    return ", ".join([*told, amounts.money(total.nanos or 0, words)])


def _users(ranking: Ranking, names: dict[str, str], words: Words) -> Iterator[str]:
    if ranking.top:
        yield words("stats-by-user")
    yield from _ranked(ranking, lambda name: names.get(name, f"id {name}"), words)


def _models(ranking: Ranking, words: Words) -> Iterator[str]:
    if ranking.top:
        yield words("stats-by-model")
    yield from _ranked(ranking, lambda name: on_one_line(name, LONGEST_MODEL), words)


def _ranked(ranking: Ranking, named: Callable[[str], str], words: Words) -> Iterator[str]:
    """Who spent most, a line each, and what the others spent together."""
    for number, each in enumerate(ranking.top, 1):
        requests = amounts.amount(Unit.REQUESTS, each.requests, words)
        yield f"{number}. {named(each.name)}: {amounts.money(each.nanos, words)}, {requests}"
    if ranking.others:
        cost = amounts.money(ranking.others_nanos, words)
        yield words("stats-others", count=ranking.others, cost=cost)


def _asides(aside: Aside, words: Words) -> Iterator[str]:
    if aside.lost:
        cost = amounts.money(aside.lost_nanos, words)
        yield words("stats-lost", cost=cost, count=aside.lost)
    if aside.growing:
        cost = amounts.money(aside.growing_nanos, words)
        yield words("stats-growing", cost=cost, count=aside.growing)
    if aside.unpriced:
        yield words("stats-unpriced", count=aside.unpriced)


def _choice(current: Window, words: Words) -> tuple[Button, ...]:
    return tuple(
        (f"• {words(label)}" if window is current else words(label), Stats(window))
        for window, label in WINDOWS.items()
    )
