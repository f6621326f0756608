"""A poller that cannot die silently: whatever goes wrong is told, and it goes on."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from bot.intake import Intake
from bot.settings import Settings
from playground.faults import Delay, Fault, HangUp, Refuse, Status
from playground.world import World
from storage import Database, opened, tables
from tests.conftest import ALICE
from tests.doors import calling
from tests.people import Someone

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one is running"
HOOKED = "Conflict: can't use getUpdates method while webhook is active"
BAD = "Bad Request: it is not so"
NO_NUMBER = json.dumps({"ok": True, "result": [{"message": {}}]})
NO_UPDATES = json.dumps({"ok": True, "result": [1, None, {"update_id": True}]})
NO_LIST = json.dumps({"ok": True, "result": True})
ODDITIES: list[dict[str, Any]] = [
    {"message": "malformed"},
    {"message": {"chat": 7}},
    {"message": {"chat": {"id": "\ud800"}, "media_group_id": "\ud800"}},
    {"message": {"chat": {"id": {}}, "text": {}, "is_topic_message": True}},
    {"callback_query": {"message": []}},
    {"brand_new_kind": None},
]


@dataclass
class Poller:
    """An intake that polls, and what it has taken in."""

    settings: Settings
    database: Database
    woken: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def polling(self, *, patience: float = 60.0) -> AsyncIterator[Intake]:
        """Poll for as long as the block lasts; at its end it still did."""
        intake = Intake(self.database, self.woken.append)
        async with calling(self.settings) as telegram:
            poll = asyncio.create_task(intake.poll(telegram, patience=patience, pause=0.001))
            yield intake
            assert not poll.done()
            poll.cancel()
            with suppress(asyncio.CancelledError):
                await poll

    async def kept(self) -> list[int]:
        """The numbers of the updates that are kept."""
        numbers = sa.select(tables.inbox.c.update_id)
        return list(await self.database.run(lambda each: each.scalars(numbers).all()))

    async def rename(self, old: str, new: str) -> None:
        """Give a table another name."""
        query = f"ALTER TABLE {old} RENAME TO {new}"
        await self.database.run(lambda connection: connection.exec_driver_sql(query).close())


@pytest.fixture
async def poller(settings: Settings) -> AsyncIterator[Poller]:
    async with opened(settings.database_url) as database:
        yield Poller(settings, database)


@pytest.fixture(autouse=True)
def question(alice: Someone) -> int:
    """What waits at Telegram."""
    return alice.says("Hi")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Refuse(409, CONFLICT), "another program is polling"),
        (Refuse(409, HOOKED), "another program has set a webhook"),
        (Refuse(401, "Unauthorized"), "does not know the token"),
        (Refuse(400, BAD), 'Telegram says "It is not so"'),
        (Status(404), "does not know the token"),
        (Status(502), "cannot be reached"),
        (HangUp(), "cannot be reached"),
        (Status(200), "no updates: TelegramError"),
        (Status(200, NO_NUMBER), "no updates: NoUpdate"),
        (Status(200, NO_UPDATES), "no updates: NoUpdate"),
        (Status(200, NO_LIST), "no updates: TypeError"),
    ],
    ids=str,
)
async def test_what_goes_wrong_is_told_and_it_goes_on(
    fault: Fault, told: str, world: World, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults.add(kind=fault, method="getUpdates", times=3)
    async with poller.polling():
        await world.wait_for(lambda: world.updates.is_polled)

    assert poller.woken == [str(ALICE.id)]
    assert caplog.text.count(told) == 3
    assert "4242:test" not in caplog.text


@pytest.mark.parametrize("fault", [Refuse(401, "Unauthorized"), Status(502), HangUp()], ids=str)
async def test_it_polls_once_there_is_no_webhook_any_more(
    fault: Fault, world: World, poller: Poller
) -> None:
    world.faults.add(kind=fault, method="deleteWebhook", times=3)
    async with poller.polling():
        await world.wait_for(lambda: world.updates.is_polled)

    methods = [call.method for call in world.calls]
    assert methods[:6] == ["getMe", *["deleteWebhook"] * 4, "getupdates"]
    assert poller.woken == [str(ALICE.id)]


async def test_it_waits_as_long_as_telegram_says(
    world: World, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults.add(kind=Refuse(429, retry_after=1), method="getUpdates")
    async with poller.polling():
        await world.wait_for(lambda: world.updates.is_polled)

    refused, taken = [call.at for call in world.calls if call.method == "getupdates"][:2]
    assert taken - refused >= 1
    assert "Telegram wants a pause of 1 s" in caplog.text


@pytest.mark.parametrize("method", ["getUpdates", "deleteWebhook"])
async def test_a_request_in_which_nothing_moves_is_begun_again(
    method: str, world: World, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults.add(kind=Delay(3600), method=method)
    async with poller.polling(patience=0.2):
        await world.wait_for(lambda: not world.updates.pending)

    assert poller.woken[0] == str(ALICE.id)
    assert "nothing has moved for 0.2 s, so it is begun again" in caplog.text


async def test_updates_that_cannot_be_kept_stay_with_telegram(
    world: World, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    def asked() -> int:
        return sum(call.method == "getupdates" for call in world.calls)

    await poller.rename("inbox", "gone")
    async with poller.polling() as intake:
        await world.wait_for(lambda: asked() == 3)
        waiting, silence = len(world.updates.pending), intake.silence()
        await poller.rename("gone", "inbox")
        await world.wait_for(lambda: world.updates.is_polled)
        assert intake.silence() < silence

    assert waiting == 1
    assert len(await poller.kept()) == 1
    assert "updates cannot be kept, so they are left with Telegram" in caplog.text


async def test_a_poison_update_stops_no_other(alice: Someone, world: World, poller: Poller) -> None:
    for update in ODDITIES:
        world.put_update(update)
    alice.says("Still there?")
    async with poller.polling():
        await world.wait_for(lambda: world.updates.is_polled)

    assert len(await poller.kept()) == len(ODDITIES) + 2
    assert poller.woken[-1] == str(ALICE.id)


async def test_an_update_that_cannot_be_kept_at_all_is_told_and_passed_by(
    world: World, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    result = [{"update_id": 2**64, "message": {}}, {"update_id": 7, "message": {}}]
    both = json.dumps({"ok": True, "result": result})
    world.faults.add(kind=Status(200, both), method="getUpdates")
    async with poller.polling():
        await world.wait_for(lambda: world.updates.is_polled)

    assert 7 in await poller.kept()
    assert "no updates: NoUpdate" in caplog.text
