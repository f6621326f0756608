"""How limits and grants are written."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import (
    GIFT,
    LONGEST_ECHO,
    Wish,
    WrongLimit,
    read_limit,
    read_limits,
    read_quota,
    read_wish,
)
from storage.money import Limit, Quota, Unit, Window

REQUESTS, TOKENS, IMAGES, USD = Unit.REQUESTS, Unit.TOKENS, Unit.IMAGES, Unit.USD
CENT = 10_000_000  # nano-dollars
LARGEST = 2**63 - 1  # what the database can hold
NOW = datetime(2026, 11, 22, 12, 30, tzinfo=ZoneInfo("Europe/Berlin"))


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
        ("5 dollar a month", USD, Window.MONTH, 500 * CENT),
        ("5 usd a day", USD, Window.DAY, 500 * CENT),
        ("20 requests an hour", REQUESTS, Window.HOUR, 20),
        ("20 requests each hour", REQUESTS, Window.HOUR, 20),
        ("20 requests every hour", REQUESTS, Window.HOUR, 20),
        ("5$/month", USD, Window.MONTH, 500 * CENT),
        ("$5/month", USD, Window.MONTH, 500 * CENT),
        ("$ 0.50 per day", USD, Window.DAY, 50 * CENT),
        ("$5", USD, Window.TOTAL, 500 * CENT),
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
        "1e3 tokens/day",
        "1,000 tokens/day",
        "0x10 tokens/day",
        "5 euros/day",
        "5 s/day",
        "5 usd/fortnight",
        "5 usd/",
        "5 usd/day/hour",
        "5 usd a fortnight",
        "5 usd a",
        "5 usdaday",
        "$",
        "$ten",
        "$5 usd",
        "-$5",
        "$-5",
        "5 usd for 3 days",
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
    "text",
    [
        "5 usd/month",
        "0.50 usd/day",
        "0.000000001 usd/day",
        "3 usd",
        "20 requests/hour",
        "1 request/minute",
        "100k tokens/day",
        "1234 tokens/day",
        "0 images/day",
        "1 image/week",
    ],
)
def test_a_limit_is_said_as_people_say_it(text: str) -> None:
    assert str(read_limit(text)) == text


@given(
    unit=st.sampled_from(Unit),
    window=st.sampled_from(Window),
    amount=st.integers(0, 10**12 - 1) | st.integers(0, 10**17),
)
def test_whatever_limit_is_said_is_understood_again(
    unit: Unit, window: Window, amount: int
) -> None:
    said = limit(unit, window, amount if unit is USD else amount % 10**12)

    assert read_limit(str(said)) == said


def test_a_mistake_is_told_with_what_was_said_and_the_right_form() -> None:
    with pytest.raises(WrongLimit) as refused:
        read_limit("5 dollar a mont")

    assert str(refused.value) == '"5 dollar a mont": say for example 5 usd/month'


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
        "5 usd a month 20 requests an hour",
        "$5/month 20 requests/hour",
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
    ("text", "unit", "amount", "expires_at"),
    [
        ("1 usd", USD, 100 * CENT, None),
        ("$1", USD, 100 * CENT, None),
        ("10 images for 3 days", IMAGES, 10, NOW + timedelta(days=3)),
        ("100k tokens for an hour", TOKENS, 100_000, NOW + timedelta(hours=1)),
        ("1 request for a week", REQUESTS, 1, NOW + timedelta(weeks=1)),
        ("0.50 USD  for 2 Months", USD, 50 * CENT, NOW + timedelta(days=60)),
        ("1 usd for 1 day", USD, 100 * CENT, NOW + timedelta(days=1)),
        ("1 usd for 999 months", USD, 100 * CENT, NOW + timedelta(days=999 * 30)),
        ("1 usd until 2027-01-31", USD, 100 * CENT, NOW.replace(2027, 2, 1, 0, 0)),
        ("1 usd until 2026-11-22", USD, 100 * CENT, NOW.replace(day=23, hour=0, minute=0)),
        ("1 usd until 2028-02-29", USD, 100 * CENT, NOW.replace(2028, 3, 1, 0, 0)),
    ],
)
def test_a_grant_is_understood(
    text: str, unit: Unit, amount: int, expires_at: datetime | None
) -> None:
    assert read_wish(text, NOW) == Wish(unit, amount, expires_at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "usd",
        "0 usd",
        "-1 usd",
        "1.5 images",
        "1e400 usd",
        "NaN usd",
        "999999999999 usd",
        "1 euro",
        "1 usd/day",
        "1 usd for",
        "1 usd for 0 days",
        "1 usd for 1000 days",
        "1 usd for 3 years",
        "1 usd for 3 minutes",
        "1 usd until tomorrow",
        "1 usd until 2026-11-21",
        "1 usd until 2026-11-31",
        "1 usd until 0000-01-01",
        "1 usd until 9999-12-31",
        "1 usd for 3 days until 2027-01-31",
        "unlimited",
    ],
)
def test_what_is_no_grant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(WrongLimit) as refused:
        read_wish(text, NOW)

    assert str(refused.value) == f'"{text}": say for example {refused.value.example}'
    assert read_wish(GIFT, NOW).amount


@given(st.text())
def test_whatever_is_said_is_a_grant_or_refused_in_words(text: str) -> None:
    try:
        understood = read_wish(text, NOW).amount > 0
    except WrongLimit as refused:
        understood = refused.example in str(refused)

    assert understood


@given(days=st.integers(0, 10**5), hour=st.integers(0, 23))
def test_a_grant_until_a_day_ends_with_that_day(days: int, hour: int) -> None:
    now = NOW.replace(hour=hour)
    day = (now + timedelta(days=days)).date()
    expires_at = read_wish(f"1 usd until {day}", now).expires_at

    assert expires_at is not None
    assert (expires_at.date(), expires_at.hour) == (day + timedelta(days=1), 0)
