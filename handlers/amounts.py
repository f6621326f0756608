"""Amounts, limits and times in words."""

from datetime import datetime
from decimal import Decimal

from bot.quota import Left
from storage.money import NANO, Limit, Unit

WHOSE = {
    "user": "your",
    "group": "this group's",
    "guests": "the guests'",
    "bot": "the bot's",
}
BAR = 10  # blocks


def amount(unit: Unit, count: int) -> str:
    """So much of a unit, as it is told: money to a millionth, at least in cents."""
    if unit is not Unit.USD:
        return f"{count:,} {unit if count != 1 else unit.removesuffix('s')}"
    dollars = Decimal(count) / NANO
    whole, _, cents = f"{dollars:.6f}".rstrip("0").partition(".")
    return f"{whole}.{cents:0<2} usd" if cents else f"{whole} usd"


def money(nanos: int) -> str:
    """A sum of money in a table: as long as it needs to be."""
    # What is less than a hundredth of a cent would look like nothing.
    if nanos < NANO // 10_000:
        return amount(Unit.USD, nanos)
    return f"{Decimal(nanos) / NANO:,.{4 if nanos < NANO else 2}f} usd"


def dollars(nanos: int) -> str:
    """A sum of money, to three digits or so: cents, or down to a millionth where it is less."""
    digits = 2 if nanos >= NANO else 4 if nanos >= NANO // 100 else 6
    return amount(Unit.USD, round(nanos, digits - 9))


def whose(limit: Limit) -> str:
    """Whose limit it is, to the one it holds for: `your`, `this group's`, `the bot's`."""
    return WHOSE[limit.subject.partition(":")[0]]


def span(at: datetime, now: datetime) -> str:
    """How long it is until then, in the two largest units that matter."""
    minutes = max(1, -int((now.timestamp() - at.timestamp()) // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told[:2])


def resets(at: datetime | None, now: datetime) -> str:
    """When there is room again."""
    if at is None:
        return "It does not start again by itself; an admin can raise it."
    return f"It starts again in {span(at, now)}."


def bar(left: Left) -> str:
    """How much of a limit is used, drawn and in percent."""
    most = left.limit.amount
    share = min(1.0, left.used / most) if most else 1.0
    full = round(share * BAR)
    return f"{'▰' * full}{'▱' * (BAR - full)} {int(share * 100)} %"


def stands(left: Left, now: datetime) -> str:
    """How a limit stands, in three lines: the limit, the bar, what is used and left."""
    used, room = (bare(left.limit.unit, count) for count in (max(0, left.used), left.own))
    again = f", again in {span(left.resets_at, now)}" if left.resets_at else ""
    granted = f" and {bare(left.limit.unit, left.granted)} granted" if left.granted else ""
    return f"{left.limit}\n{bar(left)}\n{used} used, {room} left{granted}{again}"


def bare(unit: Unit, count: int) -> str:
    """An amount without its unit, which has just been said."""
    return amount(unit, count).rpartition(" ")[0]
