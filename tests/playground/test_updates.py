"""How what people do reaches the bot."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    Conflict,
)

from bot.serving import serving
from playground.api import bot_api
from playground.world import Chat, Json, World
from tests.playground.cast import (
    ALICE,
    BORIS,
    OK_BUTTON,
    STRANGER,
    TOKEN,
    Clock,
    picture,
    poll,
    updates,
)


async def test_what_a_person_says_is_an_update(bot: Bot, world: World) -> None:
    world.say(ALICE, "/ask look at https://example.org/a. 🙂 @teller_bot", reply_to=1)

    [update] = await updates(bot)
    message = update.message
    assert message is not None
    assert message.chat.type == "private"
    assert message.from_user is not None
    assert message.from_user.id == message.chat_id == ALICE.id
    assert list(message.parse_entities().values()) == [
        "/ask",
        "https://example.org/a",
        "@teller_bot",
    ]
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "Hi"


async def test_an_offset_confirms_what_came_before(bot: Bot, world: World) -> None:
    for text in "abc":
        world.say(ALICE, text)

    first = await updates(bot, limit=2)
    again = await updates(bot, limit=1)
    rest = await updates(bot, first[-1].update_id + 1)
    assert [update.message and update.message.text for update in first] == ["a", "b"]
    assert again[0].update_id == first[0].update_id == first[1].update_id - 1
    assert [update.message and update.message.text for update in rest] == ["c"]
    assert len(world.updates.pending) == 1


async def test_a_negative_offset_keeps_the_last_ones(bot: Bot, world: World) -> None:
    for text in "abc":
        world.say(ALICE, text)

    [last] = await updates(bot, -1)
    assert last.message is not None
    assert last.message.text == "c"
    assert len(world.updates.pending) == 1


async def test_a_long_poll_ends_when_something_happens(
    http: httpx.AsyncClient, world: World
) -> None:
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(poll(http, timeout=50))
        await world.wait_for(lambda: world.updates.is_polled)
        world.say(ALICE, "Now")

    assert polling.result()["result"][0]["message"]["text"] == "Now"


async def test_a_second_poller_ends_the_first(http: httpx.AsyncClient, world: World) -> None:
    first = asyncio.create_task(poll(http, timeout=50))
    await world.wait_for(lambda: world.updates.is_polled)
    second = asyncio.create_task(poll(http, timeout=50))

    assert (await first) == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }
    world.say(ALICE, "Hello")
    assert len((await second)["result"]) == 1


async def test_of_twenty_pollers_the_last_one_is_served(
    http: httpx.AsyncClient, world: World
) -> None:
    polls = [asyncio.create_task(poll(http, timeout=50)) for _ in range(20)]
    await world.wait_for(lambda: sum(call.error == 409 for call in world.calls) == 19)
    world.say(ALICE, "Hello")
    answers = await asyncio.gather(*polls)
    assert sum(answer["ok"] for answer in answers) == 1
    assert not world.updates.is_polled


async def test_the_server_stops_although_a_poll_hangs(world: World) -> None:
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(verify=False))
        async with asyncio.timeout(5), serving(bot_api(world)) as url:
            polling = asyncio.create_task(http.get(f"{url}/bot{TOKEN}/getUpdates?timeout=50"))
            await world.wait_for(lambda: world.updates.is_polled)
        assert (await polling).status_code == 503


async def test_a_webhook_forbids_polling(bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(Conflict):
        await updates(bot)

    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    await bot.delete_webhook()
    assert await updates(bot) == ()


async def test_only_allowed_updates_come_and_that_is_remembered(bot: Bot, world: World) -> None:
    await updates(bot, allowed_updates=["callback_query"])
    world.say(ALICE, "Hello")
    assert await updates(bot) == ()

    await updates(bot, allowed_updates=[])
    world.say(ALICE, "Hello")
    assert len(await updates(bot)) == 1


async def test_a_press_waits_for_150_seconds_and_a_message_for_a_day(
    bot: Bot, world: World, clock: Clock
) -> None:
    sent = await bot.send_message(ALICE.id, "Sure?", reply_markup=OK_BUTTON)
    world.press(ALICE, sent.message_id, "ok")
    world.say(ALICE, "Hello")

    clock.now += 151
    [update] = await updates(bot)
    assert update.message is not None
    clock.now += 24 * 3600
    assert await updates(bot) == ()


async def test_any_raw_update_can_be_put(http: httpx.AsyncClient, world: World) -> None:
    put = world.put_update({"brand_new_kind": {"a": 1}})
    world.put_update({"update_id": put, "message": "malformed"})

    answer = await poll(http)
    assert answer["result"] == [
        {"update_id": put, "brand_new_kind": {"a": 1}},
        {"update_id": put, "message": "malformed"},
    ]


async def test_in_groups_the_bot_gets_what_is_meant_for_it(
    bot: Bot, world: World, group: Chat
) -> None:
    sent = await bot.send_message(group.id, "I am here")
    world.say(ALICE, "not for the bot @other_bot", chat=group)
    world.say(ALICE, "/new@other_bot", chat=group)
    meant = ["/new", "/new@teller_bot", "look, @Teller_bot"]
    for text in meant:
        world.say(ALICE, text, chat=group)
    world.say(BORIS, "a reply", chat=group, reply_to=sent.message_id)

    texts = [update.message and update.message.text for update in await updates(bot)]
    assert texts == [*meant, "a reply"]
    world.privacy = False
    world.say(ALICE, "anything", chat=group)
    assert len(await updates(bot, -1)) == 1


async def test_people_edit_what_is_theirs(bot: Bot, world: World) -> None:
    said = world.say(ALICE, "Helo")
    photo = world.send_photo(ALICE, picture(10, 10), caption="One")
    world.edit(ALICE, said["message_id"], "Hello")
    world.edit(ALICE, photo["message_id"], "Two")

    edited = [update.edited_message for update in await updates(bot, -2)]
    assert [message and (message.text or message.caption) for message in edited] == ["Hello", "Two"]
    answer = await bot.send_message(ALICE.id, "Hi")
    with pytest.raises(LookupError):
        world.edit(ALICE, answer.message_id, "Ho")
    with pytest.raises(LookupError):
        world.say(STRANGER, "Hi", chat=ALICE.id)


async def test_a_webhook_may_drop_what_waits(bot: Bot, world: World) -> None:
    world.say(ALICE, "Hello")
    await bot.set_webhook(
        "https://example.org/hook", drop_pending_updates=True, allowed_updates=["message"]
    )
    assert world.updates.pending == []
    assert world.updates.allowed == ["message"]


async def test_an_empty_poll_ends_in_time(world: World) -> None:
    assert await world.updates.poll(0, limit=1, timeout=0.01) == []
    assert not world.updates.is_polled


async def test_a_mention_without_a_username_reaches_the_bot(
    bot: Bot, world: World, group: Chat
) -> None:
    mention: Json = {"type": "text_mention", "offset": 0, "length": 6, "user": world.bot.json()}
    link: Json = {"type": "text_link", "offset": 0, "length": 6, "url": "https://example.org"}
    world.say(ALICE, "Teller, hi", chat=group.id, entities=[link])
    world.say(ALICE, "Teller, ho", chat=group.id, entities=[mention])

    [update] = await updates(bot)
    assert update.message is not None
    assert update.message.text == "Teller, ho"
