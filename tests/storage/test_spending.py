"""What someone's answers cost, as they are told themselves."""

from dataclasses import replace

import pytest

from storage import Database, grants, ledger, spending
from storage.grants import Gift
from storage.money import Cost, Draw, Settlement, Unit, Usage
from storage.records import Admission, Place, Question
from storage.spending import Spent
from storage.totals import DAY, QUARTER
from tests.storage.questions import question

MIDNIGHT = 20_000 * DAY
HELD = Cost(tokens=500, images=1, nanos=9_000)
BILLED = Settlement(
    usage=Usage(prompt=9, completion=1), cost=Cost(tokens=10, images=1, nanos=300), price={}
)
UNPRICED = replace(BILLED, cost=Cost(tokens=20, nanos=None), price=None)


def asked(number: int, *, user: int = 7, model: str = "luna", chat: int = 7) -> Question:
    return replace(question(number, user=user), model=model, place=Place(chat_id=chat))


async def reserved(
    database: Database, asking: Question, at_ms: int = MIDNIGHT, *draws: Draw
) -> None:
    admission = Admission(
        at_ms=at_ms, reserved=HELD, prompt_tokens=9, max_tokens=9, history=(), draws=draws
    )
    await database.run(ledger.reserve, asking, admission)


async def answered(
    database: Database, asking: Question, at_ms: int = MIDNIGHT, bill: Settlement = BILLED
) -> None:
    await reserved(database, asking, at_ms)
    await database.run(ledger.settle, asking.update_id, bill)


async def cost(database: Database, since_ms: int = 0) -> Cost:
    return await database.run(spending.since, 7, since_ms)


async def test_each_answer_is_told_with_its_model_and_cost(
    database: Database,
) -> None:
    await answered(database, asked(1, model="sol"), MIDNIGHT + 5)
    await answered(database, asked(2, chat=-5), MIDNIGHT, UNPRICED)
    await answered(database, asked(3), MIDNIGHT - 1)
    await answered(database, asked(4, user=8))

    found = await database.run(spending.each, 7, MIDNIGHT)
    assert sorted(found, key=lambda each: each.created_ms) == [
        Spent(created_ms=MIDNIGHT, model="luna", nanos=None, tokens=20),
        Spent(created_ms=MIDNIGHT + 5, model="sol", nanos=300, tokens=10),
    ]


async def test_what_nobody_was_charged_for_is_not_told(database: Database) -> None:
    for number in (1, 2, 3):
        await reserved(database, asked(number))
    await database.run(ledger.release, [2])
    await database.run(ledger.give_up, [3])
    await database.run(ledger.lose, asked(4), MIDNIGHT, BILLED)

    assert await database.run(spending.each, 7, 0) == []
    assert await cost(database) == Cost(requests=0)


async def test_a_sum_begins_when_it_is_said_to(database: Database) -> None:
    for number, at_ms in enumerate([MIDNIGHT - 40 * DAY, MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 1]):
        await answered(database, asked(number), at_ms)
    await answered(database, asked(9, user=8))

    assert await cost(database) == Cost(requests=4, tokens=40, images=4, nanos=1_200)
    assert await cost(database, MIDNIGHT) == Cost(requests=2, tokens=20, images=2, nanos=600)
    assert await cost(database, MIDNIGHT + QUARTER) == Cost(requests=0)


async def test_an_answer_that_grows_is_in_no_sum(database: Database) -> None:
    await answered(database, asked(1), MIDNIGHT)
    await reserved(database, asked(2), MIDNIGHT - 1)

    assert await cost(database) == BILLED.cost
    assert await cost(database, MIDNIGHT) == BILLED.cost


async def test_what_was_granted_has_its_cost_too(database: Database) -> None:
    gift = Gift(key="k", subject="user:7", unit=Unit.USD, amount=9_000, expires_ms=None)
    await database.run(grants.give, gift, by=1001)
    await reserved(
        database, asked(1), MIDNIGHT, Draw(subject="user:7", unit=Unit.USD, amount=9_000)
    )
    await database.run(ledger.settle, 1, BILLED)

    assert await database.run(ledger.spent, "user:7", Unit.USD, None) == 0
    assert (await cost(database)).nanos == 300


@pytest.mark.parametrize(("since_ms", "count"), [(0, 2), (MIDNIGHT, 1), (MIDNIGHT + 1, 0)])
async def test_answers_without_a_price_are_counted(
    database: Database, since_ms: int, count: int
) -> None:
    await answered(database, asked(1), MIDNIGHT, UNPRICED)
    await answered(database, asked(2), MIDNIGHT - 1, UNPRICED)
    await answered(database, asked(3), MIDNIGHT)
    await answered(database, asked(4, user=8), MIDNIGHT, UNPRICED)

    assert await database.run(spending.unpriced, 7, since_ms) == count
