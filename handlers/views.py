"""What the bot shows of itself: a few lines, and buttons below."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.callbacks import packed
from handlers.presses import Press

# core.telegram.org/bots/api, sendMessage: so many characters after entities parsing.
LONGEST = 4096

Button = tuple[str, Press]


@dataclass(frozen=True, slots=True)
class View:
    """Words, and rows of buttons below them; an empty row is none."""

    words: str
    rows: tuple[tuple[Button, ...], ...] = ()

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        """The buttons as Telegram takes them."""
        if not any(self.rows):
            return None
        return InlineKeyboardMarkup(
            [
                [InlineKeyboardButton(label, callback_data=packed(press)) for label, press in row]
                for row in self.rows
                if row
            ]
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of pressing a button: words that pop up, and what its message shows from now.

    What takes longer is done `then`, when the button spins no more.
    """

    words: str = ""
    view: View | None = None
    then: Callable[[], Awaitable[object]] | None = None


def in_rows(buttons: Iterable[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """Buttons side by side, `width` in a row."""
    listed = list(buttons)
    return tuple(tuple(listed[at : at + width]) for at in range(0, len(listed), width))


def lines(*parts: str | Sequence[str]) -> str:
    """Lines one below the other; empty ones are left out."""
    told = [line for part in parts for line in ([part] if isinstance(part, str) else part)]
    return "\n".join(line for line in told if line)[:LONGEST]
