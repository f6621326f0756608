"""`/quota`: show and set what people, plans, groups, guests and the bot may spend."""

from bot import grammar
from bot.grammar import WrongLimit
from bot.words import Words
from handlers.admin import cards, plans, subjects
from handlers.context import Context, Pressed
from handlers.presses import Card, Groups, Home, Subject
from handlers.views import Outcome, View
from storage import limits


async def show_or_set_quota(context: Context) -> None:
    """Show or set what somebody may spend; it holds from the next question on."""
    subject, said = await subjects.meant(context)
    if subject is None:
        await context.show(cards.home(context.words))
    elif isinstance(subject, View):
        await context.show(subject)
    else:
        await context.show(await _set(context, subject, said))


async def _set(context: Context, subject: Subject, said: list[str]) -> View:
    services, by = context.services, context.person.user_id
    match [word.lower() for word in said]:
        case []:
            pass
        case ["reset" | "default"] if subject.kind != "plan" or subject in services.rules.defaults:
            await services.database.run(limits.reset, subject, by=by)
        case ["reset" | "default" | "delete"] if subject.kind == "plan":
            return await plans.dropped(context, subject.name, is_sure=False)
        case ["plan", plan] if subject.kind == "user":
            return await plans.put_on(context, subject.number, plan)
        case _:
            try:
                wanted = grammar.read_quota(" ".join(said), subject)
            except WrongLimit as error:
                return View(wrong(error, context.words))
            await services.database.run(limits.allow, subject, wanted, by=by)
    return await cards.card(context, subject)


def wrong(error: WrongLimit, words: Words) -> str:
    """What could not be understood, with the right form."""
    return words("quota-wrong", text=error.text, example=error.example)


async def on_home(pressed: Pressed, _press: Home) -> Outcome:
    return Outcome(view=cards.home(pressed.words))


async def on_groups(pressed: Pressed, press: Groups) -> Outcome:
    return Outcome(view=await subjects.choose_group(pressed, press.page))


async def on_card(pressed: Pressed, press: Card) -> Outcome:
    return Outcome(view=await cards.card(pressed, press.subject))
