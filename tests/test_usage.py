"""/usage: what someone may use, has used, and what it cost, in words and in a picture."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.grammar import read_limits
from bot.settings import Price, Settings
from handlers.context import Services
from handlers.usage import chart
from playground.faults import Refuse
from playground.people import Chat
from playground.world import World
from storage.money import Unit
from storage.spending import Spent
from tests.conftest import Clock
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing

DEAR = Price(input=Decimal(1000), cached=Decimal(1000), output=Decimal(1000))  # 0.001 USD a token
PRICED = {"gpt-6-luna": DEAR}
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
DAYS = [date(2026, 11, 21), date(2026, 11, 22)]
NO_PHOTOS = Refuse(400, "Bad Request: not enough rights to send photos to the chat")


def having(**changes: Any) -> pytest.MarkDecorator:
    """Settings of the bot in one story."""
    return pytest.mark.parametrize("settings", [changes], indirect=True, ids=[""])


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {}))


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = NOON
    return clock


async def asks(someone: Someone, text: str = "Hi") -> None:
    someone.says(text)
    await someone.sees(f"You said: {text}")


async def sees_picture(someone: Someone) -> dict[str, Any]:
    """Wait until the last that the bot said is a photo."""
    return await someone.world.wait_for(
        lambda: next((each for each in someone.messages[-1:] if "photo" in each), None)
    )


def cost(model: FakeOpenAI, first: int = 0) -> str:
    """What answers have cost from the `first` on, at 0.001 USD a token."""
    tokens = sum(charge.prompt + charge.completion for charge in model.bill[first:])
    return f"{Decimal(tokens) / 1000:.3f}".rstrip("0")


async def test_who_used_nothing_and_may_use_all_hears_just_that(
    alice: Someone, bot: Services
) -> None:
    alice.says("/usage")
    alice.says("/new")
    await alice.sees(english("command-afresh-already"))

    assert alice.screen[0].split("\n") == [
        "There is no limit on what you may use.",
        "",
        "What your answers cost",
        "Today: 0 usd, 0 requests",
        "This month: 0 usd, 0 requests",
        "In all: 0 usd, 0 requests",
    ]
    assert len(alice.messages) == 2


@having(limits=read_limits("3 requests/day, 5 usd/month"), prices=PRICED)
async def test_usage_shows_each_limit_with_its_bar_and_what_all_cost(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await asks(alice)
    alice.says("/usage")
    picture = await sees_picture(alice)
    words = alice.screen[1].split("\n")

    assert words[:3] == ["3 requests/day", "▰▰▰▱▱▱▱▱▱▱ 33 %", "1 used, 2 left, again in 12 h"]
    assert words[3] == "5 usd/month"
    assert words[5].startswith(f"{cost(model)} used, ")
    assert words[5].endswith(" left, again in 8 d 12 h")
    assert words[6:] == [
        "",
        "What your answers cost",
        *(f"{when}: {cost(model)} usd, 1 request" for when in ("Today", "This month", "In all")),
    ]
    assert picture["caption"] == f"The last 30 days: {cost(model)} usd"
    assert (picture["photo"][-1]["width"], picture["photo"][-1]["height"]) == (1000, 600)


@having(prices=PRICED)
async def test_day_month_and_all_are_told_apart(
    alice: Someone, bot: Services, clock: Clock, model: FakeOpenAI
) -> None:
    await asks(alice, "One")
    clock.goes_on(timedelta(days=9))  # it is the 1st of December
    await asks(alice, "Two")
    second = cost(model, 1)
    clock.goes_on(timedelta(days=1))
    alice.says("/usage")
    words = await alice.sees_words("What your answers cost")

    assert "Today: 0 usd, 0 requests" in words
    assert f"This month: {second} usd, 1 request\n" in words
    assert f"In all: {cost(model)} usd, 2 requests" in words
    assert (await sees_picture(alice))["caption"] == f"The last 30 days: {cost(model)} usd"


@having(prices=PRICED)
async def test_the_picture_goes_back_for_thirty_days(
    alice: Someone, bot: Services, clock: Clock, model: FakeOpenAI
) -> None:
    clock.now = NOON.replace(hour=0)
    await asks(alice)
    clock.now = NOON + timedelta(days=29)
    alice.says("/usage")
    await sees_picture(alice)
    clock.goes_on(timedelta(hours=12))
    alice.says("/usage")
    alice.says("/new")
    await alice.sees_messages(5)

    assert ["photo" in each for each in alice.messages] == [False, False, True, False, False]
    assert f"In all: {cost(model)} usd, 1 request" in alice.screen[3]


async def test_where_no_price_is_known_the_picture_shows_tokens(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await asks(alice, "One")
    alice.says("/usage")
    one = await alice.sees_words("1 answer this month, by a model without a known price, is not in")
    picture = await sees_picture(alice)
    tokens = model.bill[0].prompt + model.bill[0].completion
    await asks(alice, "Two")
    alice.says("/usage")
    await alice.sees_words("2 answers this month, by a model without a known price, are not in it.")
    await sees_picture(alice)

    assert "Today: 0 usd, 1 request\n" in one
    assert picture["caption"] == f"The last 30 days: {tokens} tokens"


@having(
    limits=read_limits("9 requests/day"),
    group_limits=read_limits("20 images/day"),
    bot_limits=read_limits("50 requests"),
    prices=PRICED,
)
async def test_in_a_group_it_says_whose_each_limit_is_and_to_whom_it_speaks(
    alice: Someone, ben: Someone, bot: Services, group: Chat, model: FakeOpenAI
) -> None:
    await asks(ben)
    await asks(alice)
    asked = alice.in_chat(group).says("/usage@teller_bot")
    picture = await sees_picture(alice.in_chat(group))
    words, _ = alice.in_chat(group).messages

    parts = [part.split("\n") for part in words["text"].split("\n\n")]
    assert [part[0] for part in parts] == [
        "You",
        "This group",
        "The whole bot",
        "What your answers cost",
    ]
    assert parts[0][3] == "1 used, 8 left, again in 12 h"
    assert parts[1][1:3] == ["20 images/day", "▱▱▱▱▱▱▱▱▱▱ 0 %"]
    assert parts[2][3] == "2 used, 48 left"
    assert parts[3][1] == f"Today: {cost(model, 1)} usd, 1 request"
    assert [each["reply_to_message"]["message_id"] for each in (words, picture)] == [asked, asked]


@having(limits=read_limits("1 request/day"), prices=PRICED)
async def test_what_is_left_of_grants_is_told_with_when_it_expires(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await asks(alice, "One")
    admin.says("/grant @alice 2 requests for 3 days")
    admin.says("/grant @alice 5 requests")
    await alice.sees_words("granted you 5 requests")
    await asks(alice, "Two")
    alice.says("/usage")
    words = await alice.sees_words("What your answers cost")
    await sees_picture(alice)

    assert words.split("\n")[2:5] == [
        "1 used, 0 left and 6 granted, again in 12 h",
        "Granted: 1 request left, for another 3 d",
        "Granted: 5 requests left",
    ]
    assert f"Today: {cost(model)} usd, 2 requests" in words


@having(prices=PRICED)
async def test_an_answer_that_still_grows_costs_nothing_yet(
    alice: Someone, bot: Services, group: Chat, model: FakeOpenAI
) -> None:
    answer = await growing(alice.in_chat(group), model, question="@teller_bot Tell me")
    alice.says("/usage")
    words = await alice.sees_words("What your answers cost")
    answer.finish()

    assert "Today: 0 usd, 0 requests" in words


@having(prices=PRICED)
async def test_where_no_photo_may_be_sent_the_words_are_said_once(
    alice: Someone, bot: Services, world: World
) -> None:
    world.faults.add(kind=NO_PHOTOS, method="sendPhoto")
    await asks(alice, "One")
    alice.says("/usage")
    await asks(alice, "Two")

    assert [said.split("\n")[0] for said in alice.screen] == [
        "You said: One",
        "There is no limit on what you may use.",
        "You said: Two",
    ]


def spent(at: datetime, model: str = "luna", nanos: int | None = 5, tokens: int = 7) -> Spent:
    return Spent(created_ms=int(at.timestamp() * 1000), model=model, nanos=nanos, tokens=tokens)


@pytest.mark.parametrize(("zone", "day"), [(UTC, 0), (BERLIN, 1)], ids=["UTC", "Berlin"])
def test_a_day_is_one_of_the_bots_time_zone(zone: tzinfo, day: int) -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    assert chart([spent(late)], DAYS, zone, english).models == {
        "luna": [5 * (day == 0), 5 * (day == 1)]
    }


def test_each_model_has_the_sum_of_its_days() -> None:
    night = datetime(2026, 11, 21, 1, tzinfo=UTC)
    rows = [spent(night), spent(NOON), spent(NOON, nanos=6), spent(NOON, "sol", 9)]
    drawn = chart([*rows, spent(NOON, "free", 0), spent(NOON, "new", None)], DAYS, UTC, english)

    assert (drawn.title, drawn.unit, drawn.days) == ("USD per day", Unit.USD, ["21 Nov", "22 Nov"])
    assert drawn.models == {"luna": [5, 11], "sol": [0, 9]}


@pytest.mark.parametrize(
    ("nanos", "title"),
    [(0, "Tokens per day"), (None, "Tokens per day (no price is known)")],
    ids=["free", "unknown"],
)
def test_where_nothing_costs_tokens_are_counted(nanos: int | None, title: str) -> None:
    drawn = chart([spent(NOON, nanos=nanos)], DAYS, UTC, english)

    assert (drawn.title, drawn.unit, drawn.models) == (title, Unit.TOKENS, {"luna": [0, 7]})


def test_what_is_dated_after_today_is_not_drawn() -> None:
    tomorrow = NOON + timedelta(days=1)  # the clock was set back since
    drawn = chart([spent(NOON), spent(tomorrow), spent(tomorrow, "sol")], DAYS, UTC, english)

    assert drawn.models == {"luna": [0, 5]}
