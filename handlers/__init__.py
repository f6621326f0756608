"""Telegram updates in, prompts out: the order of things, on one page."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from telegram import BotCommand, Message, MessageEntity, Update
from telegram.error import ChatMigrated

from bot.looks import CALLED, Way
from bot.words import Words
from handlers import (
    access,
    arrivals,
    buttons,
    closing,
    commands,
    jobs,
    language,
    late,
    many,
    messages,
    photos,
    redo,
    usage,
)
from handlers.admin import audit, door, grants, plans, quota, stats, users
from handlers.choosing import cost, model, persona, wishes
from handlers.context import Context, Services, place_of
from handlers.looks import looking
from storage.jobs import is_question
from storage.records import Incoming

ASK = "ask"
# A kind of update that the library does not know (core.telegram.org/bots/api, Update).
DRAFT_STOPPED = "stopped_message_generation"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it is called, what it does, and the message about it in the menu."""

    name: str
    handle: Callable[[Context], Awaitable[None]]
    description: str
    admins_only: bool = False
    strangers_too: bool = False
    is_confidential: bool = False
    is_of_pictures: bool = False  # it may be a picture's caption
    is_in_menu: bool = True


async def show_help(context: Context) -> None:
    """List the commands."""
    offered = _offered(for_admins=context.is_admin)
    lines = [f"/{each.name}: {context.words(each.description)}" for each in offered]
    await context.say("\n".join([context.words("command-help"), *lines]))


LOOKS = {
    Way.DESCRIBE: "menu-describe",
    Way.SHORT: "menu-short",
    Way.TEXT: "menu-ocr",
    Way.PRODUCT: "menu-product",
    Way.CHART: "menu-chart",
    Way.EXPLAIN: "menu-explain",
    Way.MODERATE: "menu-moderate",
}
COMMANDS = (
    Command("start", commands.start, "menu-start"),
    Command("help", show_help, "menu-help"),
    Command(ASK, messages.ask, "menu-ask"),
    Command("new", commands.new, "menu-new"),
    Command("stop", redo.stop, "menu-stop"),
    Command("retry", redo.retry, "menu-retry"),
    Command("look", looking.look, "menu-look", is_of_pictures=True),
    *(
        Command(
            name,
            looking.at_once(way),
            LOOKS[way],
            is_of_pictures=True,
            is_in_menu=False,
        )
        for name, way in CALLED.items()
    ),
    Command("model", model.show_or_choose, "menu-model"),
    Command("persona", persona.show_or_choose, "menu-persona"),
    Command("cost", cost.show_or_choose, "menu-cost"),
    Command("settings", wishes.show, "menu-settings"),
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
    offered = _offered(for_admins=for_admins)
    return [BotCommand(each.name, words(each.description)) for each in offered]


def _offered(*, for_admins: bool) -> list[Command]:
    return [each for each in COMMANDS if each.is_in_menu and (for_admins or not each.admins_only)]


async def handle(taken: Sequence[Incoming], services: Services) -> None:
    """Deal with updates that belong together: one, or what was sent in one breath."""
    if taken[0].update_id < 0:  # our own: Telegram's begin at 0
        await (closing.answer if is_question(taken[0]) else jobs.work)(taken[0], services)
        return
    services.metrics.begun(taken[0])
    updates = [Update.de_json(json.loads(each.payload), services.bot) for each in taken]
    query = updates[0].callback_query
    parts = tuple(update.message for update in updates if update.message)
    if parts and parts[0].migrate_to_chat_id:
        raise ChatMigrated(parts[0].migrate_to_chat_id)  # its lane follows
    if query is not None:
        await buttons.on_press(query, taken[0], services)
    elif edited := updates[0].edited_message:
        await _on_message(taken[0], (edited,), services, is_edit=True)
    elif changed := updates[0].my_chat_member:
        await arrivals.on_change(changed, services)
    elif stopped := updates[0].api_kwargs.get(DRAFT_STOPPED):
        redo.on_draft_stopped(stopped, services)
    elif parts:
        await _on_message(taken[0], parts, services)
    # People who join, and kinds that came after us ask nothing.


async def _on_message(
    taken: Incoming, parts: tuple[Message, ...], services: Services, *, is_edit: bool = False
) -> None:
    message = _first(parts)
    is_meant = any(access.is_meant(part, services.me) for part in parts)
    author = access.author(message)
    if author is None or not is_meant or not _says_something(message):
        return
    person, choice = await access.met(services, author, place_of(message), message.chat)
    context = Context(
        services=services,
        update_id=taken.update_id,
        attempt=taken.attempt,
        person=person,
        message=message,
        album=parts,
        received_ms=taken.received_ms,
        choice=choice,
    )
    if is_edit:
        await _on_edit(context)
        return
    command = next(filter(None, map(_command, parts)), None)
    if command is not None and command.is_confidential and context.is_admin:
        context = replace(context, is_confidential=True)
    if not access.may_speak(services, context.person) and not (command and command.strangers_too):
        await access.turn_away(context)
    elif late.is_late(services, message):
        await late.excuse(services, message)
    elif command is not None and command.admins_only and not context.is_admin:
        await commands.unknown(context)
    else:
        await _handler(message, command)(context)


def _first(parts: tuple[Message, ...]) -> Message:
    """The message that stands for all of its breath: a picture of one's own, or one's own words."""
    own = [each for each in parts if each.forward_origin is None] or parts
    return next(filter(photos.is_picture, own), own[0])


async def _on_edit(context: Context) -> None:
    """Deal with what says something else now; a command has been carried out as it was."""
    services, message = context.services, context.message
    is_of_use = access.may_speak(services, context.person) and not late.is_late(services, message)
    if is_of_use and _command_name(message) in {"", ASK}:
        await redo.on_edit(context)


def _handler(message: Message, command: Command | None) -> Callable[[Context], Awaitable[None]]:
    """Who deals with a message: the first that fits."""
    if command is not None:
        return command.handle
    if _command_name(message):
        return commands.unknown
    if photos.is_picture(message):
        return messages.on_photos
    if many.is_zip(message):
        return many.offer
    if message.text is not None:
        return messages.on_text
    return messages.on_anything_else


def _command(message: Message) -> Command | None:
    name = _command_name(message)
    return next((each for each in COMMANDS if each.name == name), None)


def _command_name(message: Message) -> str:
    """What a message commands, `new` for `/new@this_bot`; empty where it is no command.

    A forwarded one says what somebody else wanted, and they may be no admin. A caption commands
    only what is about its picture.
    """
    if message.forward_origin is not None:
        return ""
    kinds: list[str | None] = [MessageEntity.BOT_COMMAND]
    commanded = message.parse_entities(kinds) | message.parse_caption_entities(kinds)
    first = next((text for entity, text in commanded.items() if entity.offset == 0), "")
    name = first.removeprefix("/").partition("@")[0].lower()
    is_one = message.text is not None or name in {
        each.name for each in COMMANDS if each.is_of_pictures
    }
    return name if is_one else ""


def _says_something(message: Message) -> bool:
    """Whether somebody wrote or sent something; Telegram also tells who joined and the like."""
    return message.text is not None or message.effective_attachment is not None
