"""`/stats`: what was spent today, this week or this month, by whom and with which model."""

from collections.abc import Callable, Iterator

from bot import windows
from bot.visible import on_one_line
from handlers import amounts
from handlers.admin import whom
from handlers.context import Context, Pressed, Services
from handlers.presses import Close, Stats
from handlers.views import Button, Outcome, View, lines
from storage import roster
from storage.money import Cost, Unit, Window
from storage.stats import Aside, Ranking, report

FORM = "Say /stats today, /stats week or /stats month."
NOTHING = "Nobody has asked me anything."
MOST = 10
LONGEST_MODEL = 60
WINDOWS = {Window.DAY: "Today", Window.WEEK: "This week", Window.MONTH: "This month"}
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
        await context.say(FORM)
    else:
        await context.show(await view(context.services, window))


async def on_stats(pressed: Pressed, press: Stats) -> Outcome:
    """Show what was spent in another window."""
    window = press.window if press.window in WINDOWS else Window.DAY
    return Outcome(view=await view(pressed.services, window))


async def view(services: Services, window: Window) -> View:
    """What was spent since a window began, by whom, and with which model."""
    since = windows.start(window, services.clock())
    assert since is not None
    run = services.database.run
    spent = await run(report, since, most=MOST)
    known = await run(roster.known, [int(each.name) for each in spent.users.top])
    names = {str(user_id): whom.named(person) for user_id, person in known.items()}
    sections = [
        lines(f"{WINDOWS[window]}:", _total(spent.total)),
        lines(*_ranked("By user:", spent.users, lambda name: names.get(name, f"id {name}"))),
        lines(*_ranked("By model:", spent.models, lambda name: on_one_line(name, LONGEST_MODEL))),
        lines(*_asides(spent.aside)),
    ]
    words = "\n\n".join(filter(None, sections))
    return View(words, (_choice(window), (("Close", Close()),)))


def _total(total: Cost) -> str:
    if not any(total.of(unit) for unit in Unit):
        return NOTHING
    counted = (Unit.REQUESTS, Unit.TOKENS, Unit.IMAGES)
    told = [amounts.amount(unit, total.of(unit) or 0) for unit in counted]
    return ", ".join([*told, amounts.money(total.nanos or 0)])


def _ranked(title: str, ranking: Ranking, named: Callable[[str], str]) -> Iterator[str]:
    """Who spent most, a line each, and what the others spent together."""
    if ranking.top:
        yield title
    for number, each in enumerate(ranking.top, 1):
        requests = amounts.amount(Unit.REQUESTS, each.requests)
        yield f"{number}. {named(each.name)}: {amounts.money(each.nanos)}, {requests}"
    if ranking.others:
        yield f"and {ranking.others:,} more: {amounts.money(ranking.others_nanos)}"


def _asides(aside: Aside) -> Iterator[str]:
    if aside.lost:
        attempts = _counted(aside.lost, "attempt")
        yield f"Lost: {amounts.money(aside.lost_nanos)} in {attempts} that came to nothing."
    if aside.growing:
        answers = _counted(aside.growing, "answer")
        yield f"Reserved: {amounts.money(aside.growing_nanos)} for {answers} still growing."
    if aside.unpriced:
        answers = _counted(aside.unpriced, "answer")
        yield f"Not in these costs: {answers} without a known price."


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def _choice(current: Window) -> tuple[Button, ...]:
    return tuple(
        (f"• {label}" if window is current else label, Stats(window))
        for window, label in WINDOWS.items()
    )
