"""Who may speak: open, ask, closed; and in groups, when the bot is meant."""

from telegram import Chat, Message, MessageEntity, User

from bot.visible import repaired
from handlers.admin import whom
from handlers.context import Context, Services, replied_to
from handlers.presses import Door
from handlers.views import View
from storage import groups, people
from storage.records import Person, Standing

STRANGER = (
    "Hello! This bot is private: an admin must let you in before I may answer.\nYour id is {id}. "
)
TOLD = "I have told the admins that you are here."
NOT_TOLD = "I cannot reach an admin myself, so please tell them."
WAITING = "An admin has yet to let you in. Your id is {id}."
REFUSED = "An admin has decided that I may not answer you."
LONGEST_TITLE = 140
LONGEST_CODE = 10  # of a language
CARD = "{name} (id {id}) would like to talk to me."


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
        if entity.type == MessageEntity.MENTION and text.lower() == name:
            return True
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            return "@" not in text or text.lower().endswith(name)
    return False


async def met(services: Services, user: User, chat: Chat | None = None) -> Person:
    """Remember someone, and the group they are in; and say how they stand."""
    name = repaired(user.full_name)
    code = user.language_code and user.language_code[:LONGEST_CODE]
    person = Person(user_id=user.id, name=name, username=user.username, language=code)
    if chat is None or chat.title is None:
        return await services.database.run(people.meet, person)
    title = repaired(chat.title)[:LONGEST_TITLE]
    return await services.database.run(groups.meet, chat.id, title, person)


def may_speak(services: Services, person: Person) -> bool:
    """Whether someone is answered."""
    if services.is_admin(person.user_id):
        return True
    if person.standing is Standing.REFUSED:
        return False
    return services.settings.access == "open" or person.standing is Standing.MEMBER


async def turn_away(context: Context) -> None:
    """Tell a stranger how it stands, and the admins, once, that someone is at the door."""
    services, person = context.services, context.person
    if services.settings.access == "closed":
        return
    match person.standing:
        case Standing.REFUSED:
            await context.say(REFUSED)
        case Standing.ASKED:
            await context.say(WAITING.format(id=person.user_id))
        case _:
            card = _card(person)
            is_told = await services.tell_admins(lambda _: card)
            await services.database.run(people.stand, person.user_id, Standing.ASKED)
            await context.say(STRANGER.format(id=person.user_id) + (TOLD if is_told else NOT_TOLD))


async def tell_who_waits(context: Context) -> None:
    """Tell an admin, who could not be told before, who is at the door."""
    for person in await context.services.database.run(people.waiting):
        await context.show(_card(person))


def _card(person: Person) -> View:
    return View(
        CARD.format(name=whom.named(person), id=person.user_id),
        (
            (
                ("Let in", Door(person.user_id, is_open=True)),
                ("Refuse", Door(person.user_id, is_open=False)),
            ),
        ),
    )
