"""`/settings`: what people set for themselves, wherever they write to the bot."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.settings import Settings
from bot.words import Words
from handlers.choosing.presses import Switch
from handlers.context import Context, Pressed
from handlers.views import Outcome, View, lines
from storage import choices, preferences
from storage.choices import OFF, ON, SHOWN, Choice, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Something that is on or off for someone: what it is kept as, and the words for it."""

    wish: Wish
    on: str = ON
    off: str | None = None  # nothing is kept
    title: str
    about: str
    is_on: Callable[[Choice, Settings], bool]


def grows_as_draft(choice: Choice, settings: Settings) -> bool:
    """Whether someone's answers grow as drafts, where there can be any."""
    return settings.drafts if choice.grows_as_draft is None else choice.grows_as_draft


ROWS = (
    Row(
        wish=Wish.RICH,
        title="wish-rich",
        about="wish-rich-about",
        is_on=lambda choice, _settings: choice.is_rich,
    ),
    Row(
        wish=Wish.DRAFTS,
        off=OFF,
        title="wish-drafts",
        about="wish-drafts-about",
        is_on=grows_as_draft,
    ),
    Row(
        wish=Wish.COST,
        on=SHOWN,
        title="wish-cost",
        about="wish-cost-about",
        is_on=lambda choice, _settings: choice.shows_cost,
    ),
)


async def show(context: Context) -> None:
    """Show someone what they have set, in private, with buttons to change it."""
    view = _view(context.choice, context.services.settings, context.words)
    await replace(context, is_confidential=True).show(view)


async def on_switch(pressed: Pressed, press: Switch) -> Outcome:
    """Switch something on or off."""
    user_id, services = pressed.person.user_id, pressed.services
    run = services.database.run
    [row] = (row for row in ROWS if row.wish is press.wish)
    await run(preferences.choose, user_id, press.wish, row.on if press.is_on else row.off)
    choice = await run(choices.of, pressed.place, user_id)
    return Outcome(view=_view(choice, services.settings, pressed.words))


def _view(choice: Choice, settings: Settings, words: Words) -> View:
    states = [(row, row.is_on(choice, settings)) for row in ROWS]
    told = [_line(row, words, is_on=is_on) for row, is_on in states]
    buttons = tuple((_button(row, words, is_on=is_on),) for row, is_on in states)
    return View(lines(words("wish-yours"), told, words("wish-of-chats")), buttons)


def _line(row: Row, words: Words, *, is_on: bool) -> str:
    state = "wish-on" if is_on else "wish-off"
    return words(state, title=words(row.title), about=words(row.about))


def _button(row: Row, words: Words, *, is_on: bool) -> tuple[str, Switch]:
    label = "wish-switch-off" if is_on else "wish-switch-on"
    return words(label, title=words(row.title)), Switch(row.wish, not is_on)
