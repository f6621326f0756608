"""`/plan`: the plans there are, and who is on which."""

from bot import quota
from handlers import amounts
from handlers.admin import cards, subjects, whom
from handlers.context import Context, Pressed, Services, replied_to
from handlers.presses import Card, DropPlan, Home, Plans, PutOn, Subject, Word
from handlers.views import Outcome, View, in_rows, lines
from storage import limits, people
from storage.money import Quota
from storage.records import Person


async def show_or_put_on(context: Context) -> None:
    """Show the plans, one of them, or put someone on one."""
    match context.arguments:
        case [name] if await is_plan(context.services, name.lower()) and not _is_reply(context):
            subject = Subject(f"plan:{name.lower()}")
            await context.show(await cards.card(context, subject))
            return
    person, rest = await whom.whom(context)
    await context.show(await _of(context, person, rest))


async def _of(context: Context, person: Person | View | None, rest: str) -> View:
    if isinstance(person, View):
        return person
    if person is None:
        return await _offered(context, 0)
    if not rest:
        return await _offered(context, person.user_id)
    return await put_on(context, person.user_id, rest)


def _is_reply(context: Context) -> bool:
    return replied_to(context.message) is not None


async def put_on(by: Context | Pressed, user_id: int, plan: str) -> View:
    """Put someone on a plan, and show how it stands with them."""
    services, name = by.services, plan.strip().lower()
    if Subject.read(f"plan:{name}") is None:
        return View(by.words("plan-not-a-name"))
    if not await is_plan(services, name):
        known = ", ".join(await _names(services))
        return View(by.words("plan-no-such", plan=name, plans=known))
    await services.database.run(people.put_on, user_id, name, by=by.person.user_id)
    return await cards.card(by, Subject(f"user:{user_id}"))


async def is_plan(services: Services, name: str) -> bool:
    """Whether there is such a plan, in the settings or made in a chat."""
    return name in await _names(services)


async def dropped(by: Context | Pressed, plan: str, *, is_sure: bool) -> View:
    """Forget a plan that was made in a chat, unless people are on it and nobody has said “sure”."""
    services, words = by.services, by.words
    if f"plan:{plan}" in services.rules.defaults:
        back = ((words("button-back"), Plans(0)),)
        return View(words("plan-configured", plan=plan), (back,))
    members = (await services.database.run(people.on_plans)).get(plan, 0)
    if members and not is_sure:
        row = (
            (words("plan-delete"), DropPlan(Word(plan), is_sure=True)),
            (words("plan-keep"), Card(Subject(f"plan:{plan}"))),
        )
        return View(words("plan-sure", count=members, plan=plan), (row,))
    await services.database.run(limits.drop_plan, plan, by=by.person.user_id)
    return await _offered(by, 0)


async def _names(services: Services) -> list[str]:
    """The default first, then by name."""
    set_here = await services.database.run(limits.of, [])
    every = {*set_here, *services.rules.defaults}
    names = {subject.partition(":")[2] for subject in every if subject.startswith("plan:")}
    return [quota.DEFAULT, *sorted(names - {quota.DEFAULT})]


async def _offered(by: Context | Pressed, user_id: int) -> View:
    """The plans, each a button: to be seen, or to put someone on it."""
    services, words = by.services, by.words
    set_here = await services.database.run(limits.of, [])
    members = await services.database.run(people.on_plans)
    names = await _names(services)
    told = [
        words(
            "plan-line",
            plan=name,
            limits=_limits(name, set_here.get(f"plan:{name}", Quota()), by),
            members=words("plan-members", count=members[name]) if members.get(name) else "",
        )
        for name in names
    ]
    gone = sorted(members.keys() - set(names))
    told += [words("plan-is-no-more", plan=name, count=members[name]) for name in gone]
    back = Card(Subject(f"user:{user_id}")) if user_id else Home()
    buttons = [(name, _press(user_id, name)) for name in names]
    head = words("plan-form")
    if user_id:
        who = await subjects.named(services, f"user:{user_id}", words)
        head = words("plan-which", who=who)
    return View(lines(head, told), (*in_rows(buttons, 2), ((words("button-back"), back),)))


def _limits(name: str, own: Quota, by: Context | Pressed) -> str:
    """The limits of a plan."""
    if own.is_unlimited:
        return by.words("plan-unlimited")
    configured = by.services.rules.defaults.get(f"plan:{name}", ())
    chosen = {(each.unit, each.window): each for each in (*configured, *own.limits)}
    told = ", ".join(amounts.limit(each, by.words) for each in chosen.values())
    return told or by.words("plan-no-limit")


def _press(user_id: int, name: str) -> PutOn | Card:
    return PutOn(user_id, Word(name)) if user_id else Card(Subject(f"plan:{name}"))


async def on_plans(pressed: Pressed, press: Plans) -> Outcome:
    return Outcome(view=await _offered(pressed, press.user_id))


async def on_put_on(pressed: Pressed, press: PutOn) -> Outcome:
    return Outcome(view=await put_on(pressed, press.user_id, press.plan))


async def on_drop(pressed: Pressed, press: DropPlan) -> Outcome:
    return Outcome(view=await dropped(pressed, press.plan, is_sure=press.is_sure))
