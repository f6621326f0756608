"""Limits: how they are said, when their windows begin and end, what still fits into them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quota import (
    LONGEST_ECHO,
    SHORTEST,
    Left,
    PriceUnknown,
    QuotaExceeded,
    WrongLimit,
    afford,
    applying,
    cost_in,
    end,
    read_limit,
    read_limits,
    read_quota,
    standing,
    start,
)
from handlers import errors
from storage.records import Circumstances, Cost, Limit, Quota, Unit, Window

REQUESTS, TOKENS, IMAGES, USD = Unit.REQUESTS, Unit.TOKENS, Unit.IMAGES, Unit.USD
CENT = 10_000_000  # nano-dollars
LARGEST = 2**63 - 1  # what the database can hold

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
HAVANA = ZoneInfo("America/Havana")  # where midnight is skipped in spring and comes twice in autumn
CALENDAR = [Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH]


def limit(unit: Unit, window: Window, amount: int, subject: str = "") -> Limit:
    return Limit(subject=subject, unit=unit, window=window, amount=amount)


@pytest.mark.parametrize(
    ("text", "unit", "window", "amount"),
    [
        ("20 requests/hour", REQUESTS, Window.HOUR, 20),
        ("1 request/minute", REQUESTS, Window.MINUTE, 1),
        ("100k tokens/day", TOKENS, Window.DAY, 100_000),
        ("2.5k tokens/week", TOKENS, Window.WEEK, 2_500),
        ("3m tokens per month", TOKENS, Window.MONTH, 3_000_000),
        ("10 images/day", IMAGES, Window.DAY, 10),
        ("10 photos/day", IMAGES, Window.DAY, 10),
        ("0.50 usd/day", USD, Window.DAY, 50 * CENT),
        ("5 usd/month", USD, Window.MONTH, 500 * CENT),
        ("5 dollars per month", USD, Window.MONTH, 500 * CENT),
        ("5$/month", USD, Window.MONTH, 500 * CENT),
        ("0.000000001 usd/day", USD, Window.DAY, 1),
        ("3 usd", USD, Window.TOTAL, 300 * CENT),
        ("3 usd/total", USD, Window.TOTAL, 300 * CENT),
        ("0 images/day", IMAGES, Window.DAY, 0),
        ("  5   USD /  Month ", USD, Window.MONTH, 500 * CENT),
        ("1000000 usd/month", USD, Window.MONTH, 10**15),
    ],
)
def test_a_limit_is_understood(text: str, unit: Unit, window: Window, amount: int) -> None:
    assert read_limit(text, "user:7") == limit(unit, window, amount, "user:7")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "5",
        "usd/day",
        "-5 usd/day",
        "+5 usd/day",
        "1e400 usd/day",
        "NaN usd/day",
        "inf usd/day",
        "1.5 requests/day",
        "1.0000000001 usd/day",
        "9999999999999 tokens/day",
        "999999999999m tokens/day",
        "5 euros/day",
        "5 s/day",
        "5 usd/fortnight",
        "5 usd/",
        "5 usd/day/hour",
        "5 usd a day",
        "five usd/day",
        "💸",
        "5 💸/day",
        "unlimited",
        "5 usd/day; drop table limits",
        "5 usd/day\x00",
        "1" * 99 + " usd",
    ],
    ids=ascii,
)
def test_what_is_no_limit_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongLimit) as refused:
        read_limit(text)

    assert refused.value.text.removesuffix("…") == text[:LONGEST_ECHO]
    assert refused.value.example in str(refused.value)
    read_limit(refused.value.example)


@pytest.mark.parametrize("text", ["10000000000 usd/month", "999999999999 usd"])
def test_an_amount_that_the_database_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(WrongLimit):
        read_limit(text)


@given(
    number=st.integers(0, 10**12) | st.decimals(0, 10**12, places=9),
    scale=st.sampled_from(["", "k", "m"]),
    unit=st.sampled_from(["requests", "tokens", "images", "usd"]),
)
def test_no_amount_is_beyond_the_database(number: object, scale: str, unit: str) -> None:
    try:
        read = read_limit(f"{number}{scale} {unit}/day")
    except WrongLimit:
        return

    assert 0 <= read.amount <= LARGEST


@given(st.text())
def test_whatever_is_said_is_a_limit_or_refused_in_words(text: str) -> None:
    try:
        understood = bool(read_quota(text, "user:7"))
    except WrongLimit as refused:
        understood = refused.example in str(refused)

    assert understood


@pytest.mark.parametrize(
    "told", ["5 usd/month", "0.50 usd/day", "20 requests/hour", "100k tokens/day", "1 image/week"]
)
def test_a_limit_can_be_said_as_the_bot_says_it(told: str) -> None:
    read = read_limit(told)

    assert read_limit(errors.limit(read)) == read


def test_a_mistake_in_the_window_is_shown_with_an_example_of_its_unit() -> None:
    with pytest.raises(WrongLimit) as refused:
        read_limit("20 requests/fortnight")

    assert refused.value.example == "20 requests/hour"


@pytest.mark.parametrize(
    "text",
    [
        "20 requests/hour, 0.50 usd/day",
        "20 requests/hour; 0.50 usd/day;",
        "20 requests/hour\n0.50 usd/day\n",
    ],
    ids=ascii,
)
def test_several_limits_are_understood(text: str) -> None:
    assert read_limits(text) == (
        limit(REQUESTS, Window.HOUR, 20),
        limit(USD, Window.DAY, 50 * CENT),
    )


def test_no_limits_are_none() -> None:
    assert read_limits(" ,\n") == ()


@pytest.mark.parametrize("text", ["unlimited", " Unlimited "])
def test_an_admin_can_lift_all_limits(text: str) -> None:
    assert read_quota(text, "user:7") == Quota(is_unlimited=True)


@pytest.mark.parametrize(
    "text",
    [
        "5 usd/month 20 requests/hour",
        "5 USD/month, 20 requests/hour",
        "5 usd per month\n20 requests per hour",
    ],
    ids=ascii,
)
def test_an_admin_can_say_several_limits_side_by_side(text: str) -> None:
    wanted = (
        limit(USD, Window.MONTH, 500 * CENT, "user:7"),
        limit(REQUESTS, Window.HOUR, 20, "user:7"),
    )

    assert read_quota(text, "user:7") == Quota(limits=wanted)


@pytest.mark.parametrize("text", ["", ",", "unlimited 5 usd", "5 usd/month and 20 requests"])
def test_an_admin_who_says_something_else_hears_an_example(text: str) -> None:
    with pytest.raises(WrongLimit, match="say for example"):
        read_quota(text, "user:7")


@pytest.mark.parametrize(
    ("window", "now", "began", "ends"),
    [
        ("hour", "2026-11-22 12:59:59", "2026-11-22 12:00", "2026-11-22 13:00"),
        ("hour", "2026-11-22 13:00:00", "2026-11-22 13:00", "2026-11-22 14:00"),
        ("hour", "2026-12-31 23:30:00", "2026-12-31 23:00", "2027-01-01 00:00"),
        ("day", "2026-11-22 00:00:00", "2026-11-22 00:00", "2026-11-23 00:00"),
        ("day", "2026-11-22 23:59:59", "2026-11-22 00:00", "2026-11-23 00:00"),
        ("day", "2026-12-31 12:00:00", "2026-12-31 00:00", "2027-01-01 00:00"),
        ("day", "2028-02-28 12:00:00", "2028-02-28 00:00", "2028-02-29 00:00"),
        ("day", "2026-03-29 12:00:00", "2026-03-29 00:00", "2026-03-30 00:00"),
        ("week", "2026-11-22 23:59:59", "2026-11-16 00:00", "2026-11-23 00:00"),
        ("week", "2026-11-23 00:00:00", "2026-11-23 00:00", "2026-11-30 00:00"),
        ("week", "2027-01-02 12:00:00", "2026-12-28 00:00", "2027-01-04 00:00"),
        ("month", "2026-11-30 23:59:59", "2026-11-01 00:00", "2026-12-01 00:00"),
        ("month", "2026-12-31 23:59:59", "2026-12-01 00:00", "2027-01-01 00:00"),
        ("month", "2027-01-01 00:00:00", "2027-01-01 00:00", "2027-02-01 00:00"),
        ("month", "2028-02-29 12:00:00", "2028-02-01 00:00", "2028-03-01 00:00"),
        ("month", "2026-10-25 12:00:00", "2026-10-01 00:00", "2026-11-01 00:00"),
    ],
)
def test_a_window_is_of_the_calendar(window: str, now: str, began: str, ends: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=BERLIN)

    assert start(Window(window), at) == milliseconds(began)
    assert instant(Window(window), at) == milliseconds(ends)


def milliseconds(local: str) -> int:
    return int(datetime.fromisoformat(local).replace(tzinfo=BERLIN).timestamp() * 1000)


def instant(window: Window, now: datetime) -> int:
    """When a window ends, as milliseconds: two hours of one name are not the same."""
    ends = end(window, now)
    assert ends is not None
    return int(ends.timestamp() * 1000)


def test_ever_has_no_beginning_and_no_end() -> None:
    now = datetime(2026, 11, 22, tzinfo=BERLIN)

    assert start(Window.TOTAL, now) is None
    assert end(Window.TOTAL, now) is None


def around(day: str, zone: ZoneInfo) -> Iterator[datetime]:
    """Moments of the two days around a change of the clocks, most of them near a full hour."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(UTC)
    for hours in range(-12, 37):
        for seconds in (0, 1, 59, 1800, 3540, 3599):
            yield (midnight + timedelta(hours=hours, seconds=seconds)).astimezone(zone)


