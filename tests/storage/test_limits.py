"""What admins allow, and the audit of it."""

from bot import quota
from storage import Database, limits, tables
from storage.clock import now_ms
from storage.records import Quota
from tests.storage.rows import rows

ADMIN = 1001


def allowed(text: str) -> Quota:
    return quota.read_quota(text, "user:7")


async def allow(database: Database, text: str) -> Quota:
    return await database.run(limits.allow, "user:7", allowed(text), by=ADMIN)


async def own(database: Database) -> Quota | None:
    return (await database.run(limits.of, ["user:7", "user:8", "bot"])).get("user:7")


async def test_a_limit_replaces_the_one_of_its_unit_and_window(database: Database) -> None:
    await allow(database, "5 usd/month 20 requests/hour")
    merged = await allow(database, "7 usd/month 1 usd/day")

    wanted = allowed("7 usd/month 20 requests/hour 1 usd/day").limits
    assert sorted(merged.limits, key=repr) == sorted(wanted, key=repr)
    assert await own(database) == merged


async def test_unlimited_puts_limits_away_and_a_limit_ends_it(database: Database) -> None:
    await allow(database, "5 usd/month")

    assert await allow(database, "unlimited") == Quota(is_unlimited=True)
    assert await own(database) == Quota(is_unlimited=True)
    assert await allow(database, "1 usd/day") == allowed("1 usd/day")


async def test_a_reset_forgets_what_was_set_for_one_alone(database: Database) -> None:
    await allow(database, "5 usd/month")
    other = quota.read_quota("1 usd/day", "user:8")
    await database.run(limits.allow, "user:8", other, by=ADMIN)
    await database.run(limits.reset, "user:7", by=ADMIN)

    assert await database.run(limits.of, ["user:7", "user:8"]) == {"user:8": other}


async def test_each_change_of_a_limit_is_in_the_audit(database: Database) -> None:
    before = now_ms()
    await allow(database, "5 usd/month")
    await allow(database, "unlimited")
    await database.run(limits.reset, "user:7", by=ADMIN)
    entries = await database.run(rows, tables.audit)

    assert {(each["actor"], each["action"], each["subject"]) for each in entries} == {
        (ADMIN, "quota", "user:7")
    }
    assert all(before <= each["at_ms"] <= now_ms() for each in entries)
    assert [each["before"] for each in entries[1:]] == [each["after"] for each in entries[:-1]]
    assert "5000000000" in entries[0]["after"]
    assert entries[-1]["after"] == "default"
