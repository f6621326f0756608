"""A group that becomes a supergroup takes along what is known of it."""

import json

import sqlalchemy as sa

from bot.grammar import read_limits
from storage import Database, groups, history, inbox, jobs, limits, moves
from storage.money import Quota
from storage.records import Incoming, Job, Person, Place
from storage.tables import conversations, totals
from tests.storage.rows import everything

OLD, NEW = -4001, -1009876543210
ADMIN = 1001


def update(number: int) -> Incoming:
    """A message of the group that waits."""
    message = {"message_id": 7, "chat": {"id": OLD, "type": "group"}, "migrate_to_chat_id": NEW}
    payload = json.dumps({"update_id": number, "message": message})
    return Incoming(number, f"{OLD}:5", payload)


def spent(connection: sa.Connection, chat: int, nanos: int) -> None:
    row = {"subject": f"group:{chat}", "span": "day", "began_ms": 0, "nanos": nanos}
    connection.execute(sa.insert(totals).values(row | dict.fromkeys(moves.SUMMED[:3], 1)))


def sums(connection: sa.Connection) -> list[tuple[str, int, int]]:
    query = sa.select(totals.c.subject, totals.c.requests, totals.c.nanos)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


async def fill(database: Database) -> None:
    await database.run(history.conversation, Place(chat_id=OLD, thread_id=5))
    await database.run(groups.meet, OLD, "Club", Person(user_id=ADMIN, name="Ada"))
    quota = Quota(limits=tuple(read_limits("3 requests/day, 1 usd/month")))
    await database.run(limits.allow, f"group:{OLD}", quota, by=ADMIN)
    await database.run(spent, OLD, 70)
    await database.run(inbox.add, [update(1), update(2)])
    place = Place(chat_id=OLD, thread_id=5)
    work = Job(update_id=3, place=place, user_id=ADMIN, asked_id=7, model="gpt", detail="high")
    job = await database.run(jobs.begin, work)
    await database.run(jobs.shown, job.id, [8])


async def test_all_of_it_has_the_new_number(database: Database) -> None:
    await fill(database)
    lanes = await database.run(moves.move, OLD, NEW)
    [first, *_] = await database.run(inbox.take, f"{NEW}:5")
    quotas = await database.run(limits.of, [f"group:{NEW}"])

    [job] = await database.run(jobs.running, Place(chat_id=NEW, thread_id=5))
    assert set(lanes) == {f"{NEW}:5", jobs.lane_of(job)}
    assert job.message_ids == ()
    assert json.loads(first.payload)["message"]["chat"]["id"] == NEW
    assert "migrate_to_chat_id" not in first.payload
    assert len(quotas[f"group:{NEW}"].limits) == 2
    assert await database.run(groups.everyone) == [(NEW, "Club")]
    assert await database.run(sums) == [(f"group:{NEW}", 1, 70)]
    rest = json.dumps(await database.run(everything), default=str)
    assert str(OLD) not in rest


async def test_what_is_there_under_the_new_number_stays(database: Database) -> None:
    await fill(database)
    await database.run(history.conversation, Place(chat_id=NEW, thread_id=5))
    await database.run(groups.meet, NEW, "New club", Person(user_id=ADMIN, name="Ada"))
    quota = Quota(limits=tuple(read_limits("9 requests/day")))
    await database.run(limits.allow, f"group:{NEW}", quota, by=ADMIN)
    await database.run(spent, NEW, 30)
    await database.run(moves.move, OLD, NEW)
    again = await database.run(moves.move, OLD, NEW)
    quotas = await database.run(limits.of, [f"group:{NEW}"])
    query = sa.select(sa.func.count()).where(conversations.c.ended_ms.is_(None))

    assert again == []
    assert {(each.unit, each.amount) for each in quotas[f"group:{NEW}"].limits} == {
        ("requests", 9),
        ("usd", 1_000_000_000),
    }
    assert await database.run(groups.everyone) == [(NEW, "New club")]
    assert await database.run(sums) == [(f"group:{NEW}", 2, 100)]
    assert await database.run(lambda connection: connection.scalar(query)) == 1
