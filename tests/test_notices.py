"""Words about a limit before it hurts: once in a window, to those whom it concerns."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.grammar import read_limits
from bot.settings import Settings
from handlers.context import Services
from playground.faults import Status
from playground.people import Chat
from playground.world import World
from tests.conftest import Clock
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

PRIVACY = "To have it erased"
NUMBERS = itertools.count(1)
EIGHTY = "80 % of your limit of 10 requests/day is used: 2 requests left"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.but(**getattr(request, "param", {}))


def having(**changes: Any) -> pytest.MarkDecorator:
    """Settings of the bot in one story."""
    return pytest.mark.parametrize("settings", [changes], indirect=True, ids=[""])


async def asks(someone: Someone, count: int, *, prefix: str = "") -> None:
    """Ask some questions, each of which is answered."""
    for _ in range(count):
        question = f"Question {next(NUMBERS)}"
        someone.says(f"{prefix}{question}")
        await someone.sees(f"You said: {question}")


def told(someone: Someone) -> list[str]:
    """What someone was told of limits, as far as the first full stop."""
    return [
        words.partition(". ")[0]
        for words in someone.screen
        if " is used" in words or words.startswith("That was the last")
    ]


async def told_by_now(someone: Someone) -> list[str]:
    """What someone was told when all was said that was to be said."""
    marks = sum(PRIVACY in words for words in someone.screen)
    someone.says("/privacy")
    await someone.world.wait_for(lambda: sum(PRIVACY in words for words in someone.screen) > marks)
    return told(someone)


@having(limits=read_limits("10 requests/day"))
async def test_eighty_percent_and_the_last_are_told_once_in_each_window(
    alice: Someone, ben: Someone, bot: Services, clock: Clock
) -> None:
    clock.now = clock.now.replace(hour=10)
    for day in (1, 2):
        await asks(alice, 7)
        assert len(await told_by_now(alice)) == 2 * (day - 1)
        await asks(alice, 3)
        assert len(await told_by_now(alice)) == 2 * day
        clock.goes_on(timedelta(days=1))
    await asks(ben, 1)

    assert (
        told(alice)
        == [
            EIGHTY,
            "That was the last of your limit of 10 requests/day",
        ]
        * 2
    )
    assert told(ben) == []


@having(limits=read_limits("1 request/day"))
async def test_of_one_limit_only_the_most_urgent_is_told(alice: Someone, bot: Services) -> None:
    await asks(alice, 1)

    assert await told_by_now(alice) == ["That was the last of your limit of 1 request/day"]


@having(limits=read_limits("5 requests, 10 images/day"))
async def test_a_limit_for_ever_does_not_start_again(alice: Someone, bot: Services) -> None:
    await asks(alice, 5)
    words = await alice.sees_words("That was the last of your limit of 5 requests.")

    assert "does not start again by itself" in words
    assert len(told(alice)) == 2


@having(limits=read_limits("5 requests/day"))
async def test_ones_own_limit_is_nobody_elses_business(
    alice: Someone, group: Chat, bot: Services
) -> None:
    here = alice.in_chat(group)
    alice.says("/start")
    await asks(here, 4, prefix="@teller_bot ")
    await alice.sees_words("80 % of your limit of 5 requests/day is used")

    assert told(here) == []


@having(group_limits=read_limits("5 requests/day"))
async def test_a_group_hears_of_its_limit_together(
    alice: Someone, ben: Someone, group: Chat, bot: Services
) -> None:
    here, bens = alice.in_chat(group), ben.in_chat(group)
    await asks(here, 3, prefix="@teller_bot ")
    await asks(bens, 2, prefix="@teller_bot ")
    await here.sees_words("That was the last")

    assert told(here) == [
        "80 % of this group's limit of 5 requests/day is used: 1 request left",
        "That was the last of this group's limit of 5 requests/day",
    ]
    assert alice.screen == ben.screen == []


@having(bot_limits=read_limits("20 requests/day"))
async def test_the_admins_hear_of_the_bots_limit_sooner(
    alice: Someone, ben: Someone, admin: Someone, bot: Services
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    heard = []
    for _ in range(10):
        for someone in (alice, ben):
            await asks(someone, 1)
            assert await told_by_now(someone) == []
            heard.append(len(told(admin)))

    assert heard == [0] * 9 + [1] * 5 + [2] * 3 + [3] * 2 + [4]
    assert told(admin) == [
        "50 % of the bot's limit of 20 requests/day is used: 10 requests left",
        "75 % of the bot's limit of 20 requests/day is used: 5 requests left",
        "90 % of the bot's limit of 20 requests/day is used: 2 requests left",
        "That was the last of the bot's limit of 20 requests/day",
    ]


@having(guest_limits=read_limits("5 requests/day"))
async def test_the_admins_hear_of_what_guests_share(
    alice: Someone, ben: Someone, admin: Someone, bot: Services
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    await asks(alice, 2)
    await asks(ben, 2)
    await admin.sees_words("80 % of the guests' limit of 5 requests/day is used: 1 request left")

    assert await told_by_now(alice) == await told_by_now(ben) == []


@having(limits=read_limits("5 requests/minute"))
async def test_of_a_minute_nothing_is_told(alice: Someone, bot: Services) -> None:
    await asks(alice, 5)

    assert await told_by_now(alice) == []


@having(limits=read_limits("10 requests/day"))
async def test_what_is_only_reserved_is_not_told(
    alice: Someone, group: Chat, bot: Services, model: FakeOpenAI
) -> None:
    here = alice.in_chat(group)
    await asks(alice, 6)
    growing = model.hold()
    here.says("@teller_bot Take your time")
    await model.wait_asked(7)
    await asks(alice, 1)
    assert await told_by_now(alice) == []

    growing.say("There.").finish()
    await here.sees("There.")
    await alice.sees_words(EIGHTY)


@having(limits=read_limits("10 requests/day"))
async def test_what_is_reserved_is_not_the_last_of_a_limit(
    alice: Someone, ben: Someone, world: World, bot: Services, model: FakeOpenAI
) -> None:
    await asks(alice, 7)
    growing = [model.hold(), model.hold()]
    for number in (1, 2):
        here = alice.in_chat(world.add_group(-100 - number, f"Group {number}", [alice.person]))
        here.says("@teller_bot Take your time")
        await model.wait_asked(7 + number)
    await asks(alice, 1)
    words = await told_by_now(alice)
    for speech in growing:
        speech.finish()

    assert not any(each.startswith("That was the last") for each in words)


@having(limits=read_limits("1 request/day"), group_limits=read_limits("1 request/day"))
async def test_a_failed_answer_uses_nothing_and_tells_nothing(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    model.will_fail(400)
    alice.says("Hi")
    await alice.sees_messages(1)

    assert await told_by_now(alice) == []
    await asks(alice, 1)
    await alice.sees_words("That was the last")


@having(limits=read_limits("5 requests/day"))
async def test_of_a_limit_that_was_changed_is_told_anew(
    alice: Someone, admin: Someone, bot: Services
) -> None:
    await asks(alice, 4)
    await alice.sees_words("80 % of your limit of 5 requests/day")
    admin.says("/quota @alice 10 requests/day")
    await admin.sees_words("10 requests/day", "4 used, 6 left")
    await asks(alice, 4)
    await alice.sees_words(EIGHTY)

    assert len(await told_by_now(alice)) == 2


@having(limits=read_limits("1 request/day"))
async def test_a_notice_is_told_though_telegram_fails_just_then(
    alice: Someone, world: World, bot: Services
) -> None:
    world.faults.add(
        kind=Status(502), method="sendMessage", where=lambda sent: "the last" in sent["text"]
    )
    await asks(alice, 1)

    assert len(await told_by_now(alice)) == 1
