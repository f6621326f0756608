"""Whose limits an admin means, and how it stands with them."""

from dataclasses import dataclass
from functools import partial

from bot import quota
from bot.quota import Left, Rules
from bot.visible import on_one_line
from handlers.admin import whom
from handlers.context import Context, Services
from handlers.presses import Card, Groups, Home, Subject
from handlers.views import View, in_rows
from storage import groups, people, turns
from storage.money import Grant, Limit, Quota, Unit, Window
from storage.records import Circumstances, Person, Place

NO_GROUPS = "Nobody has spoken to me in a group yet."
WHICH = "Which group? In the group itself, /quota group means that one."
PAGE = 8
NO_PLAN = "A plan needs a name: up to 16 small letters, digits, - and _."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How it stands with a subject: what was set for it, what holds, what was granted."""

    subject: Subject
    name: str
    own: Quota
    standing: tuple[Left, ...]
    grants: tuple[Grant, ...]
    plan: str = ""
    person: Person | None = None

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
    words = context.arguments
    match [word.lower() for word in words]:
        case ["bot" | "guests" as kind, *_]:
            return Subject(kind), words[1:]
        case ["group", *_] if context.place.is_group:
            return Subject(f"group:{context.place.chat_id}"), words[1:]
        case ["group", *_]:
            return await choose_group(context.services, 0), words[1:]
        case ["plan", name, *_]:
            subject = Subject.read(f"plan:{name}")
            return subject or View(NO_PLAN), words[2:]
    person, rest = await whom.whom(context)
    if isinstance(person, Person):
        return Subject(f"user:{person.user_id}"), rest.split()
    return person, rest.split()


async def choose_group(services: Services, page: int) -> View:
    """The groups in which the bot was spoken to, some at a time, each a button."""
    known = await services.database.run(groups.everyone)
    if not known:
        return View(NO_GROUPS)
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
    return View(WHICH, (*rows, (*before, *after), (("‹ Back", Home()),)))


async def named(services: Services, subject: str) -> str:
    """A subject as admins know it."""
    kind, _, name = subject.partition(":")
    run = services.database.run
    match kind:
        case "user":
            person = await run(people.known, int(name))
            return whom.named(person) if person else f"id {name}"
        case "group":
            title = await run(groups.named, int(name)) or name
            return f"The group {on_one_line(title, whom.LONGEST_NAME)}"
        case "plan":
            return f"The plan {name}"
        case "guests":
            return "All guests together"
        case _:
            return "The whole bot"


async def sheet(services: Services, subject: Subject) -> Sheet:
    """How it stands with a subject now."""
    user_id = subject.number if subject.kind == "user" else 0
    place = Place(chat_id=subject.number if subject.kind in {"user", "group"} else 0)
    judge = partial(_judged, subject, await named(services, subject), services)
    return await services.database.run(turns.look, place, user_id, judge)


def _judged(subject: Subject, name: str, services: Services, seen: Circumstances) -> Sheet:
    rules, now = services.rules, services.clock()
    limits = quota.limits_of(subject, seen, rules)
    return Sheet(
        subject=subject,
        name=name,
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
