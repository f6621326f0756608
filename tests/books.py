"""What the ledger says of questions that bear a number, and what the provider has billed."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.fakes.answers import Charge
from tests.fakes.openai import FakeOpenAI

PRICES = {"gpt-6-luna": {"input": 0.1, "cached": 0.01, "output": 0.5}}
INPUT, CACHED, OUTPUT = 100, 10, 500  # the same, in nano-dollars a token
MARK = re.compile(r"#(\d+) (\w+)")


@dataclass(frozen=True)
class Row:
    """An entry of the ledger."""

    state: str
    number: int
    nanos: int
    is_estimated: bool


def mark(body: dict[str, Any]) -> tuple[int, str]:
    """The number and the mood of the question that a request asks."""
    asked = [message["content"] for message in body["messages"] if message["role"] == "user"]
    found = MARK.search(json.dumps(asked[-1]))
    assert found
    return int(found[1]), found[2]


def price(charge: Charge) -> int:
    """What a request cost, in nano-dollars."""
    return (
        (charge.prompt - charge.cached) * INPUT
        + charge.cached * CACHED
        + charge.completion * OUTPUT
    )


def billed(model: FakeOpenAI) -> dict[int, list[Charge]]:
    """What the provider has billed for each question, by its number."""
    bill: dict[int, list[Charge]] = defaultdict(list)
    for charge in model.bill:
        bill[mark(model.asked[charge.asked])[0]].append(charge)
    return bill


def ledger(folder: Path) -> dict[int, list[Row]]:
    """The ledger's rows of each question, by its number."""
    rows: dict[int, list[Row]] = defaultdict(list)
    with closing(sqlite3.connect(folder / "teller.db")) as connection:
        numbers = {
            update: int(found[1])
            for update, text in connection.execute(
                "SELECT update_id, text FROM messages WHERE role = 'user'"
            )
            if (found := MARK.search(text))
        }
        for update, *row in connection.execute(
            "SELECT update_id, state, number, nanos, is_estimated FROM ledger ORDER BY number"
        ):
            rows[numbers[update]].append(Row(*row))
    return rows


def totals(folder: Path, like: str) -> int:
    """What the totals say that subjects have spent."""
    with closing(sqlite3.connect(folder / "teller.db")) as connection:
        query = "SELECT SUM(nanos) FROM totals WHERE span = 'day' AND subject LIKE ?"
        return int(connection.execute(query, (like,)).fetchone()[0])


def charged_twice(
    rows: Mapping[int, Sequence[Row]], bill: Mapping[int, Sequence[Charge]]
) -> list[int]:
    """Questions for which the one who asked paid more than a single answer costs."""
    return [
        number
        for number, entries in rows.items()
        if sum(row.nanos for row in entries if row.state != "lost")
        > max((price(replace(charge, cached=0)) for charge in bill[number]), default=0)
    ]


def assert_balanced(folder: Path, model: FakeOpenAI, *, stopped: Collection[int] = ()) -> set[int]:
    """The ledger is the provider's bill; returns the questions for which it is so to the nano.

    Of an answer that was `stopped` while it came, nobody here saw what was on its way.
    """
    rows, bill = ledger(folder), billed(model)
    spent = {number: sum(row.nanos for row in entries) for number, entries in rows.items()}
    owed = {number: sum(map(price, bill[number])) for number in rows}
    exact = {n for n, entries in rows.items() if not any(row.is_estimated for row in entries)}

    # What the provider has told is in the ledger, to the nano-dollar: nothing else, nothing twice.
    assert {n: spent[n] for n in exact} == {n: owed[n] for n in exact}
    # Where it could not tell, the ledger never says less than was billed.
    short = {n: (rows[n], bill[n]) for n in rows if spent[n] < owed[n] and n not in stopped}
    assert short == {}
    assert charged_twice(rows, bill) == []
    # Who asked pays for answers only; the bot for all.
    answers = sum(row.nanos for each in rows.values() for row in each if row.state != "lost")
    assert totals(folder, "user:%") == answers
    assert totals(folder, "bot") == totals(folder, "model:%") == sum(spent.values())
    return exact
