"""Cards for those whose limits admins see: how it stands, and buttons for what can be done."""

from datetime import datetime

from handlers import amounts
from handlers.admin import subjects
from handlers.admin.subjects import Sheet
from handlers.context import Services
from handlers.presses import (
    Ban,
    Card,
    Close,
    Door,
    DropPlan,
    Edit,
    GiveUnit,
    Groups,
    Home,
    People,
    Plans,
    Subject,
    Word,
)
from handlers.views import Button, View, lines
from storage.money import Grant, written
from storage.records import Standing

FORM = (
    "Whose limits? Tap, or say for example /quota @ann 5 usd/month 20 requests/hour.\n"
    "/quota @ann shows, /quota @ann unlimited lifts, /quota @ann reset goes back to the plan, "
    "/quota @ann plan family puts Ann on a plan. As a reply to a message, leave the name out. "
    "Instead of @ann: plan family, group, guests, bot."
)


def home() -> View:
    """All whose limits there are."""
    people_and_plans = (("People", People(0, Word("spend"))), ("Plans", Plans(0)))
    others: tuple[Button, ...] = (
        ("Groups", Groups(0)),
        ("Guests", Card(Subject("guests"))),
        ("The bot", Card(Subject("bot"))),
    )
    return View(FORM, (people_and_plans, others, (("Close", Close()),)))


async def card(services: Services, subject: Subject) -> View:
    """How it stands with a subject, and what can be done about it."""
    seen = await subjects.sheet(services, subject)
    now = services.clock()
    told = [amounts.stands(left, now) for left in seen.standing]
    if subject.kind == "plan":
        told = [f"{left.limit}, for each of its members" for left in seen.standing]
    words = lines(
        _title(seen),
        _standing(seen),
        told or "No limit.",
        [_granted(grant, now) for grant in seen.grants],
    )
    return View(words, _actions(seen, services))


def _title(seen: Sheet) -> str:
    plan = f", plan {seen.plan}" if seen.plan else ""
    user_id = f" (id {seen.subject.name})" if seen.subject.kind == "user" else ""
    return f"{seen.name}{user_id}{plan}"


def _standing(seen: Sheet) -> str:
    match seen.person and seen.person.standing:
        case Standing.REFUSED:
            return "Shut out: may not talk to me."
        case Standing.ASKED:
            return "Waits to be let in."
        case _:
            return ""


def _granted(grant: Grant, now: datetime) -> str:
    until = ""
    if grant.expires_ms is not None:
        at = datetime.fromtimestamp(grant.expires_ms / 1000, now.tzinfo)
        until = f", for another {amounts.span(at, now)}"
    return f"Granted on top: {written(grant.unit, grant.left)} left{until}"


def _actions(seen: Sheet, services: Services) -> tuple[tuple[Button, ...], ...]:
    subject = seen.subject
    rows: list[tuple[Button, ...]] = []
    match subject.kind:
        case "user":
            rows.append((("Limits", Edit(subject)), ("Plan", Plans(subject.number))))
            rows.append((("Grant", GiveUnit(subject)), *_door(seen, services)))
        case "plan":
            rows.append((("Limits", Edit(subject)), *_drop(seen, services)))
        case _:
            rows.append((("Limits", Edit(subject)), ("Grant", GiveUnit(subject))))
    return (*rows, (("‹ All", Home()), ("Close", Close())))


def _drop(seen: Sheet, services: Services) -> tuple[Button, ...]:
    """A plan that was made in a chat can be dropped there."""
    if seen.is_configured(services.rules):
        return ()
    return (("Delete", DropPlan(Word(seen.subject.name), is_sure=False)),)


def _door(seen: Sheet, services: Services) -> tuple[Button, ...]:
    user_id = seen.subject.number
    if services.is_admin(user_id):
        return ()
    match seen.person and seen.person.standing:
        case Standing.REFUSED:
            return (("Let back in", Ban(user_id, is_banned=False)),)
        case Standing.ASKED:
            return (("Let in", Door(user_id, is_open=True)),)
        case _:
            return (("Shut out", Ban(user_id, is_banned=True)),)
