"""What was chosen for a chat or topic: who answers there, and as whom."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import preferences
from storage.records import Place
from storage.tables import choices

COST = "cost"  # a preference
SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A model and a persona by their keys, or a persona in `words` of one's own; None by itself.

    `shows_cost` is what the one who asks has chosen for themselves.
    """

    model: str | None = None
    persona: str | None = None
    words: str | None = None
    shows_cost: bool = False


def of(connection: sa.Connection, place: Place, user_id: int) -> Choice:
    """What holds for someone in some place."""
    row = connection.execute(_OF, _where(place)).first()
    shows_cost = preferences.of(connection, user_id).get(COST) == SHOWN
    if row is None:
        return Choice(shows_cost=shows_cost)
    return Choice(model=row.model, persona=row.persona, words=row.words, shows_cost=shows_cost)


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
