"""Notices of limits: each once, in its window, for its limit."""

from dataclasses import replace

from bot.grammar import read_limit
from storage import Database, notices
from storage.money import Notice

NOTICE = Notice(limit=read_limit("5 usd/month", "user:7"), began_ms=1000, percent=80)


async def test_a_notice_is_fresh_once(database: Database) -> None:
    full = replace(NOTICE, percent=100)

    assert await database.run(notices.fresh, [NOTICE]) == [NOTICE]
    assert await database.run(notices.fresh, [NOTICE, full]) == [full]
    assert await database.run(notices.fresh, [NOTICE, full]) == []


async def test_a_notice_is_fresh_again_for_anything_else(database: Database) -> None:
    await database.run(notices.fresh, [NOTICE])
    others = [
        replace(NOTICE, began_ms=2000),
        replace(NOTICE, percent=100),
        *(
            replace(NOTICE, limit=read_limit(text, subject))
            for text, subject in (
                ("5 usd/month", "user:8"),
                ("5 usd/day", "user:7"),
                ("5 tokens/month", "user:7"),
                ("6 usd/month", "user:7"),  # a raised limit is used up anew
            )
        ),
    ]

    assert await database.run(notices.fresh, others) == others


async def test_nothing_is_told_where_nothing_is_due(database: Database) -> None:
    assert await database.run(notices.fresh, []) == []
