"""Whether the bot says how it is."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bot import health
from bot.app import running
from bot.metrics import Metrics
from bot.serving import serving
from bot.settings import Settings
from storage import Database, opened
from tests.conftest import Clock
from tests.doors import free_port
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    async with opened(settings.database_url) as database:
        yield database


async def asked(path: str, checks: dict[str, health.Check], database: Database) -> httpx.Response:
    """What is answered there."""
    app = Starlette(routes=health.routes(checks, Metrics(), database))
    async with serving(app) as url, httpx.AsyncClient(verify=False) as client:
        return await client.get(f"{url}{path}")


async def test_a_bot_that_runs_is_alive_and_ready(settings: Settings, clock: Clock) -> None:
    port = free_port()
    async with (
        running(settings.but(port=port), clock=clock),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=False) as client,
    ):
        alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "failing": [], "refusing": []},
    )


@pytest.mark.parametrize(("silence", "failing"), [(149.0, []), (150.0, ["telegram"])])
async def test_a_bot_that_telegram_does_not_answer_is_alive_but_not_ready(
    silence: float, failing: list[str], database: Database
) -> None:
    checks = health.checks(database, lambda: silence, lambda: False)
    alive = await asked("/healthz", checks, database)
    ready = await asked("/readyz", checks, database)

    assert alive.status_code == 200
    assert ready.status_code == (503 if failing else 200)
    assert ready.json()["failing"] == failing


async def test_a_bot_without_its_database_is_not_ready(database: Database) -> None:
    query = "ALTER TABLE inbox RENAME TO gone"
    await database.run(lambda connection: connection.exec_driver_sql(query).close())
    ready = await asked("/readyz", health.checks(database, lambda: 1000.0, lambda: False), database)
    figures = await asked("/metrics", {}, database)

    assert ready.status_code == 503
    assert ready.json()["failing"] == ["database", "telegram"]
    assert figures.status_code == 200
    assert "teller_updates_waiting NaN" in figures.text


async def test_a_check_that_hangs_fails(database: Database) -> None:
    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    routes = health.routes({"model": hangs}, Metrics(), database, patience=0.01)
    async with serving(Starlette(routes=routes)) as url, httpx.AsyncClient(verify=False) as client:
        ready = await client.get(f"{url}/readyz")

    assert ready.json() == {"ready": False, "failing": ["model"], "refusing": []}


async def test_a_bot_whose_key_is_refused_is_alive_but_not_ready(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    port = free_port()
    model.will_fail(401, code="invalid_api_key")
    async with (
        running(settings.but(port=port)),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=False) as client,
    ):
        alice.says("Hi")
        await alice.sees_messages(1)
        alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()["failing"]) == (503, ["model"])
