"""Who may speak: open, ask, closed; and in groups, when the bot is meant."""

from functools import partial

from telegram import Chat, ChatMember, Message, MessageEntity, User
from telegram.error import BadRequest, Forbidden

from bot import outgoing
from bot.visible import repaired
from bot.words import Words
from handlers.admin import whom
from handlers.context import Context, Pressed, Services, replied_to
from handlers.presses import Door
from handlers.views import View
from storage import choices, people
from storage.choices import Choice
from storage.records import Person, Place, Standing

LONGEST_TITLE = 140
LONGEST_CODE = 10  # of a language


def is_meant(message: Message, me: User) -> bool:
    """Whether a message is for the bot: in a group only if it says so."""
    if message.chat_id > 0:
        return True
    replied = replied_to(message)
    if replied is not None and replied.from_user is not None and replied.from_user.id == me.id:
        return True
    name = f"@{me.username}".lower()
    entities = message.parse_entities() | message.parse_caption_entities()
    for entity, text in entities.items():
        if entity.user is not None and entity.user.id == me.id:
            return True
        if entity.type == MessageEntity.MENTION and text.lower() == name:
            return True
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            return "@" not in text or text.lower().endswith(name)
    return False


def author(message: Message) -> Person | None:
    """Who speaks: a person, or a group or channel in whose name somebody writes; no other bot.

    Of an anonymous admin Telegram tells only the group, so for the limits, too, it is the group
    that speaks: all of them together are one member of it.
    """
    chat, user = message.sender_chat, message.from_user
    if chat is not None:
        title = repaired(chat.title or chat.full_name or "")
        return Person(user_id=chat.id, name=title, username=chat.username)
    return None if user is None or user.is_bot else known_as(user)


def known_as(user: User) -> Person:
    """Somebody as they call themselves today."""
    return Person(
        user_id=user.id,
        name=repaired(user.full_name),
        username=user.username,
        language=user.language_code and user.language_code[:LONGEST_CODE],
    )


async def met(
    services: Services, person: Person, place: Place, chat: Chat | None = None
) -> tuple[Person, Choice]:
    """Remember someone, and the group they are in; say how they stand, and what they chose."""
    title = chat and chat.title and repaired(chat.title)[:LONGEST_TITLE]
    return await services.database.run(choices.meet, person, place, title or None)


def may_speak(services: Services, person: Person) -> bool:
    """Whether someone is answered."""
    if services.is_admin(person.user_id):
        return True
    if person.standing is Standing.REFUSED:
        return False
    return services.settings.access == "open" or person.standing is Standing.MEMBER


async def is_group_admin(by: Context | Pressed) -> bool:
    """Whether someone decides for the chat where they are: in a group its admins, and the bot's."""
    if by.is_admin or not by.place.is_group:
        return True
    if by.message is not None and _is_anonymous_admin(by.message):
        return True
    ask = partial(by.services.bot.get_chat_member, by.place.chat_id, by.person.user_id)
    try:
        member = await outgoing.insist(ask, is_repeatable=True)
    except (BadRequest, Forbidden):  # Telegram does not know them there, or not the bot
        return False
    return member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR}


def _is_anonymous_admin(message: Message) -> bool:
    """Whether someone speaks as the group itself, which its admins alone can do.

    core.telegram.org/bots/api, Message: `sender_chat` is "the supergroup itself for messages sent
    by its anonymous administrators".
    """
    return message.sender_chat is not None and message.sender_chat.id == message.chat_id


async def turn_away(context: Context) -> None:
    """Tell a stranger how it stands, and the admins, once, that someone is at the door."""
    services, person = context.services, context.person
    if services.settings.access == "closed":
        return
    words, own_id = context.words, str(person.user_id)
    match person.standing:
        case Standing.REFUSED:
            await context.say(words("door-refused"))
        case _ if person.user_id < 0:
            await context.say(words("door-faceless"))
        case Standing.ASKED:
            await context.say(words("door-waiting", id=own_id))
        case _:
            is_told = await services.tell_admins(partial(_card, person))
            await services.database.run(people.stand, person.user_id, Standing.ASKED)
            told = words("door-told" if is_told else "door-not-told")
            await context.say(f"{words('door-stranger', id=own_id)} {told}")


async def tell_who_waits(context: Context) -> None:
    """Tell an admin, who could not be told before, who is at the door."""
    for person in await context.services.database.run(people.waiting):
        await context.show(_card(person, context.words))


def _card(person: Person, words: Words) -> View:
    let_in = (words("door-let-in"), Door(person.user_id, is_open=True))
    refuse = (words("door-refuse"), Door(person.user_id, is_open=False))
    name, own_id = whom.named(person), str(person.user_id)
    return View(words("door-card", name=name, id=own_id), ((let_in, refuse),))
