"""Cards for those whose limits admins see: how it stands, and buttons for what can be done."""

from datetime import datetime

from bot.words import Words
from handlers import amounts
from handlers.admin import subjects
from handlers.admin.subjects import Sheet
from handlers.context import Context, Pressed
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
from storage.money import Grant
from storage.records import Standing


def home(words: Words) -> View:
    """All whose limits there are."""
    people_and_plans = (
        (words("quota-people"), People(0, Word("spend"))),
        (words("quota-plans"), Plans(0)),
    )
    others: tuple[Button, ...] = (
        (words("quota-groups"), Groups(0)),
        (words("quota-guests"), Card(Subject("guests"))),
        (words("quota-bot"), Card(Subject("bot"))),
    )
    close = ((words("button-close"), Close()),)
    return View(words("quota-form"), (people_and_plans, others, close))


async def card(by: Context | Pressed, subject: Subject) -> View:
    """How it stands with a subject, and what can be done about it."""
    seen, words, now = await subjects.sheet(by.services, subject), by.words, by.now
    told = [amounts.stands(left, now, words) for left in seen.standing]
    if subject.kind == "plan":
        limits = (amounts.limit(left.limit, words) for left in seen.standing)
        told = [words("card-for-each", limit=limit) for limit in limits]
    text = lines(
        _title(seen, words),
        _standing(seen, words),
        told or words("card-no-limit"),
        [_granted(grant, now, words) for grant in seen.grants],
    )
    return View(text, _actions(seen, by))


def _title(seen: Sheet, words: Words) -> str:
    plan = words("card-on-plan", plan=seen.plan) if seen.plan else ""
    user_id = f" (id {seen.subject.name})" if seen.subject.kind == "user" else ""
    return f"{seen.named(words)}{user_id}{plan}"


def _standing(seen: Sheet, words: Words) -> str:
    match seen.person and seen.person.standing:
        case Standing.REFUSED:
            return words("card-shut-out")
        case Standing.ASKED:
            return words("card-waits")
        case _:
            return ""


def _granted(grant: Grant, now: datetime, words: Words) -> str:
    left = amounts.written(grant.unit, grant.left, words)
    if grant.expires_ms is None:
        return words("card-granted", left=left)
    at = datetime.fromtimestamp(grant.expires_ms / 1000, now.tzinfo)
    return words("card-granted-for", left=left, span=amounts.span(at, now, words))


def _actions(seen: Sheet, by: Context | Pressed) -> tuple[tuple[Button, ...], ...]:
    subject, words = seen.subject, by.words
    limits = (words("card-limits"), Edit(subject))
    grant = (words("card-grant"), GiveUnit(subject))
    rows: list[tuple[Button, ...]] = []
    match subject.kind:
        case "user":
            rows.append((limits, (words("card-plan"), Plans(subject.number))))
            rows.append((grant, *_door(seen, by)))
        case "plan":
            rows.append((limits, *_drop(seen, by)))
        case _:
            rows.append((limits, grant))
    return (*rows, ((words("card-all"), Home()), (words("button-close"), Close())))


def _drop(seen: Sheet, by: Context | Pressed) -> tuple[Button, ...]:
    """A plan that was made in a chat can be dropped there."""
    if seen.is_configured(by.services.rules):
        return ()
    return ((by.words("plan-delete"), DropPlan(Word(seen.subject.name), is_sure=False)),)


def _door(seen: Sheet, by: Context | Pressed) -> tuple[Button, ...]:
    user_id = seen.subject.number
    if by.services.is_admin(user_id):
        return ()
    match seen.person and seen.person.standing:
        case Standing.REFUSED:
            return ((by.words("card-let-back-in"), Ban(user_id, is_banned=False)),)
        case Standing.ASKED:
            return ((by.words("door-let-in"), Door(user_id, is_open=True)),)
        case _:
            return ((by.words("card-shut-out-button"), Ban(user_id, is_banned=True)),)
