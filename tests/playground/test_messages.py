"""What the bot writes, changes and takes back, as Telegram allows it."""

import httpx
import pytest
from telegram import (
    Bot,
    MessageEntity,
    ReplyKeyboardMarkup,
)
from telegram.error import (
    BadRequest,
    Forbidden,
)

from playground.world import Chat, Json, World
from tests.playground.cast import ALICE, BORIS, OK_BUTTON, STRANGER, Clock, picture, updates


async def test_a_sent_message_is_shown(bot: Bot, world: World) -> None:
    bold = MessageEntity("bold", 2, 5)
    sent = await bot.send_message(
        ALICE.id, "  Hello, see www.example.org  ", entities=[bold], reply_markup=OK_BUTTON
    )

    assert sent.text == "Hello, see www.example.org"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 0, 5),
        ("url", 11, 15),
    ]
    assert sent.reply_markup == OK_BUTTON
    assert world.messages(ALICE.id)[-1]["text"] == sent.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Message text is empty"),
        (" \n\t ", "Message text is empty"),
        ("a" * 4097, "Message is too long"),
        ("🙂" * 2049, "Message is too long"),
    ],
    ids=["nothing", "white space", "letters", "emoji"],
)
async def test_a_text_of_a_wrong_length_is_refused(bot: Bot, text: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.send_message(ALICE.id, text)


async def test_a_text_is_measured_in_utf16_after_trimming(bot: Bot) -> None:
    sent = await bot.send_message(ALICE.id, "🙂" * 2048 + " \n")
    assert sent.text == "🙂" * 2048


async def test_a_parse_mode_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="not supported by the playground"):
        await bot.send_message(ALICE.id, "*Hi*", parse_mode="MarkdownV2")


async def test_a_bot_cannot_write_where_it_is_not_welcome(
    bot: Bot, world: World, group: Chat
) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(999, "Hi")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(STRANGER.id, "Hi")

    world.block(ALICE)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ALICE.id, "Hi")

    world.expel_bot(group)
    with pytest.raises(Forbidden, match="kicked"):
        await bot.send_message(group.id, "Hi")

    world.unblock(ALICE)
    assert (await bot.send_message(ALICE.id, "Hi")).text == "Hi"
    statuses = [
        update.my_chat_member and update.my_chat_member.new_chat_member.status
        for update in await updates(bot)
    ]
    assert statuses == ["kicked", "left", "member"]


async def test_a_reply_needs_a_message_to_reply_to(bot: Bot, world: World) -> None:
    asked = world.messages(ALICE.id)[0]["message_id"]
    sent = await bot.send_message(ALICE.id, "Yes", reply_to_message_id=asked)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "Hi"

    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ALICE.id, "Yes", reply_to_message_id=999)
    lonely = await bot.send_message(
        ALICE.id, "Yes", reply_to_message_id=999, allow_sending_without_reply=True
    )
    assert lonely.reply_to_message is None


async def test_a_topic_must_exist(bot: Bot, world: World) -> None:
    world.say(ALICE, "In a topic", thread_id=7)
    sent = await bot.send_message(ALICE.id, "Here", message_thread_id=7)
    assert (sent.message_thread_id, sent.is_topic_message) == (7, True)

    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(ALICE.id, "Where", message_thread_id=8)


async def test_an_edit_changes_what_is_shown(bot: Bot, world: World) -> None:
    sent = await bot.send_message(ALICE.id, "One", reply_markup=OK_BUTTON)
    edited = await sent.edit_text("Two")

    assert getattr(edited, "text", None) == "Two"
    shown = world.messages(ALICE.id)[-1]
    assert shown["text"] == "Two"
    assert "edit_date" in shown
    assert "reply_markup" not in shown


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(ALICE.id, "See https://example.org", reply_markup=OK_BUTTON)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text(" See https://example.org", reply_markup=OK_BUTTON)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(OK_BUTTON)

    await sent.edit_reply_markup(None)
    await sent.edit_text("See https://example.org", reply_markup=OK_BUTTON)


