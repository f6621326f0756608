"""How people write limits, the same everywhere: settings, teller.toml, commands.

`20 requests/hour`, `100k tokens/day`, `10 images/day`, `0.50 usd/day`, `5 usd/month`, `3 usd`
(ever), `unlimited`. A grant is an amount, which may expire: `1 usd for 3 days`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from storage.money import NANO, Limit, Quota, Unit, Window

LONGEST_ECHO = 60  # characters of what was said wrongly
EXAMPLES = {
    Unit.REQUESTS: "20 requests/hour",
    Unit.TOKENS: "100k tokens/day",
    Unit.IMAGES: "10 images/day",
    Unit.USD: "5 usd/month",
}
GIFT = "1 usd for 3 days"
# Short enough for a button (64 bytes, core.telegram.org/bots/api, InlineKeyboardButton).
PLAN = re.compile(r"[a-z0-9_-]{1,16}")
PLAN_FORM = "up to 16 small letters, digits, - and _"
LARGEST = 10**17  # what a database can count to, with room to spare
_AMOUNT = r"(?P<amount>\d{1,12}(?:\.\d{1,9})?)\s*(?P<scale>[km]?)\s*(?P<unit>[a-z$]+)"
_LIMIT = re.compile(
    rf"{_AMOUNT}(?:\s*(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s*(?P<window>[a-z]+))?"
)
_GIFT = re.compile(
    rf"{_AMOUNT}(?:\s+(?:for\s+(?P<count>\d{{1,3}}|an?)\s+(?P<span>hour|day|week|month)s?"
    r"|until\s+(?P<date>\d{4}-\d\d-\d\d)))?"
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
_SPANS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}


class WrongLimit(ValueError):
    """What cannot be understood, with the right form; `text` is what was said."""

    def __init__(self, text: str, example: str = EXAMPLES[Unit.USD]) -> None:
        self.text = text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"
        super().__init__(f'"{self.text}": say for example {example}')
        self.example = example


@dataclass(frozen=True, slots=True)
class Wish:
    """An amount to be granted, and when it expires."""

    unit: Unit
    amount: int
    expires_at: datetime | None


def read_limit(text: str, subject: str = "") -> Limit:
    """Understand one limit.

    Raises:
        WrongLimit: It is not of the form.
    """
    form = _LIMIT.fullmatch(_plain(text))
    unit = _unit(form)
    if form is None or unit is None:
        raise WrongLimit(text)
    try:
        window = Window((form["window"] or "total").removesuffix("s"))
    except ValueError:
        raise WrongLimit(text, EXAMPLES[unit]) from None
    return Limit(subject=subject, unit=unit, window=window, amount=_amount(form, unit, text))


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


def read_wish(text: str, now: datetime) -> Wish:
    """Understand what an admin grants: `1 usd`, `10 images for 3 days`, `1 usd until 2027-01-31`.

    It expires at the end of the day that is named, in the time zone of `now`.

    Raises:
        WrongLimit: It is not of the form, is nothing, or has expired already.
    """
    form = _GIFT.fullmatch(_plain(text))
    unit = _unit(form)
    if form is None or unit is None:
        raise WrongLimit(text, GIFT)
    try:
        amount = _amount(form, unit, text)
        expires = _expiry(form, now)
    except (ValueError, OverflowError):
        raise WrongLimit(text, GIFT) from None
    if amount == 0 or (expires is not None and expires <= now):
        raise WrongLimit(text, GIFT)
    return Wish(unit, amount, expires)


def _expiry(form: re.Match[str], now: datetime) -> datetime | None:
    if form["date"]:
        day = datetime.strptime(form["date"], "%Y-%m-%d").replace(tzinfo=now.tzinfo)
        return day + timedelta(days=1)
    if form["count"]:
        count = int(form["count"]) if form["count"].isdecimal() else 1
        return now + count * _SPANS[form["span"]]
    return None


def _unit(form: re.Match[str] | None) -> Unit | None:
    return form and _UNITS.get(form["unit"].removesuffix("s") or form["unit"])


def _amount(form: re.Match[str], unit: Unit, text: str) -> int:
    amount = Decimal(form["amount"]) * _SCALES[form["scale"]] * (NANO if unit is Unit.USD else 1)
    if amount != amount.to_integral_value() or amount > LARGEST:
        raise WrongLimit(text, EXAMPLES[unit])
    return int(amount)


def _plain(text: str) -> str:
    """A text in small letters and single spaces, with `$5` said as `5 usd`."""
    return re.sub(r"^\$\s*(\d+(?:\.\d+)?)", r"\1 usd", " ".join(text.lower().split()))


def _spaced(text: str) -> str:
    """Let several limits stand side by side, as in `5 usd/month 20 requests/hour`."""
    return re.sub(r"(?<=[a-z])\s+(?=\$?\d)", ", ", text.lower())
