"""When a limit's window begins and ends, in the bot's time zone; pure."""

from datetime import datetime, timedelta

from storage.money import Window

QUARTER = 15 * 60  # seconds; clocks are set forward and back by whole quarters of an hour
LONGEST_HOUR = 4 * 60 * 60


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
            return _next_hour(began)
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


def _next_hour(began: datetime) -> datetime:
    """The first instant that belongs to another hour: where clocks move by 30 minutes, sooner."""
    seconds = range(QUARTER, LONGEST_HOUR, QUARTER)
    later = (datetime.fromtimestamp(began.timestamp() + each, began.tzinfo) for each in seconds)
    return next(at for at in later if _start(Window.HOUR, at).timestamp() > began.timestamp())
