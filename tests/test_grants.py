"""What admins give on top of the limits: to whom, for how long, and once."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.grammar import read_limits
from bot.settings import Settings
from handlers.context import Services
from playground.faults import Delay, Status
from playground.people import Chat
from playground.world import World
from storage.tables import grants
from tests.conftest import ADA, ALICE, Clock
from tests.english import english
from tests.people import Someone
from tests.processes import Start, kill

REFUSED = "has no room for this"
ONE_A_DAY = read_limits("1 request/day")


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {"limits": ONE_A_DAY}))


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    return clock


async def asks(someone: Someone, *questions: str, prefix: str = "") -> None:
    for question in questions:
        someone.says(f"{prefix}{question}")
        await someone.sees(f"You said: {question}")


def refusals(someone: Someone) -> int:
    return sum(REFUSED in words for words in someone.screen)


async def is_refused(someone: Someone, *, prefix: str = "") -> None:
    count = refusals(someone)
    someone.says(f"{prefix}Refused?")
    await someone.world.wait_for(lambda: refusals(someone) > count)


async def given(bot: Services) -> list[tuple[str, str, int]]:
    query = sa.select(grants.c.subject, grants.c.unit, grants.c.amount)
    return await bot.database.run(lambda connection: [*map(tuple, connection.execute(query))])


@pytest.mark.parametrize("who", ["@alice", "Alice", "1002"])
async def test_what_is_granted_comes_after_the_limit_once(
    alice: Someone, admin: Someone, bot: Services, who: str
) -> None:
    await asks(alice, "One")
    await is_refused(alice)
    admin.says(f"/grant {who} 2 requests")
    await admin.sees("Alice (@alice): 2 requests on top of the limits.")
    await alice.sees("An admin has granted you 2 requests on top of your limits.")
    await asks(alice, "Two", "Three")
    await is_refused(alice)


async def test_a_grant_waits_until_the_limit_is_used(
    alice: Someone, admin: Someone, bot: Services, clock: Clock
) -> None:
    await asks(alice, "One")
    admin.says("/grant @alice 1 request")
    await alice.sees_words("granted you 1 request")
    clock.goes_on(timedelta(days=1))
    await asks(alice, "Two")
    admin.says("/quota @alice")
    await admin.sees_words("Granted on top: 1 request left")
    await asks(alice, "Three")
    await is_refused(alice)
    clock.goes_on(timedelta(days=1))
    await asks(alice, "Four")
    await is_refused(alice)


@pytest.mark.parametrize(
    ("expiry", "is_there"),
    [
        ("", timedelta(days=400)),
        ("for 3 days", timedelta(days=3, seconds=-1)),
        ("for an hour", timedelta(minutes=59)),
        ("until 2027-01-31", timedelta(days=70, hours=11, minutes=29)),
    ],
)
@pytest.mark.parametrize("settings", [{"limits": read_limits("1 request")}], indirect=True)
@pytest.mark.usefixtures("bot")
async def test_a_grant_holds_as_long_as_it_was_said(
    alice: Someone, admin: Someone, clock: Clock, expiry: str, is_there: timedelta
) -> None:
    await asks(alice, "One")
    admin.says(f"/grant @alice 5 requests {expiry}")
    await alice.sees_words("An admin has granted you 5 requests on top of your limits")
    clock.goes_on(is_there)
    await asks(alice, "Two")
    clock.goes_on(timedelta(seconds=61))
    if expiry:
        await is_refused(alice)
    else:
        await asks(alice, "Three")


async def test_by_a_reply_it_is_for_whoever_wrote_that(
    alice: Someone, admin: Someone, group: Chat, bot: Services
) -> None:
    await asks(alice, "One")
    admin.says("/start")
    boss = admin.in_chat(group)
    boss.says("/grant 1 request", reply_to=alice.in_chat(group).says("More!"))
    await admin.sees_words("Alice (@alice): 1 request on top of the limits.")
    await boss.sees(english("command-in-private"))
    origin = {"type": "user", "date": 1, "sender_user": ALICE.json()}
    number = admin.sends(text="More!", forward_origin=origin)
    admin.says("/grant 2 requests", reply_to=number)
    await admin.sees_words("Alice (@alice): 2 requests on top of the limits.")
    await asks(alice, "Two", "Three", "Four")


SHARED = {each: {f"{each}_limits": ONE_A_DAY} for each in ("group", "bot")}
SHARED["guests"] = {"guest_limits": ONE_A_DAY}


@pytest.mark.parametrize(("whose", "settings"), SHARED.items(), indirect=["settings"], ids=SHARED)
async def test_what_many_share_can_be_granted_something(
    alice: Someone, admin: Someone, group: Chat, bot: Services, whose: str
) -> None:
    here, prefix = alice.in_chat(group), "@teller_bot "
    admin.says("/start")
    await asks(here, "One", prefix=prefix)
    await is_refused(here, prefix=prefix)
    admin.in_chat(group).says(f"/grant {whose} 1 request")
    await admin.sees_words(": 1 request on top of the limits.")
    await asks(here, "Two", prefix=prefix)
    await is_refused(here, prefix=prefix)


async def test_where_no_limit_counts_it_there_is_nothing_to_add_to(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    for words in ("@alice 1 usd", "bot 5 requests", "plan family 5 requests", "", "@alice"):
        admin.says(f"/grant {words}")
    told = await admin.sees_messages(5)

    assert told == [
        "Alice (@alice): no limit in usd holds, so there is nothing to add to.",
        "The whole bot: no limit in requests holds, so there is nothing to add to.",
        english("grant-not-a-plan"),
        english("grant-form"),
        "Alice (@alice): grant what, once?",
    ]
    assert await given(bot) == []


@pytest.mark.parametrize(
    "wish",
    [
        *("0 requests", "-1 request", "1e400 requests", "NaN requests", "1.5 requests"),
        *("5 euros", "5", "5 requests/day", "unlimited", "999999999999m requests"),
        *("5 requests for 0 days", "5 requests for -1 days", "5 requests for ever"),
        *("5 requests until 2026-11-21", "5 requests until 2027-02-30", "5 requests until friday"),
        *("5 requests until 9999-12-31", "5 requests until 0000-01-01", "5 requests for 1000 days"),
    ],
)
async def test_what_cannot_be_granted_is_told_with_the_right_form(
    alice: Someone, admin: Someone, bot: Services, wish: str
) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    admin.says(f"/grant @alice {wish}")
    [told] = await admin.sees_messages(1)

    assert told.startswith(f'"{wish}": say for example ')
    assert await given(bot) == []


async def test_two_presses_of_a_button_are_one_grant(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await asks(alice, "One")
    admin.says("/grant @alice")
    await admin.sees_words("grant what")
    admin.presses("5 requests")
    await admin.sees_words("5 requests, for how long?")
    pressed = [admin.presses("for a week"), admin.presses("for a week")]
    told = [await admin.is_answered(each) for each in pressed]

    assert told == [
        "Alice (@alice): 5 requests on top of the limits, for 7 d.",
        english("grant-already"),
    ]
    assert await given(bot) == [(f"user:{ALICE.id}", "requests", 5)]
    assert sum("granted you" in words for words in alice.screen) == 1


@pytest.mark.parametrize("whom", [ADA.id, ALICE.id])
async def test_what_is_granted_while_telegram_fails_is_granted_once_and_told(
    alice: Someone, admin: Someone, world: World, bot: Services, whom: int
) -> None:
    def is_told(sent: dict[str, Any]) -> bool:
        return bool(sent["chat_id"] == whom and "on top" in sent["text"])

    await asks(alice, "One")
    world.faults.add(kind=Status(502), method="sendMessage", where=is_told)
    admin.says("/grant @alice 1 request")
    await admin.sees_messages(1)

    assert await given(bot) == [(f"user:{ALICE.id}", "requests", 1)]
    assert sum("granted you 1 request" in words for words in alice.screen) == 1


async def test_what_is_granted_before_a_crash_is_granted_once(
    alice: Someone, admin: Someone, world: World, start: Start, tmp_path: Path
) -> None:
    is_told = asyncio.Event()

    def note(sent: dict[str, Any]) -> bool:
        is_alices = bool(sent["chat_id"] == ALICE.id and "granted" in sent["text"])
        if is_alices:
            is_told.set()
        return is_alices

    more = {"ADMINS": str(ADA.id), "LIMITS": "1 request/day"}
    process = await start(**more)
    await asks(alice, "One")
    world.faults.add(kind=Delay(0.5), method="sendMessage", where=note)
    admin.says("/grant @alice 1 request")
    async with asyncio.timeout(10):
        await is_told.wait()
    await kill(process)
    await start(**more)
    await admin.sees_messages(1)
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection:
        assert connection.execute("SELECT amount FROM grants").fetchall() == [(1,)]
    await asks(alice, "Two")
    await is_refused(alice)
