"""What was chosen for a place is its own, and goes along with a group that moves."""

from storage import Database, choices, history, ledger, moves, preferences
from storage.choices import ON, SHOWN, Choice, Wish
from storage.records import Place
from tests.storage.questions import ALICE, BEN, BILLED, begun, finished, question

HERE, TOPIC = Place(chat_id=-4001), Place(chat_id=-4001, thread_id=5)
THERE = Place(chat_id=-1009876543210)


async def chosen(database: Database, place: Place, user: int = ALICE) -> Choice:
    return await database.run(choices.of, place, user)


async def test_where_nothing_was_chosen_there_is_no_choice(database: Database) -> None:
    assert await chosen(database, HERE) == Choice()


async def test_each_topic_has_its_own_choice_over_all_conversations(database: Database) -> None:
    await database.run(choices.choose_model, HERE, "terra")
    await database.run(choices.choose_persona, HERE, None, "a pirate")
    await database.run(choices.choose_persona, TOPIC, "teacher")
    await database.run(history.conversation, HERE)
    await database.run(history.begin_afresh, HERE)

    assert await chosen(database, HERE) == Choice(model="terra", words="a pirate")
    assert await chosen(database, TOPIC) == Choice(persona="teacher")


async def test_one_persona_takes_the_place_of_another_and_the_model_stays(
    database: Database,
) -> None:
    await database.run(choices.choose_model, HERE, "terra")
    await database.run(choices.choose_persona, HERE, None, "a pirate")
    await database.run(choices.choose_persona, HERE, "teacher")
    teacher = await chosen(database, HERE)
    await database.run(choices.choose_persona, HERE, None)

    assert teacher == Choice(model="terra", persona="teacher")
    assert await chosen(database, HERE) == Choice(model="terra")


async def test_to_see_the_cost_is_a_persons_own(database: Database) -> None:
    await database.run(preferences.choose, ALICE, Wish.COST, SHOWN)

    assert (await chosen(database, HERE)).shows_cost
    assert not (await chosen(database, HERE, BEN)).shows_cost


async def test_rich_messages_are_a_persons_own(database: Database) -> None:
    await database.run(choices.choose_model, HERE, "terra")
    await database.run(preferences.choose, ALICE, Wish.RICH, ON)

    assert await chosen(database, HERE) == Choice(model="terra", is_rich=True)
    assert await chosen(database, HERE, BEN) == Choice(model="terra")


async def test_a_group_that_moves_takes_its_choices_along(database: Database) -> None:
    await database.run(choices.choose_model, HERE, "terra")
    await database.run(choices.choose_model, TOPIC, "luna")
    await database.run(choices.choose_model, THERE, "sol")
    for _ in range(2):
        await database.run(moves.move, HERE.chat_id, THERE.chat_id)

    there = Place(chat_id=THERE.chat_id, thread_id=TOPIC.thread_id)
    assert (await chosen(database, THERE)).model == "sol"  # it was chosen there
    assert (await chosen(database, there)).model == "luna"
    assert await chosen(database, HERE) == Choice()


async def test_what_a_question_was_charged_is_all_that_was_settled(database: Database) -> None:
    turn = await begun(database, question())
    held = await database.run(ledger.charged, 1)
    await finished(database, turn)

    assert held.tokens == 0
    assert await database.run(ledger.charged, 1) == BILLED.cost
