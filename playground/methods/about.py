"""Methods about the bot itself, about chats and files, and about how updates come."""

import re
from typing import Any
from urllib.parse import urlsplit

from playground import rules
from playground.deliveries import MAX_CONNECTIONS, Webhook
from playground.methods.given import Given
from playground.people import Chat, Json
from playground.rules import bad
from playground.updates import MAX_BATCH
from playground.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")  # #botcommand
_DESCRIPTION = 256  # #botcommand
# Plain HTTP is what a local Bot API server allows, and what the tests need.
_SCHEMES = ("https://", "http://")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")  # #setwebhook


async def getUpdates(world: World, given: Given) -> list[Json]:
    allowed = given.params.get("allowed_updates")
    world.updates.allow(None if allowed is None else given.list("allowed_updates"))
    limit = given.number("limit") or MAX_BATCH
    return await world.updates.poll(
        given.number("offset") or 0,
        limit=min(max(limit, 1), MAX_BATCH),
        timeout=given.number("timeout") or 0,
    )


def setWebhook(world: World, given: Given) -> bool:
    url = given.text("url")
    if not url:  # "Use an empty string to remove webhook integration"
        return deleteWebhook(world, given)
    if not url.startswith(_SCHEMES):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = given.text("secret_token")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if not urlsplit(url).path:
        url += "/"  # so the real server writes it
    _webhook_changed(world, given)
    most = int(given.params.get("max_connections") or MAX_CONNECTIONS)
    webhook = Webhook(url=url, secret=secret, max_connections=most)
    world.updates.bring(webhook, faults=world.faults)
    return True


def deleteWebhook(world: World, given: Given) -> bool:
    world.updates.stop_bringing()
    return _webhook_changed(world, given)


def _webhook_changed(world: World, given: Given) -> bool:
    if given.flag("drop_pending_updates"):
        world.updates.clear()
    if given.params.get("allowed_updates") is not None:
        world.updates.allow(given.list("allowed_updates"))
    return True


def getWebhookInfo(world: World, _given: Given) -> Json:
    webhook, error = world.updates.webhook, world.updates.error
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook is not None:
        info |= {"max_connections": webhook.max_connections}
    if error is not None:
        info |= {"last_error_date": error[0], "last_error_message": error[1]}
    return info


def getMe(world: World, _given: Given) -> Json:
    return world.bot.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def setMyCommands(world: World, given: Given) -> bool:
    commands = given.list("commands")
    if len(commands) > rules.MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check(command)
    world.commands.set(given.object("scope") or {}, given.text("language_code"), commands)
    world.watchers.tell({"kind": "commands"})
    return True


def _check(command: Any) -> None:
    match command:
        case {"command": str(name), "description": str(description)}:
            if not _COMMAND.fullmatch(name):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= _DESCRIPTION:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        case _:
            raise bad("can't parse BotCommand")


def getMyCommands(world: World, given: Given) -> list[Json]:
    return world.commands.get(given.object("scope") or {}, given.text("language_code"))


def deleteMyCommands(world: World, given: Given) -> bool:
    world.commands.delete(given.object("scope") or {}, given.text("language_code"))
    world.watchers.tell({"kind": "commands"})
    return True


def getFile(world: World, given: Given) -> Json:
    file = world.files.get(given.text("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > rules.MAX_DOWNLOAD:
        raise bad("file is too big")
    return file.json() | {"file_path": file.path}


def getChat(world: World, given: Given) -> Json:
    """Return ChatFullInfo with the fields that every chat has."""
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return world.chat_json(given.chat(world)) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*kinds, "gifts_from_channels"), False),
    }


def getChatMember(world: World, given: Given) -> Json:
    chat = given.chat(world)
    user_id = given.number("user_id")
    if user_id == world.bot.id:
        return {"status": "member", "user": world.bot.json()}
    if user_id is None or user_id not in world.people:
        raise bad("PARTICIPANT_ID_INVALID")
    return _member(world, chat, user_id)


def getChatAdministrators(world: World, given: Given) -> list[Json]:
    chat = given.chat(world)
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    return [_member(world, chat, chat.members[0])]


def _member(world: World, chat: Chat, user_id: int) -> Json:
    user = world.people[user_id].json()
    if user_id not in chat.members:
        return {"status": "left", "user": user}
    if not chat.is_private and user_id == chat.members[0]:
        return {"status": "creator", "user": user, "is_anonymous": False}
    return {"status": "member", "user": user}
