"""Telegram updates in, prompts out: the order of things, on one page."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from telegram import BotCommand, Message, MessageEntity, Update

from bot.words import Words
from handlers import access, buttons, commands, language, messages, photos, redo, usage
from handlers.admin import audit, door, grants, plans, quota, stats, users
from handlers.context import Context, Services
from storage.records import Incoming


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it is called, what it does, and the message about it in the menu."""

    name: str
    handle: Callable[[Context], Awaitable[None]]
    description: str
    admins_only: bool = False
    strangers_too: bool = False
    is_confidential: bool = False


async def show_help(context: Context) -> None:
    """List the commands."""
    offered = [each for each in COMMANDS if context.is_admin or not each.admins_only]
    lines = [f"/{each.name}: {context.words(each.description)}" for each in offered]
    await context.say("\n".join([context.words("command-help"), *lines]))


COMMANDS = (
    Command("start", commands.start, "menu-start"),
    Command("help", show_help, "menu-help"),
    Command("new", commands.new, "menu-new"),
    Command("stop", redo.stop, "menu-stop"),
    Command("retry", redo.retry, "menu-retry"),
    Command("usage", usage.usage, "menu-usage"),
    Command("language", language.language, "menu-language"),
    Command("privacy", commands.privacy, "menu-privacy", strangers_too=True),
    Command(
        "quota",
        quota.show_or_set_quota,
        "menu-quota",
        admins_only=True,
        is_confidential=True,
    ),
    Command("grant", grants.grant, "menu-grant", admins_only=True, is_confidential=True),
    Command(
        "plan",
        plans.show_or_put_on,
        "menu-plan",
        admins_only=True,
        is_confidential=True,
    ),
    Command(
        "users",
        users.users,
        "menu-users",
        admins_only=True,
        is_confidential=True,
    ),
    Command("stats", stats.stats, "menu-stats", admins_only=True, is_confidential=True),
    Command("audit", audit.audit, "menu-audit", admins_only=True, is_confidential=True),
    Command("approve", door.approve, "menu-approve", admins_only=True),
    Command("ban", door.ban, "menu-ban", admins_only=True),
    Command("unban", door.unban, "menu-unban", admins_only=True),
)


def menu(words: Words, *, for_admins: bool) -> list[BotCommand]:
    """The commands that Telegram shows."""
    offered = [each for each in COMMANDS if for_admins or not each.admins_only]
    return [BotCommand(each.name, words(each.description)) for each in offered]


async def handle(taken: Sequence[Incoming], services: Services) -> None:
    """Deal with updates that belong together: one, or the parts of an album."""
    updates = [Update.de_json(json.loads(each.payload), services.bot) for each in taken]
    query = updates[0].callback_query
    parts = tuple(update.message for update in updates if update.message)
    if query is not None:
        await buttons.on_press(query, taken[0], services)
    elif edited := updates[0].edited_message:
        await _on_message(taken[0], (edited,), services, is_edit=True)
    elif parts:
        await _on_message(taken[0], parts, services)
    # People who join, and kinds that came after us ask nothing.


async def _on_message(
    taken: Incoming, parts: tuple[Message, ...], services: Services, *, is_edit: bool = False
) -> None:
    message = next(filter(photos.is_picture, parts), parts[0])
    user = message.from_user
    is_meant = any(access.is_meant(part, services.me) for part in parts)
    if user is None or user.is_bot or not is_meant or not _says_something(message):
        return
    context = Context(
        services=services,
        update_id=taken.update_id,
        attempt=taken.attempt,
        person=await access.met(services, user, message.chat),
        message=message,
        album=parts,
    )
    if is_edit:
        await _on_edit(context)
        return
    command = _command(message)
    if command is not None and command.is_confidential and context.is_admin:
        context = replace(context, is_confidential=True)
    if not access.may_speak(services, context.person) and not (command and command.strangers_too):
        await access.turn_away(context)
    elif command is not None and command.admins_only and not context.is_admin:
        await commands.unknown(context)
    else:
        await _handler(message, command)(context)


async def _on_edit(context: Context) -> None:
    """Deal with what says something else now; a command has been carried out as it was."""
    if access.may_speak(context.services, context.person) and not _command_name(context.message):
        await redo.on_edit(context)


def _handler(message: Message, command: Command | None) -> Callable[[Context], Awaitable[None]]:
    """Who deals with a message: the first that fits."""
    if command is not None:
        return command.handle
    if _command_name(message):
        return commands.unknown
    if photos.is_picture(message):
        return messages.on_photos
    if message.text is not None:
        return messages.on_text
    return messages.on_anything_else


def _command(message: Message) -> Command | None:
    name = _command_name(message)
    return next((each for each in COMMANDS if each.name == name), None)


def _command_name(message: Message) -> str:
    """What a message commands, `new` for `/new@this_bot`; empty where it is no command.

    A forwarded one says what somebody else wanted, and they may be no admin.
    """
    if message.forward_origin is not None:
        return ""
    commanded = message.parse_entities([MessageEntity.BOT_COMMAND])
    first = next((text for entity, text in commanded.items() if entity.offset == 0), "")
    return first.removeprefix("/").partition("@")[0].lower()


def _says_something(message: Message) -> bool:
    """Whether somebody wrote or sent something; Telegram also tells who joined and the like."""
    return message.text is not None or message.effective_attachment is not None
