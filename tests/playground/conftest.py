"""A Telegram with three people in it, and ways to ask it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import (
    Bot,
)
from telegram.request import HTTPXRequest

from bot.serving import serving
from playground.api import bot_api
from playground.world import Chat, Person, World
from tests.playground.cast import ALICE, BORIS, STRANGER, TOKEN, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    world = World(bot=Person(42, "Teller", "teller_bot", is_bot=True), token=TOKEN, clock=clock)
    for person in (ALICE, BORIS, STRANGER):
        world.add_person(person)
    world.say(ALICE, "Hi")
    world.updates.clear()
    return world


@pytest.fixture
def group(world: World) -> Chat:
    return world.add_group(-1001, "Family", [ALICE, BORIS])


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with serving(bot_api(world)) as url:
        yield url


@pytest.fixture
async def bot(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with Bot(
        TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=_plain_http(),
        get_updates_request=_plain_http(),
    ) as bot:
        yield bot


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/bot{TOKEN}/", verify=False) as http:
        yield http


def _plain_http() -> HTTPXRequest:
    # Without certificates, which take longer to load than a test takes.
    return HTTPXRequest(httpx_kwargs={"verify": False})
