"""What the bot counts for those who watch it."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

import httpx
import pytest

from bot.settings import Price, Settings
from handlers.context import Services
from playground.faults import HangUp, Refuse
from playground.world import World
from tests.conftest import ALICE, picture
from tests.doors import free_port
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

Read = Callable[[], Awaitable[dict[str, float]]]

CALLS = 'teller_telegram_calls_total{{method="{method}",status="{status}"}}'


@pytest.fixture
def settings(settings: Settings) -> Settings:
    luna = Price(input=Decimal("0.1"), output=Decimal("0.5"))
    return settings.but(port=free_port(), prices={"gpt-6-luna": luna})


@pytest.fixture
async def read(settings: Settings, bot: Services) -> AsyncIterator[Read]:
    """The figures by their names and labels."""
    url = f"http://127.0.0.1:{settings.port}/metrics"
    async with httpx.AsyncClient(verify=False) as client:

        async def read() -> dict[str, float]:
            answer = await client.get(url)
            assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
            lines = (line for line in answer.text.splitlines() if not line.startswith("#"))
            return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

        yield read


async def test_updates_are_counted_and_those_that_wait(
    alice: Someone, model: FakeOpenAI, read: Read
) -> None:
    before = await read()
    growing = model.hold()
    alice.says("One")
    alice.says("Two")
    await model.wait_asked(1)
    during = await read()
    growing.say("First.").finish()
    await alice.sees("You said: Two")

    assert before["teller_updates_received_total"] == before["teller_updates_waiting"] == 0
    assert during["teller_updates_received_total"] == during["teller_updates_waiting"] == 2
    assert during["teller_telegram_silence_seconds"] < 60
    assert (await read())["teller_updates_received_total"] == 2


async def test_calls_to_telegram_are_counted_by_how_they_end(
    alice: Someone, world: World, read: Read
) -> None:
    world.faults.add(kind=Refuse(429, retry_after=0), method="sendMessage")
    alice.says("Hi")
    await alice.sees("You said: Hi")
    world.faults.add(kind=HangUp(), method="editMessageText", times=1)
    alice.sends_photo(picture(), "And this?")
    await alice.sees_messages(2)
    figures = await read()

    assert figures[CALLS.format(method="sendMessage", status="429")] == 1
    assert figures[CALLS.format(method="sendMessage", status="200")] == 2
    assert figures[CALLS.format(method="download", status="200")] == 1


async def test_no_figure_says_anything_of_people(alice: Someone, read: Read) -> None:
    alice.sends_photo(picture(), "My secret is 42.")
    await alice.sees_messages(1)
    figures = await read()

    labels = {label for name in figures for label in re.findall(r'="([^"]*)"', name)}
    allowed = r"[a-zA-Z]+|[1-5]\d\d|gpt-6-luna|\d+\.\d+|\+Inf"  # the last two: of a histogram
    assert [label for label in labels if not re.fullmatch(allowed, label)] == []
    assert str(ALICE.id) not in " ".join(figures)


async def test_turns_tokens_and_costs_are_counted(
    alice: Someone, model: FakeOpenAI, read: Read
) -> None:
    alice.says("One")
    await alice.sees("You said: One")
    model.will_fail(503)
    model.will_fail(400, code="content_filter")
    alice.says("Two")
    await alice.sees_messages(2)
    figures = await read()

    [charge] = model.bill
    assert figures['teller_turns_total{outcome="whole"}'] == 1
    assert figures['teller_turns_total{outcome="ContentRefused"}'] == 1
    assert figures['teller_model_failures_total{endpoint="main",kind="ModelUnavailable"}'] == 1
    assert figures['teller_model_failures_total{endpoint="main",kind="ContentRefused"}'] == 1
    assert figures["teller_first_words_seconds_count"] == 1
    assert figures['teller_tokens_total{kind="prompt",model="gpt-6-luna"}'] == charge.prompt
    assert figures['teller_tokens_total{kind="completion",model="gpt-6-luna"}'] == charge.completion
    nanos = charge.prompt * 100 + charge.completion * 500
    assert figures['teller_spent_nanodollars_total{model="gpt-6-luna"}'] == nanos
