"""`/quota`: show and set what people, plans, groups, guests and the bot may spend."""

from bot import grammar
from bot.grammar import WrongLimit
from handlers.admin import cards, plans, subjects
from handlers.context import Context, Pressed
from handlers.presses import Card, Groups, Home, Subject
from handlers.views import Outcome, View
from storage import limits


async def show_or_set_quota(context: Context) -> None:
    """Show or set what somebody may spend; it holds from the next question on."""
    subject, words = await subjects.meant(context)
    if subject is None:
        await context.show(cards.home())
    elif isinstance(subject, View):
        await context.show(subject)
    else:
        await context.show(await _set(context, subject, words))


async def _set(context: Context, subject: Subject, words: list[str]) -> View:
    services, by = context.services, context.person.user_id
    match [word.lower() for word in words]:
        case []:
            pass
        case ["reset" | "default"] if subject.kind != "plan" or subject in services.rules.defaults:
            await services.database.run(limits.reset, subject, by=by)
        case ["reset" | "default" | "delete"] if subject.kind == "plan":
            return await plans.dropped(services, subject.name, by=by, is_sure=False)
        case ["plan", plan] if subject.kind == "user":
            return await plans.put_on(services, subject.number, plan, by=by)
        case _:
            try:
                wanted = grammar.read_quota(" ".join(words), subject)
            except WrongLimit as error:
                return View(f"{error}.")
            await services.database.run(limits.allow, subject, wanted, by=by)
    return await cards.card(services, subject)


async def on_home(_pressed: Pressed, _press: Home) -> Outcome:
    return Outcome(view=cards.home())


async def on_groups(pressed: Pressed, press: Groups) -> Outcome:
    return Outcome(view=await subjects.choose_group(pressed.services, press.page))


async def on_card(pressed: Pressed, press: Card) -> Outcome:
    return Outcome(view=await cards.card(pressed.services, press.subject))
