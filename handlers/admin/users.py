"""`/users`: who wrote to the bot, what they spent, and a way to the card of each."""

from datetime import datetime

from bot import quota, windows
from bot.grammar import LONGEST_ECHO
from bot.visible import on_one_line
from bot.words import Words
from handlers import amounts
from handlers.admin.whom import named
from handlers.context import Context, Pressed, Services
from handlers.presses import Card, Close, People, Subject, Word
from handlers.views import Button, Outcome, View, in_rows, lines
from storage import limits, roster
from storage.money import Unit, Window
from storage.records import Person, Standing
from storage.roster import Entry, Order

PAGE = 8
MOST = 10  # whom a name may mean
LONGEST_LABEL = 30
ORDERS = {Order.SPEND: "users-by-spend", Order.NAME: "users-by-name", Order.NEW: "users-newest"}


async def users(context: Context) -> None:
    """Show who wrote to the bot, or whom a name means."""
    if who := " ".join(context.arguments):
        await context.show(await found(context, who))
    else:
        await context.show(await view(context, 0, Order.SPEND))


async def on_people(pressed: Pressed, press: People) -> Outcome:
    """Turn the page, or put it in another order."""
    order = next((each for each in Order if each == str(press.order)), Order.SPEND)
    return Outcome(view=await view(pressed, press.page, order))


async def view(by: Context | Pressed, number: int, order: Order) -> View:
    """A page of everyone who wrote to the bot."""
    since, words = _month(by.now), by.words
    run = by.services.database.run
    page = await run(roster.page, number, order, since_ms=since, size=PAGE)
    if not page.entries:
        return View(words("users-nobody"))
    told = await _told(by, page.entries, page.number * PAGE + 1)
    turning: list[Button] = []
    if page.pages > 1:
        turning = _turning(page.number, page.pages, order)
    close = ((words("button-close"), Close()),)
    rows = (*_cards(page.entries), _orders(order, words), *in_rows(turning, 3), close)
    return View(lines(words("users-count", count=page.total), told), rows)


async def found(by: Context | Pressed, who: str) -> View:
    """Those whom a name, @username or id may mean."""
    since, words = _month(by.now), by.words
    page = await by.services.database.run(roster.found, who, since_ms=since, most=MOST)
    if not page.entries:
        return View(words("users-nobody-found", who=on_one_line(who, LONGEST_ECHO)))
    beyond = page.total - len(page.entries)
    more = words("users-more", count=beyond) if beyond else ""
    everyone: tuple[Button, ...] = (
        (words("users-everyone"), People(0, Word(Order.SPEND))),
        (words("button-close"), Close()),
    )
    told = await _told(by, page.entries, 1)
    return View(lines(told, more), (*_cards(page.entries), everyone))


def _month(now: datetime) -> int:
    """When this month began."""
    began = windows.start(Window.MONTH, now)
    assert began is not None
    return began


async def _told(by: Context | Pressed, entries: tuple[Entry, ...], first: int) -> list[str]:
    """A line about each."""
    services, words = by.services, by.words
    quotas = await services.database.run(limits.of, [])
    told = []
    for number, entry in enumerate(entries, first):
        person = entry.person
        plan = person.plan or ""
        parts = [
            named(person),
            _standing(person, services, words),
            plan if plan and quota.is_plan(plan, quotas, services.rules) else "",
            *_spent(entry, words),
        ]
        told.append(f"{number}. {', '.join(filter(None, parts))}")
    return told


def _standing(person: Person, services: Services, words: Words) -> str:
    """How someone stands, where it is not as usual."""
    if services.is_admin(person.user_id):
        return words("users-admin")
    if person.standing is Standing.REFUSED:
        return words("users-banned")
    if services.rules.has_guests:
        is_guest = quota.is_guest(person, person.user_id, services.rules)
        return words("users-guest") if is_guest else ""
    match person.standing:
        case Standing.ASKED:
            return words("users-waiting")
        case Standing.NEW:
            return words("users-not-let-in")
        case _:
            return ""


def _spent(entry: Entry, words: Words) -> tuple[str, ...]:
    if not (entry.nanos or entry.requests):
        return (words("users-nothing-this-month"),)
    cost = words("users-this-month", cost=amounts.money(entry.nanos, words))
    return cost, amounts.amount(Unit.REQUESTS, entry.requests, words)


def _cards(entries: tuple[Entry, ...]) -> tuple[tuple[Button, ...], ...]:
    return in_rows(
        (
            (_label(entry.person), Card(Subject(f"user:{entry.person.user_id}")))
            for entry in entries
        ),
        2,
    )


def _label(person: Person) -> str:
    return on_one_line(person.name, LONGEST_LABEL) or f"id {person.user_id}"


def _orders(current: Order, words: Words) -> tuple[Button, ...]:
    return tuple(
        (f"• {words(label)}" if order is current else words(label), People(0, Word(order)))
        for order, label in ORDERS.items()
    )


def _turning(number: int, pages: int, order: Order) -> list[Button]:
    word = Word(order)
    before = [("‹", People(number - 1, word))] if number else []
    after = [("›", People(number + 1, word))] if number + 1 < pages else []
    here = (f"{number + 1}/{pages}", People(number, word))
    return [*before, here, *after]
