"""People, admins, faults and kills, all at once and for a while: is anything lost, or there twice?

Fifty people ask, send photos and albums, stop answers, give commands; an admin changes quotas.
Telegram and the model fail now and then, and the bot is killed at random instants.
"""

import argparse
import asyncio
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.serving import serving
from playground.api import bot_api
from playground.faults import Delay, DoneButSilent, Fault, HangUp, Refuse, Status
from playground.people import Person
from playground.world import World
from tests.books import assert_balanced, billed, charged_twice, ledger, mark
from tests.crowd import Crowd, Outcome, habits, react
from tests.fakes.chat_rules import Refused
from tests.fakes.openai import FakeOpenAI
from tests.fakes.script import Failure, Reaction
from tests.fakes.speech import Cut, Drop, Speech
from tests.forks import forked, stopped

PEOPLE = 49  # and an admin
MOST_CALLS = 150  # between two kills
ADMIN = Person(1001, "Ada", "ada")
METHODS = ("sendMessage", "editMessageText", "getUpdates", "sendChatAction", "getFile")
FAULTS: tuple[Fault, ...] = (
    Status(502),
    HangUp(),
    DoneButSilent(),
    Refuse(429, retry_after=1),
    Delay(0.3),
)
PATIENCE = 60  # seconds until all that was asked must be answered
UNSURE_OF = 10  # one question in so many fails at first


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it."""

    outcome: Outcome
    kills: int
    faults: int
    charged_twice: int
    exact: int

    def __str__(self) -> str:
        outcome = self.outcome
        return (
            f"lost {len(outcome.lost)}, doubled {len(outcome.doubled)}, "
            f"charged twice {self.charged_twice}, out of order {len(outcome.disordered)}\n"
            f"{outcome.questions} questions, {self.kills} kills, {self.faults} faults of Telegram; "
            f"{self.exact} questions billed to the nano-dollar, none for less than it cost\n"
            f"lost: {outcome.lost}, doubled: {outcome.doubled}\n"
            f"{outcome.orphans} beginnings left behind, {outcome.said_twice} of the bot's own "
            "words said twice"
        )

    @property
    def is_well(self) -> bool:
        outcome = self.outcome
        return not (outcome.lost or outcome.doubled or outcome.disordered or self.charged_twice)


class Unsure:
    """A model that fails at the first attempt now and then."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._asked: set[int] = set()

    def __call__(self, body: dict[str, Any]) -> Reaction:
        number, _ = mark(body)
        is_first = number not in self._asked
        self._asked.add(number)
        if is_first and not self._chance.randrange(UNSURE_OF):
            return self._chance.choice(self._failures(number))
        return react(body)

    def _failures(self, number: int) -> list[Reaction]:
        return [
            Failure(Refused("Busy.", "rate_limit_exceeded", status=429), {}),
            Failure(Refused("Oh.", status=503, type="server_error"), {}),
            Speech().then(Drop()),
            Speech().say(f"A{number} ", "word ").then(Cut()),
        ]


async def soak(seconds: float, seed: int, folder: Path) -> Figures:
    """Let it go on for so long, then let all come to its end."""
    chance = random.Random(seed)
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:soak")
    world.add_person(ADMIN)
    model = FakeOpenAI()
    crowd = Crowd(world, model, size=PEOPLE, chance=chance, admin=ADMIN)
    model.reacts = Unsure(chance)
    async with serving(bot_api(world)) as telegram, serving(model) as endpoint:
        surroundings = environment(telegram, f"{endpoint}/v1", folder)
        living = asyncio.create_task(crowd.live())
        kills = faults = 0
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            faults += _plan(world, chance)
            await _live_and_die(world, chance, surroundings, folder)
            kills += 1
        world.faults.clear()
        crowd.enough()
        async with forked(surroundings, folder) as process:
            with suppress(TimeoutError):  # then something is lost, and told
                async with asyncio.timeout(PATIENCE):
                    await living
            assert await stopped(process, 15) == 0
    twice = charged_twice(ledger(folder), billed(model))
    exact = assert_balanced(folder, model, stopped=crowd.stopped)
    return Figures(crowd.outcome(), kills, faults, len(twice), len(exact))


def _plan(world: World, chance: random.Random) -> int:
    """Let Telegram fail soon, in one way or another."""
    world.faults.clear()
    times = chance.randrange(1, 4)
    world.faults.add(kind=chance.choice(FAULTS), method=chance.choice(METHODS), times=times)
    return times


async def _live_and_die(
    world: World, chance: random.Random, surroundings: Mapping[str, str], folder: Path
) -> None:
    async with forked(surroundings, folder):
        # By calls, not by time, so that a slow machine gets as far.
        calls = len(world.calls) + chance.randrange(MOST_CALLS)
        await world.wait_for(lambda: len(world.calls) >= calls, timeout=60)
        await asyncio.sleep(chance.random() / 100)


def environment(telegram: str, endpoint: str, folder: Path) -> dict[str, str]:
    """What the bot's process goes by."""
    return habits(ADMIN) | {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": "4242:soak",
        "TELEGRAM_API_URL": telegram,
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": endpoint,
        "DATABASE_URL": f"sqlite:///{folder}/teller.db",
        "ACCESS": "open",
        "EDIT_INTERVAL": "0.01",
        "FLOOD_LIMITS": "none",
    }


def main() -> None:
    """Print what came of it; it is well if that is 0, 0, 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    # Of a bot that was killed the model's answers find nobody, which asyncio warns of each time.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(soak(given.seconds, given.seed, Path(folder)))
    print(figures)
    sys.exit(not figures.is_well)


if __name__ == "__main__":
    main()
