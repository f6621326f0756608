"""Limits that admins set wrongly, or lower than anybody would expect."""

import pytest

from handlers.context import Services
from storage import limits
from tests.conftest import ALICE
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

USD = "5 usd/month"
BAD = {
    "5 dollar a mont": USD,
    **dict.fromkeys(["-5 usd/day", "1e400 usd/day", "NaN usd/day", "5 euros/day"], USD),
    **dict.fromkeys(["9999999999999 tokens/day", "0.0000000001 usd/day", "inf usd/day"], USD),
    **dict.fromkeys(["unlimited 5 usd/day", "plan", "5 usd/month -3 requests/day"], USD),
    "1.5 requests/day": "20 requests/hour",
    "5 usd/month 20 requests/fortnight": "20 requests/hour",
    "5 images/fortnight": "10 images/day",
    "999999999999m tokens/day": "100k tokens/day",
}


@pytest.mark.parametrize(("text", "example"), BAD.items(), ids=BAD)
async def test_a_wrong_limit_is_told_with_the_right_form(
    alice: Someone, admin: Someone, bot: Services, text: str, example: str
) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    admin.says(f"/quota @alice {text}")
    [told] = await admin.sees_messages(1)

    assert told.endswith(f'": say for example {example}.')
    assert told.split('"')[1].lower() in text.lower()
    assert await bot.database.run(limits.of, [f"user:{ALICE.id}"]) == {}


async def test_a_limit_of_nothing_shuts(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    admin.says("/quota @alice 0 requests/day")
    await admin.sees_words("0 requests/day\n", "\n0 used, 0 left")
    alice.says("Hi")
    await alice.sees_words("Your limit of 0 requests/day has no room for this: 0 requests used.")

    assert model.asked == []


async def test_a_limit_below_what_is_used_refuses_from_now_on(
    alice: Someone, admin: Someone, bot: Services, model: FakeOpenAI
) -> None:
    for number in (1, 2, 3):
        alice.says(f"Number {number}")
        await alice.sees(f"You said: Number {number}")
    admin.says("/quota @alice 2 requests/day")
    await admin.sees_words("2 requests/day\n", "100 %\n3 used, 0 left")
    alice.says("Number 4")
    await alice.sees_words("Your limit of 2 requests/day has no room", "3 requests used")

    assert len(model.asked) == 3
