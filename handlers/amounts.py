"""Amounts, limits and times in words."""

from datetime import datetime
from decimal import Decimal

from bot.quota import Left
from bot.words import Words
from storage.money import NANO, Limit, Unit, Window

AMOUNTS = {
    Unit.REQUESTS: "amount-requests",
    Unit.TOKENS: "amount-tokens",
    Unit.IMAGES: "amount-images",
    Unit.USD: "amount-usd",
}
UNITS = {
    Unit.REQUESTS: "unit-requests",
    Unit.TOKENS: "unit-tokens",
    Unit.IMAGES: "unit-images",
    Unit.USD: "unit-usd",
}
LIMITS = {
    Window.MINUTE: "limit-minute",
    Window.HOUR: "limit-hour",
    Window.DAY: "limit-day",
    Window.WEEK: "limit-week",
    Window.MONTH: "limit-month",
    Window.TOTAL: "limit-total",
}
BAR = 10  # blocks


def amount(unit: Unit, count: int, words: Words) -> str:
    """So much of a unit, as it is told: money to a millionth, at least in cents."""
    return _amount(unit, count, bare(unit, count, words), words)


def written(unit: Unit, count: int, words: Words) -> str:
    """So much of a unit, as an admin would write it: `100k tokens`, money to the last digit."""
    if unit is Unit.USD:
        return _amount(unit, count, words.figure(_dollars(count, digits=9)), words)
    is_thousands = count and count % 1000 == 0
    figure = words("amount-thousands", figure=str(count // 1000)) if is_thousands else str(count)
    return _amount(unit, count, figure, words)


def limit(given: Limit, words: Words) -> str:
    """A limit: `5 usd/month`, `100k tokens/day`, `3 usd`."""
    return words(LIMITS[given.window], amount=written(given.unit, given.amount, words))


def unit(counted: Unit, words: Words) -> str:
    """What a limit counts: `requests`."""
    return words(UNITS[counted])


def money(nanos: int, words: Words) -> str:
    """A sum of money in a table: as long as it needs to be."""
    # What is less than a hundredth of a cent would look like nothing.
    if nanos < NANO // 10_000:
        return amount(Unit.USD, nanos, words)
    figure = f"{Decimal(nanos) / NANO:,.{4 if nanos < NANO else 2}f}"
    return words("amount-usd", figure=words.figure(figure))


def dollars(nanos: int, words: Words) -> str:
    """A sum of money, to three digits or so: cents, or down to a millionth where it is less."""
    digits = 2 if nanos >= NANO else 4 if nanos >= NANO // 100 else 6
    return amount(Unit.USD, round(nanos, digits - 9), words)


def whose(given: Limit) -> str:
    """Whose limit it is, as messages choose by it: `user`, `group`, `guests`, `bot`."""
    return given.subject.partition(":")[0]


def span(at: datetime, now: datetime, words: Words) -> str:
    """How long it is until then, in the two largest units that matter."""
    minutes = max(1, -int((now.timestamp() - at.timestamp()) // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    told = [
        words("span-days", count=days) if days else "",
        words("span-hours", count=hours) if hours else "",
        words("span-minutes", count=minutes) if minutes else "",
    ]
    return " ".join([each for each in told if each][:2])


def day(at: datetime, now: datetime, words: Words) -> str:
    """A day, with its year where that is not this one."""
    if at.year == now.year:
        return words("date-day", day=str(at.day), month=at.month)
    return words("date-day-of-year", day=str(at.day), month=at.month, year=str(at.year))


def resets(at: datetime | None, now: datetime, words: Words) -> str:
    """When there is room again."""
    if at is None:
        return words("limit-never-again")
    return words("limit-again", span=span(at, now, words))


def bar(left: Left) -> str:
    """How much of a limit is used, drawn and in percent."""
    most = left.limit.amount
    share = min(1.0, left.used / most) if most else 1.0
    full = round(share * BAR)
    return f"{'▰' * full}{'▱' * (BAR - full)} {int(share * 100)} %"


def stands(left: Left, now: datetime, words: Words) -> str:
    """How a limit stands, in three lines: the limit, the bar, what is used and left."""
    counted = left.limit.unit
    used = bare(counted, max(0, left.used), words)
    room = bare(counted, left.own, words)
    if left.granted:
        granted = bare(counted, left.granted, words)
        told = words("limit-stands-granted", used=used, left=room, granted=granted)
    else:
        told = words("limit-stands", used=used, left=room)
    if left.resets_at:
        told += words("limit-stands-again", span=span(left.resets_at, now, words))
    return f"{limit(left.limit, words)}\n{bar(left)}\n{told}"


def bare(unit: Unit, count: int, words: Words) -> str:
    """An amount without its unit."""
    return words.figure(_dollars(count, digits=6) if unit is Unit.USD else f"{count:,}")


def _amount(unit: Unit, count: int, figure: str, words: Words) -> str:
    return words(AMOUNTS[unit], count=count, figure=figure)


def _dollars(nanos: int, *, digits: int) -> str:
    """Money as short as it is exact, but at least in cents where it is not whole."""
    whole, _, cents = f"{Decimal(nanos) / NANO:.{digits}f}".rstrip("0").partition(".")
    return f"{whole}.{cents:0<2}" if cents else whole
