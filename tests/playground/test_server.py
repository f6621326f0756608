"""The server itself: who may ask, in which form, and what goes wrong on the way."""

import asyncio
import json
import time
from datetime import timedelta

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
)
from telegram.error import (
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from bot.serving import PortTaken, serving
from playground.api import bot_api
from playground.faults import Delay, DoneButSilent, HangUp, Refuse, Status
from playground.world import Json, World
from tests.playground.cast import ALICE, OK_BUTTON, TOKEN, picture


async def test_the_bot_knows_itself(bot: Bot) -> None:
    assert (bot.id, bot.username, bot.bot.can_read_all_group_messages) == (42, "teller_bot", False)


async def test_a_wrong_token_is_unauthorized(url: str) -> None:
    other = Bot("1:other", base_url=f"{url}/bot")
    with pytest.raises(InvalidToken):
        await other.initialize()
    await other.shutdown()

    async with httpx.AsyncClient(verify=False) as http:
        answer = await http.get(f"{url}/bot1:other/getMe")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize("how", ["json", "form", "multipart", "address"])
async def test_parameters_come_in_any_kind_of_body(
    http: httpx.AsyncClient, world: World, how: str
) -> None:
    values: Json = {
        "chat_id": ALICE.id,
        "text": "12",
        "entities": '[{"type":"bold","offset":0,"length":1}]',
    }
    match how:
        case "json":
            values["entities"] = json.loads(values["entities"])
            answer = await http.post("sendMessage", json=values)
        case "form":
            answer = await http.post("sendMessage", data=values)
        case "multipart":
            answer = await http.post("SENDMESSAGE", data=values, files={"unused": b"x"})
        case _:
            answer = await http.get("sendmessage", params=values)

    assert answer.json()["result"]["text"] == "12"
    assert world.messages(ALICE.id)[-1]["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert world.calls[-1].params["chat_id"] == ALICE.id


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"'])
async def test_a_broken_json_body_is_refused(http: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert (await http.post("getMe", content=body, headers=headers)).status_code == 400


async def test_text_that_is_not_utf8_is_refused(http: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answers = [
        await http.post("sendMessage", content=b"chat_id=1001&text=%ff", headers=headers),
        await http.post(
            "sendMessage",
            content=b'{"chat_id":1001,"text":"\\ud83d"}',
            headers={"content-type": "application/json"},
        ),
    ]
    for answer in answers:
        assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_methods_the_playground_does_not_play_are_ok(
    bot: Bot, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "playground.api")
    assert await bot.set_my_description("A bot")
    assert "the playground does not know setMyDescription" in caplog.text

    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("makeCoffee")
    assert (await http.get("makeCoffee")).json()["description"] == "Not Found"


async def test_faults_refuse_and_then_are_over(bot: Bot, world: World) -> None:
    world.faults.add(method="sendMessage", kind=Refuse(429, retry_after=3), times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(ALICE.id, "Hi")
    assert (await bot.send_message(ALICE.id, "Hi")).text == "Hi"
    assert [call.error for call in world.calls[-3:]] == [429, 429, None]

    world.faults.add(kind=Refuse(400, "Bad Request: group migrated", migrate_to=-5))
    with pytest.raises(ChatMigrated):
        await bot.send_message(ALICE.id, "Hi")


async def test_faults_choose_their_calls(bot: Bot, world: World) -> None:
    world.faults.add(
        kind=Refuse(403, "Forbidden: no"), where=lambda given: given.get("text") == "x"
    )
    await bot.send_message(ALICE.id, "Hi")
    with pytest.raises(Forbidden):
        await bot.send_message(ALICE.id, "x")
    world.faults.add(kind=HangUp(), times=9)
    world.faults.clear()
    await bot.send_message(ALICE.id, "Hi")


async def test_a_connection_is_closed_before_or_after_the_effect(bot: Bot, world: World) -> None:
    world.faults.add(method="sendMessage", kind=HangUp())
    world.faults.add(method="sendMessage", kind=DoneButSilent())
    with pytest.raises(NetworkError):
        await bot.send_message(ALICE.id, "Never")
    with pytest.raises(NetworkError):
        await bot.send_message(ALICE.id, "Unheard")

    assert [message["text"] for message in world.messages(ALICE.id)] == ["Hi", "Unheard"]
    assert [call.error for call in world.calls[-2:]] == [0, 0]


async def test_a_proxy_fails_and_an_answer_is_late(bot: Bot, world: World) -> None:
    world.faults.add(method="sendMessage", kind=Status(502))
    world.faults.add(method="sendMessage", kind=Delay(0.01))
    with pytest.raises(NetworkError):
        await bot.send_message(ALICE.id, "Hi")
    assert (await bot.send_message(ALICE.id, "Hi")).text == "Hi"


async def test_flood_limits_are_off_until_asked_for(bot: Bot, world: World) -> None:
    last, *_ = [await bot.send_message(ALICE.id, "Hi") for _ in range(6)]
    world.limits.on = True
    for _ in range(5):
        await bot.send_message(ALICE.id, "Hi")

    with pytest.raises(RetryAfter) as refused:
        await last.edit_text("Ho")
    assert refused.value.retry_after == timedelta(seconds=5)
    assert world.messages(ALICE.id)[-1]["text"] == "Hi"


async def test_events_are_followed(bot: Bot, world: World) -> None:
    events = world.subscribe()
    sent = await bot.send_message(ALICE.id, "Sure?", reply_markup=OK_BUTTON)
    await bot.send_chat_action(ALICE.id, "typing")
    await bot.send_message_draft(ALICE.id, 7, "Hel")
    await sent.edit_text("Really?", reply_markup=OK_BUTTON)
    await bot.answer_callback_query(world.press(ALICE, sent.message_id, "ok"), "Fine")
    await sent.delete()
    await bot.set_my_commands([BotCommand("help", "Help")])
    events.close()

    seen = [event async for event in events]
    kinds = [event["kind"] for event in seen]
    assert kinds == ["message", "action", "draft", "edit", "answer", "delete", "commands"]
    assert seen[4] == {
        "kind": "answer",
        "callback_query_id": "1001",
        "user_id": ALICE.id,
        "text": "Fine",
        "show_alert": False,
    }
    assert seen[5] == {"kind": "delete", "chat_id": ALICE.id, "message_ids": [sent.message_id]}


async def test_waiting_ends_with_what_was_waited_for_or_shows_the_screen(
    bot: Bot, world: World
) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(world.wait_for(lambda: world.messages(ALICE.id)[1:]))
        await bot.send_message(ALICE.id, "Hello", reply_markup=OK_BUTTON)
    assert waiting.result()[0]["text"] == "Hello"

    with pytest.raises(AssertionError, match=r"Teller: Hello \[OK\]"):
        await world.wait_for(lambda: None, timeout=0.01)


async def test_a_port_is_one_servers_only(url: str, world: World) -> None:
    port = int(url.rpartition(":")[2])
    with pytest.raises(PortTaken):
        async with serving(bot_api(world), port):
            pass


async def test_answers_come_at_once(http: httpx.AsyncClient) -> None:
    # Nagle's algorithm and delayed acknowledgements together would cost 40 ms a call.
    await http.get("getMe")
    started = time.perf_counter()
    for _ in range(10):
        await http.get("getMe")
    assert time.perf_counter() - started < 0.3


async def test_a_new_world_shows_nothing(world: World) -> None:
    assert str(World(bot=world.bot, token=TOKEN)) == "(no messages)"
    world.send_photo(ALICE, picture(10, 10), caption="Look")
    assert str(world).splitlines() == ["1001/1 Alice: Hi", "1001/2 Alice: [photo] Look"]
