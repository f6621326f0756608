"""How updates are brought to a webhook."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest

from bot.serving import serving
from playground.faults import DoneButSilent, HangUp
from playground.world import Json, World
from tests.playground.cast import ALICE, BORIS, OK_BUTTON, STRANGER, poll


class Receiver:
    """A webhook that notes what it is brought, and answers as it is told to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.brought: list[tuple[str, str]] = []
        self.statuses: defaultdict[str, list[int]] = defaultdict(list)
        self.open = asyncio.Event()
        self.open.set()
        self.at_once = self.most_at_once = 0

    async def receive(self, request: Request) -> Response:
        update: Json = await request.json()
        text = update["message"]["text"] if "message" in update else "press"
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.brought.append((text, secret))
        self.world.watchers.wake()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.open.wait()
        self.at_once -= 1
        left = self.statuses[text]
        return Response(status_code=left.pop(0) if left else 200)

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.brought]


@pytest.fixture
def receiver(world: World) -> Receiver:
    return Receiver(world)


@pytest.fixture
async def hook(receiver: Receiver, world: World) -> AsyncIterator[str]:
    world.updates.webhook_pause = 0.001
    route = Route("/hook", receiver.receive, methods=["POST"])
    async with serving(Starlette(routes=[route])) as url:
        yield f"{url}/hook"


async def all_taken(world: World) -> None:
    await world.wait_for(lambda: not world.updates.pending)


async def test_what_waits_and_what_comes_is_brought_with_the_secret(
    bot: Bot, world: World, hook: str, receiver: Receiver
) -> None:
    world.say(ALICE, "One")
    await bot.set_webhook(hook, secret_token="s3cret_-")
    await all_taken(world)
    world.say(ALICE, "Two")
    await all_taken(world)

    assert receiver.brought == [("One", "s3cret_-"), ("Two", "s3cret_-")]


async def test_what_is_not_taken_is_brought_again_before_what_follows_in_its_chat(
    bot: Bot, world: World, hook: str, receiver: Receiver
) -> None:
    receiver.statuses["One"] = [500, 403, 204]
    for text in ("One", "Two"):
        world.say(ALICE, text)
    await bot.set_webhook(hook)
    await all_taken(world)
    info = await bot.get_webhook_info()

    assert receiver.texts == ["One", "One", "One", "Two"]
    assert info.pending_update_count == 0
    assert info.last_error_message == "Wrong response from the webhook: 403 Forbidden"


async def test_chats_do_not_wait_for_each_other_and_presses_for_none(
    bot: Bot, world: World, hook: str, receiver: Receiver
) -> None:
    sent = await bot.send_message(ALICE.id, "Sure?", reply_markup=OK_BUTTON)
    receiver.open.clear()
    await bot.set_webhook(hook)
    for text in ("One", "Two"):
        world.say(ALICE, text)
    world.say(BORIS, "Three")
    world.press(ALICE, sent.message_id, "ok")
    await world.wait_for(lambda: len(receiver.brought) == 3)
    waiting = list(receiver.texts)
    receiver.open.set()
    await all_taken(world)

    assert sorted(waiting) == ["One", "Three", "press"]
    assert receiver.texts[3:] == ["Two"]


async def test_no_more_come_at_once_than_were_asked_for(
    bot: Bot, world: World, hook: str, receiver: Receiver
) -> None:
    for person in (ALICE, BORIS, STRANGER):
        world.say(person, "Hi")
    await bot.set_webhook(hook, max_connections=1)
    await all_taken(world)

    assert len(receiver.brought) == 3
    assert receiver.most_at_once == 1


async def test_an_answer_that_is_lost_brings_it_again(
    bot: Bot, world: World, hook: str, receiver: Receiver
) -> None:
    world.faults.add(kind=HangUp(), method="webhook")
    world.faults.add(kind=DoneButSilent(), method="webhook")
    world.say(ALICE, "One")
    await bot.set_webhook(hook)
    await all_taken(world)

    assert receiver.texts == ["One", "One"]


async def test_nobody_there_is_told_as_telegram_tells_it(bot: Bot, world: World) -> None:
    world.say(ALICE, "One")
    await bot.set_webhook("http://127.0.0.1:9/hook")
    await world.wait_for(lambda: world.updates.error)
    info = await bot.get_webhook_info()
    await bot.delete_webhook()

    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 1
    assert len(world.updates.pending) == 1
    assert (await bot.get_webhook_info()).last_error_message is None


async def test_a_webhook_ends_the_poll_that_hangs(
    bot: Bot, http: httpx.AsyncClient, world: World, hook: str
) -> None:
    polling = asyncio.create_task(poll(http, timeout=50))
    await world.wait_for(lambda: world.updates.is_polled)
    await bot.set_webhook(hook)

    assert (await polling)["description"] == "Conflict: terminated by setWebhook request"


async def test_no_address_takes_the_webhook_away(bot: Bot, world: World, hook: str) -> None:
    await bot.set_webhook(hook)
    await bot.set_webhook("")

    assert world.updates.webhook is None


async def test_a_secret_has_letters_and_digits(bot: Bot, hook: str) -> None:
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook(hook, secret_token="a b")
