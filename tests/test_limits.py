"""Who may spend how much: what is refused, in which words, and what is charged."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import genai_prices
import pytest
import sqlalchemy as sa

from bot.grammar import read_limits
from bot.settings import Price, Settings
from handlers.context import Services
from playground.people import Person
from playground.world import World
from storage.tables import ledger
from tests.conftest import Clock, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

OPENAI = "https://api.openai.com/v1"
LUNA = Price(input=Decimal("0.1"), cached=Decimal("0.01"), output=Decimal("0.5"))


def having(**changes: Any) -> pytest.MarkDecorator:
    """Settings of the bot in one story."""
    return pytest.mark.parametrize("settings", [changes], indirect=True, ids=[""])


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {}))


@having(limits=read_limits("2 requests/hour"))
async def test_a_limit_refuses_in_words_until_it_starts_again(
    alice: Someone, ben: Someone, bot: Services, model: FakeOpenAI, clock: Clock
) -> None:
    clock.now = clock.now.replace(minute=18, second=30)
    for number in (1, 2, 3):
        alice.says(f"Number {number}")
    refusal = await alice.sees_words("Your limit of 2 requests/hour has no room", "2 requests used")
    ben.says("Hi")
    await ben.sees("You said: Hi")
    clock.goes_on(timedelta(minutes=41))
    alice.says("Number 4")
    await alice.sees_messages(5)
    clock.goes_on(timedelta(minutes=1))
    alice.says("Number 5")
    await alice.sees("You said: Number 5")

    assert refusal.endswith("It starts again in 42 min.")
    assert alice.screen[4].endswith("It starts again in 1 min.")
    assert len(model.asked) == 4
    assert "Number 3" not in str(model.asked[-1])


async def test_a_quota_holds_from_the_next_message_on(
    alice: Someone, ben: Someone, admin: Someone, bot: Services
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    admin.says("/quota @alice 1 request/day 5 usd/month")
    await admin.sees_words("Alice (@alice)", "1 request/day", "5 usd/month")
    alice.says("Hi again")
    await alice.sees_words("1 request/day has no room")
    admin.says("/quota @alice unlimited")
    await admin.sees_words("Alice (@alice)", "No limit.")
    alice.says("Now?")
    await alice.sees("You said: Now?")
    admin.says("/quota @alice reset")
    await admin.sees_messages(3)

    assert "No limit." in admin.screen[2]


@having(limits=read_limits("1 request/day"))
async def test_only_an_admin_sets_quotas(alice: Someone, bot: Services, model: FakeOpenAI) -> None:
    alice.says("/quota @alice unlimited")
    alice.says("/approve @alice")
    alice.says("One")
    alice.says("Two")
    await alice.sees_words("1 request/day has no room")

    assert alice.screen[:3] == [
        english("command-unknown"),
        english("command-unknown"),
        "You said: One",
    ]
    assert len(model.asked) == 1


@having(limits=read_limits("1000 usd/day"))
async def test_a_limit_in_usd_refuses_a_model_without_a_price_and_the_admins_hear_of_it_once(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    for number in (1, 2):
        alice.says("Hi")
        await alice.sees_messages(number)
    await admin.sees_words("Nobody knows what the model gpt-6-luna costs", "teller.toml")

    assert all("I cannot tell what this model costs" in words for words in alice.screen)
    assert len(admin.screen) == 2
    assert model.asked == []


@having(limits=read_limits("0.0001 usd/day"), prices={"gpt-6-luna": LUNA})
async def test_an_answer_is_as_long_as_the_money_that_is_left(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    model.will_say("word " * 1_000)
    alice.says("Say a lot")
    await alice.sees_words("I had to be brief: your limit of 0.0001 usd/day")
    alice.says("More")
    await alice.sees_words("Your limit of 0.0001 usd/day has no room")

    [charge] = model.bill
    price = charge.prompt * 100 + charge.completion * 500
    assert model.asked[0]["max_completion_tokens"] < 200
    assert 50_000 < price <= 100_000


@having(bot_limits=read_limits("100 requests/day"))
async def test_three_hundred_at_once_never_pass_a_limit_of_a_hundred(
    world: World, bot: Services, model: FakeOpenAI
) -> None:
    people = [Someone(world, world.add_person(Person(n, f"P{n}"))) for n in range(5000, 5300)]
    for person in people:
        person.says("Me first!")
    await world.wait_for(lambda: all(person.screen for person in people), timeout=60)
    await world.wait_for(
        lambda: sum("has no room" in person.screen[-1] for person in people) == 200, timeout=60
    )
    answered = [person for person in people if "Me first!" in person.screen[-1]]

    assert len(model.asked) == len(answered) == 100


@having(prices={"gpt-6-luna": LUNA})
async def test_the_ledger_holds_what_was_billed_to_the_nano_dollar(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("Tell me about it. " * 400)
    await alice.sees_messages(2)
    alice.says("Go on")
    await alice.sees("You said: Go on")
    alice.sends_photo(picture(), "And this?")
    await alice.sees("I see 1 image.")
    rows = await bot.database.run(lambda connection: connection.execute(sa.select(ledger)).all())

    assert model.bill[1].cached >= 1_024
    assert [row.nanos for row in rows] == [
        genai_prices.calc_price(
            genai_prices.Usage(
                input_tokens=charge.prompt,
                cache_read_tokens=charge.cached,
                output_tokens=charge.completion,
            ),
            charge.model,
            provider_api_url=OPENAI,
        ).total_price
        * 10**9
        for charge in model.bill
    ]
