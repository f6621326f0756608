"""Pictures of which nobody was sure, each decided once."""

from storage import Database, cases
from storage.audit import entries
from storage.cases import Case, Finding
from storage.records import Place

CASE = Case(update_id=5, user_id=7, place=Place(chat_id=-100, thread_id=3))


async def test_a_question_is_one_case_however_often_it_is_run(database: Database) -> None:
    first = await database.run(cases.bring, CASE)
    await database.run(cases.known, first.id)
    again = await database.run(cases.bring, CASE)

    assert (first.is_known, again.is_known) == (False, True)
    assert (again.id, again.place) == (first.id, CASE.place)
    assert await database.run(cases.find, first.id) == again
    assert await database.run(cases.find, first.id + 1) is None


async def test_the_first_decision_holds_and_is_in_the_audit_once(database: Database) -> None:
    case = await database.run(cases.bring, CASE)

    decided = [
        await database.run(cases.decide, case.id, finding, by=9, update_id=update_id)
        for finding, update_id in [(Finding.FIT, 1), (Finding.FIT, 1), (Finding.UNFIT, 2)]
    ]
    assert [each and each.finding for each in decided] == [Finding.FIT, Finding.FIT, None]
    [entry] = (await database.run(entries, most=10)).entries
    assert (entry.actor, entry.action, entry.subject, entry.after) == (
        9,
        "picture",
        "user:7",
        "fit",
    )


async def test_a_case_that_is_none_is_not_decided(database: Database) -> None:
    assert await database.run(cases.decide, 1, Finding.FIT, by=9, update_id=1) is None
    assert (await database.run(entries, most=10)).entries == ()
