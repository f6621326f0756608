"""Pages of people, in each order, with what they spent."""

import pytest
import sqlalchemy as sa

from storage import Database, people, roster, tables, totals
from storage.money import Cost
from storage.records import Person
from storage.roster import Order, Page
from storage.totals import DAY

SINCE = 1_000 * DAY
NAMES = ["Émile", "ann", "Zoe", "Ölaf", "émile", "Ben"]


async def met(database: Database, *names: str) -> None:
    """People who came one after the other, numbered from 1."""
    for number, name in enumerate(names, 1):
        await database.run(people.meet, Person(user_id=number, name=name))
        await database.run(_came, number)


def _came(connection: sa.Connection, number: int) -> None:
    query = sa.update(tables.people).where(tables.people.c.user_id == number)
    connection.execute(query.values(first_seen_ms=number))


async def spends(database: Database, number: int, at_ms: int, cost: Cost) -> None:
    await database.run(totals.add, [f"user:{number}", "bot"], at_ms, cost)


async def page(database: Database, number: int, order: Order, size: int = 10) -> Page:
    return await database.run(roster.page, number, order, since_ms=SINCE, size=size)


def names(page: Page) -> list[str]:
    return [entry.person.name for entry in page.entries]


async def test_names_stand_in_the_order_of_letters_of_any_alphabet(database: Database) -> None:
    await met(database, *NAMES)
    listed = names(await page(database, 0, Order.NAME))

    assert [name.casefold() for name in listed] == sorted(name.casefold() for name in NAMES)


async def test_who_came_last_is_the_newest(database: Database) -> None:
    await met(database, *NAMES)

    assert names(await page(database, 0, Order.NEW)) == NAMES[::-1]


async def test_who_spent_most_comes_first_and_who_spent_nothing_goes_by_name(
    database: Database,
) -> None:
    await met(database, "Ann", "Zoe", "Ben", "Cleo", "Ada")
    await spends(database, 5, SINCE - 1, Cost(nanos=9_000))  # before the month
    await spends(database, 3, SINCE, Cost(nanos=700))
    await spends(database, 2, SINCE + 40 * DAY, Cost(nanos=800))
    await spends(database, 2, SINCE, Cost(requests=2, tokens=5, nanos=100))
    listed = await page(database, 0, Order.SPEND)

    assert names(listed) == ["Zoe", "Ben", "Ada", "Ann", "Cleo"]
    assert [(each.requests, each.nanos) for each in listed.entries[:3]] == [
        (3, 900),
        (1, 700),
        (0, 0),
    ]


async def test_where_no_price_is_known_requests_count(database: Database) -> None:
    await met(database, "Ann", "Ben")
    await spends(database, 2, SINCE, Cost(tokens=9, nanos=None))

    assert names(await page(database, 0, Order.SPEND)) == ["Ben", "Ann"]


@pytest.mark.parametrize("order", Order)
async def test_pages_hold_everyone_once(database: Database, order: Order) -> None:
    await met(database, *NAMES)
    await spends(database, 4, SINCE, Cost(nanos=5))
    pages = [await page(database, number, order, size=4) for number in (0, 1)]

    assert sorted(names(pages[0]) + names(pages[1])) == sorted(NAMES)
    assert [(each.number, each.pages, each.total) for each in pages] == [(0, 2, 6), (1, 2, 6)]


async def test_a_page_beyond_the_end_is_the_last(database: Database) -> None:
    await met(database, *NAMES)

    assert await page(database, 10**18, Order.NEW, size=4) == await page(
        database, 1, Order.NEW, size=4
    )


async def test_nobody_is_an_empty_page(database: Database) -> None:
    assert await page(database, 3, Order.SPEND) == Page(entries=(), number=0, pages=1, total=0)


async def test_a_name_finds_some_and_says_of_how_many(database: Database) -> None:
    await met(database, "Ölaf", "ÖLAF der Zweite", "Olaf")
    await spends(database, 2, SINCE, Cost(nanos=5))
    several = await database.run(roster.found, "ÖL", since_ms=SINCE, most=1)

    assert names(several) == ["Ölaf"]
    assert several.total == 2
    assert names(await database.run(roster.found, "ölaf", since_ms=SINCE, most=9)) == ["Ölaf"]
    assert (await database.run(roster.found, "Eve", since_ms=SINCE, most=9)).total == 0


async def test_only_those_who_are_known_are_told(database: Database) -> None:
    await met(database, "Ann", "Ben")
    listed = await database.run(roster.known, [2, 99])

    assert [(number, person.name) for number, person in listed.items()] == [(2, "Ben")]
