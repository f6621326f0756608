"""`/cost`: whether each answer says what it cost, to the one who asked."""

from handlers import amounts
from handlers.choosing.presses import ShowCost
from handlers.context import Context, Pressed
from handlers.views import Outcome, View
from storage import preferences
from storage.choices import COST, SHOWN
from storage.money import Cost, Unit

IS_SHOWN = "Below each answer to you stands what it cost."
IS_HIDDEN = "What an answer cost is not shown below it. /usage says what all of them have cost."
SHOW = "Show it"
HIDE = "Do not show it"


async def show_or_choose(context: Context) -> None:
    """Say whether costs are shown, with a button to change it."""
    await context.show(_view(is_on=context.choice.shows_cost))


async def on_show(pressed: Pressed, press: ShowCost) -> Outcome:
    """Show costs from now on, or not."""
    value = SHOWN if press.is_on else None
    run = pressed.services.database.run
    await run(preferences.choose, pressed.person.user_id, COST, value)
    return Outcome(view=_view(is_on=press.is_on))


def line(cost: Cost) -> str:
    """What an answer cost, as it is told below it."""
    tokens = amounts.amount(Unit.TOKENS, cost.tokens)
    price = "" if cost.nanos is None else f"{amounts.dollars(cost.nanos)} · "
    return f"_{price}{tokens}_"


def _view(*, is_on: bool) -> View:
    words, label = (IS_SHOWN, HIDE) if is_on else (IS_HIDDEN, SHOW)
    return View(words, (((label, ShowCost(not is_on)),),))
