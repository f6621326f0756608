"""`/audit`: who changed what, and when."""

from collections.abc import Mapping
from datetime import datetime

from bot.visible import on_one_line
from bot.words import Words
from handlers import amounts
from handlers.admin import whom
from handlers.admin.whom import LONGEST_NAME, named
from handlers.context import Context, Pressed
from handlers.presses import Audit, Close
from handlers.views import Button, Outcome, View, in_rows, lines
from storage import groups, people
from storage.audit import Entry, Page, entries
from storage.records import Person

MOST = 10
LONGEST_VALUE = 80

EVERYBODY = {"guests": "audit-the-guests", "bot": "audit-the-bot"}

Names = Mapping[str, str]

# What an entry says, by its action and what it led to; anything else says what it was, and is now.
DEEDS = {
    "quota": "audit-quota",
    "grant": "audit-grant",
    "plan": "audit-plan",
    "access member": "audit-let-in",
    "access refused": "audit-banned",
    "access new": "audit-let-back",
    "ask granted": "audit-ask-granted",
    "ask raised": "audit-ask-raised",
    "ask declined": "audit-ask-declined",
    "picture fit": "audit-picture-fit",
    "picture unfit": "audit-picture-unfit",
}


async def audit(context: Context) -> None:
    """Show who changed what; about one person, where one is named."""
    person, _ = await whom.whom(context)
    match person:
        case Person():
            await context.show(await about(context, person))
        case View():
            await context.show(person)
        case None:
            await context.show(await view(context, 0))


async def on_audit(pressed: Pressed, press: Audit) -> Outcome:
    """Turn the page."""
    return Outcome(view=await view(pressed, press.before))


async def view(by: Context | Pressed, before: int) -> View:
    """The newest changes, or those before entry number `before`."""
    words = by.words
    page = await by.services.database.run(entries, before, most=MOST)
    told = await _told(by, page) or words("audit-nothing-older" if before else "audit-nothing")
    rows = (*in_rows(_turning(page, words), 2), ((words("button-close"), Close()),))
    return View(lines(told), rows)


async def about(by: Context | Pressed, person: Person) -> View:
    """The newest changes of someone's limits, plan or standing."""
    subject, words, name = f"user:{person.user_id}", by.words, named(person)
    page = await by.services.database.run(entries, subject=subject, most=MOST)
    if not page.entries:
        return View(words("audit-nothing-about", name=name))
    told = await _told(by, page)
    more = "" if page.older is None else words("audit-and-older")
    close = ((words("button-close"), Close()),)
    return View(lines(words("audit-about", name=name), told, more), (close,))


def _turning(page: Page, words: Words) -> list[Button]:
    newer = [] if page.newer is None else [(words("audit-newer"), Audit(page.newer))]
    older = [] if page.older is None else [(words("audit-older"), Audit(page.older))]
    return [*newer, *older]


async def _told(by: Context | Pressed, page: Page) -> list[str]:
    """A line about each entry."""
    names = await _names(by, page)
    return [_line(entry, names, by.now, by.words) for entry in page.entries]


def _line(entry: Entry, names: Names, now: datetime, words: Words) -> str:
    at = datetime.fromtimestamp(entry.at_ms / 1000, now.tzinfo)
    actor = names[f"user:{entry.actor}"].partition(" (@")[0]
    deed = _deed(entry, names, words)
    return f"{amounts.day(at, now, words)} {at:%H:%M} {actor} {deed}"


def _deed(entry: Entry, names: Names, words: Words) -> str:
    deed = DEEDS.get(entry.action) or DEEDS.get(f"{entry.action} {entry.after}") or "audit-anything"
    return words(
        deed,
        action=on_one_line(entry.action, LONGEST_NAME),
        name=names[entry.subject],
        before=on_one_line(entry.before, LONGEST_VALUE) or words("audit-no-value"),
        after=on_one_line(entry.after, LONGEST_VALUE) or words("audit-no-value"),
    )


async def _names(by: Context | Pressed, page: Page) -> dict[str, str]:
    """What everyone and everything in a page is called."""
    subjects = {each.subject for each in page.entries}
    subjects |= {f"user:{each.actor}" for each in page.entries}
    return {subject: await _name(by, subject) for subject in subjects}


async def _name(by: Context | Pressed, subject: str) -> str:
    kind, _, name = subject.partition(":")
    services, words, run = by.services, by.words, by.services.database.run
    match kind:
        case "user" if people.is_id(name):
            if int(name) in {0, services.me.id}:
                return words("audit-the-bot")
            person = await run(people.known, int(name))
            return named(person) if person else f"id {name}"
        case "group" if people.is_id(name.removeprefix("-")):
            title = await run(groups.named, int(name))
            return words("audit-the-group", name=on_one_line(title or name, LONGEST_NAME))
        case "plan":
            return words("audit-the-plan", name=on_one_line(name, LONGEST_NAME))
        case _ if message := EVERYBODY.get(subject):
            return words(message)
        case _:
            return on_one_line(subject, LONGEST_NAME)
