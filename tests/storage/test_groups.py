"""Groups: known by their title of today."""

from storage import Database, groups, tables
from tests.storage.rows import rows


async def test_a_group_is_remembered_under_its_title_of_today(database: Database) -> None:
    await database.run(groups.meet, -100, "Book club")
    [first] = await database.run(rows, tables.groups)
    await database.run(groups.meet, -100, "Book club")
    await database.run(groups.meet, -100, "Chess club")

    assert await database.run(groups.named, -100) == "Chess club"
    assert await database.run(rows, tables.groups) == [first | {"title": "Chess club"}]


async def test_a_group_that_nobody_met_has_no_name(database: Database) -> None:
    await database.run(groups.meet, -100, "Book club")

    assert await database.run(groups.named, -101) is None


async def test_groups_are_told_by_title(database: Database) -> None:
    for chat_id, title in ((-100, "Chess"), (-102, "Books"), (-101, "Books")):
        await database.run(groups.meet, chat_id, title)

    assert await database.run(groups.everyone) == [
        (-102, "Books"),
        (-101, "Books"),
        (-100, "Chess"),
    ]
