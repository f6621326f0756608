"""`/stats`: what was spent today, this week or this month, by whom and with which model."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.settings import Price, Settings
from handlers.admin import stats
from handlers.callbacks import packed
from handlers.context import Services
from handlers.presses import Stats
from handlers.views import LONGEST, View
from storage import ledger, people, totals
from storage.money import Cost, Settlement, Usage, Window
from storage.records import Message, Place, Question
from storage.records import Person as Known
from tests.conftest import Clock
from tests.english import english
from tests.fakes.answers import Charge
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing
from tests.pressing import pressed_by_admin

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
PRICE = Price(input=Decimal(1_000), cached=Decimal(1_000), output=Decimal(1_000))


def having(**changes: Any) -> pytest.MarkDecorator:
    """Settings of the bot in one story."""
    return pytest.mark.parametrize("settings", [changes], indirect=True, ids=[""])


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {}))


@pytest.fixture
def clock(clock: Clock) -> Clock:
    clock.now = NOON
    return clock


async def spends(bot: Services, user: int, at: datetime, model: str = "luna", **cost: Any) -> None:
    subjects = [f"user:{user}", "bot", f"model:{model}"]
    await bot.database.run(totals.add, subjects, int(at.timestamp() * 1000), Cost(**cost))


async def loses(bot: Services, at: datetime, nanos: int | None) -> None:
    question = Question(
        update_id=1,
        attempt=1,
        place=Place(chat_id=7),
        user_id=7,
        message=Message(role="user", text="Hi", tokens=1),
        model="luna",
        endpoint="https://models.example/v1",
    )
    bill = Settlement(
        usage=Usage(prompt=1, completion=0), cost=Cost(requests=0, nanos=nanos), price=None
    )
    await bot.database.run(ledger.lose, question, int(at.timestamp() * 1000), bill)


async def told(bot: Services, window: Window = Window.DAY) -> str:
    view: View = await stats.view(pressed_by_admin(bot), window)
    return view.words


async def test_a_day_without_questions_is_told(admin: Someone, bot: Services) -> None:
    admin.says("/stats")

    await admin.sees("Today:\nNobody has asked me anything.")


@having(prices={"gpt-6-luna": PRICE})
async def test_stats_are_by_user_and_by_model(
    admin: Someone, alice: Someone, ben: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    alice.says("Hi again")
    await alice.sees("You said: Hi again")
    ben.says("Hi")
    await ben.sees("You said: Hi")
    admin.says("/stats today")
    shown = await admin.sees_words("Today:", "3 requests")

    def costs(*charges: Charge) -> str:
        return f"{sum(each.prompt + each.completion for each in charges) / 1_000:.4f} usd"

    first, second, bens = model.bill
    tokens = sum(charge.prompt + charge.completion for charge in model.bill)
    assert shown.splitlines() == [
        "Today:",
        f"3 requests, {tokens} tokens, 0 images, {costs(first, second, bens)}",
        "",
        "By user:",
        f"1. Alice (@alice): {costs(first, second)}, 2 requests",
        f"2. Ben (@ben): {costs(bens)}, 1 request",
        "",
        "By model:",
        f"1. gpt-6-luna: {costs(first, second, bens)}, 3 requests",
    ]


async def test_each_window_begins_where_it_should(admin: Someone, bot: Services) -> None:
    for days, nanos in ((0, 10**9), (1, 10**10), (2, 10**11), (3, 10**12), (24, 10**13), (25, 1)):
        await spends(bot, 7, NOON.replace(hour=0) - timedelta(days=days), nanos=nanos)
    admin.says("/stats")
    await admin.sees_words("Today:\n1 request, 0 tokens, 0 images, 1.00 usd")
    admin.presses("This week")
    await admin.sees_words("This week:\n3 requests, 0 tokens, 0 images, 111.00 usd")
    admin.presses("This month")
    await admin.sees_words("This month:\n5 requests, 0 tokens, 0 images, 11,111.00 usd")
    admin.presses("Today")
    await admin.sees_words("Today:\n1 request")

    assert len(admin.messages) == 1


async def test_a_day_begins_at_midnight_where_the_bot_is(bot: Services, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 25, 23, 30, tzinfo=ZoneInfo("America/St_Johns"))
    midnight = clock.now.replace(hour=0, minute=0)
    await spends(bot, 7, midnight, nanos=10**9)
    await spends(bot, 7, midnight - timedelta(minutes=1), nanos=10**12)
    await spends(bot, 7, clock.now, nanos=10**10)

    assert "2 requests, 0 tokens, 0 images, 11.00 usd" in await told(bot)


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("", "Today:"),
        (" TODAY", "Today:"),
        (" week", "This week:"),
        (" this week", "This week:"),
        (" month", "This month:"),
    ],
)
async def test_a_window_is_named(admin: Someone, bot: Services, words: str, title: str) -> None:
    admin.says(f"/stats{words}")

    await admin.sees(f"{title}\nNobody has asked me anything.")


@pytest.mark.parametrize("words", ["year", "month day", "-1", "@ann"])
async def test_another_window_is_told_with_the_right_form(
    admin: Someone, bot: Services, words: str
) -> None:
    admin.says(f"/stats {words}")

    await admin.sees("Say /stats today, /stats week or /stats month.")


@pytest.mark.parametrize("window", [Window.TOTAL, Window.MINUTE, Window.HOUR])
async def test_a_window_that_is_not_offered_shows_today(
    admin: Someone, bot: Services, window: Window
) -> None:
    admin.says("/stats month")
    await admin.sees_words("This month:")
    admin.forges(packed(Stats(window)))

    await admin.sees_words("Today:")


async def test_the_window_that_is_shown_is_marked(bot: Services) -> None:
    view = await stats.view(pressed_by_admin(bot), Window.WEEK)

    assert [[label for label, _ in row] for row in view.rows] == [
        ["Today", "• This week", "This month"],
        ["Close"],
    ]


async def test_the_many_are_told_together(bot: Services) -> None:
    for number in range(1, 13):
        await bot.database.run(people.meet, Known(user_id=number, name=f"P{number}"))
        await spends(bot, number, NOON, f"m{number}", nanos=number * 10**9)
    by_user, by_model = (await told(bot)).split("\n\n")[1:]

    assert by_user.splitlines()[1] == "1. P12: 12.00 usd, 1 request"
    assert by_user.splitlines()[10:] == ["10. P3: 3.00 usd, 1 request", "and 2 more: 3.00 usd"]
    assert by_model.splitlines()[10:] == ["10. m3: 3.00 usd, 1 request", "and 2 more: 3.00 usd"]


async def test_what_came_to_nothing_is_told(bot: Services) -> None:
    await spends(bot, 7, NOON, nanos=10**9)
    for nanos in (10**7, 5 * 10**6):
        await loses(bot, NOON, nanos)
    shown = await told(bot)

    assert shown.startswith("Today:\n1 request, 0 tokens, 0 images, 1.02 usd")
    assert "1. id 7: 1.00 usd, 1 request" in shown
    assert shown.endswith("\n\nLost: 0.0150 usd in 2 attempts that came to nothing.")


async def test_answers_without_a_known_price_are_told(
    admin: Someone, alice: Someone, bot: Services
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    admin.says("/stats")
    shown = await admin.sees_words("1. Alice (@alice): 0 usd, 1 request")

    assert shown.endswith("\n\nNot in these costs: 1 answer without a known price.")


@having(prices={"gpt-6-luna": PRICE})
async def test_what_is_only_reserved_is_told(
    admin: Someone, alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    answer = await growing(alice, model)
    admin.says("/stats")
    shown = await admin.sees_words("Reserved: ", " usd for 1 answer still growing.")
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")
    admin.presses("This week")
    after = await admin.sees_words("This week:")

    assert "Reserved" in shown
    assert "Reserved" not in after


async def test_the_longest_names_fit_into_a_message(bot: Services) -> None:
    for number in range(2**51, 2**51 + 12):
        name = "\U0001f9e0" * 140
        await bot.database.run(people.meet, Known(user_id=number, name=name, username="u" * 32))
        await spends(bot, number, NOON, f"{number}{'m' * 100}", nanos=10**17)

    assert len((await told(bot)).encode("utf-16-le")) // 2 < LONGEST


async def test_only_admins_see_what_was_spent(alice: Someone, bot: Services) -> None:
    alice.says("/stats")
    alice.says("/stats month")
    await alice.sees_messages(2)
    pressed = [alice.forges(packed(Stats(window))) for window in Window]

    assert {await alice.is_answered(each) for each in pressed} == {english("button-admins-only")}
    assert alice.screen == [english("command-unknown")] * 2
