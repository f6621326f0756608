"""The bot comes into a group, and goes; people block it, and let it write again."""

import logging
from functools import partial

from telegram import ChatMember, ChatMemberUpdated
from telegram.error import BadRequest, Forbidden

from bot import outgoing
from handlers import access
from handlers.admin import whom
from handlers.context import Pressed, Services
from handlers.presses import Leave, Subject
from handlers.views import Outcome, View
from storage import groups
from storage.records import Person, Place

log = logging.getLogger(__name__)

HELLO = (
    "Hello! To ask me something here, write /ask@{username} and your question, or reply to one of "
    "my messages. {more}"
)
BY_NAME = "Or name me, @{username}, in what you write or in a photo's caption."
HAS_TO_BE_LET_IN = "I answer those whom an admin of mine has let in."
# core.telegram.org/bots/features, "Privacy mode".
PRIVACY_MODE = (
    "A word about “{title}”: I am in Telegram's privacy mode, so of what is written there I see "
    "only commands such as /ask@{username}, and replies to my messages. If I shall also hear "
    "@{username} in a text or a photo's caption, make me an admin of the group; or whoever runs "
    "me turns the mode off with /setprivacy at @BotFather, and then I must be removed from the "
    "group and added again."
)
CARD = "{who} has added me to the group “{title}”."
LEAVE = "Leave the group"
LEFT = "I have left the group “{title}”."
NOT_THERE = "I am not in that group any more."


async def on_change(change: ChatMemberUpdated, services: Services) -> None:
    """Deal with what the bot may do in a chat from now on."""
    was_there, is_there = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
    if was_there != is_there:
        log.info("chat %s: the bot is %s", change.chat.id, "in" if is_there else "out")
    if is_there and not was_there and change.chat.title is not None:
        await _arrive(change, services)


async def _arrive(change: ChatMemberUpdated, services: Services) -> None:
    """Say hello to a group, and tell those who run the bot, if not everybody may talk to it."""
    person = access.known_as(change.from_user)
    if not change.from_user.is_bot:  # an anonymous admin
        person = await access.met(services, person, change.chat)
    title = await services.database.run(groups.named, change.chat.id) or str(change.chat.title)
    if services.settings.access != "open":
        card = _card(person, title, change.chat.id)
        await services.tell_admins(card.words, card.markup)
    if not access.may_speak(services, person):
        if services.settings.access == "ask":
            await services.tell(Place(chat_id=change.chat.id), HAS_TO_BE_LET_IN)
        return
    await _greet(services, person, title, change)


async def _greet(services: Services, person: Person, title: str, change: ChatMemberUpdated) -> None:
    """Say how the bot is addressed, and to who added it what it cannot see."""
    place, username = Place(chat_id=change.chat.id), services.me.username
    # It may have been changed since the bot was started.
    me = await outgoing.insist(services.bot.get_me, is_repeatable=True)
    is_admin = change.new_chat_member.status == ChatMember.ADMINISTRATOR
    hears_all = bool(me.can_read_all_group_messages) or is_admin
    more = BY_NAME.format(username=username) if hears_all else ""
    await services.tell(place, HELLO.format(username=username, more=more).strip())
    if hears_all:
        return
    words = PRIVACY_MODE.format(title=title, username=username)
    if not await services.tell_person(person.user_id, words):
        await services.tell(place, words)


def _card(person: Person, title: str, chat_id: int) -> View:
    words = CARD.format(who=whom.named(person), title=title)
    return View(words, (((LEAVE, Leave(Subject(f"group:{chat_id}"))),),))


async def on_leave(pressed: Pressed, press: Leave) -> Outcome:
    """Leave a group."""
    services, chat_id = pressed.services, press.group.number
    title = await services.database.run(groups.named, chat_id) or str(chat_id)
    try:
        leave = partial(services.bot.leave_chat, chat_id)
        await outgoing.insist(leave, is_repeatable=True)
    except (BadRequest, Forbidden):
        return Outcome(NOT_THERE, View(pressed.shown))
    words = LEFT.format(title=title)
    return Outcome(words, View(words))


def _is_in(member: ChatMember) -> bool:
    """core.telegram.org/bots/api, ChatMemberRestricted: who is restricted may have left, too."""
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER}
