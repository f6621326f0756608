"""Killed again and again while fifty people talk to it: all is answered, and nothing twice."""

import asyncio
import os
import random
from pathlib import Path

from bot.settings import Settings
from playground.world import World
from tests.books import assert_balanced
from tests.conftest import ADA
from tests.crowd import Crowd, habits
from tests.fakes.openai import FakeOpenAI
from tests.forks import forked, stopped
from tests.processes import environment

# `make kills` has 200, which take seven minutes.
KILLS = int(os.environ.get("KILLS", "40"))
PEOPLE = 49  # and an admin
MOST_CALLS = 100  # between two kills


async def test_killed_at_any_instant_it_answers_everything_once(
    world: World, model: FakeOpenAI, settings: Settings, tmp_path: Path
) -> None:
    chance = random.Random(20261128)
    surroundings = environment(settings) | habits(ADA)
    crowd = Crowd(world, model, size=PEOPLE, chance=chance, admin=ADA)
    living = asyncio.create_task(crowd.live())
    for _ in range(KILLS):
        drafts = chance.choice(["true", "false"])  # what one life begins another goes on with
        async with forked(surroundings | {"DRAFTS": drafts}, tmp_path):
            # By calls, not by time, so that a slow machine gets as far.
            calls = len(world.calls) + chance.randrange(MOST_CALLS)
            await world.wait_for(lambda: len(world.calls) >= calls, timeout=60)  # noqa: B023
            await asyncio.sleep(chance.random() / 100)
    crowd.enough()
    async with forked(surroundings, tmp_path) as process:
        async with asyncio.timeout(120):
            await living
        code = await stopped(process, 5)
    outcome = crowd.outcome()
    # For those who run it with -s.
    print(f"\n{KILLS} kills: {outcome}")  # noqa: T201

    assert code == 0
    assert outcome.questions > 2 * PEOPLE
    assert outcome.lost == outcome.doubled == outcome.disordered == []
    assert len(assert_balanced(tmp_path, model, stopped=crowd.stopped)) > outcome.questions / 4
