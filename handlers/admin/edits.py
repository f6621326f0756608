"""Limits changed by buttons: choose one, or what a new one counts, then an amount."""

from bot.words import Words
from handlers import amounts
from handlers.admin import subjects
from handlers.context import Pressed
from handlers.presses import Add, AddUnit, Card, Change, Edit, Lift, Reset, Set, Subject, Unlimit
from handlers.views import Button, Outcome, View, in_rows
from storage import limits
from storage.money import NANO, Limit, Quota, Unit, Window

CHOICES = {
    Unit.REQUESTS: (1, 5, 10, 20, 50, 100, 200, 500),
    Unit.TOKENS: (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000),
    Unit.IMAGES: (1, 5, 10, 20, 50, 100),
    Unit.USD: tuple(NANO * cents // 100 for cents in (10, 50, 100, 200, 500, 1000, 2000, 5000)),
}
WINDOWS = {
    Window.MINUTE: "edit-a-minute",
    Window.HOUR: "edit-an-hour",
    Window.DAY: "edit-a-day",
    Window.WEEK: "edit-a-week",
    Window.MONTH: "edit-a-month",
    Window.TOTAL: "edit-for-ever",
}


async def on_edit(pressed: Pressed, press: Edit) -> Outcome:
    return Outcome(view=await _edit(pressed, press.subject))


async def on_change(pressed: Pressed, press: Change) -> Outcome:
    """Offer amounts for a limit."""
    seen, words = await subjects.sheet(pressed.services, press.subject), pressed.words
    now = seen.limit(press.unit, press.window)
    wanted = [
        Limit(subject=press.subject, unit=press.unit, window=press.window, amount=amount)
        for amount in _offered(press.unit, now)
    ]
    choices = in_rows(
        (
            (amounts.limit(each, words), Set(press.subject, each.unit, each.window, each.amount))
            for each in wanted
        ),
        2,
    )
    is_own = any((each.unit, each.window) == (press.unit, press.window) for each in seen.own.limits)
    lift = Lift(press.subject, press.unit, press.window)
    lifting = ((words("edit-lift"), lift),) if is_own else ()
    name = seen.named(words)
    told = (
        words("edit-limit", name=name, limit=amounts.limit(now, words))
        if now
        else words("edit-new-limit", name=name)
    )
    return Outcome(view=View(told, (*choices, lifting, _back(Edit(press.subject), words))))


def _offered(unit: Unit, now: Limit | None) -> list[int]:
    """Amounts to choose from: the usual ones, half and double of what holds, and nothing."""
    near = {now.amount // 2, now.amount * 2} if now else set()
    return sorted({0, *CHOICES[unit], *near} - {now.amount if now else -1})


async def on_add(pressed: Pressed, press: Add) -> Outcome:
    """Choose what a new limit shall count."""
    words = pressed.words
    name = await subjects.named(pressed.services, press.subject, words)
    units = ((amounts.unit(each, words), AddUnit(press.subject, each)) for each in Unit)
    rows = (*in_rows(units, 2), _back(Edit(press.subject), words))
    return Outcome(view=View(words("edit-of-what", name=name), rows))


async def on_add_unit(pressed: Pressed, press: AddUnit) -> Outcome:
    """Choose the window of a new limit."""
    words = pressed.words
    name = await subjects.named(pressed.services, press.subject, words)
    windows = (
        (words(label), Change(press.subject, press.unit, window))
        for window, label in WINDOWS.items()
    )
    told = words("edit-in-what-time", name=name, unit=amounts.unit(press.unit, words))
    return Outcome(view=View(told, (*in_rows(windows, 3), _back(Add(press.subject), words))))


async def on_set(pressed: Pressed, press: Set) -> Outcome:
    """Set one limit."""
    limit = Limit(subject=press.subject, unit=press.unit, window=press.window, amount=press.amount)
    await pressed.services.database.run(
        limits.allow, press.subject, Quota(limits=(limit,)), by=pressed.user.id
    )
    told = pressed.words("edit-set", limit=amounts.limit(limit, pressed.words))
    return Outcome(told, await _edit(pressed, press.subject))


async def on_lift(pressed: Pressed, press: Lift) -> Outcome:
    """Take away one limit that was set."""
    await pressed.services.database.run(
        limits.lift, press.subject, press.unit, press.window, by=pressed.user.id
    )
    return Outcome(pressed.words("edit-lifted"), await _edit(pressed, press.subject))


async def on_unlimit(pressed: Pressed, press: Unlimit) -> Outcome:
    """Let a subject spend without limit."""
    await pressed.services.database.run(
        limits.allow, press.subject, Quota(is_unlimited=True), by=pressed.user.id
    )
    return Outcome(pressed.words("edit-unlimited"), await _edit(pressed, press.subject))


async def on_reset(pressed: Pressed, press: Reset) -> Outcome:
    """Let a subject have its defaults again."""
    await pressed.services.database.run(limits.reset, press.subject, by=pressed.user.id)
    return Outcome(pressed.words("edit-reset"), await _edit(pressed, press.subject))


async def _edit(pressed: Pressed, subject: Subject) -> View:
    """A subject's limits, each a button."""
    words = pressed.words
    seen = await subjects.sheet(pressed.services, subject)
    rows = in_rows(
        (
            (amounts.limit(left.limit, words), Change(subject, left.limit.unit, left.limit.window))
            for left in seen.standing
        ),
        1,
    )
    more: list[Button] = [(words("edit-add"), Add(subject))]
    if not seen.own.is_unlimited:
        more.append((words("edit-unlimit"), Unlimit(subject)))
    if (seen.own.is_unlimited or seen.own.limits) and seen.is_configured(pressed.services.rules):
        more.append((words("edit-to-default"), Reset(subject)))
    told = words("edit-which" if seen.standing else "edit-none", name=seen.named(words))
    return View(told, (*rows, *in_rows(more, 2), _back(Card(subject), words)))


def _back(press: Card | Edit | Add, words: Words) -> tuple[Button, ...]:
    return ((words("button-back"), press),)
