"""What is offered to be looked at, each look once."""

import pytest

from storage import Database, looks
from storage.looks import Offer, Picture

PICTURE = Picture(file_id="AgAC", file_unique_id="AQAD", width=1280, height=960)
OFFER = Offer(update_id=5, user_id=7, pictures=(PICTURE,), wish="only the total")


async def test_an_offer_is_found_as_it_was_made(database: Database) -> None:
    made = await database.run(looks.make, OFFER)

    assert await database.run(looks.find, made.id) == made
    assert (made.pictures, made.wish, made.taken) == (OFFER.pictures, OFFER.wish, 0)
    assert await database.run(looks.find, made.id + 1) is None


async def test_an_update_that_is_run_again_makes_no_second_offer(database: Database) -> None:
    first = await database.run(looks.make, OFFER)

    assert await database.run(looks.make, OFFER) == first


@pytest.mark.parametrize(
    ("presses", "taken"),
    [
        ([(0, 1)], [True]),
        ([(0, 1), (0, 1)], [True, True]),  # the same update, run again
        ([(0, 1), (0, 2)], [True, False]),
        ([(0, 1), (1, 2), (0, 3)], [True, True, False]),
        ([(1, 1)], [False]),
    ],
)
async def test_a_look_is_taken_by_one_update(
    database: Database, presses: list[tuple[int, int]], taken: list[bool]
) -> None:
    made = await database.run(looks.make, OFFER)

    for (nth, update_id), is_taken in zip(presses, taken, strict=True):
        assert await database.run(looks.take, made.id, nth, update_id=update_id) == is_taken
