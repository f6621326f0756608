"""`/audit`: who changed what, and when."""

from collections.abc import Mapping
from datetime import datetime

from bot.visible import on_one_line
from handlers.admin import whom
from handlers.admin.whom import LONGEST_NAME, named
from handlers.context import Context, Pressed, Services
from handlers.presses import Audit, Close
from handlers.views import Button, Outcome, View, in_rows, lines
from storage import groups, people
from storage.audit import Entry, Page, entries
from storage.records import Person

NOTHING = "Nobody has changed anything yet."
NOTHING_OLDER = "There is nothing older."
NOTHING_ABOUT = "Nobody has changed anything about {name} yet."
ABOUT = "About {name}:"
AND_OLDER = "and older changes"
MOST = 10
LONGEST_VALUE = 80

OURSELVES = "the bot"
EVERYBODY = {"guests": "the guests", "bot": OURSELVES}

Names = Mapping[str, str]

# What an entry says, by its action and what it led to; anything else says what it was, and is now.
WORDS = {
    "quota": "set the limits of {name}: {before} → {after}",
    "grant": "granted {name} {after}",
    "plan": "put {name} on the plan {after} (was {before})",
    "access member": "let {name} in",
    "access refused": "banned {name}",
    "access new": "let {name} back",
    "ask granted": "granted what {name} asked for",
    "ask raised": "raised the limit that {name} asked about",
    "ask declined": "declined what {name} asked for",
    "picture fit": "found a picture of {name} fine",
    "picture unfit": "found a picture of {name} not fine",
}
ANYTHING = "{action} {name}: {before} → {after}"


async def audit(context: Context) -> None:
    """Show who changed what; about one person, where one is named."""
    person, _ = await whom.whom(context)
    match person:
        case Person():
            await context.show(await about(context.services, person))
        case View():
            await context.show(person)
        case None:
            await context.show(await view(context.services, 0))


async def on_audit(pressed: Pressed, press: Audit) -> Outcome:
    """Turn the page."""
    return Outcome(view=await view(pressed.services, press.before))


async def view(services: Services, before: int) -> View:
    """The newest changes, or those before entry number `before`."""
    page = await services.database.run(entries, before, most=MOST)
    told = await _told(services, page) or (NOTHING_OLDER if before else NOTHING)
    return View(lines(told), (*in_rows(_turning(page), 2), (("Close", Close()),)))


async def about(services: Services, person: Person) -> View:
    """The newest changes of someone's limits, plan or standing."""
    subject = f"user:{person.user_id}"
    page = await services.database.run(entries, subject=subject, most=MOST)
    if not page.entries:
        return View(NOTHING_ABOUT.format(name=named(person)))
    told = await _told(services, page)
    more = "" if page.older is None else AND_OLDER
    return View(lines(ABOUT.format(name=named(person)), told, more), ((("Close", Close()),),))


def _turning(page: Page) -> list[Button]:
    newer = [] if page.newer is None else [("Newer", Audit(page.newer))]
    older = [] if page.older is None else [("Older", Audit(page.older))]
    return [*newer, *older]


async def _told(services: Services, page: Page) -> list[str]:
    """A line about each entry."""
    now = services.clock()
    names = await _names(services, page)
    return [_line(entry, names, now) for entry in page.entries]


def _line(entry: Entry, names: Names, now: datetime) -> str:
    at = datetime.fromtimestamp(entry.at_ms / 1000, now.tzinfo)
    year = "" if at.year == now.year else f" {at.year}"
    actor = names[f"user:{entry.actor}"].partition(" (@")[0]
    return f"{at.day} {at:%b}{year} {at:%H:%M} {actor} {_deed(entry, names)}"


def _deed(entry: Entry, names: Names) -> str:
    words = WORDS.get(entry.action) or WORDS.get(f"{entry.action} {entry.after}") or ANYTHING
    return words.format(
        action=on_one_line(entry.action, LONGEST_NAME),
        name=names[entry.subject],
        before=on_one_line(entry.before, LONGEST_VALUE) or "nothing",
        after=on_one_line(entry.after, LONGEST_VALUE) or "nothing",
    )


async def _names(services: Services, page: Page) -> dict[str, str]:
    """What everyone and everything in a page is called."""
    subjects = {each.subject for each in page.entries}
    subjects |= {f"user:{each.actor}" for each in page.entries}
    return {subject: await _name(services, subject) for subject in subjects}


async def _name(services: Services, subject: str) -> str:
    kind, _, name = subject.partition(":")
    run = services.database.run
    match kind:
        case "user" if people.is_id(name):
            if int(name) in {0, services.me.id}:
                return OURSELVES
            person = await run(people.known, int(name))
            return named(person) if person else f"id {name}"
        case "group" if people.is_id(name.removeprefix("-")):
            title = await run(groups.named, int(name))
            return f"the group {on_one_line(title or name, LONGEST_NAME)}"
        case "plan":
            return f"the plan {on_one_line(name, LONGEST_NAME)}"
        case _:
            return EVERYBODY.get(subject) or on_one_line(subject, LONGEST_NAME)
