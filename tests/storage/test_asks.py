"""Wishes for more: one at a time, decided once."""

from dataclasses import replace

import pytest

from bot.grammar import read_limit
from storage import Database, asks, grants, limits, tables
from storage.grants import Gift
from storage.money import Limit, Quota, Unit, Verdict, Window
from storage.records import Ask, Place
from tests.storage.rows import rows

ADMIN, OTHER_ADMIN = 1001, 1004
WISH = Ask(
    user_id=1002,
    place=Place(chat_id=-100, thread_id=5),
    subject="user:1002",
    unit=Unit.USD,
    window=Window.DAY,
)
DECIDED = [verdict for verdict in Verdict if verdict is not Verdict.OPEN]


RAISED = read_limit("10 usd/day", "user:1002")
GIFT = Gift(key="ask 1", subject="user:1002", unit=Unit.USD, amount=10**9, expires_ms=None)


async def ask(database: Database, wish: Ask = WISH) -> int:
    number, is_new = await database.run(asks.ask, wish)
    assert is_new
    return number


async def decide(
    database: Database,
    number: int,
    verdict: Verdict = Verdict.DECLINED,
    *,
    by: int = ADMIN,
    given: Limit | Gift | None = None,
) -> bool:
    return await database.run(asks.decide, number, verdict, by=by, given=given)


@pytest.mark.parametrize("thread_id", [None, 5])
async def test_what_someone_asked_for_is_found_as_they_asked(
    database: Database, thread_id: int | None
) -> None:
    wish = replace(WISH, place=Place(chat_id=-100, thread_id=thread_id))
    number = await ask(database, wish)

    assert await database.run(asks.find, number) == replace(wish, id=number)
    assert await database.run(asks.find, number + 1) is None


async def test_nobody_asks_twice_for_what_is_not_decided(database: Database) -> None:
    number = await ask(database)
    elsewhere = replace(WISH, place=Place(chat_id=1002))

    assert await database.run(asks.ask, WISH) == (number, False)
    assert await database.run(asks.ask, elsewhere) == (number, False)
    for other in (
        replace(WISH, user_id=1003),
        replace(WISH, subject="bot"),
        replace(WISH, unit=Unit.TOKENS),
        replace(WISH, window=Window.MONTH),
    ):
        assert await ask(database, other) != number


@pytest.mark.parametrize("verdict", DECIDED)
async def test_a_wish_is_decided_once_and_may_be_asked_anew(
    database: Database, verdict: Verdict
) -> None:
    number = await ask(database)

    assert await decide(database, number, verdict)
    for later in DECIDED:
        assert not await decide(database, number, later, by=OTHER_ADMIN, given=GIFT)
    found = await database.run(asks.find, number)
    assert found is not None
    assert found.verdict is verdict
    [row] = await database.run(rows, tables.asks)
    assert row["decided_by"] == ADMIN
    [entry] = await database.run(rows, tables.audit)
    assert (entry["actor"], entry["action"], entry["subject"]) == (ADMIN, "ask", "user:1002")
    assert entry["after"] == verdict
    assert await ask(database) != number


async def test_what_is_granted_is_given_with_the_decision(database: Database) -> None:
    assert await decide(database, await ask(database), Verdict.GRANTED, given=GIFT)

    [grant] = await database.run(grants.usable, "user:1002", 0)
    assert (grant.unit, grant.left) == (Unit.USD, 10**9)


async def test_a_limit_is_raised_with_the_decision(database: Database) -> None:
    assert await decide(database, await ask(database), Verdict.RAISED, given=RAISED)

    assert await database.run(limits.of, ["user:1002"]) == {"user:1002": Quota(limits=(RAISED,))}
    audited = [row["action"] for row in await database.run(rows, tables.audit)]
    assert audited == ["ask", "quota"]


async def test_nobody_decides_on_what_nobody_asked_for(database: Database) -> None:
    assert not await decide(database, 1, Verdict.GRANTED, given=GIFT)
    assert await database.run(rows, tables.audit) == []
    assert await database.run(rows, tables.grants) == []