async def test_only_own_messages_can_be_edited(bot: Bot, world: World) -> None:
    theirs = world.messages(ALICE.id)[0]["message_id"]
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("Mine", ALICE.id, theirs)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Mine", ALICE.id, 999)

    photo = await bot.send_photo(ALICE.id, picture(20, 20))
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await photo.edit_text("Mine")


async def test_messages_are_deleted(bot: Bot, world: World, group: Chat, clock: Clock) -> None:
    sent = [await bot.send_message(ALICE.id, text) for text in "abc"]
    await sent[0].delete()
    await bot.delete_messages(ALICE.id, [sent[1].message_id, 999])
    assert [message["text"] for message in world.messages(ALICE.id)] == ["Hi", "c"]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent[0].delete()

    theirs = world.say(BORIS, "Hello", chat=group)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, theirs["message_id"])
    clock.now += 48 * 3600
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await sent[2].delete()


async def test_a_press_is_answered(bot: Bot, world: World, clock: Clock) -> None:
    sent = await bot.send_message(ALICE.id, "Sure?", reply_markup=OK_BUTTON)
    query_id = world.press(ALICE, sent.message_id, "ok")
    [update] = await updates(bot)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("ok", ALICE.id)

    with pytest.raises(BadRequest, match="Message_too_long"):
        await query.answer("a" * 201)
    await query.answer("Done", show_alert=True)
    assert world.callback_answers[query_id] == {"text": "Done", "show_alert": True}

    clock.now += 151
    for too_late in (query_id, "1"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(too_late)


async def test_people_press_only_what_they_see(bot: Bot, world: World) -> None:
    sent = await bot.send_message(ALICE.id, "Sure?", reply_markup=OK_BUTTON)
    with pytest.raises(LookupError):
        world.press(ALICE, sent.message_id, "other")
    with pytest.raises(LookupError):
        world.press(ALICE, 999, "ok")
    assert world.press(ALICE, sent.message_id, "other", stale=True)


async def test_other_keyboards_are_no_part_of_a_message(bot: Bot) -> None:
    keyboard = ReplyKeyboardMarkup([["Yes", "No"]])
    assert (await bot.send_message(ALICE.id, "Sure?", reply_markup=keyboard)).reply_markup is None


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"text": "Hi"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "@nobody", "text": "Hi"}, "chat not found"),
        ("sendMessage", {"chat_id": 1001, "text": "Hi", "entities": "{}"}, "can't parse entities"),
        ("sendMessage", {"chat_id": 1001, "text": "Hi", "entities": "["}, "can't parse entities"),
        ("sendMessage", {"chat_id": 1001, "text": "Hi", "reply_markup": "no"}, "can't parse reply"),
        ("editMessageText", {"chat_id": 1001, "text": "Hi"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 1001, "message_id": "x"}, "invalid message_id specified"),
        ("sendPhoto", {"chat_id": 1001}, "there is no photo in the request"),
        ("sendPhoto", {"chat_id": 1001, "photo": "attach://a"}, 'file "a" is not attached'),
        ("sendDocument", {"chat_id": 1001, "document": "other"}, "wrong file identifier"),
        ("sendMediaGroup", {"chat_id": 1001, "media": [1, 2]}, "can't parse InputMedia"),
        ("setMyCommands", {"commands": ["help"]}, "can't parse BotCommand"),
        ("setMyCommands", {"commands": ["help"] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setWebhook", {"url": "example.org"}, "bad webhook"),
        ("getChatMember", {"chat_id": 1001, "user_id": 5}, "PARTICIPANT_ID_INVALID"),
        ("getChatAdministrators", {"chat_id": 1001}, "no administrators in the private chat"),
    ],
)
async def test_a_malformed_call_is_refused(
    http: httpx.AsyncClient, method: str, params: Json, words: str
) -> None:
    answer = await http.post(method, json=params)
    assert answer.status_code == 400
    assert words in answer.json()["description"]
