"""Many photos, cheaper and later: by the endpoint's batches, where it has any."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.app import running
from bot.settings import Settings
from handlers import results
from handlers.context import Services
from playground.world import World
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.processes import Start, kill
from tests.test_many import (
    album,
    described,
    entries,
    files,
    has_go_on,
    paid,
    sends_zip,
    shown,
    table,
)
from tests.test_many import settings as settings  # noqa: PLC0414 - with a price
from tests.test_redo import labels


@pytest.fixture
def model() -> FakeOpenAI:
    model = FakeOpenAI()
    model.batches.are_there = True
    model.reacts = described
    return model


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.but(batch_pause=0.02)


@pytest.fixture
async def services(quick: Settings) -> AsyncIterator[Services]:
    async with running(quick) as services:
        yield services


def choices(someone: Someone) -> list[str]:
    """What can be chosen below the bot's last message."""
    return labels(someone.messages[-1]) if someone.messages else []


async def chooses(someone: Someone, words: str) -> None:
    """Choose now or later, when that is offered."""
    await someone.world.wait_for(lambda: any(each.startswith(words) for each in choices(someone)))
    someone.presses(next(each for each in choices(someone) if each.startswith(words)))


async def is_handed_in(model: FakeOpenAI, world: World, times: int = 1) -> None:
    await model.wait_until(lambda: len(model.batches.listed) >= times)


def prices(tmp_path: Path) -> list[tuple[str, int, Any]]:
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection:
        query = "SELECT state, nanos, price FROM ledger ORDER BY update_id DESC, number"
        return [
            (state, nanos, json.loads(price or "null"))
            for state, nanos, price in connection.execute(query)
        ]


async def test_now_and_later_are_offered_each_with_its_price(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(7))
    await alice.sees_words("Ready to be described: 7.")
    now, later, neither = choices(alice)

    assert now.startswith("Now: about 0.00")
    assert later.startswith("Cheaper, later: about 0.00")
    assert neither == english("job-neither")
    assert model.asked == []


async def test_now_is_as_ever(services: Services, alice: Someone, model: FakeOpenAI) -> None:
    sends_zip(alice, album(7))
    await chooses(alice, english("job-now"))
    await alice.sees("Described: 7 of 7.")

    assert model.batches.listed == []
    assert len(model.asked) == 2


async def test_neither_is_possible(services: Services, alice: Someone, model: FakeOpenAI) -> None:
    sends_zip(alice, album(2))
    await chooses(alice, english("job-neither"))
    await alice.sees("I leave it at that.")

    assert model.asked == []


