"""A second endpoint that takes over: who asks notices nothing, and the books are exact."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, NamedTuple

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.app import running
from bot.llm import ATTEMPTS, errors
from bot.serving import serving
from bot.settings import Endpoint, Offer, Price, Settings
from handlers.context import Services
from handlers.errors import WORDS
from storage.money import Limit, Unit, Window
from storage.tables import ledger
from tests.conftest import picture
from tests.doors import free_port
from tests.english import english
from tests.fakes.answers import Charge
from tests.fakes.chat_rules import Kind
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

CHEAP = Price(input=Decimal("0.1"), output=Decimal("0.5"))
DEAR = Price(input=Decimal(2), output=Decimal(8))
SPARE = "gpt-4o"
HOUR = 3600.0


@pytest.fixture
def spare() -> FakeOpenAI:
    """The model that takes over."""
    return FakeOpenAI(key="sk-spare")


@pytest.fixture
async def relay(spare: FakeOpenAI) -> AsyncIterator[str]:
    async with serving(spare) as url:
        yield f"{url}/v1"


@pytest.fixture
def settings(settings: Settings, endpoint: str, relay: str) -> Settings:
    return settings.but(
        endpoints={"relay": Endpoint(base_url=relay, api_key=SecretStr("sk-spare"))},
        models={SPARE: Offer(title="Spare", endpoint="relay")},
        fallbacks=(SPARE,),
        prices={endpoint: {"gpt-6-luna": CHEAP}, relay: {SPARE: DEAR}},
        breaker_pause=HOUR,
    )


class Entry(NamedTuple):
    state: str
    model: str
    endpoint: str
    tokens: int
    nanos: int | None


async def books(bot: Services) -> list[Entry]:
    columns = (ledger.c[name] for name in Entry._fields)
    query: Any = sa.select(*columns).order_by(ledger.c.id)
    rows = await bot.database.run(lambda connection: connection.execute(query).all())
    return [Entry(*row) for row in rows]


def billed(charge: Charge, price: Price) -> int:
    return int((charge.prompt * price.input + charge.completion * price.output) * 1000)


async def can_be_told(admin: Someone) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")


async def test_where_the_key_is_refused_the_second_answers_and_the_first_is_left_alone(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    await can_be_told(admin)
    model.will_fail(401, code="invalid_api_key")
    for number in range(3):
        alice.says(f"Question {number}")
        await alice.sees(f"You said: Question {number}")
    await admin.sees_words("refuses the bot's key", "Spare answers in its place")

    assert len(alice.screen) == 3
    assert (len(model.asked), len(spare.asked)) == (1, 3)
    assert len(admin.screen) == 2  # with the greeting


FAILURES = {
    "out of reach": (503, None, ATTEMPTS),
    "too busy": (429, "rate_limit_exceeded", ATTEMPTS),
    "no such model": (404, "model_not_found", 1),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_where_the_first_fails_the_second_answers_at_its_own_price(
    alice: Someone, bot: Services, model: FakeOpenAI, spare: FakeOpenAI, failure: str
) -> None:
    status, code, attempts = FAILURES[failure]
    for _ in range(attempts):
        model.will_fail(status, code=code)
    alice.says("One")
    await alice.sees("You said: One")
    alice.says("Two")
    await alice.sees("You said: Two")

    assert len(model.asked) == attempts  # the second question did not try it again
    relay = bot.settings.endpoints["relay"].base_url
    assert await books(bot) == [
        Entry("settled", SPARE, relay, charge.prompt + charge.completion, billed(charge, DEAR))
        for charge in spare.bill
    ]


async def test_what_the_first_took_and_broke_off_is_counted_at_its_own_price(
    alice: Someone, bot: Services, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    for _ in range(ATTEMPTS):
        model.will_drop()
    alice.says("Hi")
    await alice.sees("You said: Hi")
    answered, *lost = await books(bot)

    [charge] = spare.bill
    assert answered[:2] == ("settled", SPARE)
    assert answered.nanos == billed(charge, DEAR)
    first = ("lost", "gpt-6-luna", bot.settings.openai_base_url)
    assert [each[:3] for each in lost] == [first] * ATTEMPTS
    assert {each.nanos for each in lost} == {
        billed(Charge("gpt-6-luna", each.prompt, 0, 0), CHEAP) for each in model.bill
    }


async def test_where_nobody_answers_there_is_one_sentence_and_nothing_to_pay(
    alice: Someone, bot: Services, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    for _ in range(ATTEMPTS):
        model.will_fail(503)
    spare.will_fail(401, code="invalid_api_key")
    alice.says("Hi")
    await alice.sees_messages(1)
    alice.says("And now?")
    await alice.sees("You said: And now?")

    assert alice.screen[0] == english(WORDS[errors.ModelUnavailable])
    refused, _ = await books(bot)
    assert (refused.state, refused.nanos) == ("released", 0)


async def test_a_first_that_has_healed_is_asked_again_and_admins_hear_so(
    settings: Settings, alice: Someone, admin: Someone, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    async with running(settings.but(breaker_pause=0.0)):
        await can_be_told(admin)
        for _ in range(ATTEMPTS):
            model.will_fail(503)
        alice.says("One")
        await alice.sees("You said: One")
        alice.says("Two")
        await alice.sees("You said: Two")
        await admin.sees_words("gpt-6-luna at", "does not answer", "Spare answers in its place")
        await admin.sees_words("gpt-6-luna", "answers again")
        alice.says("Three")
        await alice.sees("You said: Three")

    assert len(spare.asked) == 1
    assert len(admin.screen) == 3


@pytest.mark.parametrize("code", ["content_filter", "invalid_value"])
async def test_what_is_wrong_with_the_question_is_asked_of_nobody_else(
    alice: Someone, bot: Services, model: FakeOpenAI, spare: FakeOpenAI, code: str
) -> None:
    model.will_fail(400, code=code)
    alice.says("Hi")
    await alice.sees_messages(1)

    assert alice.screen[0] in map(english, WORDS.values())
    assert spare.asked == []


async def test_an_answer_that_has_begun_is_nobody_elses(
    alice: Someone, bot: Services, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    model.will_drop("Once ", "upon")
    alice.says("Hi")
    await alice.sees_words("Once upon", "broke off")

    assert spare.asked == []


async def test_who_has_no_room_for_the_dearer_model_hears_that_the_first_does_not_answer(
    settings: Settings, alice: Someone, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    little = Limit(subject="", unit=Unit.USD, window=Window.DAY, amount=300_000)
    async with running(settings.but(limits=(little,), answer_tokens=500)) as bot:
        for _ in range(ATTEMPTS):
            model.will_fail(503)
        alice.says("Hi")
        await alice.sees(english(WORDS[errors.ModelUnavailable]))
        entries = await books(bot)

    assert spare.asked == []
    assert [each[:2] for each in entries] == [("released", "gpt-6-luna")]


async def test_a_dearer_model_answers_no_longer_than_the_limit_has_room_for(
    settings: Settings, alice: Someone, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    limit = Limit(subject="", unit=Unit.USD, window=Window.DAY, amount=1_500_000)
    async with running(settings.but(limits=(limit,))) as bot:
        for _ in range(ATTEMPTS):
            model.will_fail(503)
        spare.will_say("word " * 1_000)
        alice.says("Hi")
        await alice.sees_words("word", "I had to be brief")
        entries = await books(bot)

    assert spare.asked[0]["max_tokens"] < model.asked[0]["max_completion_tokens"]
    assert 0 < (entries[0].nanos or 0) <= limit.amount


async def test_a_photo_never_goes_to_a_model_that_does_not_see(
    settings: Settings, alice: Someone, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    blind = Offer(title="Spare", endpoint="relay", sees=False)
    async with running(settings.but(models={SPARE: blind})):
        alice.sends_photo(picture(), "What is this?")
        await alice.sees("I see 1 image.")
        for _ in range(2 * ATTEMPTS):
            model.will_fail(503)
        alice.sends_photo(picture("red"), "And this?")
        await alice.sees(english(WORDS[errors.ModelUnavailable]))
        alice.says("And now?")
        await alice.sees("You said: And now?")

    [asked] = spare.asked
    assert "image_url" not in str(asked)
    assert "[Photo 1, 640×480: " in asked["messages"][1]["content"]


async def test_where_no_model_sees_a_photo_gets_a_sentence(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    blind = {"gpt-6-luna": Offer(sees=False)}
    async with running(settings.but(models=blind, fallbacks=())):
        alice.sends_photo(picture(), "What is this?")
        await alice.sees(english(WORDS[errors.ModelBlind]))
        alice.says("Hi")
        await alice.sees("You said: Hi")

    assert len(model.asked) == 1


async def test_a_fallback_is_asked_by_the_name_that_its_endpoint_has_for_it(
    settings: Settings, alice: Someone, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    spare.models["openai/gpt-6-luna"] = Kind(efforts=("none",))
    offer = Offer(name="openai/gpt-6-luna", endpoint="relay")
    async with running(settings.but(models={"backup": offer}, fallbacks=("backup",))) as bot:
        model.will_fail(402)
        alice.says("Hi")
        await alice.sees("You said: Hi")
        [entry] = await books(bot)

    assert entry.model == spare.asked[0]["model"] == "openai/gpt-6-luna"


async def test_readiness_and_figures_say_how_each_endpoint_is(
    settings: Settings, alice: Someone, model: FakeOpenAI, spare: FakeOpenAI
) -> None:
    port = free_port()
    async with (
        running(settings.but(port=port)),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=False) as client,
    ):
        model.will_fail(401, code="invalid_api_key")
        alice.says("One")
        await alice.sees_messages(1)
        first = await client.get("/readyz")
        spare.will_fail(402)
        alice.says("Two")
        await alice.sees_messages(2)
        both, figures = await client.get("/readyz"), (await client.get("/metrics")).text

    assert first.json() == {"ready": True, "failing": [], "refusing": ["main"]}
    assert both.json() == {"ready": False, "failing": ["model"], "refusing": ["main", "relay"]}
    assert 'teller_model_refusing{endpoint="relay"} 1.0' in figures
    assert 'teller_model_failures_total{endpoint="main",kind="KeyRefused"} 1.0' in figures
