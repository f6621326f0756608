"""`/settings`: what people set for themselves, wherever they write to the bot."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.words import Words
from handlers.choosing.presses import Switch
from handlers.context import Context, Pressed
from handlers.views import Outcome, View, lines
from storage import choices, preferences
from storage.choices import ON, SHOWN, Choice, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Something that is on or off for someone: what it is kept as, and the words for it."""

    wish: Wish
    value: str = ON  # what is kept where it is on
    title: str
    about: str
    is_on: Callable[[Choice], bool]


ROWS = (
    Row(
        wish=Wish.RICH,
        title="wish-rich",
        about="wish-rich-about",
        is_on=lambda choice: choice.is_rich,
    ),
    Row(
        wish=Wish.COST,
        value=SHOWN,
        title="wish-cost",
        about="wish-cost-about",
        is_on=lambda choice: choice.shows_cost,
    ),
)


async def show(context: Context) -> None:
    """Show someone what they have set, in private, with buttons to change it."""
    await replace(context, is_confidential=True).show(_view(context.choice, context.words))


async def on_switch(pressed: Pressed, press: Switch) -> Outcome:
    """Switch something on or off."""
    user_id, run = pressed.person.user_id, pressed.services.database.run
    [value] = (row.value for row in ROWS if row.wish is press.wish)
    await run(preferences.choose, user_id, press.wish, value if press.is_on else None)
    return Outcome(view=_view(await run(choices.of, pressed.place, user_id), pressed.words))


def _view(choice: Choice, words: Words) -> View:
    told = [_line(row, choice, words) for row in ROWS]
    buttons = tuple((_button(row, choice, words),) for row in ROWS)
    return View(lines(words("wish-yours"), told, words("wish-of-chats")), buttons)


def _line(row: Row, choice: Choice, words: Words) -> str:
    state = "wish-on" if row.is_on(choice) else "wish-off"
    return words(state, title=words(row.title), about=words(row.about))


def _button(row: Row, choice: Choice, words: Words) -> tuple[str, Switch]:
    is_on = row.is_on(choice)
    label = "wish-switch-off" if is_on else "wish-switch-on"
    return words(label, title=words(row.title)), Switch(row.wish, not is_on)
