"""Who may spend how much; pure: the clock and what was spent are arguments.

One grammar for a limit everywhere: `20 requests/hour`, `100k tokens/day`, `10 images/day`,
`0.50 usd/day`, `5 usd/month`, `3 usd` (ever), `unlimited`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from storage.records import Circumstances, Cost, Limit, Quota, Unit, Window

NANO = 1_000_000_000
LONGEST_ECHO = 60  # characters of what was said wrongly
SHORTEST = 64  # tokens: an answer shorter than this helps nobody
EXAMPLES = {
    Unit.REQUESTS: "20 requests/hour",
    Unit.TOKENS: "100k tokens/day",
    Unit.IMAGES: "10 images/day",
    Unit.USD: "5 usd/month",
}
_FORM = re.compile(
    r"(?P<amount>\d{1,12}(?:\.\d{1,9})?)\s*(?P<scale>[km]?)\s*"
    r"(?P<unit>[a-z$]+)(?:\s*(?:/|per)\s*(?P<window>[a-z]+))?"
)
_SCALES = {"": 1, "k": 1_000, "m": 1_000_000}
_UNITS = {
    "request": Unit.REQUESTS,
    "token": Unit.TOKENS,
    "image": Unit.IMAGES,
    "photo": Unit.IMAGES,
    "usd": Unit.USD,
    "$": Unit.USD,
    "dollar": Unit.USD,
}
_LARGEST = 10**17  # what a database can count to, with room to spare


class WrongLimit(ValueError):
    """A limit that cannot be understood; `text` is what was said."""

    def __init__(self, text: str, example: str = EXAMPLES[Unit.USD]) -> None:
        self.text = text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
        super().__init__(f'"{self.text}" is no limit: say for example {example}')
        self.example = example


@dataclass(eq=False)
class QuotaExceeded(Exception):
    """A limit has no room left for a question."""

    limit: Limit
    used: int
    resets_at: datetime | None


@dataclass(eq=False)
class PriceUnknown(Exception):
    """A limit in USD stands, and nobody knows what the model costs."""

    model: str


@dataclass(frozen=True, slots=True)
class Left:
    """How a limit stands now."""

    limit: Limit
    used: int
    resets_at: datetime | None

    @property
    def amount(self) -> int:
        return max(0, self.limit.amount - self.used)


def read_limit(text: str, subject: str = "") -> Limit:
    """Understand one limit.

    Raises:
        WrongLimit: It is not of the form.
    """
    form = _FORM.fullmatch(" ".join(text.lower().split()))
    unit = form and _UNITS.get(form["unit"].removesuffix("s") or form["unit"])
    if form is None or unit is None:
        raise WrongLimit(text)
    try:
        window = Window((form["window"] or "total").removesuffix("s"))
    except ValueError:
        raise WrongLimit(text, EXAMPLES[unit]) from None
    amount = Decimal(form["amount"]) * _SCALES[form["scale"]] * (NANO if unit is Unit.USD else 1)
    if amount != amount.to_integral_value() or amount > _LARGEST:
        raise WrongLimit(text, EXAMPLES[unit])
    return Limit(subject=subject, unit=unit, window=window, amount=int(amount))


def read_limits(text: str, subject: str = "") -> tuple[Limit, ...]:
    """Understand several limits, with commas or line breaks between them."""
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    return tuple(read_limit(part, subject) for part in parts)


def read_quota(text: str, subject: str) -> Quota:
    """Understand what an admin sets for a subject: limits, or `unlimited`."""
    if text.strip().lower() == "unlimited":
        return Quota(is_unlimited=True)
    if not (limits := read_limits(_spaced(text), subject)):
        raise WrongLimit(text)
    return Quota(limits=limits)


def applying(
    subjects: Iterable[str], quotas: Mapping[str, Quota], defaults: Mapping[str, tuple[Limit, ...]]
) -> list[Limit]:
    """Each limit that holds for these subjects: what is set, and the defaults that it leaves."""
    limits = []
    for subject in subjects:
        quota = quotas.get(subject, Quota())
        if quota.is_unlimited:
            continue
        own = {(limit.unit, limit.window): limit for limit in quota.limits}
        kind = subject.partition(":")[0]
        usual = {(limit.unit, limit.window): limit for limit in defaults.get(kind, ())}
        limits += [_of(subject, limit) for limit in (usual | own).values()]
    return limits


def standing(limits: Iterable[Limit], circumstances: Circumstances, now: datetime) -> list[Left]:
    """How each limit stands; `now` is in the bot's time zone."""
    return [
        Left(
            limit,
            circumstances.spent(limit.subject, limit.unit, start(limit.window, now)),
            end(limit.window, now),
        )
        for limit in limits
    ]