clock_changes = pytest.mark.parametrize(
    ("zone", "day"),
    [
        pytest.param(BERLIN, "2026-03-29", id="Berlin, forward"),
        pytest.param(BERLIN, "2026-10-25", id="Berlin, back"),
        pytest.param(NEW_YORK, "2026-03-08", id="New York, forward"),
        pytest.param(NEW_YORK, "2026-11-01", id="New York, back"),
        pytest.param(HAVANA, "2026-03-08", id="Havana, forward"),
        pytest.param(HAVANA, "2026-11-01", id="Havana, back"),
    ],
)


@clock_changes
@pytest.mark.parametrize("window", CALENDAR)
def test_windows_follow_each_other_when_the_clocks_change(
    zone: ZoneInfo, day: str, window: Window
) -> None:
    for now, later in pairwise(around(day, zone)):
        began, ends = start(window, now), instant(window, now)
        is_over = later.timestamp() * 1000 >= ends

        assert began is not None
        assert began <= now.timestamp() * 1000 < ends, now
        assert start(window, later) == (ends if is_over else began), now


@clock_changes
def test_a_minute_slides_when_the_clocks_change(zone: ZoneInfo, day: str) -> None:
    for now in around(day, zone):
        at = int(now.timestamp() * 1000)

        assert start(Window.MINUTE, now) == at - 60_000
        assert instant(Window.MINUTE, now) == at + 60_000, now


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        pytest.param(BERLIN, "2026-03-29", 23, id="Berlin, forward"),
        pytest.param(BERLIN, "2026-10-25", 25, id="Berlin, back"),
        pytest.param(NEW_YORK, "2026-03-08", 23, id="New York, forward"),
        pytest.param(NEW_YORK, "2026-11-01", 25, id="New York, back"),
    ],
)
def test_a_day_has_as_many_hours_as_it_has(zone: ZoneInfo, day: str, hours: int) -> None:
    now = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=zone)
    began = start(Window.DAY, now)
    assert began is not None

    assert instant(Window.DAY, now) - began == hours * 3_600_000


