"""Updates from when they come until they have been dealt with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa

from storage import Database, inbox, tables
from storage.clock import now_ms
from storage.records import Incoming
from tests.storage.questions import begun, finished, question
from tests.storage.rows import Refused, everything, rows


def update(number: int, lane: str = "7", *, album: str = "", payload: str = "") -> Incoming:
    return Incoming(number, lane, payload or f'{{"update_id": {number}}}', album)


async def inbox_of(database: Database, *updates: Incoming) -> Database:
    await database.run(inbox.add, updates)
    return database


async def test_an_update_that_comes_twice_is_kept_once(database: Database) -> None:
    await inbox_of(database, update(1), update(2))
    [taken, *_] = await database.run(inbox.take, "7")
    await inbox_of(database, update(1, payload="changed"), update(2), update(3))

    kept = {row["update_id"]: row for row in await database.run(rows, tables.inbox)}
    assert kept.keys() == {1, 2, 3}
    assert (kept[1]["payload"], kept[1]["attempt"]) == (taken.payload, 1)


async def test_an_update_that_is_done_and_comes_again_stays_done(database: Database) -> None:
    await inbox_of(database, update(1))
    [taken, *_] = await database.run(inbox.take, "7")
    await database.run(inbox.finish, [taken])
    await inbox_of(database, update(1))

    assert await database.run(inbox.take, "7") == []
    assert await database.run(inbox.resume, 4) == []


async def test_each_lane_has_its_own_order(database: Database) -> None:
    await inbox_of(database, update(5), update(2, "8"), update(3), update(1, "8"), update(4, "7:1"))
    assert set(await database.run(inbox.resume, 4)) == {"7", "8", "7:1"}

    for lane, numbers in {"7": [3, 5], "8": [1, 2], "7:1": [4], "9": []}.items():
        assert [each.update_id for each in await drained(database, lane)] == numbers


async def drained(database: Database, lane: str) -> list[Incoming]:
    taken: list[Incoming] = []
    while following := await database.run(inbox.take, lane, taken[-1:]):
        taken.append(following[0])
    return taken


async def test_what_waits_when_the_bot_starts_is_tried_once_more(database: Database) -> None:
    await inbox_of(database, update(1), update(2))
    [first, *_] = await database.run(inbox.take, "7")
    await database.run(inbox.finish, [first])
    [before, *_] = await database.run(inbox.take, "7")
    await database.run(inbox.resume, 4)
    [after, *_] = await database.run(inbox.take, "7")
    [third] = await database.run(inbox.again, [after])
    [again, *_] = await database.run(inbox.take, "7")

    assert (before.attempt, after.attempt, third.attempt) == (1, 2, 3)
    assert again == third


async def test_of_a_lane_only_the_first_can_have_ended_the_program(database: Database) -> None:
    await inbox_of(database, update(1), update(2))
    await database.run(inbox.resume, 4)
    await database.run(inbox.resume, 4)
    [first, *_] = await database.run(inbox.take, "7")
    [second, *_] = await database.run(inbox.take, "7", [first])

    assert (first.starts, second.starts) == (2, 0)


async def test_a_suspect_is_counted_only_when_it_is_taken_up(database: Database) -> None:
    await inbox_of(database, update(1), update(2))
    for _ in range(3):
        await database.run(inbox.resume, 2)
    [first, *_] = await database.run(inbox.take, "7")
    assert await database.run(inbox.suspect, first)
    [again, *_] = await database.run(inbox.take, "7")
    moved = await database.run(inbox.suspect, replace(first, lane="8"))
    await database.run(inbox.finish, [first])

    assert (first.starts, again.starts) == (2, 3)
    assert not moved
    assert not await database.run(inbox.suspect, first)


async def test_the_lanes_least_suspect_come_first(database: Database) -> None:
    await inbox_of(database, update(1), update(2))
    await database.run(inbox.resume, 4)
    await inbox_of(database, update(3, "9"), update(4, "8"))
    await database.run(inbox.resume, 4)
    await inbox_of(database, update(5, "10"))

    lanes = await database.run(inbox.resume, 4)
    assert (lanes[0], {*lanes[1:3]}, lanes[3]) == ("10", {"8", "9"}, "7")


@pytest.mark.parametrize("state", ["done", "dead"])
async def test_what_was_said_is_not_kept_in_the_inbox(database: Database, state: str) -> None:
    await inbox_of(database, update(1, payload="My secret is 42."))
    [taken, *_] = await database.run(inbox.take, "7")
    await database.run(inbox.finish, [taken], state)

    [row] = await database.run(rows, tables.inbox)
    assert (row["state"], row["payload"]) == (state, "")
    assert row["finished_ms"] >= row["received_ms"]


async def test_to_finish_and_to_take_are_one(database: Database) -> None:
    def crashing(connection: sa.Connection, done: Sequence[Incoming]) -> None:
        assert inbox.take(connection, "7", done)
        raise Refused

    await inbox_of(database, update(1), update(2))
    [first, *_] = await database.run(inbox.take, "7")
    before = await database.run(everything)
    with pytest.raises(Refused):
        await database.run(crashing, [first])
    assert await database.run(everything) == before
    [second, *_] = await database.run(inbox.take, "7", [first])

    assert second.update_id == 2
    assert [row["state"] for row in await database.run(rows, tables.inbox)] == ["done", "new"]


async def test_behind_an_update_waits_what_its_lane_has_not_dealt_with(
    database: Database,
) -> None:
    await inbox_of(
        database, update(1), update(2, album="A"), update(3), update(5, "8"), update(6, album="A")
    )
    [first, *_] = await database.run(inbox.take, "7")
    [second, *rest] = await database.run(inbox.behind, first)
    [following, *_] = await database.run(inbox.take, "7", [first, second, *rest[1:]])

    assert [(each.update_id, each.album) for each in [second, *rest]] == [
        (2, "A"),
        (3, ""),
        (6, "A"),
    ]
    assert following.update_id == 3
    assert following.received_ms > 0


async def finished_at(database: Database, times: Mapping[int, int], state: str = "done") -> None:
    """Updates that were dealt with at these times, by their numbers."""

    def close(connection: sa.Connection) -> None:
        inbox.add(connection, [update(number) for number in times])
        inbox.finish(connection, [update(number) for number in times], state)
        for number, at_ms in times.items():
            of_update = sa.update(tables.inbox).where(tables.inbox.c.update_id == number)
            connection.execute(of_update.values(finished_ms=at_ms))

    await database.run(close)


async def numbers(database: Database) -> list[int]:
    return sorted(row["update_id"] for row in await database.run(rows, tables.inbox))


async def test_what_was_dealt_with_long_ago_is_forgotten_and_what_waits_never(
    database: Database,
) -> None:
    await inbox_of(database, update(1))
    await finished_at(database, {2: 1000, 3: 2000, 4: 2001})
    await finished_at(database, {5: 1500}, "dead")

    assert await database.run(inbox.forget, 2001, 100) == 3
    assert await numbers(database) == [1, 4]


async def test_no_more_is_forgotten_at_once_than_is_asked_for_and_the_oldest_first(
    database: Database,
) -> None:
    await finished_at(database, {1: 5000, 2: 4000, 3: 3000, 4: 2000, 5: 1000})
    forgotten = [await database.run(inbox.forget, 9000, 2)]
    left = await numbers(database)
    forgotten += [await database.run(inbox.forget, 9000, 2) for _ in range(3)]

    assert (forgotten, left) == ([2, 2, 1, 0], [1, 2, 3])


async def test_of_an_update_that_is_forgotten_all_else_stays(database: Database) -> None:
    await inbox_of(database, update(1))
    await finished(database, await begun(database, question(1)))
    [taken, *_] = await database.run(inbox.take, "7")
    await database.run(inbox.finish, [taken])
    before = await database.run(everything)

    assert await database.run(inbox.forget, now_ms() + 1, 100) == 1
    assert await database.run(everything) == before | {"inbox": []}


async def test_what_is_old_is_found_without_looking_at_the_rest(database: Database) -> None:
    def plan(connection: sa.Connection) -> str:
        statement = "SELECT update_id FROM inbox WHERE finished_ms < 7 ORDER BY finished_ms LIMIT 9"
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all())

    assert "INDEX ix_inbox_finished" in await database.run(plan)
