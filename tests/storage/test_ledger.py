"""The ledger and its totals, which are to say the same whatever happens."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Database, ledger, tables, totals
from storage.money import Cost, Settlement, Unit, Usage
from storage.records import Admission, Message, Place, Question
from storage.totals import DAY, LONGEST_WINDOW, QUARTER
from tests.storage.questions import LOST, question
from tests.storage.rows import Row, rows
from tests.storage.sums import added_up, concerned, kept

MIDNIGHT = 1_795_305_600_000  # 2026-11-22 in UTC
USERS, GROUPS = (7, 8), (-100, -101)
MODELS = ("gpt-6-luna", "own-model")
PAYING = [f"user:{user}" for user in USERS] + [f"group:{group}" for group in GROUPS] + ["guests"]

costs = st.builds(
    Cost,
    requests=st.integers(0, 2),
    tokens=st.integers(0, 10_000),
    images=st.integers(0, 3),
    nanos=st.none() | st.integers(0, 10**12),
)
borders = st.builds(
    lambda base, beside: base + beside,
    st.sampled_from([0, QUARTER, 4 * QUARTER, DAY - QUARTER, DAY, -QUARTER, -DAY, -40 * DAY]),
    st.sampled_from([-1, 0, 1]),
)
times = (borders | st.integers(-2 * DAY, 2 * DAY)).map(lambda after: MIDNIGHT + after)
starts = st.integers(-3 * 96, 3 * 96).map(lambda quarters: MIDNIGHT + quarters * QUARTER)
deeds = st.sampled_from(["reserve", "settle", "settle all", "release", "give_up", "lose"])
# What happens to questions, one thing after another: deed, number, time, cost, to a guest.
steps = st.tuples(deeds, st.integers(1, 4), times, costs, st.booleans())


def asked(number: int) -> Question:
    """One of four questions: by two people, at home or in one of two groups, to two models."""
    user = USERS[number % 2]
    chat = GROUPS[number // 2 - 1] if number >= 2 else user
    return replace(
        question(number, user=user), place=Place(chat_id=chat), model=MODELS[number // 2 % 2]
    )


def take(  # noqa: PLR0913 - what a step is
    connection: sa.Connection, name: str, number: int, at_ms: int, cost: Cost, *, is_guest: bool
) -> None:
    """Let one thing happen, where it can."""
    bill = Settlement(usage=Usage(prompt=1, completion=1), cost=cost, price=None)
    match name, state_of(connection, number):
        case "reserve", None | "released":
            admission = Admission(
                at_ms=at_ms,
                reserved=cost,
                prompt_tokens=1,
                max_tokens=1,
                history=(Message(role="user", text="Hi", tokens=1),),
                is_guest=is_guest,
            )
            ledger.reserve(connection, asked(number), admission)
        case "settle", "reserved":
            ledger.settle(connection, number, bill)
        case "settle all", "reserved":
            cheap = replace(bill, model="cheap-model", endpoint="https://cheap.example.org/v1")
            ledger.settle(connection, number, cheap, [cheap, bill])
        case "release", _:
            ledger.release(connection, [number])
        case "give_up", _:
            ledger.give_up(connection, [number])
        case "lose", _:
            ledger.lose(connection, asked(number), at_ms, bill)


def state_of(connection: sa.Connection, number: int) -> str | None:
    """How the answer's own row of a question stands."""
    where = (tables.ledger.c.update_id == number) & (tables.ledger.c.number == 0)
    return connection.execute(sa.select(tables.ledger.c.state).where(where)).scalar()


@pytest.fixture(scope="module")
def connection() -> Iterator[sa.Connection]:
    """A database in memory, in a transaction that is never committed."""
    with sa.create_engine("sqlite://").connect() as connection:
        tables.metadata.create_all(connection)
        yield connection


@given(taken=st.lists(steps, max_size=25), grid=starts, anywhen=times)
@settings(deadline=None, max_examples=60)
def test_totals_are_what_the_rows_add_up_to(
    connection: sa.Connection,
    taken: list[tuple[str, int, int, Cost, bool]],
    grid: int,
    anywhen: int,
) -> None:
    with connection.begin_nested() as everything:
        for name, number, at_ms, cost, is_guest in taken:
            take(connection, name, number, at_ms, cost, is_guest=is_guest)
            assert kept(connection) == added_up(rows(connection, tables.ledger))
        entries = rows(connection, tables.ledger)
        for subject in (*PAYING, "bot"):
            mine = [row for row in entries if subject in concerned(row)]
            for unit in Unit:
                check_sums(connection, subject, unit, mine, since=(None, grid, anywhen))
        everything.rollback()


def check_sums(
    connection: sa.Connection,
    subject: str,
    unit: Unit,
    mine: list[Row],
    *,
    since: tuple[int | None, ...],
) -> None:
    for began in since:
        used = sum(row[unit.column] or 0 for row in mine if row["created_ms"] >= (began or 0))
        assert ledger.spent(connection, subject, unit, began) == used
    waiting = sum(row[unit.column] or 0 for row in mine if row["state"] == "reserved")
    assert ledger.held(connection, subject, unit) == waiting


