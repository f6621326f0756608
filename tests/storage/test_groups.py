"""Groups: known by their title of today."""

from storage import Database, groups, people, tables
from storage.records import Person
from tests.storage.rows import rows

ANN = Person(user_id=7, name="Ann")


async def test_a_group_is_remembered_under_its_title_of_today(database: Database) -> None:
    await database.run(groups.meet, -100, "Book club", ANN)
    [first] = await database.run(rows, tables.groups)
    await database.run(groups.meet, -100, "Book club", ANN)
    await database.run(groups.meet, -100, "Chess club", ANN)

    assert await database.run(groups.named, -100) == "Chess club"
    assert await database.run(rows, tables.groups) == [first | {"title": "Chess club"}]


async def test_a_group_that_nobody_met_has_no_name(database: Database) -> None:
    await database.run(groups.meet, -100, "Book club", ANN)

    assert await database.run(groups.named, -101) is None


async def test_who_speaks_in_a_group_is_known_too(database: Database) -> None:
    assert await database.run(groups.meet, -100, "Book club", ANN) == ANN
    assert await database.run(people.known, ANN.user_id) == ANN


async def test_groups_are_told_by_title(database: Database) -> None:
    for chat_id, title in ((-100, "Chess"), (-102, "Books"), (-101, "Books")):
        await database.run(groups.meet, chat_id, title, ANN)

    assert await database.run(groups.everyone) == [
        (-102, "Books"),
        (-101, "Books"),
        (-100, "Chess"),
    ]
