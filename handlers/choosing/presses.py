"""The buttons of choosing, as values."""

from dataclasses import dataclass

from storage.choices import Wish


@dataclass(frozen=True, slots=True)
class PickModel:
    """Let the model of this mark answer here; 0: whichever the bot finds best."""

    mark: int


@dataclass(frozen=True, slots=True)
class PickPersona:
    """Let it be the persona of this mark here; 0: the usual one."""

    mark: int


@dataclass(frozen=True, slots=True)
class ShowCost:
    """Show what each answer costs, or not."""

    is_on: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """Switch something on or off for oneself."""

    wish: Wish
    is_on: bool