def test_own_limits_take_the_place_of_defaults_of_their_unit_and_window() -> None:
    defaults = {"user": read_limits("20 requests/hour, 0.50 usd/day, 5 usd/month")}
    own = {"user:7": Quota(limits=read_limits("2 usd/day, 10 images/day", "user:7"))}

    assert set(applying(["user:7"], own, defaults)) == set(
        read_limits("20 requests/hour, 2 usd/day, 5 usd/month, 10 images/day", "user:7")
    )


def test_each_subject_has_its_own_defaults() -> None:
    defaults = {"user": read_limits("1 usd/day"), "bot": read_limits("30 usd/month")}

    assert applying(["user:7", "group:-100", "bot"], {}, defaults) == [
        limit(USD, Window.DAY, 100 * CENT, "user:7"),
        limit(USD, Window.MONTH, 3000 * CENT, "bot"),
    ]


def test_who_is_unlimited_has_no_default_but_the_bot_still_has_its_own() -> None:
    defaults = {"user": read_limits("1 usd/day"), "bot": read_limits("30 usd/month")}

    assert applying(["user:7", "bot"], {"user:7": Quota(is_unlimited=True)}, defaults) == [
        limit(USD, Window.MONTH, 3000 * CENT, "bot")
    ]


def test_a_limit_stands_as_what_was_spent_since_its_window_began() -> None:
    asked = []

    def spent(subject: str, unit: Unit, since_ms: int | None) -> int:
        asked.append((subject, unit, since_ms))
        return 30

    now = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    held = read_limits("20 requests/hour, 40 images", "user:7")
    [hourly, ever] = standing(held, Circumstances((), {}, spent), now)

    began = int(now.replace(minute=0).timestamp() * 1000)
    assert asked == [("user:7", REQUESTS, began), ("user:7", IMAGES, None)]
    assert (hourly.amount, hourly.resets_at) == (0, now.replace(hour=13, minute=0))
    assert (ever.amount, ever.resets_at) == (10, None)


