"""`/cost`: whether each answer says what it cost, to the one who asked."""

from bot.words import Words
from handlers import amounts
from handlers.choosing.presses import ShowCost
from handlers.context import Context, Pressed
from handlers.views import Outcome, View
from storage import preferences
from storage.choices import SHOWN, Wish
from storage.money import Cost, Unit


async def show_or_choose(context: Context) -> None:
    """Say whether costs are shown, with a button to change it."""
    await context.show(_view(context.words, is_on=context.choice.shows_cost))


async def on_show(pressed: Pressed, press: ShowCost) -> Outcome:
    """Show costs from now on, or not."""
    value = SHOWN if press.is_on else None
    run = pressed.services.database.run
    await run(preferences.choose, pressed.person.user_id, Wish.COST, value)
    return Outcome(view=_view(pressed.words, is_on=press.is_on))


def line(cost: Cost, words: Words) -> str:
    """What an answer cost, as it is told below it."""
    tokens = amounts.amount(Unit.TOKENS, cost.tokens, words)
    price = "" if cost.nanos is None else f"{amounts.dollars(cost.nanos, words)} · "
    return f"_{price}{tokens}_"


def _view(words: Words, *, is_on: bool) -> View:
    told, label = ("cost-shown", "cost-hide") if is_on else ("cost-hidden", "cost-show")
    return View(words(told), (((words(label), ShowCost(not is_on)),),))
