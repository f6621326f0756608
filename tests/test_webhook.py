"""A webhook: how it is set, what it takes, what it refuses."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.app import running
from bot.intake import WANTED, Intake
from bot.settings import Settings, WrongSettings, read_settings
from bot.webhook import LARGEST_BODY, SECRET_HEADER, derived_secret
from bot.webhook import Webhook as Door
from handlers.context import Services
from playground.deliveries import Webhook
from playground.faults import Refuse
from playground.world import World
from storage import opened
from tests.conftest import Clock
from tests.doors import calling, through
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

SECRET = "not-for-everybody"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return through("webhook", settings).but(webhook_secret=SECRET)


@pytest.fixture
async def post(settings: Settings, bot: Services) -> AsyncIterator[Any]:
    """Brings the bot something, with its secret unless told otherwise."""
    async with httpx.AsyncClient(verify=False) as client:

        async def post(content: bytes, **headers: str) -> int:
            given = {SECRET_HEADER: SECRET} | headers
            return (
                await client.post(settings.webhook_url, content=content, headers=given)
            ).status_code

        yield post


@pytest.fixture
def kept(bot: Services) -> Any:
    """How many updates are kept."""

    async def kept() -> int:
        count = sa.text("SELECT COUNT(*) FROM inbox")
        return int(
            await bot.database.run(lambda connection: connection.execute(count).scalar_one())
        )

    return kept


def calls(world: World, method: str) -> list[dict[str, Any]]:
    """What a method was called with."""
    return [call.params for call in world.calls if call.method.lower() == method.lower()]


async def test_it_is_set_at_start_and_left_in_place_at_stop(
    alice: Someone, world: World, settings: Settings, clock: Clock
) -> None:
    alice.says("Hi")  # before there is anybody
    async with running(settings, clock=clock):
        await alice.sees("You said: Hi")

    [wanted] = calls(world, "setWebhook")
    assert wanted["url"] == settings.webhook_url
    assert wanted["secret_token"] == SECRET
    assert sorted(wanted["allowed_updates"]) == sorted(WANTED)
    assert not wanted.get("drop_pending_updates")
    assert world.updates.webhook is not None
    assert not calls(world, "getUpdates")


async def test_without_one_it_is_taken_away_and_nothing_is_dropped(
    alice: Someone, world: World, settings: Settings, clock: Clock
) -> None:
    world.updates.bring(Webhook(url=settings.webhook_url), faults=world.faults)
    alice.says("Hi")
    async with running(settings.but(webhook_url=""), clock=clock):
        await alice.sees("You said: Hi")

    [taken_away] = calls(world, "deleteWebhook")
    assert not taken_away.get("drop_pending_updates")
    assert world.updates.webhook is None


async def test_without_a_secret_it_makes_one_of_its_token(
    alice: Someone, world: World, settings: Settings, clock: Clock
) -> None:
    async with running(settings.but(webhook_secret=""), clock=clock):
        alice.says("Hi")
        await alice.sees("You said: Hi")

    [wanted] = calls(world, "setWebhook")
    assert wanted["secret_token"] == derived_secret("4242:test") != derived_secret("4242:other")


@pytest.mark.parametrize("given", ["", "wrong", SECRET[:-1], f"{SECRET}x", "ü"])
async def test_who_does_not_know_the_secret_is_refused(
    given: str, post: Any, kept: Any, caplog: pytest.LogCaptureFixture
) -> None:
    update = json.dumps({"update_id": 1, "message": {}}).encode()

    assert await post(update, **{SECRET_HEADER: given.encode()}) == 403
    assert await kept() == 0
    assert "its secret is wrong" in caplog.text
    assert SECRET not in caplog.text
    assert await post(update) == 200
    assert await kept() == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"update_id": "1"}', 400),
        (b'{"update_id": 1e400}', 400),
        (b'{"update_id": 99999999999999999999}', 400),
        (b" " * (LARGEST_BODY + 1), 413),
        (b'{"update_id": 1}', 200),
        (b'{"update_id": 1, "message": "malformed"}', 200),
        (b'{"update_id": 1, "message": {"chat": {"id": "\\ud800"}}}', 200),
        (b'{"update_id": 1, "message": {"media_group_id": "\\ud800"}}', 200),
    ],
    ids=str,
)
async def test_what_is_no_update_is_refused(
    content: bytes, status: int, post: Any, alice: Someone
) -> None:
    assert await post(content) == status
    alice.says("Still there?")
    await alice.sees("You said: Still there?")


async def test_what_cannot_be_kept_stays_with_telegram(
    alice: Someone, world: World, bot: Services, model: FakeOpenAI
) -> None:
    async def rename(old: str, new: str) -> None:
        query = f"ALTER TABLE {old} RENAME TO {new}"
        await bot.database.run(lambda connection: connection.exec_driver_sql(query).close())

    world.updates.webhook_pause = 0.01
    await world.wait_for(lambda: world.updates.webhook)
    await rename("inbox", "gone")
    alice.says("Hi")
    _, why = await world.wait_for(lambda: world.updates.error)
    waiting = len(world.updates.pending)
    await rename("gone", "inbox")
    await alice.sees("You said: Hi")

    assert "503" in why
    assert waiting == 1
    assert len(model.asked) == 1


async def test_one_that_another_program_takes_away_is_set_again(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(settings.database_url) as database, calling(settings) as telegram:
        door = Door(settings.webhook_url, SECRET, Intake(database, lambda _lane: None))
        holding = asyncio.create_task(door.hold(telegram, every=0.01))
        await world.wait_for(lambda: world.updates.webhook)
        world.updates.stop_bringing()
        await world.wait_for(lambda: world.updates.webhook)
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding

    assert len(calls(world, "setWebhook")) == 2
    assert "taken the webhook away" in caplog.text


async def test_one_that_telegram_writes_otherwise_is_not_set_again(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"http://127.0.0.1:{settings.port}"
    async with opened(settings.database_url) as database, calling(settings) as telegram:
        door = Door(address, SECRET, Intake(database, lambda _lane: None))
        holding = asyncio.create_task(door.hold(telegram, every=0.001))
        await world.wait_for(lambda: len(calls(world, "getWebhookInfo")) > 5)
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding

    assert world.updates.webhook is not None
    assert world.updates.webhook.url == f"{address}/"
    assert len(calls(world, "setWebhook")) == 1
    assert not caplog.text


async def test_one_that_telegram_refuses_is_told_and_tried_again(
    world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    refusal = Refuse(400, "Bad Request: bad webhook: Failed to resolve host")
    world.faults.add(kind=refusal, method="setWebhook", times=2)
    async with opened(settings.database_url) as database, calling(settings) as telegram:
        door = Door(settings.webhook_url, SECRET, Intake(database, lambda _lane: None))
        holding = asyncio.create_task(door.hold(telegram, pause=0.001))
        await world.wait_for(lambda: world.updates.webhook)
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding

    assert caplog.text.lower().count("failed to resolve host") == 2


async def test_what_telegram_could_not_bring_is_told_once(
    world: World, alice: Someone, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(settings.database_url) as database, calling(settings) as telegram:
        door = Door(settings.webhook_url, SECRET, Intake(database, lambda _lane: None))
        holding = asyncio.create_task(door.hold(telegram, every=0.001))
        await world.wait_for(lambda: world.updates.webhook)
        alice.says("Hi")  # and nobody answers there
        await world.wait_for(lambda: world.updates.error)
        looks = len(calls(world, "getWebhookInfo"))
        await world.wait_for(lambda: len(calls(world, "getWebhookInfo")) > looks + 3)
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding

    assert caplog.text.count("could not bring an update: Connection refused") == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"webhook_url": "http://bot.example/hook"}, "it must be https"),
        ({"webhook_url": "https://bot.example:8080/hook"}, "443, 80, 88 and 8443"),
        ({"webhook_url": "https://bot.example/metrics"}, "another path"),
        ({"port": 0}, "set PORT as well"),
        ({"webhook_url": "bot.example"}, "valid URL"),
        ({"webhook_secret": "with a dot."}, "characters"),
        ({"webhook_secret": "x" * 257}, "256"),
    ],
)
def test_what_is_wrong_is_told_at_start(given: dict[str, Any], words: str) -> None:
    right = {
        "telegram_bot_token": "4242:test",
        "openai_api_key": "sk-test",
        "webhook_url": "https://bot.example:8443/hook",
        "webhook_secret": SECRET,
        "port": 8080,
    }
    assert read_settings(to_run=True, **right).webhook_url == right["webhook_url"]
    with pytest.raises(WrongSettings) as wrong:
        read_settings(to_run=True, **right | given)

    [line] = wrong.value.mistakes
    assert line.startswith("WEBHOOK_")
    assert words in line


def test_http_will_do_for_a_bot_api_server_of_ones_own() -> None:
    own = {"telegram_api_url": "http://localhost:8081", "webhook_url": "http://localhost:8080/"}
    settings = read_settings(
        to_run=True, telegram_bot_token="4242:test", openai_api_key="sk", port=8080, **own
    )

    assert settings.webhook_url == "http://localhost:8080"