lefts = st.builds(
    lambda unit, amount, used: Left(limit(unit, Window.DAY, amount), used, None),
    unit=st.sampled_from(Unit),
    amount=st.integers(0, 20_000) | st.integers(0, 10**12),
    used=st.integers(0, 20_000),
)
costs = st.builds(
    lambda prompt, images, each: (
        lambda answer: Cost(
            tokens=prompt + answer, images=images, nanos=100 * prompt + each * answer
        )
    ),
    prompt=st.integers(0, 5_000),
    images=st.integers(0, 10),
    each=st.integers(0, 10_000),
)


@given(limits=st.lists(lefts, max_size=5), cost=costs, longest=st.integers(1, 4_000))
def test_an_answer_is_as_long_as_every_limit_allows_and_no_longer(
    limits: list[Left], cost: object, longest: int
) -> None:
    assert callable(cost)

    def fits(answer: int) -> bool:
        needed = [(cost_in(left.limit.unit, cost(answer)), left.amount) for left in limits]
        return all(need is not None and need <= room for need, room in needed)

    try:
        affordable = afford(limits, cost, longest=longest, model="gpt-x")
    except QuotaExceeded as refused:
        lacking = [left for left in limits if left.limit is refused.limit]
        needed = cost_in(refused.limit.unit, cost(min(SHORTEST, longest)))
        assert needed is not None
        assert all(needed > left.amount for left in lacking)
        return

    assert fits(affordable)
    assert min(SHORTEST, longest) <= affordable <= longest
    assert affordable == longest or not fits(affordable + 1)


def test_a_limit_in_usd_refuses_a_model_without_a_price() -> None:
    in_usd = [Left(limit(USD, Window.DAY, 500 * CENT), 0, None)]
    with pytest.raises(PriceUnknown) as refused:
        afford(in_usd, lambda answer: Cost(tokens=answer, nanos=None), longest=100, model="own")

    assert refused.value.model == "own"


def test_a_model_without_a_price_counts_tokens() -> None:
    in_tokens = [Left(limit(TOKENS, Window.DAY, 150), 50, None)]

    assert (
        afford(in_tokens, lambda answer: Cost(tokens=answer, nanos=None), longest=200, model="own")
        == 100
    )


def test_a_limit_of_nothing_allows_nothing() -> None:
    none_at_all = [Left(limit(REQUESTS, Window.DAY, 0), 0, None)]
    with pytest.raises(QuotaExceeded):
        afford(none_at_all, lambda answer: Cost(tokens=answer), longest=100, model="own")
