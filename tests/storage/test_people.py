"""People: who they are, and what they may do."""

from dataclasses import replace

import pytest

from storage import Database, people, tables
from storage.records import Person, Standing
from tests.storage.rows import rows

ADMIN = 1001


def person(user_id: int, name: str = "Ann", username: str | None = "Ann") -> Person:
    return Person(user_id=user_id, name=name, username=username)


async def test_a_person_is_found_by_id_and_by_any_way_to_write_the_name(database: Database) -> None:
    await database.run(people.meet, person(7))
    await database.run(people.meet, person(8, "Ben", None))

    for who in ("7", "@Ann", "ann", "@ANN"):
        assert await database.run(people.find, who) == [person(7)]
    assert await database.run(people.find, "8") == [person(8, "Ben", None)]
    for nobody in ("9", "@bob", "@be", "@", ""):
        assert await database.run(people.find, nobody) == []


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("Ann Smith", [7]),  # the whole name wins over a part of one
        ("ann smith", [7]),
        ("SMITH", [7, 8]),
        ("Штраус", [9]),
        ("штра", [9]),
        ("strasse", [10]),
        ("anna", [8]),  # a username wins over a name
        ("%", []),
        ("_", []),
        ("nobody", []),
    ],
)
async def test_people_are_found_by_name_whole_or_in_part(
    database: Database, who: str, found: list[int]
) -> None:
    await database.run(people.meet, person(7, "Ann Smith", None))
    await database.run(people.meet, person(8, "Ann Smithers", "Anna"))
    await database.run(people.meet, person(9, "Иван Штраус", None))
    await database.run(people.meet, person(10, "Hanna Straße", None))

    assert [each.user_id for each in await database.run(people.find, who)] == found


@pytest.mark.parametrize(
    "who", ["--5", "9" * 30, "-" + "9" * 30, "²", "-", "@-5", "\x00"], ids=ascii
)
async def test_whatever_is_looked_for_is_found_or_not(database: Database, who: str) -> None:
    assert await database.run(people.find, who) == []


async def test_a_name_that_went_from_one_to_another_finds_both(database: Database) -> None:
    await database.run(people.meet, person(7))
    await database.run(people.meet, person(8, "Anna", "ann"))
    both = await database.run(people.find, "@ann")
    await database.run(people.meet, person(7, username="ann_the_first"))

    assert [each.user_id for each in both] == [7, 8]
    assert [each.user_id for each in await database.run(people.find, "@ann")] == [8]
    assert [each.user_id for each in await database.run(people.find, "@ann_the_first")] == [7]


@pytest.mark.parametrize("standing", Standing)
async def test_a_new_name_changes_nothing_about_what_someone_may_do(
    database: Database, standing: Standing
) -> None:
    await database.run(people.meet, person(7))
    await database.run(people.stand, 7, standing)
    renamed = person(7, "Anna", "anna")

    for _ in range(2):
        assert await database.run(people.meet, renamed) == replace(renamed, standing=standing)
    assert await database.run(people.find, "7") == [replace(renamed, standing=standing)]


async def test_a_decision_is_written_down_once(database: Database) -> None:
    await database.run(people.meet, person(7))
    known = [
        await database.run(people.decide, 7, Standing.MEMBER, by=ADMIN) for _attempt in range(2)
    ]

    assert [each and each.standing for each in known] == [Standing.NEW, Standing.MEMBER]
    [entry] = await database.run(rows, tables.audit)
    assert (entry["actor"], entry["action"], entry["subject"]) == (ADMIN, "access", "user:7")
    assert (entry["before"], entry["after"]) == ("new", "member")


async def test_nobody_decides_about_someone_unknown(database: Database) -> None:
    assert await database.run(people.decide, 7, Standing.MEMBER, by=ADMIN) is None
    assert await database.run(rows, tables.audit) == []


async def test_someone_is_known_as_they_were_last_seen(database: Database) -> None:
    assert await database.run(people.known, 7) is None
    await database.run(people.meet, person(7))
    await database.run(people.meet, person(7, "Anna", None))

    assert await database.run(people.known, 7) == person(7, "Anna", None)


async def test_a_plan_is_kept_until_someone_is_put_on_another(database: Database) -> None:
    await database.run(people.meet, person(7))
    for plan in ("family", "family", "default"):
        await database.run(people.put_on, 7, plan, by=ADMIN)
        for known in (
            await database.run(people.known, 7),
            await database.run(people.meet, person(7)),
            *(await database.run(people.find, "7")),
        ):
            assert known == replace(person(7), plan=plan)

    entries = await database.run(rows, tables.audit)
    assert [(row["action"], row["subject"], row["before"], row["after"]) for row in entries] == [
        ("plan", "user:7", "default", "family"),
        ("plan", "user:7", "family", "default"),
    ]


async def test_nobody_unknown_is_put_on_a_plan(database: Database) -> None:
    await database.run(people.put_on, 7, "family", by=ADMIN)

    assert await database.run(rows, tables.people) == []
    assert await database.run(rows, tables.audit) == []


async def test_the_members_of_each_plan_are_counted(database: Database) -> None:
    await database.run(people.meet, person(10))
    for user_id, plan in ((7, "family"), (8, "family"), (9, "work")):
        await database.run(people.meet, person(user_id))
        await database.run(people.put_on, user_id, plan, by=ADMIN)

    assert await database.run(people.on_plans) == {"family": 2, "work": 1}
