"""What people have chosen for themselves."""

from storage import Database, preferences


async def test_a_choice_is_kept_changed_and_taken_back(database: Database) -> None:
    await database.run(preferences.choose, 7, "language", "ru")
    await database.run(preferences.choose, 7, "language", "zh")
    await database.run(preferences.choose, 7, "drafts", "on")
    assert await database.run(preferences.of, 7) == {"language": "zh", "drafts": "on"}

    await database.run(preferences.choose, 7, "language", None)
    assert await database.run(preferences.of, 7) == {"drafts": "on"}


async def test_nobody_has_anothers_choices(database: Database) -> None:
    await database.run(preferences.choose, 7, "language", "ru")
    assert await database.run(preferences.of, 8) == {}
