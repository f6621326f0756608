"""Models that their endpoint will shut down: the admins hear of it in time, each thing once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app import running
from bot.llm.announcements import day
from bot.models import models
from bot.settings import Endpoint, Offer, Rule, Settings
from bot.shutdowns import OF_OPENAI, due, used
from handlers import shutdowns
from handlers.context import Services
from playground.people import Person
from playground.world import World
from tests.conftest import Clock
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

LAST = date(2027, 1, 14)
ADA = Person(1001, "Ada", "ada")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def before(days: int) -> datetime:
    return at(LAST) - timedelta(days=days)


def told(admin: Someone) -> list[str]:
    return [words for words in admin.screen if "shut" in words]


async def looks_again(bot: Services, model: FakeOpenAI) -> None:
    """Have it look anew; what it did before is done and written down by then."""
    looked = model.listed
    bot.naps.wake(shutdowns.NAP)
    await model.wait_until(lambda: model.listed > looked)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.but(model="gpt-4o")


@pytest.fixture
def admin(world: World) -> Someone:
    """An admin who has begun a chat with the bot, which was not there at the time."""
    admin = Someone(world, ADA)
    admin.says("/start")
    return admin


async def test_admins_hear_of_it_a_month_and_a_week_before_and_on_the_day(
    settings: Settings, admin: Someone, clock: Clock, model: FakeOpenAI
) -> None:
    clock.now = before(31)
    async with running(settings, clock=clock) as bot:
        await admin.sees_words("Hello")
        for days, words in ((30, "in 30 days"), (7, "in 7 days"), (0, "gpt-4o today")):
            clock.now = before(days)
            await looks_again(bot, model)
            await admin.sees_words(words, "2027-01-14")

    assert told(admin)[0] == (
        f"{bot.models.standard.host} will shut down gpt-4o in 30 days, on 2027-01-14. It is set in "
        "MODEL. Set gpt-6-luna in its place, such as MODEL=gpt-6-luna, and start me again."
    )
    assert len(told(admin)) == 3


async def test_what_was_told_is_not_told_again_after_a_restart(
    settings: Settings, admin: Someone, clock: Clock, model: FakeOpenAI
) -> None:
    clock.now = before(20)
    async with running(settings, clock=clock) as bot:
        await admin.sees_words("gpt-4o", "in 20 days")
        await looks_again(bot, model)
    clock.now = before(19)
    both = settings.but(models={"gpt-4.1-mini": Offer()}, fallbacks=("gpt-4.1-mini",))
    async with running(both, clock=clock):
        await admin.sees_words("gpt-4.1-mini", "in 19 days", "MODELS, FALLBACKS")

    assert len(told(admin)) == 2


async def test_who_could_not_be_told_is_told_later(
    settings: Settings, world: World, clock: Clock, model: FakeOpenAI
) -> None:
    clock.now = before(1)
    admin = Someone(world, ADA)
    async with running(settings, clock=clock) as bot:
        await world.wait_for(lambda: any(call.error == 403 for call in world.calls) or None)
        admin.says("/start")
        await admin.sees_words("Hello")
        await looks_again(bot, model)
        await admin.sees_words("in one day")


async def test_what_is_over_is_told_as_well(
    settings: Settings, admin: Someone, clock: Clock
) -> None:
    clock.now = before(-3)
    async with running(settings, clock=clock):
        await admin.sees_words("has shut down gpt-4o, on 2027-01-14")


async def test_an_endpoint_that_lists_nothing_is_no_trouble(
    settings: Settings, admin: Someone, clock: Clock, model: FakeOpenAI
) -> None:
    clock.now = before(1)
    model.key = "sk-other"
    async with running(settings, clock=clock) as bot:
        await looks_again(bot, model)
        model.key = "sk-test"
        admin.says("Hi")
        await admin.sees("You said: Hi")
        await looks_again(bot, model)
        await admin.sees_words("in one day")


LUNA, DYING = "gpt-6-luna", {"gpt-6-luna": None, "gpt-4o": LAST}


@pytest.mark.parametrize(
    ("days", "stage"),
    [(31, None), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-400, 0)],
)
def test_each_thing_is_told_at_its_time(settings: Settings, days: int, stage: int | None) -> None:
    today = LAST - timedelta(days=days)
    found = list(due(models(settings), "main", DYING, today=today))

    assert [each.stage for each in found] == ([] if stage is None else [stage])


def test_what_openai_has_announced_is_known_though_its_list_says_nothing(
    settings: Settings,
) -> None:
    openai = settings.but(openai_base_url="https://api.openai.com/v1")
    [found] = due(models(openai), "main", {}, today=LAST)

    assert (found.at, found.instead) == (LAST, LUNA)
    assert list(due(models(settings), "main", {}, today=LAST)) == []


def test_a_model_of_the_list_is_offered_in_its_place_or_none(settings: Settings) -> None:
    offered = models(settings.but(models={"own": Offer()}))

    def instead(listed: dict[str, date | None]) -> str:
        [found] = due(offered, "main", listed, today=LAST)
        return found.instead

    assert instead(DYING | {"own": None}) == LUNA
    assert instead({"gpt-4o": LAST, "own": None}) == "own"
    assert instead({"gpt-4o": LAST}) == ""
    assert OF_OPENAI["gpt-4o"] == LAST


def test_each_setting_that_names_a_model_is_named(settings: Settings) -> None:
    named = settings.but(
        endpoints={"relay": Endpoint(base_url="https://relay.example/v1")},
        models={"far": Offer(name="gpt-4o", endpoint="relay")},
        fallbacks=("far", "gpt-4o"),
        look_first="gpt-4o-mini",
        rules=(Rule(model="far", photos=True),),
    )
    found = {model.key: settings for model, settings in used(models(named)).items()}

    assert found == {
        "gpt-4o": ("MODEL", "FALLBACKS"),
        "far": ("MODELS", "FALLBACKS", "RULES"),
        "gpt-4o-mini": ("LOOK_FIRST",),
    }
    [elsewhere] = due(models(named), "relay", {"gpt-4o": LAST}, today=LAST)
    assert elsewhere.model.key == "far"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2027-01-14", LAST),
        ("2027-01-14T08:00:00Z", LAST),
        (1_799_884_800, LAST),
        (1_799_884_800.5, LAST),
        ("soon", None),
        ("", None),
        ("0000-00-00", None),
        (None, None),
        (True, None),
        (1e30, None),
        (float("nan"), None),
        ({}, None),
    ],
)
def test_a_day_is_read_as_endpoints_tell_it(told: object, expected: date | None) -> None:
    assert day(told) == expected
