"""The nouns of money: what is allowed, what is spent; frozen. USD are nano-dollars (1e-9 USD)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

NANO = 1_000_000_000


class Unit(StrEnum):
    """What a limit counts. USD are nano-dollars (1e-9 USD) wherever they are numbers."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    IMAGES = "images"
    USD = "usd"

    @property
    def column(self) -> str:
        """What a table calls it."""
        return "nanos" if self is Unit.USD else str(self)


class Verdict(StrEnum):
    """What became of someone's wish for more."""

    OPEN = "open"
    GRANTED = "granted"
    RAISED = "raised"
    DECLINED = "declined"


class Window(StrEnum):
    """How long a limit holds before it starts again; `minute` slides, the others are calendar."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


# A subject, a unit, and a time in milliseconds since which to count; None: ever.
Spell = tuple[str, Unit, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of a unit is allowed in a window, and to whom.

    A subject is `user:7`, `plan:family` (each of its members), `group:-100…`, `guests` (all of
    them together) or `bot`.
    """

    subject: str
    unit: Unit
    window: Window
    amount: int

    def __str__(self) -> str:
        """The limit as people write it: `5 usd/month`, `100k tokens/day`, `3 usd`."""
        window = "" if self.window is Window.TOTAL else f"/{self.window}"
        return f"{written(self.unit, self.amount)}{window}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What admins set for a subject; its limits replace the default of the same unit and window."""

    is_unlimited: bool = False
    limits: tuple[Limit, ...] = ()

    def __str__(self) -> str:
        if self.is_unlimited:
            return "unlimited"
        return ", ".join(map(str, self.limits)) or "the default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What an admin gave on top of the limits, once, of which `left` is still there."""

    id: int
    subject: str
    unit: Unit
    amount: int
    left: int
    expires_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """So much of a question comes out of what was granted."""

    subject: str
    unit: Unit
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a request costs, or may cost at the most. `nanos` is None where no price is known."""

    requests: int = 1
    tokens: int = 0
    images: int = 0
    nanos: int | None = 0

    def of(self, unit: Unit) -> int | None:
        """The cost in one unit; None where it is not known."""
        match unit:
            case Unit.REQUESTS:
                return self.requests
            case Unit.TOKENS:
                return self.tokens
            case Unit.IMAGES:
                return self.images
            case Unit.USD:
                return self.nanos


NOTHING = Cost(requests=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the provider counted them; `prompt` includes cached and cache-written ones."""

    prompt: int
    completion: int
    cached: int = 0
    cache_written: int = 0
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a turn cost in the end, with the price it was computed with.

    `model` and `endpoint` say who billed it, where that is not whom the question was for.
    """

    usage: Usage
    cost: Cost
    price: dict[str, Any] | None
    model: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """So many percent of a limit are used in the window that began then, and so much is left."""

    limit: Limit
    began_ms: int
    percent: int
    left: int = 0


def written(unit: Unit, amount: int) -> str:
    """So much of a unit, as people write it: `0.50 usd`, `1 request`, `100k tokens`."""
    if unit is not Unit.USD:
        if amount and amount % 1000 == 0:
            return f"{amount // 1000}k {unit}"
        return f"{amount} {unit if amount != 1 else unit.removesuffix('s')}"
    dollars = Decimal(amount) / NANO
    whole, _, cents = f"{dollars:.9f}".rstrip("0").partition(".")
    return f"{whole}.{cents:0<2} usd" if cents else f"{whole} usd"
