"""N chats at once: what the bot adds to the model's own time, and what an answer costs.

The bot runs in a process of its own, as in production. Telegram (without flood limits) and the
model run in this one, which also measures: added = (question sent … whole answer in the chat)
minus (request came to the model … its last token was out).
"""

import argparse
import asyncio
import statistics
import time
from dataclasses import dataclass

from bench.processes import cpu, empty_folder, peak, running
from bench.upstream import ANSWER, Upstream, serving_upstream
from bot.serving import serving
from playground.api import bot_api
from playground.people import Person
from playground.world import World


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed: milliseconds, and megabytes."""

    chats: int
    added: list[float]
    cpu: float
    memory: float

    def __str__(self) -> str:
        p50, p95 = percentile(self.added, 50), percentile(self.added, 95)
        return (
            f"{self.chats:6d} {len(self.added):8d} {p50:10.1f} {p95:10.1f} "
            f"{self.cpu:14.1f} {self.memory:10.0f}"
        )


async def run(chats: int, rounds: int, program: str) -> Figures:
    """Let so many people ask at the same instant, so many times."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:bench")
    people = [world.add_person(Person(10_000 + n, f"P{n}")) for n in range(chats)]
    upstream = Upstream()
    server = await serving_upstream(upstream)
    port = server.sockets[0].getsockname()[1]
    with empty_folder() as folder:
        async with (
            serving(bot_api(world)) as telegram,
            running(program, telegram, port, folder) as process,
        ):
            await world.wait_for(lambda: world.updates.is_polled, timeout=60)
            await _ask(world, people, upstream, "warm up")
            before = cpu(process.pid)
            added: list[float] = []
            for number in range(rounds):
                added += await _ask(world, people, upstream, f"round {number}")
            used = (cpu(process.pid) - before) / len(added)
            return Figures(chats, added, used, peak(process.pid))


async def _ask(world: World, people: list[Person], upstream: Upstream, what: str) -> list[float]:
    """One question each, all at once; returns what the bot added to each answer."""
    asked, whole = {}, {}
    for person in people:
        asked[person.id] = time.perf_counter()
        world.say(person, f"{person.id} {what}")
    waiting = {person.id: len(world.messages(person.id)) for person in people}

    def note() -> bool:
        now = time.perf_counter()
        for chat, known in list(waiting.items()):
            shown = world.messages(chat)
            if len(shown) > known and shown[-1].get("text") == ANSWER:
                whole[chat] = now
                del waiting[chat]
        return not waiting

    await world.wait_for(note, timeout=120)
    return [
        1000 * (whole[person.id] - asked[person.id] - _own_time(upstream, f"{person.id} {what}"))
        for person in people
    ]


def _own_time(upstream: Upstream, question: str) -> float:
    return upstream.was_out[question] - upstream.came[question]


def percentile(values: list[float], percent: int) -> float:
    """How much it is for so many of a hundred at the most."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def main() -> None:
    """Print a line for each number of chats."""
    parser = argparse.ArgumentParser(prog="python -m bench.chats", description=__doc__)
    parser.add_argument("chats", nargs="*", type=int, default=[1, 50, 200])
    parser.add_argument("--rounds", type=int, help="questions each; 20 for one chat, else 4")
    given = parser.parse_args()
    print("program     chats  answers   p50 ms    p95 ms  CPU ms/answer  memory MB")
    for chats in given.chats:
        rounds = given.rounds or (20 if chats == 1 else 4)
        for program in ("bench.bare", "bot run"):
            figures = asyncio.run(run(chats, rounds, program))
            print(f"{program:10} {figures}", flush=True)


if __name__ == "__main__":
    main()
