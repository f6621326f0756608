"""The bot comes into a group, and goes; people block it, and let it write again."""

import logging
from functools import partial

from telegram import ChatMember, ChatMemberUpdated
from telegram.error import BadRequest, Forbidden

from bot import outgoing
from bot.words import Words
from handlers import access
from handlers.admin import whom
from handlers.context import Pressed, Services
from handlers.presses import Leave, Subject
from handlers.views import Outcome, View
from storage import groups
from storage.records import Person, Place

log = logging.getLogger(__name__)


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
        place = Place(chat_id=change.chat.id)
        person, _ = await access.met(services, person, place, change.chat)
    title = await services.database.run(groups.named, change.chat.id) or str(change.chat.title)
    if services.settings.access != "open":
        await services.tell_admins(partial(_card, person, title, change.chat.id))
    if not access.may_speak(services, person):
        if services.settings.access == "ask":
            words = services.words_in(person.language)
            await services.tell(Place(chat_id=change.chat.id), words("arrival-has-to-be-let-in"))
        return
    await _greet(services, person, title, change)


async def _greet(services: Services, person: Person, title: str, change: ChatMemberUpdated) -> None:
    """Say how the bot is addressed, and to who added it what it cannot see."""
    place, username = Place(chat_id=change.chat.id), services.me.username or ""
    words = services.words_in(person.language)
    # It may have been changed since the bot was started.
    me = await outgoing.insist(services.bot.get_me, is_repeatable=True)
    is_admin = change.new_chat_member.status == ChatMember.ADMINISTRATOR
    hears_all = bool(me.can_read_all_group_messages) or is_admin
    hello = words("arrival-hello", username=username)
    if hears_all:
        await services.tell(place, f"{hello} {words('arrival-by-name', username=username)}")
        return
    await services.tell(place, hello)
    privacy = words("arrival-privacy-mode", title=title, username=username)
    if not await services.tell_person(person.user_id, privacy):
        await services.tell(place, privacy)


def _card(person: Person, title: str, chat_id: int, words: Words) -> View:
    leave = (words("arrival-leave"), Leave(Subject(f"group:{chat_id}")))
    return View(words("arrival-card", who=whom.named(person), title=title), ((leave,),))


async def on_leave(pressed: Pressed, press: Leave) -> Outcome:
    """Leave a group."""
    services, chat_id = pressed.services, press.group.number
    title = await services.database.run(groups.named, chat_id) or str(chat_id)
    try:
        leave = partial(services.bot.leave_chat, chat_id)
        await outgoing.insist(leave, is_repeatable=True)
    except (BadRequest, Forbidden):
        return Outcome(pressed.words("arrival-not-there"), View(pressed.shown))
    told = pressed.words("arrival-left", title=title)
    return Outcome(told, View(told))


def _is_in(member: ChatMember) -> bool:
    """core.telegram.org/bots/api, ChatMemberRestricted: who is restricted may have left, too."""
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER}
