"""The buttons of looking, as values."""

from dataclasses import dataclass

from bot.looks import Detail, Way
from storage.cases import Finding


@dataclass(frozen=True, slots=True)
class Ways:
    """Show the ways of looking at what is offered."""

    offer_id: int


@dataclass(frozen=True, slots=True)
class Closely:
    """Show how closely it can be looked at in a way, and what each costs."""

    offer_id: int
    way: Way


@dataclass(frozen=True, slots=True)
class Look:
    """Look; `nth` makes two presses of one button one look."""

    offer_id: int
    way: Way
    detail: Detail
    nth: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Say whether the pictures of a case are fine."""

    case_id: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Show the pictures of a case."""

    case_id: int
