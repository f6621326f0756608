"""Thousands of updates that wait when the bot starts: with Telegram, or in its own inbox."""

import time
from collections.abc import Sequence

from bench.load.stage import PATIENCE, Stage, settled, stage
from bench.processes import peak, resident
from bench.upstream import Upstream
from bot.intake import Intake
from storage import opened


async def with_telegram(chats: int, each: int, **settings: str) -> None:
    """So many questions in each of so many chats were asked while the bot was away."""
    async with stage(chats, Upstream()) as here:
        asked = _ask(here, each)
        began = time.perf_counter()
        async with here.bot(**settings) as bot:
            started = time.perf_counter()
            kept = await _kept(here)
            await here.answered(len(asked))
            ended = time.perf_counter()
            most, left = peak(bot.pid), await settled(bot.pid)
        print(
            f"{len(asked)} with Telegram, {chats} chats: starts in {started - began:.1f} s, "
            f"kept after {kept - started:.1f} s more, first answer after "
            f"{here.watch.answers[0].whole - started:.1f} s, all after {ended - started:.1f} s; "
            f"memory {most:.0f} MB at most, {left:.0f} after"
        )
        _tell(here, asked)


async def in_the_inbox(chats: int, each: int, **settings: str) -> None:
    """The bot had kept all of them, and then it ended."""
    async with stage(chats, Upstream()) as here:
        asked = _ask(here, each)
        async with opened(f"sqlite:///{here.folder}/teller.db") as database:
            await Intake(database, wake=lambda _lane: None).take(here.world.updates.pending)
        here.world.updates.clear()
        began = time.perf_counter()
        async with here.bot(**settings) as bot:
            started, rest = time.perf_counter(), resident(bot.pid)
            await here.answered(len(asked))
            ended = time.perf_counter()
            most, left = peak(bot.pid), await settled(bot.pid)
        print(
            f"{len(asked)} in the inbox, {chats} chats: starts in {started - began:.1f} s, "
            f"first answer after {here.watch.answers[0].whole - started:.1f} s, "
            f"all after {ended - started:.1f} s; "
            f"memory {rest:.0f} MB at start, {most:.0f} at most, {left:.0f} after"
        )
        _tell(here, asked)


def _ask(here: Stage, each: int) -> Sequence[str]:
    asked = []
    for number in range(each):
        for person in here.people:
            here.ask(person, str(number))
            asked.append(f"{person.id} {number}")
    return asked


async def _kept(here: Stage) -> float:
    """When Telegram has got rid of all of them."""
    await here.world.wait_for(lambda: not here.world.updates.pending, timeout=PATIENCE)
    return time.perf_counter()


def _tell(here: Stage, asked: Sequence[str]) -> None:
    """Say what has gone wrong, if anything has."""
    wholes, each = here.watch.wholes, len(asked) // len(here.people)
    lost = sum(max(0, each - wholes[person.id]) for person in here.people)
    doubled = sum(max(0, wholes[person.id] - each) for person in here.people)
    again = sum(times - 1 for times in here.upstream.times.values())
    print(f"  lost {lost}, answered twice {doubled}, asked of the model again {again}")
    here.complain()
