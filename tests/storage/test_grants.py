"""What is given on top of limits: drawn in order, given back in the reverse."""

from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa

from storage import Database, grants, ledger, tables
from storage.grants import Gift
from storage.money import Cost, Draw, Settlement, Unit, Usage
from storage.records import Admission
from tests.storage.questions import ALICE, BEN, question
from tests.storage.rows import rows

ADMIN = 1001
ME, OTHER = f"user:{ALICE}", f"user:{BEN}"
NOW, HOUR = 1_795_305_600_000, 3_600_000
FIRST = NOW - 24 * HOUR

End = Callable[[sa.Connection, Sequence[int]], None]


async def give(  # noqa: PLR0913 - what may differ between two gifts
    database: Database,
    key: str,
    amount: int,
    *,
    unit: Unit = Unit.TOKENS,
    subject: str = ME,
    expires_ms: int | None = None,
) -> bool:
    gift = Gift(key=key, subject=subject, unit=unit, amount=amount, expires_ms=expires_ms)
    return await database.run(grants.give, gift, by=ADMIN)


def draw(amount: int, unit: Unit = Unit.TOKENS, subject: str = ME) -> Draw:
    return Draw(subject=subject, unit=unit, amount=amount)


async def reserve(
    database: Database, number: int, cost: Cost, *draws: Draw, at_ms: int = NOW
) -> None:
    admission = Admission(
        at_ms=at_ms, reserved=cost, prompt_tokens=1, max_tokens=1, history=(), draws=draws
    )
    await database.run(ledger.reserve, question(number), admission)


async def settle(database: Database, number: int, cost: Cost) -> None:
    bill = Settlement(usage=Usage(prompt=1, completion=1), cost=cost, price=None)
    await database.run(ledger.settle, number, bill)


async def left(database: Database, subject: str = ME, at_ms: int = NOW) -> list[int]:
    """What is left of a subject's grants, in the order in which it is drawn."""
    return [grant.left for grant in await database.run(grants.usable, subject, at_ms)]


async def spent(database: Database, unit: Unit = Unit.TOKENS, since_ms: int | None = None) -> int:
    return await database.run(ledger.spent, ME, unit, since_ms)


async def test_a_deed_that_is_done_twice_gives_once(database: Database) -> None:
    assert await give(database, "update 5", 100)
    assert not await give(database, "update 5", 100)
    assert await give(database, "update 6", 100)

    assert await left(database) == [100, 100]
    entries = await database.run(rows, tables.audit)
    assert [(row["actor"], row["action"], row["subject"], row["after"]) for row in entries] == [
        (ADMIN, "grant", ME, "100 tokens")
    ] * 2


async def test_a_grant_is_for_its_subject_alone(database: Database) -> None:
    await give(database, "a", 100)
    await give(database, "b", 200, subject=OTHER)

    [mine] = await database.run(grants.usable, ME, NOW)
    assert (mine.subject, mine.unit, mine.amount, mine.expires_ms) == (ME, Unit.TOKENS, 100, None)
    assert await left(database, OTHER) == [200]
    assert await left(database, "bot") == []


async def test_a_grant_is_usable_until_it_expires(database: Database) -> None:
    await give(database, "a", 100, expires_ms=NOW)

    assert await left(database, at_ms=NOW - 1) == [100]
    assert await left(database, at_ms=NOW) == []


async def three(database: Database) -> None:
    """Grants of 100 that never expires, 200 that expires in two hours, 300 in one."""
    await give(database, "later", 200, expires_ms=NOW + 2 * HOUR)
    await give(database, "never", 100)
    await give(database, "soon", 300, expires_ms=NOW + HOUR)


@pytest.mark.parametrize(
    ("amount", "rest"),
    [
        (1, [299, 200, 100]),
        (300, [200, 100]),
        (350, [150, 100]),
        (599, [1]),
        (600, []),
    ],
)
async def test_what_expires_first_is_drawn_first(
    database: Database, amount: int, rest: list[int]
) -> None:
    await three(database)
    await reserve(database, 1, Cost(tokens=1000), draw(amount))

    assert await left(database) == rest
    assert await spent(database) == 1000 - amount