def afford(limits: Iterable[Left], cost: Callable[[int], Cost], *, longest: int, model: str) -> int:
    """The longest answer, in tokens, for which every limit has room.

    Raises:
        QuotaExceeded: Not even a short answer fits.
        PriceUnknown: A limit counts USD, and no price is known.
    """
    limits = list(limits)
    if _lacking(limits, cost(longest), model) is None:
        return longest
    shortest = min(SHORTEST, longest)
    if lacking := _lacking(limits, cost(shortest), model):
        raise QuotaExceeded(lacking.limit, lacking.used, lacking.resets_at)
    while longest - shortest > 1:
        middle = (shortest + longest) // 2
        if _lacking(limits, cost(middle), model):
            longest = middle
        else:
            shortest = middle
    return shortest


def _lacking(limits: list[Left], cost: Cost, model: str) -> Left | None:
    """The first limit that has no room for a cost."""
    for left in limits:
        needed = cost_in(left.limit.unit, cost)
        if needed is None:
            raise PriceUnknown(model)
        if needed > left.amount:
            return left
    return None


def cost_in(unit: Unit, cost: Cost) -> int | None:
    """A cost in one unit; None where it is not known."""
    match unit:
        case Unit.REQUESTS:
            return cost.requests
        case Unit.TOKENS:
            return cost.tokens
        case Unit.IMAGES:
            return cost.images
        case Unit.USD:
            return cost.nanos


def start(window: Window, now: datetime) -> int | None:
    """When the window that holds `now` began, in epoch milliseconds; None: it always was."""
    if window is Window.TOTAL:
        return None
    return int(_start(window, now).timestamp() * 1000)


def end(window: Window, now: datetime) -> datetime | None:
    """When the window that holds `now` ends; None: never. A minute slides: a minute from now."""
    began = _start(window, now)
    match window:
        case Window.TOTAL:
            return None
        case Window.MINUTE:
            return datetime.fromtimestamp(now.timestamp() + 60, now.tzinfo)
        case Window.HOUR:
            return datetime.fromtimestamp(began.timestamp() + 3600, now.tzinfo)
        case Window.DAY:
            return began + timedelta(days=1)
        case Window.WEEK:
            return began + timedelta(weeks=1)
        case Window.MONTH:
            return (began + timedelta(days=32)).replace(day=1)


def _start(window: Window, now: datetime) -> datetime:
    if window is Window.MINUTE:
        return datetime.fromtimestamp(now.timestamp() - 60, now.tzinfo)
    if window is Window.HOUR:
        return now.replace(minute=0, second=0, microsecond=0)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match window:
        case Window.WEEK:
            return midnight - timedelta(days=now.weekday())
        case Window.MONTH:
            return midnight.replace(day=1)
        case _:
            return midnight


def _of(subject: str, limit: Limit) -> Limit:
    return Limit(subject=subject, unit=limit.unit, window=limit.window, amount=limit.amount)


def _spaced(text: str) -> str:
    """Let several limits stand side by side, as in `5 usd/month 20 requests/hour`."""
    return re.sub(r"(?<=[a-z])\s+(?=\d)", ", ", text.lower())
