"""`/users`: who wrote to the bot, what they spent, and a way to the card of each."""

from bot import quota, windows
from bot.grammar import LONGEST_ECHO
from bot.visible import on_one_line
from handlers import amounts
from handlers.admin.whom import named
from handlers.context import Context, Pressed, Services
from handlers.presses import Card, Close, People, Subject, Word
from handlers.views import Button, Outcome, View, in_rows, lines
from storage import limits, roster
from storage.money import Unit, Window
from storage.records import Person, Standing
from storage.roster import Entry, Order

NOBODY = "Nobody has written to me yet."
NOBODY_FOUND = "Nobody called {who} has written to me yet."
MORE = "and {count} more; say more of the name"
PAGE = 8
MOST = 10  # whom a name may mean
LONGEST_LABEL = 30
ORDERS = {Order.SPEND: "By spend", Order.NAME: "By name", Order.NEW: "Newest"}


async def users(context: Context) -> None:
    """Show who wrote to the bot, or whom a name means."""
    if who := " ".join(context.arguments):
        await context.show(await found(context.services, who))
    else:
        await context.show(await view(context.services, 0, Order.SPEND))


async def on_people(pressed: Pressed, press: People) -> Outcome:
    """Turn the page, or put it in another order."""
    order = next((each for each in Order if each == str(press.order)), Order.SPEND)
    return Outcome(view=await view(pressed.services, press.page, order))


async def view(services: Services, number: int, order: Order) -> View:
    """A page of everyone who wrote to the bot."""
    since = _month(services)
    run = services.database.run
    page = await run(roster.page, number, order, since_ms=since, size=PAGE)
    if not page.entries:
        return View(NOBODY)
    count = "1 person has" if page.total == 1 else f"{page.total:,} people have"
    told = await _told(services, page.entries, page.number * PAGE + 1)
    turning: list[Button] = []
    if page.pages > 1:
        turning = _turning(page.number, page.pages, order)
    rows = (*_cards(page.entries), _orders(order), *in_rows(turning, 3), (("Close", Close()),))
    return View(lines(f"{count} written to me.", told), rows)


async def found(services: Services, who: str) -> View:
    """Those whom a name, @username or id may mean."""
    since = _month(services)
    page = await services.database.run(roster.found, who, since_ms=since, most=MOST)
    if not page.entries:
        return View(NOBODY_FOUND.format(who=on_one_line(who, LONGEST_ECHO)))
    beyond = page.total - len(page.entries)
    more = MORE.format(count=beyond) if beyond else ""
    everyone: tuple[Button, ...] = (("Everyone", People(0, Word(Order.SPEND))), ("Close", Close()))
    told = await _told(services, page.entries, 1)
    return View(lines(told, more), (*_cards(page.entries), everyone))


def _month(services: Services) -> int:
    """When this month began."""
    began = windows.start(Window.MONTH, services.clock())
    assert began is not None
    return began


async def _told(services: Services, entries: tuple[Entry, ...], first: int) -> list[str]:
    """A line about each."""
    quotas = await services.database.run(limits.of, [])
    told = []
    for number, entry in enumerate(entries, first):
        person = entry.person
        plan = person.plan or ""
        parts = [
            named(person),
            _standing(person, services),
            plan if plan and quota.is_plan(plan, quotas, services.rules) else "",
            *_spent(entry),
        ]
        told.append(f"{number}. {', '.join(filter(None, parts))}")
    return told


def _standing(person: Person, services: Services) -> str:
    """How someone stands, where it is not as usual."""
    if services.is_admin(person.user_id):
        return "admin"
    if person.standing is Standing.REFUSED:
        return "banned"
    if services.rules.has_guests:
        return "guest" if quota.is_guest(person, person.user_id, services.rules) else ""
    match person.standing:
        case Standing.ASKED:
            return "waiting"
        case Standing.NEW:
            return "not let in"
        case _:
            return ""


def _spent(entry: Entry) -> tuple[str, ...]:
    if not (entry.nanos or entry.requests):
        return ("nothing this month",)
    return f"{amounts.money(entry.nanos)} this month", amounts.amount(Unit.REQUESTS, entry.requests)


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


def _orders(current: Order) -> tuple[Button, ...]:
    return tuple(
        (f"• {label}" if order is current else label, People(0, Word(order)))
        for order, label in ORDERS.items()
    )


def _turning(number: int, pages: int, order: Order) -> list[Button]:
    word = Word(order)
    before = [("‹", People(number - 1, word))] if number else []
    after = [("›", People(number + 1, word))] if number + 1 < pages else []
    here = (f"{number + 1}/{pages}", People(number, word))
    return [*before, here, *after]