async def test_what_has_expired_is_not_drawn(database: Database) -> None:
    await three(database)
    await reserve(database, 1, Cost(tokens=1000), draw(250), at_ms=NOW + HOUR)

    assert await left(database) == [300, 50]


@pytest.mark.parametrize(
    ("billed", "rest"),
    [
        (1000, [50]),  # as much as was held
        (1200, [50]),  # more
        (990, [60]),
        (950, [100]),
        (940, [10, 100]),
        (600, [150, 200, 100]),
        (450, [300, 200, 100]),
        (0, [300, 200, 100]),
    ],
)
async def test_what_was_drawn_last_is_given_back_first(
    database: Database, billed: int, rest: list[int]
) -> None:
    await three(database)
    await reserve(database, 1, Cost(tokens=1000), draw(550))
    await settle(database, 1, Cost(tokens=billed))

    assert await left(database) == rest
    assert await spent(database) == billed - (600 - sum(rest))


@pytest.mark.parametrize("end", [ledger.release, ledger.give_up])
async def test_a_question_without_an_answer_draws_nothing(database: Database, end: End) -> None:
    await three(database)
    await reserve(database, 1, Cost(tokens=1000), draw(550))
    await database.run(end, [1])

    assert await left(database) == [300, 200, 100]
    assert await spent(database) == 0
    assert await database.run(rows, tables.draws) == []


async def test_a_question_that_is_asked_again_draws_again(database: Database) -> None:
    await give(database, "a", 100)
    for _attempt in range(2):
        await reserve(database, 1, Cost(tokens=1000), draw(80))
        assert await left(database) == [20]
        await database.run(ledger.give_up, [1])

    assert await left(database) == [100]


async def test_each_unit_and_subject_is_drawn_and_given_back_by_itself(
    database: Database,
) -> None:
    await give(database, "tokens", 100)
    await give(database, "nanos", 5000, unit=Unit.USD)
    await give(database, "requests", 1, unit=Unit.REQUESTS)
    await give(database, "bot", 100, subject="bot")
    held = Cost(tokens=500, nanos=9000)
    wanted: Sequence[Draw] = (
        draw(100),
        draw(5000, Unit.USD),
        draw(1, Unit.REQUESTS),
        draw(60, subject="bot"),
    )
    await reserve(database, 1, held, *wanted)
    assert (await left(database), await left(database, "bot")) == ([], [40])
    assert [await spent(database, unit) for unit in Unit] == [0, 400, 0, 4000]

    await settle(database, 1, Cost(tokens=430, nanos=3000))
    assert (await left(database), await left(database, "bot")) == ([70, 5000], [100])
    assert [await spent(database, unit) for unit in Unit] == [0, 400, 0, 3000]
    assert await database.run(ledger.spent, "bot", Unit.TOKENS, None) == 430


async def test_a_price_that_nobody_knew_gives_nothing_back(database: Database) -> None:
    await give(database, "a", 100)
    await reserve(database, 1, Cost(tokens=500, nanos=None), draw(100))
    await settle(database, 1, Cost(tokens=500, nanos=None))

    assert await left(database) == []


async def test_what_was_drawn_counts_in_the_window_in_which_it_was_spent(
    database: Database,
) -> None:
    await give(database, "a", 100)
    await reserve(database, 1, Cost(tokens=500), draw(60), at_ms=FIRST)
    await reserve(database, 2, Cost(tokens=500), draw(30), at_ms=NOW)

    assert await spent(database, since_ms=None) == 910
    assert await spent(database, since_ms=NOW) == 470
    assert await spent(database, since_ms=NOW - 1) == 470  # row by row
    assert await left(database) == [10]


async def test_what_several_models_billed_is_not_given_back(database: Database) -> None:
    await give(database, "a", 100)
    await reserve(database, 1, Cost(tokens=100), draw(100))
    usage = Usage(prompt=1, completion=1)
    answer = Settlement(usage=usage, cost=Cost(tokens=60), price=None)
    look = Settlement(usage=usage, cost=Cost(requests=0, tokens=30), price=None, model="cheap")
    await database.run(ledger.settle, 1, answer, [look])

    assert await left(database) == [10]
    assert await spent(database) == 0
