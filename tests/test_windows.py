"""When the windows of limits begin and end, also where clocks change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.windows import end, start
from storage import totals
from storage.money import Window

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
HAVANA = ZoneInfo("America/Havana")  # where midnight is skipped in spring and comes twice in autumn
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # where clocks move by 30 minutes
CALENDAR = [Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH]


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
        for seconds in (0, 1, 59, 1799, 1800, 3540, 3599):
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
        pytest.param(LORD_HOWE, "2026-10-04", id="Lord Howe, forward"),
        pytest.param(LORD_HOWE, "2026-04-05", id="Lord Howe, back"),
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
@pytest.mark.parametrize("window", CALENDAR)
def test_windows_begin_where_totals_begin(zone: ZoneInfo, day: str, window: Window) -> None:
    for now in around(day, zone):
        assert totals.is_on_grid(start(window, now) or 0), now


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
        pytest.param(LORD_HOWE, "2026-10-04", 23.5, id="Lord Howe, forward"),
        pytest.param(LORD_HOWE, "2026-04-05", 24.5, id="Lord Howe, back"),
    ],
)
def test_a_day_has_as_many_hours_as_it_has(zone: ZoneInfo, day: str, hours: float) -> None:
    now = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=zone)
    began = start(Window.DAY, now)
    assert began is not None

    assert instant(Window.DAY, now) - began == hours * 3_600_000
