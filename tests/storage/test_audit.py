"""The audit: what is written down, and read page by page."""

from storage import Database, audit
from storage.clock import now_ms

ADMIN = 1001
MOST = 3


async def noted(database: Database, *subjects: str) -> None:
    for number, subject in enumerate(subjects):
        await database.run(
            audit.note, ADMIN, "quota", subject, before=str(number), after=str(number + 1)
        )


async def read(database: Database, before: int = 0, subject: str | None = None) -> audit.Page:
    return await database.run(audit.entries, before, subject=subject, most=MOST)


def numbers(page: audit.Page) -> list[int]:
    return [entry.id for entry in page.entries]


async def test_an_entry_is_read_as_it_was_noted(database: Database) -> None:
    began = now_ms()
    await noted(database, "user:7")
    [entry] = (await read(database)).entries

    assert began <= entry.at_ms <= now_ms()
    assert entry == audit.Entry(
        id=1,
        at_ms=entry.at_ms,
        actor=ADMIN,
        action="quota",
        subject="user:7",
        before="0",
        after="1",
    )


async def test_pages_lead_to_all_entries_and_back(database: Database) -> None:
    await noted(database, *["bot"] * 8)
    newest = await read(database)
    middle = await read(database, newest.older or 0)
    oldest = await read(database, middle.older or 0)

    assert [numbers(each) for each in (newest, middle, oldest)] == [[8, 7, 6], [5, 4, 3], [2, 1]]
    assert (newest.newer, oldest.older) == (None, None)
    assert await read(database, oldest.newer or 0) == middle
    assert await read(database, middle.newer or 0) == newest
    assert middle.newer == 0  # whatever comes in the meantime, it is the newest


async def test_as_many_entries_as_fit_are_one_page(database: Database) -> None:
    await noted(database, *["bot"] * MOST)

    assert await read(database) == audit.Page(entries=(await read(database)).entries)


async def test_pages_about_one_subject_leave_the_others_out(database: Database) -> None:
    await noted(database, *["user:7", "user:77"] * 4)
    newest = await read(database, subject="user:7")
    older = await read(database, newest.older or 0, subject="user:7")

    assert numbers(newest) == [7, 5, 3]
    assert numbers(older) == [1]
    assert await read(database, older.newer or 0, subject="user:7") == newest


async def test_a_page_that_nothing_is_on_leads_back(database: Database) -> None:
    assert await read(database) == audit.Page()
    assert await read(database, 5) == audit.Page()
    await noted(database, "bot")

    assert await read(database, 1) == audit.Page(newer=0)
    assert numbers(await read(database, 10**17)) == [1]