def entry(connection: sa.Connection, at_ms: int, *, number: int = 2) -> None:
    """A settled question that was asked then."""
    take(connection, "reserve", number, at_ms, Cost(tokens=500), is_guest=True)
    take(connection, "settle", number, at_ms, Cost(tokens=100), is_guest=True)


@pytest.mark.parametrize("before_ms", [0, QUARTER, 5 * QUARTER, DAY, 31 * DAY])
async def test_quarters_that_no_window_asks_for_can_be_forgotten(
    database: Database, before_ms: int
) -> None:
    def walk(connection: sa.Connection) -> list[int]:
        entry(connection, MIDNIGHT - before_ms, number=1)
        entry(connection, MIDNIGHT - 2 * LONGEST_WINDOW, number=2)
        totals.forget_quarters(connection, MIDNIGHT)
        since = (None, MIDNIGHT - before_ms - before_ms % QUARTER)
        return [ledger.spent(connection, "bot", Unit.TOKENS, began) for began in since]

    assert await database.run(walk) == [200, 100]
    left = [row for row in await database.run(rows, tables.totals) if row["span"] == "quarter"]
    assert {row["began_ms"] for row in left} == {MIDNIGHT - before_ms}


async def test_nobody_but_the_bot_pays_for_what_is_lost(database: Database) -> None:
    def lose(connection: sa.Connection) -> dict[str, int]:
        entry(connection, MIDNIGHT)
        ledger.lose(connection, asked(2), MIDNIGHT, LOST)
        whose = ("user:7", "group:-100", "guests", "bot")
        return {each: ledger.spent(connection, each, Unit.TOKENS, None) for each in whose}

    assert await database.run(lose) == {
        "user:7": 100,
        "group:-100": 100,
        "guests": 100,
        "bot": 140,
    }
    by_model = [
        row["tokens"]
        for row in await database.run(rows, tables.totals)
        if (row["subject"], row["span"]) == ("model:own-model", "day")
    ]
    assert by_model == [140]


async def test_who_asked_pays_for_each_model_that_looked_in_a_row_of_its_own(
    database: Database,
) -> None:
    def settle(connection: sa.Connection) -> dict[str, int]:
        take(connection, "reserve", 2, MIDNIGHT, Cost(tokens=500), is_guest=True)
        answer = Settlement(usage=Usage(prompt=80, completion=20), cost=Cost(tokens=100), price={})
        look = Settlement(
            usage=Usage(prompt=5, completion=2),
            cost=Cost(requests=0, tokens=7),
            price={},
            model="cheap-model",
            endpoint="https://cheap.example.org/v1",
        )
        ledger.settle(connection, 2, answer, [look])
        whose = ("user:7", "group:-100", "guests", "bot")
        return {each: ledger.spent(connection, each, Unit.TOKENS, None) for each in whose}

    assert set((await database.run(settle)).values()) == {107}
    entries = await database.run(rows, tables.ledger)
    assert [(row["number"], row["model"], row["state"], row["requests"]) for row in entries] == [
        (0, "own-model", "settled", 1),
        (1, "cheap-model", "settled", 0),
    ]
    assert {row["update_id"] for row in entries} == {2}
    assert entries[1]["endpoint"] == "https://cheap.example.org/v1"


async def test_an_answer_by_another_model_than_was_held_for_counts_for_that_one(
    database: Database,
) -> None:
    def settle(connection: sa.Connection) -> None:
        take(connection, "reserve", 2, MIDNIGHT, Cost(tokens=500), is_guest=False)
        bill = Settlement(
            usage=Usage(prompt=5, completion=2), cost=Cost(tokens=7), price={}, model="cheap-model"
        )
        ledger.settle(connection, 2, bill)

    await database.run(settle)
    by_model = {
        row["subject"]: row["tokens"]
        for row in await database.run(rows, tables.totals)
        if row["subject"].startswith("model:") and row["span"] == "day"
    }
    assert by_model == {"model:own-model": 0, "model:cheap-model": 7}


async def test_what_was_lost_to_a_question_keeps_its_place_when_it_is_asked_again(
    database: Database,
) -> None:
    def ask_again(connection: sa.Connection) -> None:
        for at_ms in (MIDNIGHT, MIDNIGHT + DAY):
            take(connection, "reserve", 1, at_ms, Cost(tokens=500), is_guest=False)
            ledger.give_up(connection, [1])
        entry(connection, MIDNIGHT + 2 * DAY, number=1)

    await database.run(ask_again)
    entries = await database.run(rows, tables.ledger)

    assert [(row["number"], row["state"], row["created_ms"]) for row in entries] == [
        (1, "lost", MIDNIGHT),
        (2, "lost", MIDNIGHT + DAY),
        (0, "settled", MIDNIGHT + 2 * DAY),
    ]


async def test_a_row_that_is_settled_keeps_the_time_at_which_it_was_asked(
    database: Database,
) -> None:
    await database.run(entry, MIDNIGHT - 1)

    assert await database.run(ledger.spent, "bot", Unit.TOKENS, MIDNIGHT) == 0
    assert await database.run(ledger.spent, "bot", Unit.TOKENS, MIDNIGHT - DAY) == 100
