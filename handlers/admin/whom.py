"""Whom a command is about: by reply, by a forwarded message, by mention, @name, name or id."""

from telegram import Message, MessageEntity, MessageOriginUser, User

from bot.grammar import LONGEST_ECHO
from bot.visible import on_one_line
from handlers.context import Context, replied_to
from handlers.presses import Card, Subject
from handlers.views import View, in_rows
from storage import people
from storage.records import Person

MOST = 10
LONGEST_NAME = 32


async def whom(context: Context, *, says_more: bool = True) -> tuple[Person | View | None, str]:
    """Whom a command is about, and what else it says.

    A view instead of a person says what is wrong, or lets the admin choose; None: nobody is named.
    Beside a reply, words are what else is said; if a command never `says_more`, they are a name.
    """
    said, replied = context.arguments, replied_to(context.message)
    mentioned = _mentioned(context.message)
    if mentioned is not None:
        user, length = mentioned
        return await _known(context, str(user.id)), " ".join(said[length:])
    is_named = bool(said) and (said[0].startswith("@") or not says_more)
    if replied is not None and not is_named and not _is_ours(replied, context):
        author = _author(replied)
        if author is None:
            return View(context.words("whom-hidden")), ""
        return await _known(context, str(author.id)), " ".join(said)
    if not said:
        return None, ""
    return await _known(context, said[0][:LONGEST_ECHO]), " ".join(said[1:])


def named(person: Person) -> str:
    """A person as admins know them, in a line of other words."""
    name = on_one_line(person.name, LONGEST_NAME) or f"id {person.user_id}"
    return f"{name} (@{person.username})" if person.username else name


async def _known(context: Context, who: str) -> Person | View:
    found = await context.services.database.run(people.find, who)
    match found:
        case []:
            return View(context.words("whom-nobody", who=on_one_line(who, LONGEST_ECHO)))
        case [person]:
            return person
        case _:
            cards = [
                (f"{named(each)}, {each.user_id}", Card(Subject(f"user:{each.user_id}")))
                for each in found[:MOST]
            ]
            several = context.words("whom-several", who=on_one_line(who, LONGEST_ECHO))
            return View(several, in_rows(cards, 1))


def _mentioned(message: Message) -> tuple[User, int] | None:
    """Someone without a username, mentioned right after the command; and how many words that is.

    core.telegram.org/bots/api, MessageEntity: `text_mention` is for users without usernames.
    """
    for entity, text in message.parse_entities([MessageEntity.TEXT_MENTION]).items():
        before = (message.text or "")[: (message.text or "").find(text)].split()
        if entity.user is not None and len(before) == 1:
            return entity.user, len(text.split())
    return None


def _is_ours(message: Message, context: Context) -> bool:
    """Whether the bot itself wrote a message: nobody means to limit the bot by its words."""
    return message.from_user is not None and message.from_user.id == context.services.me.id


def _author(message: Message) -> User | None:
    """Who wrote a message; of a forwarded one, who wrote it first, if they let that be seen."""
    origin = message.forward_origin
    if origin is None:
        return message.from_user
    return origin.sender_user if isinstance(origin, MessageOriginUser) else None
