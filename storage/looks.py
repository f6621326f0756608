"""Pictures for which somebody has yet to choose how they are looked at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.clock import now_ms
from storage.tables import looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Where a picture can be had from Telegram, and its size in pixels."""

    file_id: str
    file_unique_id: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Pictures that can be looked at, for whom, and what they wish.

    `taken` is how many looks there have been: a button says which one it would be, so that a
    second press of the same is known.
    """

    id: int = 0
    update_id: int
    user_id: int
    pictures: Sequence[Picture]
    wish: str
    taken: int = 0


def make(connection: sa.Connection, offer: Offer) -> Offer:
    """Write an offer down; one that was made by the same update stays as it is."""
    row = {
        "update_id": offer.update_id,
        "user_id": offer.user_id,
        "pictures": [asdict(each) for each in offer.pictures],
        "wish": offer.wish,
        "taken": 0,
        "created_ms": now_ms(),
    }
    connection.execute(insert(looks).on_conflict_do_nothing(), row)
    query = sa.select(looks).where(looks.c.update_id == offer.update_id)
    return _offer(connection.execute(query).one())


def find(connection: sa.Connection, number: int) -> Offer | None:
    """An offer by its number."""
    row = connection.execute(sa.select(looks).where(looks.c.id == number)).first()
    return None if row is None else _offer(row)


def take(connection: sa.Connection, number: int, nth: int, *, update_id: int) -> bool:
    """Note that an update takes an offer for the `nth` time.

    False where another has; the same update may be run again.
    """
    connection.execute(
        sa.update(looks)
        .where(looks.c.id == number, looks.c.taken == nth)
        .values(taken=nth + 1, taken_by=update_id)
    )
    query = sa.select(looks.c.id).where(
        looks.c.id == number, looks.c.taken == nth + 1, looks.c.taken_by == update_id
    )
    return connection.execute(query).first() is not None


def _offer(row: sa.Row[tuple[int]]) -> Offer:
    return Offer(
        id=row.id,
        update_id=row.update_id,
        user_id=row.user_id,
        pictures=tuple(Picture(**each) for each in row.pictures),
        wish=row.wish,
        taken=row.taken,
    )
