"""`/plan`: the plans there are, and who is on which."""

from bot import quota
from handlers.admin import cards, subjects, whom
from handlers.context import Context, Pressed, Services, replied_to
from handlers.presses import Card, DropPlan, Home, Plans, PutOn, Subject, Word
from handlers.views import Outcome, View, in_rows, lines
from storage import limits, people
from storage.money import Quota
from storage.records import Person

FORM = (
    "Tap a plan to see or change it. /plan @ann family puts Ann on one, "
    "/quota plan family 5 usd/month changes it, or makes it."
)
NO_SUCH = (
    "There is no plan {plan}. There are: {plans}. /quota plan {plan} 5 usd/month would make it."
)
NOT_A_NAME = "A plan's name is up to 16 small letters, digits, - and _."
SURE = "{count} on the plan {plan} would have the default again. Delete it?"
CONFIGURED = "The plan {plan} stands in the settings: take it out there."


async def show_or_put_on(context: Context) -> None:
    """Show the plans, one of them, or put someone on one."""
    match context.arguments:
        case [name] if await is_plan(context.services, name.lower()) and not _is_reply(context):
            subject = Subject(f"plan:{name.lower()}")
            await context.show(await cards.card(context.services, subject))
            return
    person, rest = await whom.whom(context)
    await context.show(await _of(context, person, rest))


async def _of(context: Context, person: Person | View | None, rest: str) -> View:
    services = context.services
    if isinstance(person, View):
        return person
    if person is None:
        return await _offered(services, 0)
    if not rest:
        return await _offered(services, person.user_id)
    return await put_on(services, person.user_id, rest, by=context.person.user_id)


def _is_reply(context: Context) -> bool:
    return replied_to(context.message) is not None


async def put_on(services: Services, user_id: int, plan: str, *, by: int) -> View:
    """Put someone on a plan, and show how it stands with them."""
    name = plan.strip().lower()
    if Subject.read(f"plan:{name}") is None:
        return View(NOT_A_NAME)
    if not await is_plan(services, name):
        known = ", ".join(await _names(services))
        return View(NO_SUCH.format(plan=name, plans=known))
    await services.database.run(people.put_on, user_id, name, by=by)
    return await cards.card(services, Subject(f"user:{user_id}"))


async def is_plan(services: Services, name: str) -> bool:
    """Whether there is such a plan, in the settings or made in a chat."""
    return name in await _names(services)


async def dropped(services: Services, plan: str, *, by: int, is_sure: bool) -> View:
    """Forget a plan that was made in a chat, unless people are on it and nobody has said “sure”."""
    if f"plan:{plan}" in services.rules.defaults:
        return View(CONFIGURED.format(plan=plan), ((("‹ Back", Plans(0)),),))
    members = (await services.database.run(people.on_plans)).get(plan, 0)
    if members and not is_sure:
        row = (
            ("Delete", DropPlan(Word(plan), is_sure=True)),
            ("Keep", Card(Subject(f"plan:{plan}"))),
        )
        count = "1 person" if members == 1 else f"{members} people"
        return View(SURE.format(count=count, plan=plan), (row,))
    await services.database.run(limits.drop_plan, plan, by=by)
    return await _offered(services, 0)


async def _names(services: Services) -> list[str]:
    """The default first, then by name."""
    set_here = await services.database.run(limits.of, [])
    every = {*set_here, *services.rules.defaults}
    names = {subject.partition(":")[2] for subject in every if subject.startswith("plan:")}
    return [quota.DEFAULT, *sorted(names - {quota.DEFAULT})]


async def _offered(services: Services, user_id: int) -> View:
    """The plans, each a button: to be seen, or to put someone on it."""
    set_here = await services.database.run(limits.of, [])
    members = await services.database.run(people.on_plans)
    names = await _names(services)
    told = [_line(name, set_here.get(f"plan:{name}"), services, members) for name in names]
    gone = sorted(members.keys() - set(names))
    told += [f"{name}: is no more; its {members[name]} have the default" for name in gone]
    back = Card(Subject(f"user:{user_id}")) if user_id else Home()
    buttons = [(name, _press(user_id, name)) for name in names]
    who = await subjects.named(services, f"user:{user_id}") if user_id else ""
    head = f"Which plan for {who}?" if user_id else FORM
    return View(lines(head, told), (*in_rows(buttons, 2), (("‹ Back", back),)))


def _line(name: str, set_here: Quota | None, services: Services, members: dict[str, int]) -> str:
    """A plan, its limits, and how many are on it."""
    configured = Quota(limits=services.rules.defaults.get(f"plan:{name}", ()))
    own = set_here or Quota()
    chosen = {(each.unit, each.window): each for each in (*configured.limits, *own.limits)}
    told = "unlimited" if own.is_unlimited else ", ".join(map(str, chosen.values())) or "no limit"
    count = members.get(name, 0)
    on_it = f" ({count} on it)" if count else ""
    return f"{name}: {told}{on_it}"


def _press(user_id: int, name: str) -> PutOn | Card:
    return PutOn(user_id, Word(name)) if user_id else Card(Subject(f"plan:{name}"))


async def on_plans(pressed: Pressed, press: Plans) -> Outcome:
    return Outcome(view=await _offered(pressed.services, press.user_id))


async def on_put_on(pressed: Pressed, press: PutOn) -> Outcome:
    by = pressed.user.id
    return Outcome(view=await put_on(pressed.services, press.user_id, press.plan, by=by))


async def on_drop(pressed: Pressed, press: DropPlan) -> Outcome:
    by = pressed.user.id
    return Outcome(view=await dropped(pressed.services, press.plan, by=by, is_sure=press.is_sure))
