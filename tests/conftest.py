"""The bot, running for real against a Telegram and a model of this process."""

import io
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw

from bot.app import running
from bot.serving import serving
from bot.settings import Settings
from handlers.context import Services
from playground.api import bot_api
from playground.people import Chat, Person
from playground.world import World
from storage import migrations
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

pytest_plugins = ["tests.processes"]

ADA = Person(1001, "Ada", "ada")
ALICE = Person(1002, "Alice", "alice")
BEN = Person(1003, "Ben", "ben")
GROUP = -1001234567890

Run = Callable[..., AbstractAsyncContextManager[Services]]


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def world() -> World:
    """A Telegram with an admin, two users and a group of them."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:test")
    for person in (ADA, ALICE, BEN):
        world.add_person(person)
    world.add_group(GROUP, "Book club", [ADA, ALICE, BEN])
    return world


@pytest.fixture
async def telegram(world: World) -> AsyncIterator[str]:
    async with serving(bot_api(world)) as url:
        yield url


@pytest.fixture
def model() -> FakeOpenAI:
    return FakeOpenAI()


@pytest.fixture
async def endpoint(model: FakeOpenAI) -> AsyncIterator[str]:
    async with serving(model) as url:
        yield f"{url}/v1"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which nothing is: to copy it takes a hundredth of what all migrations take."""
    file = tmp_path_factory.mktemp("template") / "teller.db"
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        migrations.upgrade(connection)
    engine.dispose()
    return file


@pytest.fixture
def settings(
    telegram: str,
    endpoint: str,
    template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """Settings that reach nothing but this process."""
    monkeypatch.chdir(tmp_path)  # away from any .env and teller.toml
    shutil.copy(template, tmp_path / "teller.db")
    return Settings(
        telegram_bot_token="4242:test",
        telegram_api_url=telegram,
        openai_api_key="sk-test",
        openai_base_url=endpoint,
        database_url=f"sqlite:///{tmp_path}/teller.db",
        admins=frozenset({ADA.id}),
        access="open",
        port=0,
        edit_interval=0.01,
        flood_limits="none",
        album_pause=0.05,
        breath_pause=0.0,
        retry_pause=0.0,
        breaker_pause=0.0,
        outage_pause=0.002,
        stop_grace=5.0,
        max_age=1e6,  # the tests' clock runs ahead of Telegram's
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bot(settings: Settings, clock: Clock) -> AsyncIterator[Services]:
    """The whole bot, as it runs in production."""
    async with running(settings, clock=clock) as services:
        yield services


@pytest.fixture
def admin(world: World) -> Someone:
    return Someone(world, ADA)


@pytest.fixture
def alice(world: World) -> Someone:
    return Someone(world, ALICE)


@pytest.fixture
def ben(world: World) -> Someone:
    return Someone(world, BEN)


@pytest.fixture
def group(world: World) -> Chat:
    return world.chats[GROUP]


def picture(
    colour: str = "teal", size: tuple[int, int] = (640, 480), kind: str = "JPEG", **options: Any
) -> bytes:
    """A picture of a square on a plain ground."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).rectangle((20, 20, 120, 120), fill="white")
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
