"""Typed callback data, packed and unpacked, and what a pressed button does."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Self

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot import outgoing
from handlers.context import Services
from storage import people
from storage.records import Person, Place, Standing

# core.telegram.org/bots/api, InlineKeyboardButton: 1 to 64 bytes.
LARGEST = 64

ADMINS_ONLY = "Only an admin can do that."
UNKNOWN = "This button does not work any more."
WELCOME = "An admin has let you in. Just write to me, or send me a photo."


@dataclass(frozen=True, slots=True)
class Door:
    """Let someone in, or not."""

    user_id: int
    is_open: bool

    def packed(self) -> str:
        data = f"door {self.user_id} {int(self.is_open)}"
        assert len(data.encode()) <= LARGEST
        return data

    @classmethod
    def unpacked(cls, data: str) -> Self | None:
        """What a button's data says; None where it is not of this kind, forged or out of date."""
        match data.split(" "):
            case ["door", user, ("0" | "1") as is_open] if people.is_id(user):
                return cls(int(user), is_open == "1")
            case _:
                return None


def at_the_door(user_id: int) -> InlineKeyboardMarkup:
    """The buttons below a card that tells of a stranger."""
    return InlineKeyboardMarkup.from_row(
        [
            InlineKeyboardButton("Let in", callback_data=Door(user_id, is_open=True).packed()),
            InlineKeyboardButton("Refuse", callback_data=Door(user_id, is_open=False).packed()),
        ]
    )


async def on_press(query: CallbackQuery, services: Services) -> None:
    """Do what a button says, for those who may press it.

    It is always answered, or the button would go on spinning.
    """
    door = Door.unpacked(query.data or "")
    if door is None:
        await _answer(query, UNKNOWN)
    elif not services.is_admin(query.from_user.id):
        await _answer(query, ADMINS_ONLY)
    else:
        words = await decide(services, door, by=query.from_user.id)
        await _answer(query, words)
        if query.message is not None:
            await _replace(query, services, words)


async def decide(services: Services, door: Door, *, by: int) -> str:
    """Let someone in, or not, and tell them if that is new; returns words for the admin."""
    standing = Standing.MEMBER if door.is_open else Standing.REFUSED
    known = await services.database.run(people.decide, door.user_id, standing, by=by)
    if known is None:
        return f"Nobody with the id {door.user_id} has written to me yet."
    if door.is_open and known.standing is not Standing.MEMBER:
        with suppress(BadRequest, Forbidden):  # they have left in the meantime
            await services.tell(Place(chat_id=door.user_id), WELCOME)
    return f"{named(known)} may {'talk to me' if door.is_open else 'not talk to me'} now."


def named(person: Person) -> str:
    """A person as admins know them."""
    return f"{person.name} (@{person.username})" if person.username else person.name


async def _answer(query: CallbackQuery, words: str) -> None:
    # A query that was not answered in time cannot be answered any more; its effect stands.
    with suppress(BadRequest):
        await query.answer(words)


async def _replace(query: CallbackQuery, services: Services, words: str) -> None:
    """Let the card say what was decided, without its buttons."""
    assert query.message is not None
    chat_id, message_id = query.message.chat.id, query.message.message_id
    edit = partial(services.bot.edit_message_text, words, chat_id, message_id)
    with suppress(BadRequest):
        await outgoing.insist(edit, is_repeatable=True)
