"""What was chosen for a chat or topic: who answers there, and as whom."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import groups, people, preferences
from storage.records import Person, Place
from storage.tables import choices

SHOWN = "shown"
ON, OFF = "on", "off"


class Wish(StrEnum):
    """A preference that is on or off; where none is kept, it is the bot's to say."""

    COST = "cost"
    RICH = "rich"
    DRAFTS = "drafts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A model and a persona by their keys, or a persona in `words` of one's own; None by itself.

    `shows_cost`, `is_rich` and `grows_as_draft` are what the one who asks has chosen for
    themselves: whether the cost stands below an answer, whether it may be a rich message, and
    whether it grows as a draft, None where that is the bot's to say.
    """

    model: str | None = None
    persona: str | None = None
    words: str | None = None
    shows_cost: bool = False
    is_rich: bool = False
    grows_as_draft: bool | None = None


def of(connection: sa.Connection, place: Place, user_id: int) -> Choice:
    """What holds for someone in some place."""
    row = connection.execute(_OF, _where(place)).mappings().first()
    wishes = preferences.of(connection, user_id)
    return Choice(
        **(row or {}),
        shows_cost=wishes.get(Wish.COST) == SHOWN,
        is_rich=wishes.get(Wish.RICH) == ON,
        grows_as_draft={ON: True, OFF: False}.get(wishes.get(Wish.DRAFTS, "")),
    )


def meet(
    connection: sa.Connection, person: Person, place: Place, title: str | None
) -> tuple[Person, Choice]:
    """Remember someone who says something in a place, a group if that has a title.

    Returns how they stand, and what holds for them there: each message needs both.
    """
    if title is None:
        met = people.meet(connection, person)
    else:
        met = groups.meet(connection, place.chat_id, title, person)
    return met, of(connection, place, met.user_id)


def choose_model(connection: sa.Connection, place: Place, model: str | None) -> None:
    """Let a model answer in a place; None leaves it to the bot again."""
    _choose(connection, place, model=model)


def choose_persona(
    connection: sa.Connection, place: Place, persona: str | None, words: str | None = None
) -> None:
    """Let it be one of the personas, or one in words of one's own; None the usual one."""
    _choose(connection, place, persona=persona, words=words)


def _choose(connection: sa.Connection, place: Place, **chosen: str | None) -> None:
    row = insert(choices).values(_where(place) | chosen)
    connection.execute(
        row.on_conflict_do_update(index_elements=["chat_id", "thread_id"], set_=chosen)
    )


def _where(place: Place) -> dict[str, int]:
    return {"chat_id": place.chat_id, "thread_id": place.thread_id or 0}


_OF = sa.select(choices.c.model, choices.c.persona, choices.c.words).where(
    choices.c.chat_id == sa.bindparam("chat_id"), choices.c.thread_id == sa.bindparam("thread_id")
)
