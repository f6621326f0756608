"""Whose limits an admin means, and how it stands with them."""

from dataclasses import dataclass
from functools import partial

from bot import quota
from bot.quota import Left, Rules
from bot.visible import on_one_line
from bot.words import Words
from handlers.admin import whom
from handlers.context import Context, Pressed, Services
from handlers.presses import Card, Groups, Home, Subject
from handlers.views import View, in_rows
from storage import groups, people, turns
from storage.money import Grant, Limit, Quota, Unit, Window
from storage.records import Circumstances, Person, Place

PAGE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How it stands with a subject: what was set for it, what holds, what was granted."""

    subject: Subject
    title: str  # what a person, a group or a plan is called
    own: Quota
    standing: tuple[Left, ...]
    grants: tuple[Grant, ...]
    plan: str = ""
    person: Person | None = None

    def named(self, words: Words) -> str:
        """The subject as admins know it."""
        return _named(self.subject.kind, self.title, words)

    def limit(self, unit: Unit, window: Window) -> Limit | None:
        """The limit of a unit and window that holds."""
        holding = (left.limit for left in self.standing)
        return next((each for each in holding if (each.unit, each.window) == (unit, window)), None)

    def is_configured(self, rules: Rules) -> bool:
        """Whether something is left of it if what was set in chats is forgotten."""
        return self.subject.kind != "plan" or self.subject in rules.defaults


async def meant(context: Context) -> tuple[Subject | View | None, list[str]]:
    """Whose limits a command is about, and the words behind that.

    A view instead of a subject says what is wrong, or lets the admin choose; None: nobody is named.
    """
    said = context.arguments
    match [word.lower() for word in said]:
        case ["bot" | "guests" as kind, *_]:
            return Subject(kind), said[1:]
        case ["group", *_] if context.place.is_group:
            return Subject(f"group:{context.place.chat_id}"), said[1:]
        case ["group", *_]:
            return await choose_group(context, 0), said[1:]
        case ["plan", name, *_]:
            subject = Subject.read(f"plan:{name}")
            return subject or View(context.words("plan-needs-a-name")), said[2:]
    person, rest = await whom.whom(context)
    if isinstance(person, Person):
        return Subject(f"user:{person.user_id}"), rest.split()
    return person, rest.split()


async def choose_group(by: Context | Pressed, page: int) -> View:
    """The groups in which the bot was spoken to, some at a time, each a button."""
    known = await by.services.database.run(groups.everyone)
    if not known:
        return View(by.words("quota-no-groups"))
    here = known[page * PAGE : (page + 1) * PAGE]
    rows = in_rows(
        (
            (on_one_line(title, whom.LONGEST_NAME) or str(chat), Card(Subject(f"group:{chat}")))
            for chat, title in here
        ),
        1,
    )
    before = (("‹", Groups(page - 1)),) if page else ()
    after = (("›", Groups(page + 1)),) if len(known) > (page + 1) * PAGE else ()
    back = ((by.words("button-back"), Home()),)
    return View(by.words("quota-which-group"), (*rows, (*before, *after), back))


async def named(services: Services, subject: str, words: Words) -> str:
    """A subject as admins know it."""
    return _named(subject.partition(":")[0], await _title(services, subject), words)


def _named(kind: str, title: str, words: Words) -> str:
    match kind:
        case "user":
            return title
        case "group":
            return words("subject-group", name=title)
        case "plan":
            return words("subject-plan", name=title)
        case "guests":
            return words("subject-guests")
        case _:
            return words("subject-bot")


async def _title(services: Services, subject: str) -> str:
    """What a person, a group or a plan is called."""
    kind, _, name = subject.partition(":")
    run = services.database.run
    match kind:
        case "user":
            person = await run(people.known, int(name))
            return whom.named(person) if person else f"id {name}"
        case "group":
            title = await run(groups.named, int(name)) or name
            return on_one_line(title, whom.LONGEST_NAME)
        case _:
            return name


async def sheet(services: Services, subject: Subject) -> Sheet:
    """How it stands with a subject now."""
    user_id = subject.number if subject.kind == "user" else 0
    place = Place(chat_id=subject.number if subject.kind in {"user", "group"} else 0)
    judge = partial(_judged, subject, await _title(services, subject), services)
    return await services.database.run(turns.look, place, user_id, judge)


def _judged(subject: Subject, title: str, services: Services, seen: Circumstances) -> Sheet:
    rules, now = services.rules, services.clock()
    limits = quota.limits_of(subject, seen, rules)
    return Sheet(
        subject=subject,
        title=title,
        own=seen.quotas.get(subject, Quota()),
        standing=tuple(
            quota.standing(limits, seen, now)
            if subject.kind != "plan"
            else (Left(limit, 0, None) for limit in limits)
        ),
        grants=seen.granted([subject], int(now.timestamp() * 1000)),
        plan=_plan(subject, seen, rules),
        person=seen.person if subject.kind == "user" else None,
    )


def _plan(subject: Subject, seen: Circumstances, rules: Rules) -> str:
    return quota.plan_of(seen, subject.number, rules) if subject.kind == "user" else ""
