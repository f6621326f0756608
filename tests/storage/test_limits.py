"""What admins allow, and the audit of it."""

from bot import grammar
from storage import Database, limits, people, tables
from storage.clock import now_ms
from storage.money import Quota, Unit, Window
from storage.records import Person
from tests.storage.rows import rows

ADMIN = 1001
FAMILY = "plan:family"


def allowed(text: str, subject: str = "user:7") -> Quota:
    return grammar.read_quota(text, subject)


async def allow(database: Database, text: str, subject: str = "user:7") -> Quota:
    return await database.run(limits.allow, subject, allowed(text, subject), by=ADMIN)


async def own(database: Database) -> Quota | None:
    return (await database.run(limits.of, ["user:7", "user:8", "bot"])).get("user:7")


async def audit(database: Database) -> list[tuple[str, str, str, str]]:
    """What the audit says: which deed, on whom, from what to what."""
    return [
        (row["action"], row["subject"], row["before"], row["after"])
        for row in await database.run(rows, tables.audit)
    ]


async def test_a_limit_replaces_the_one_of_its_unit_and_window(database: Database) -> None:
    await allow(database, "5 usd/month 20 requests/hour")
    merged = await allow(database, "7 usd/month 1 usd/day")

    wanted = allowed("7 usd/month 20 requests/hour 1 usd/day").limits
    assert sorted(merged.limits, key=str) == sorted(wanted, key=str)
    assert await own(database) == merged


async def test_unlimited_puts_limits_away_and_a_limit_ends_it(database: Database) -> None:
    await allow(database, "5 usd/month")

    assert await allow(database, "unlimited") == Quota(is_unlimited=True)
    assert await own(database) == Quota(is_unlimited=True)
    assert await allow(database, "1 usd/day") == allowed("1 usd/day")


async def test_a_reset_forgets_what_was_set_for_one_alone(database: Database) -> None:
    await allow(database, "5 usd/month")
    other = await allow(database, "1 usd/day", "user:8")
    await database.run(limits.reset, "user:7", by=ADMIN)

    assert await database.run(limits.of, ["user:7", "user:8"]) == {"user:8": other}


async def test_one_limit_is_lifted_and_the_others_stay(database: Database) -> None:
    await allow(database, "5 usd/month, 5 usd/day, 20 requests/month")
    await allow(database, "1 usd/month", "user:8")
    await database.run(limits.lift, "user:7", Unit.USD, Window.MONTH, by=ADMIN)

    left = await own(database)
    assert left is not None
    assert {str(limit) for limit in left.limits} == {"5 usd/day", "20 requests/month"}
    assert (await database.run(limits.of, ["user:8"]))["user:8"] == allowed("1 usd/month", "user:8")


async def test_a_plan_is_always_told_with_those_who_are_asked_for(database: Database) -> None:
    for subject in (FAMILY, "plan:a", "planet", "user:7", "user:8"):
        await allow(database, "5 usd/month", subject)

    found = await database.run(limits.of, ["user:7", "bot"])
    assert found.keys() == {"user:7", FAMILY, "plan:a"}
    assert found[FAMILY] == allowed("5 usd/month", FAMILY)


async def test_members_of_a_plan_that_is_dropped_have_none(database: Database) -> None:
    await allow(database, "5 usd/month", FAMILY)
    await database.run(people.meet, Person(user_id=10, name="Ann"))
    for user_id, plan in ((7, "family"), (8, "family"), (9, "work")):
        await database.run(people.meet, Person(user_id=user_id, name="Ann"))
        await database.run(people.put_on, user_id, plan, by=ADMIN)

    assert await database.run(limits.drop_plan, "family", by=ADMIN) == 2
    assert await database.run(limits.of, [FAMILY]) == {}
    known = {row["user_id"]: row["plan"] for row in await database.run(rows, tables.people)}
    assert known == {7: None, 8: None, 9: "work", 10: None}
    assert (await audit(database))[-1] == ("quota", FAMILY, "5 usd/month", "the default")


async def test_each_change_of_a_limit_is_in_the_audit_as_it_is_written(database: Database) -> None:
    before = now_ms()
    await allow(database, "5 usd/month")
    await allow(database, "100000 tokens/day, 1 image")
    await database.run(limits.lift, "user:7", Unit.USD, Window.MONTH, by=ADMIN)
    await allow(database, "unlimited")
    await database.run(limits.reset, "user:7", by=ADMIN)

    both = "1 image, 100k tokens/day"
    assert await audit(database) == [
        ("quota", "user:7", "the default", "5 usd/month"),
        ("quota", "user:7", "5 usd/month", f"{both}, 5 usd/month"),
        ("quota", "user:7", f"{both}, 5 usd/month", both),
        ("quota", "user:7", both, "unlimited"),
        ("quota", "user:7", "unlimited", "the default"),
    ]
    entries = await database.run(rows, tables.audit)
    assert {each["actor"] for each in entries} == {ADMIN}
    assert all(before <= each["at_ms"] <= now_ms() for each in entries)
