"""What the bot shows beside messages: drafts, actions, commands; and what it asks."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
)
from telegram.error import (
    BadRequest,
)

from playground.world import Chat, World
from tests.playground.cast import ALICE, BORIS, STRANGER, Clock, updates


async def test_typing_is_seen_until_the_message_comes(bot: Bot, world: World, clock: Clock) -> None:
    await bot.send_chat_action(ALICE.id, "typing")
    assert world.actions[ALICE.id].action == "typing"
    assert world.screen.action(ALICE.id) is not None
    clock.now += 5
    assert world.screen.action(ALICE.id) is None

    await bot.send_message(ALICE.id, "Hello")
    assert ALICE.id not in world.actions
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(ALICE.id, "dancing")


async def test_a_draft_grows_and_vanishes(bot: Bot, world: World, clock: Clock) -> None:
    await bot.send_message_draft(ALICE.id, 7, "")
    await bot.send_message_draft(ALICE.id, 7, "Hel", api_kwargs={"can_stop": True})
    draft = world.screen.draft(ALICE.id)
    assert draft is not None
    assert (draft.text, draft.can_stop) == ("Hel", True)

    clock.now += 30
    assert world.screen.draft(ALICE.id) is None
    await bot.send_message_draft(ALICE.id, 8, "Hello")
    await bot.send_message(ALICE.id, "Hello")
    assert world.drafts == {}
    with pytest.raises(LookupError):
        world.stop_draft(ALICE)


async def test_a_draft_that_is_stopped_goes_or_stays_without_its_button_as_the_bot_wants(
    bot: Bot, world: World
) -> None:
    await bot.send_message_draft(ALICE.id, 7, "Hel", api_kwargs={"can_stop": True})
    world.stop_draft(ALICE)
    assert world.drafts == {}
    both = {"can_stop": True, "keep_on_stop": True}
    await bot.send_message_draft(ALICE.id, 8, "Hel", api_kwargs=both)
    world.stop_draft(ALICE)

    assert [(draft.text, draft.can_stop) for draft in world.drafts.values()] == [("Hel", False)]
    stopped = [each.api_kwargs["stopped_message_generation"] for each in await updates(bot)]
    assert [(each["chat"]["id"], each["draft_id"]) for each in stopped] == [
        (ALICE.id, 7),
        (ALICE.id, 8),
    ]


async def test_a_message_elsewhere_in_the_chat_leaves_a_topics_draft(
    bot: Bot, world: World
) -> None:
    world.say(ALICE, "In a topic", thread_id=7)
    await bot.send_message_draft(ALICE.id, 5, "Hel", 7)
    world.say(ALICE, "Beside it")
    assert world.screen.draft(ALICE.id) is not None
    world.say(ALICE, "In it", thread_id=7)

    assert world.screen.draft(ALICE.id) is None


async def test_drafts_are_for_private_chats(bot: Bot, group: Chat) -> None:
    with pytest.raises(BadRequest, match="Textdraft_peer_invalid"):
        await bot.send_message_draft(group.id, 7, "Hel")
    with pytest.raises(BadRequest, match="Textdraft_id_invalid"):
        await bot.send_message_draft(ALICE.id, 0, "Hel")


async def test_commands_are_shown_by_scope_and_language(
    bot: Bot, world: World, group: Chat
) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("help", "Помощь")], language_code="ru")
    await bot.set_my_commands([BotCommand("quota", "Quota")], BotCommandScopeChat(ALICE.id))

    assert world.commands_for(ALICE) == [{"command": "quota", "description": "Quota"}]
    assert world.commands_for(ALICE, group) == [{"command": "help", "description": "Help"}]
    assert world.commands_for(BORIS) == [{"command": "help", "description": "Помощь"}]
    assert await bot.get_my_commands(language_code="ru") == (BotCommand("help", "Помощь"),)
    await bot.delete_my_commands(language_code="ru")
    assert world.commands_for(BORIS) == [{"command": "help", "description": "Help"}]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Help", "Help")])
    with pytest.raises(BadRequest, match="Bot_command_description_invalid"):
        await bot.set_my_commands([BotCommand("help", "")])


async def test_the_bot_asks_about_chats(bot: Bot, group: Chat) -> None:
    chat = await bot.get_chat(ALICE.id)
    members = [await bot.get_chat_member(group.id, one.id) for one in (ALICE, BORIS, STRANGER)]

    assert (chat.first_name, chat.type) == ("Alice", "private")
    assert (await bot.get_chat(group.id)).title == "Family"
    assert [member.status for member in members] == ["creator", "member", "left"]
    [owner] = await bot.get_chat_administrators(group.id)
    assert owner.user.id == ALICE.id
    assert (await bot.get_chat_member(group.id, 42)).status == "member"


async def test_admins_of_a_group_see_their_commands(world: World, group: Chat) -> None:
    theirs, everyones = [{"command": "quota"}], [{"command": "help"}]
    world.commands.set({"type": "all_chat_administrators"}, "", theirs)
    world.commands.set({"type": "all_group_chats"}, "", everyones)
    assert world.commands_for(ALICE, group) == theirs
    assert world.commands_for(BORIS, group) == everyones
    assert world.commands_for(STRANGER) == []


async def test_an_action_in_a_topic_says_so(bot: Bot, world: World) -> None:
    world.say(ALICE, "In a topic", thread_id=7)
    events = world.subscribe()
    await bot.send_chat_action(ALICE.id, "typing", message_thread_id=7)
    await bot.send_message_draft(ALICE.id, 5, "Hel", 7, api_kwargs={"can_stop": True})
    world.stop_draft(ALICE)

    assert (await anext(events))["thread_id"] == 7
    [_, update] = await updates(bot)
    assert update.api_kwargs["stopped_message_generation"]["message_thread_id"] == 7