async def test_later_comes_at_half_the_price(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    sends_zip(alice, album(7))
    await chooses(alice, english("job-later"))
    await alice.sees(english("job-waiting", count=7))
    await is_handed_in(model, world)
    [(held, _, _)] = prices(tmp_path)
    assert model.asked == []
    await model.batches.end()
    await alice.sees_words("Described: 7 of 7.", "It cost")

    assert held == "reserved"
    assert len(table(world, alice)) == 7
    assert [shown(each) for each in model.asked] == [list(album(7))[:5], list(album(7))[5:]]
    [(state, nanos, price)] = prices(tmp_path)
    tokens = [(each.prompt, each.completion) for each in model.bill]
    full = sum(prompt * 100 + completion * 400 for prompt, completion in tokens)
    assert (state, price["factor"]) == ("settled", "0.5")
    assert abs(nanos - full // 2) <= 1
    assert paid(tmp_path) == [("settled", 2, 7)]


async def test_where_there_are_no_batches_there_is_no_choice(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.batches.are_there = False
    sends_zip(alice, album(2))

    await alice.sees("Described: 2 of 2.")


@pytest.mark.parametrize(
    ("status", "words"), [("expired", "within a day"), ("failed", "did not take the pictures")]
)
@pytest.mark.usefixtures("services")
async def test_a_batch_that_comes_to_nothing_costs_nothing_and_can_be_had_now(
    alice: Someone,
    model: FakeOpenAI,
    tmp_path: Path,
    status: str,
    words: str,
) -> None:
    sends_zip(alice, album(2))
    await chooses(alice, english("job-later"))
    await is_handed_in(model, alice.world)
    await model.batches.end(status, only=0)
    await alice.sees_words(words, "Not looked at yet: 2.")
    assert paid(tmp_path) == [("released", 0, 0)]
    await has_go_on(alice)
    await chooses(alice, english("job-now"))

    await alice.sees_words("Described: 2 of 2.", "It cost")


async def test_what_a_batch_got_done_is_kept_and_charged(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    sends_zip(alice, album(7))
    await chooses(alice, english("job-later"))
    await is_handed_in(model, world)
    await model.batches.end("expired", only=1)
    await alice.sees_words("within a day", "Described: 5 of 7.", "Not looked at yet: 2.")

    assert paid(tmp_path) == [("settled", 1, 5)]
    assert len(table(world, alice)) == 5


async def test_stop_ends_a_batch_and_keeps_what_it_has(
    services: Services, world: World, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(7))
    await chooses(alice, english("job-later"))
    await alice.sees(english("job-waiting", count=7))
    alice.says("/stop")
    await alice.sees(english("job-stopping-later"))
    await model.wait_until(lambda: model.batches.listed[-1].status == "cancelling")
    await model.batches.end("cancelled", only=1)

    await alice.sees_words("Stopped.", "Described: 5 of 7.")


async def test_a_limit_without_room_for_all_is_said_before(
    services: Services, world: World, admin: Someone, alice: Someone, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    admin.says("/quota @alice 6 images/day")
    await admin.sees_words("6 images")
    sends_zip(alice, album(8))
    await chooses(alice, english("job-later"))

    await alice.sees_words("limit of 6 images/day has no room", "Not looked at yet: 8.")
    assert model.batches.listed == []


async def test_an_endpoint_that_refuses_a_batch_is_said(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    sends_zip(alice, album(2))
    await alice.sees_words("Ready to be described: 2.")
    model.batches.are_there = False
    await chooses(alice, english("job-later"))
    await alice.sees_words("Not looked at yet: 2.")

    assert paid(tmp_path) == [("released", 0, 0)]


async def test_killed_while_it_waits_it_waits_on(
    alice: Someone, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    process = await start(BATCH_PAUSE="0.05")
    sends_zip(alice, album(7))
    await chooses(alice, english("job-later"))
    await alice.sees(english("job-waiting", count=7))
    await model.wait_until(lambda: model.batches.looks > 0)
    await kill(process)
    looks = model.batches.looks
    await start(BATCH_PAUSE="0.05")
    await model.wait_until(lambda: model.batches.looks > looks)
    await model.batches.end()
    await alice.sees("Described: 7 of 7.")

    assert len(model.batches.listed) == 1
    assert files(alice) == [results.MARKDOWN, results.TABLE]
    assert paid(tmp_path) == [("settled", 2, 7)]


async def test_a_batch_that_was_handed_in_before_a_crash_is_found_again(
    quick: Settings, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    async with running(quick):
        sends_zip(alice, album(2))
        await chooses(alice, english("job-later"))
        await alice.sees(english("job-waiting", count=2))
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection, connection:
        # As it was in the moment between handing it in and writing down its number.
        connection.execute("UPDATE jobs SET state = 'submitting', batch_id = ''")
    async with running(quick):
        await model.wait_until(lambda: model.batches.looks > 0)
        await model.batches.end()
        await alice.sees("Described: 2 of 2.")

    assert len(model.batches.listed) == 1
    assert paid(tmp_path) == [("settled", 1, 2)]


async def test_what_cannot_be_read_is_left_for_now(
    services: Services, world: World, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(2))
    await chooses(alice, english("job-later"))
    await is_handed_in(model, world)
    model.reacts = None
    model.will_say("I see two squares.")
    await model.batches.end()
    await alice.sees_words("Described: 0 of 2.", "Not looked at yet: 2.")
    model.will_say(json.dumps(entries(2)))
    await has_go_on(alice)
    await chooses(alice, english("job-now"))

    await alice.sees_words("Described: 2 of 2.", "It cost")
