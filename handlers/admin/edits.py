"""Limits changed by buttons: choose one, or what a new one counts, then an amount."""

from handlers.admin import subjects
from handlers.context import Pressed, Services
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


async def on_edit(pressed: Pressed, press: Edit) -> Outcome:
    return Outcome(view=await _edit(pressed.services, press.subject))


async def on_change(pressed: Pressed, press: Change) -> Outcome:
    """Offer amounts for a limit."""
    seen = await subjects.sheet(pressed.services, press.subject)
    now = seen.limit(press.unit, press.window)
    wanted = [
        Limit(subject=press.subject, unit=press.unit, window=press.window, amount=amount)
        for amount in _offered(press.unit, now)
    ]
    choices = in_rows(
        ((str(each), Set(press.subject, each.unit, each.window, each.amount)) for each in wanted), 2
    )
    is_own = any((each.unit, each.window) == (press.unit, press.window) for each in seen.own.limits)
    lift = (("Take away", Lift(press.subject, press.unit, press.window)),) if is_own else ()
    words = f"{seen.name}: {now}." if now else f"{seen.name}: a new limit."
    return Outcome(view=View(words, (*choices, lift, _back(Edit(press.subject)))))


def _offered(unit: Unit, now: Limit | None) -> list[int]:
    """Amounts to choose from: the usual ones, half and double of what holds, and nothing."""
    near = {now.amount // 2, now.amount * 2} if now else set()
    return sorted({0, *CHOICES[unit], *near} - {now.amount if now else -1})


async def on_add(pressed: Pressed, press: Add) -> Outcome:
    """Choose what a new limit shall count."""
    name = await subjects.named(pressed.services, press.subject)
    choices = in_rows(((str(unit), AddUnit(press.subject, unit)) for unit in Unit), 2)
    return Outcome(view=View(f"{name}: a limit of what?", (*choices, _back(Edit(press.subject)))))


async def on_add_unit(pressed: Pressed, press: AddUnit) -> Outcome:
    """Choose the window of a new limit."""
    name = await subjects.named(pressed.services, press.subject)
    windows = ((_in_words(each), Change(press.subject, press.unit, each)) for each in Window)
    words = f"{name}: so many {press.unit} in what time?"
    return Outcome(view=View(words, (*in_rows(windows, 3), _back(Add(press.subject)))))


def _in_words(window: Window) -> str:
    article = "an" if window is Window.HOUR else "a"
    return "for ever" if window is Window.TOTAL else f"{article} {window}"


async def on_set(pressed: Pressed, press: Set) -> Outcome:
    """Set one limit."""
    limit = Limit(subject=press.subject, unit=press.unit, window=press.window, amount=press.amount)
    await pressed.services.database.run(
        limits.allow, press.subject, Quota(limits=(limit,)), by=pressed.user.id
    )
    return Outcome(f"Set: {limit}", await _edit(pressed.services, press.subject))


async def on_lift(pressed: Pressed, press: Lift) -> Outcome:
    """Take away one limit that was set."""
    await pressed.services.database.run(
        limits.lift, press.subject, press.unit, press.window, by=pressed.user.id
    )
    return Outcome("Taken away.", await _edit(pressed.services, press.subject))


async def on_unlimit(pressed: Pressed, press: Unlimit) -> Outcome:
    """Let a subject spend without limit."""
    await pressed.services.database.run(
        limits.allow, press.subject, Quota(is_unlimited=True), by=pressed.user.id
    )
    return Outcome("No limit now.", await _edit(pressed.services, press.subject))


async def on_reset(pressed: Pressed, press: Reset) -> Outcome:
    """Let a subject have its defaults again."""
    await pressed.services.database.run(limits.reset, press.subject, by=pressed.user.id)
    return Outcome(
        "As it was set outside of Telegram.", await _edit(pressed.services, press.subject)
    )


async def _edit(services: Services, subject: Subject) -> View:
    """A subject's limits, each a button."""
    seen = await subjects.sheet(services, subject)
    rows = in_rows(
        (
            (str(left.limit), Change(subject, left.limit.unit, left.limit.window))
            for left in seen.standing
        ),
        1,
    )
    more: list[Button] = [("Add a limit", Add(subject))]
    if not seen.own.is_unlimited:
        more.append(("Unlimited", Unlimit(subject)))
    if (seen.own.is_unlimited or seen.own.limits) and seen.is_configured(services.rules):
        more.append(("Back to the default", Reset(subject)))
    told = "Tap one to change it." if seen.standing else "There is none."
    return View(f"{seen.name}, limits. {told}", (*rows, *in_rows(more, 2), _back(Card(subject))))


def _back(press: Card | Edit | Add) -> tuple[Button, ...]:
    return (("‹ Back", press),)
