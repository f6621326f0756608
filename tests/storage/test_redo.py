"""The last answer of a place, and one that takes the place of another."""

from dataclasses import replace

from storage import Database, history, redo, turns
from storage.records import Begun, Incoming, Place, Question, Turn
from tests.storage.questions import ALICE, BEN, PHOTO, begun, finished, question, told

HERE = Place(chat_id=ALICE)


def anew(number: int, replaces: int, text: str = "What is this?") -> Question:
    """The same question once more, from another update."""
    return replace(question(number, text), replaces=replaces)


async def last(database: Database, place: Place = HERE, besides: int = 0) -> Turn | None:
    return await database.run(redo.last, place, besides=besides)


async def answered(database: Database, asked: Question, text: str = "A cat.") -> Begun:
    """A question with an answer in message 70."""
    turn = await begun(database, asked)
    await database.run(turns.sent, turn, [70])
    await finished(database, turn, text)
    return turn


async def test_the_last_turn_is_known_with_what_it_asked(database: Database) -> None:
    await answered(database, question(1, "Who?"))
    asked = replace(question(2, images=(PHOTO,)), asked_ids=(7, 8))
    await answered(database, asked)
    turn = await last(database)

    assert turn is not None
    assert (turn.update_id, turn.user_id, turn.is_answered) == (2, ALICE, True)
    assert (turn.message_ids, turn.asked_ids) == ((70,), (7, 8))
    assert turn.message.text == "What is this?"
    assert [image.sha256 for image in turn.message.images] == [PHOTO.sha256]


async def test_there_is_none_elsewhere_nor_after_a_fresh_start(database: Database) -> None:
    await answered(database, question())
    elsewhere = [Place(chat_id=BEN), Place(chat_id=ALICE, thread_id=3)]

    assert [await last(database, place) for place in elsewhere] == [None, None]
    await database.run(history.begin_afresh, HERE)
    assert await last(database) is None


async def test_a_new_answer_stands_where_the_old_one_stood(database: Database) -> None:
    await answered(database, question())
    turn = await begun(database, anew(2, replaces=1))
    await finished(database, turn, "A dog.")
    after = await last(database)

    assert turn.message_ids == (70,)
    assert after is not None
    assert after.update_id == 2
    assert await told(database, question(3, "Sure?")) == ["What is this?", "A dog.", "Sure?"]


async def test_without_a_new_answer_the_old_one_stands_again(database: Database) -> None:
    await answered(database, question())
    turn = await begun(database, anew(2, replaces=1))
    await database.run(turns.fail, turn)
    after = await last(database)

    assert after is not None
    assert after.update_id == 1
    assert await told(database, question(3, "Sure?")) == ["What is this?", "A cat.", "Sure?"]


async def test_what_died_on_the_way_has_replaced_nothing(database: Database) -> None:
    await answered(database, question())
    await begun(database, anew(2, replaces=1))
    await database.run(turns.bury, [Incoming(2, str(ALICE), "{}")])
    after = await last(database)

    assert after is not None
    assert after.update_id == 1
    assert await told(database, question(3, "Sure?")) == ["What is this?", "A cat.", "Sure?"]


async def test_a_second_attempt_replaces_the_same(database: Database) -> None:
    await answered(database, question())
    await begun(database, anew(2, replaces=1))
    await database.run(turns.again, [Incoming(2, str(ALICE), "{}")])
    turn = await begun(database, replace(anew(2, replaces=1), attempt=2))
    await finished(database, turn, "A dog.")

    assert turn.message_ids == (70,)
    assert await told(database, question(3, "Sure?")) == ["What is this?", "A dog.", "Sure?"]


async def test_the_update_that_asks_is_not_the_last_itself(database: Database) -> None:
    await answered(database, question())
    await begun(database, anew(2, replaces=1))
    before = await last(database, besides=2)

    assert before is not None
    assert before.update_id == 1
