"""N chats at once: what the bot adds to the model's own time, and what an answer costs.

The bot runs in a process of its own, as in production. Telegram (without flood limits) and the
model run in this one, which also measures: added = (question sent … whole answer in the chat)
minus (request came to the model … its last token was out).
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

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
    async with serving(bot_api(world)) as telegram, running(program, telegram, port) as process:
        await world.wait_for(lambda: world.updates.is_polled, timeout=60)
        await _ask(world, people, upstream, "warm up")
        before = _cpu(process.pid)
        added: list[float] = []
        for number in range(rounds):
            added += await _ask(world, people, upstream, f"round {number}")
        cpu = (_cpu(process.pid) - before) / len(added)
        return Figures(chats, added, cpu, _peak(process.pid))


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


@asynccontextmanager
async def running(program: str, telegram: str, port: int) -> AsyncIterator[Process]:
    """Let the bot run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": "4242:bench",
            "TELEGRAM_API_URL": telegram,
            "OPENAI_API_KEY": "sk-bench",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
            "DATABASE_URL": f"sqlite:///{folder}/teller.db",
            "ACCESS": "open",
            "PORT": "0",
            "FLOOD_LIMITS": "none",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *program.split(),
            env=environment,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.terminate()
            await process.wait()


def _cpu(pid: int) -> float:
    """Milliseconds of processor that a process has used, in all its threads."""
    used = (each.read_text().split()[0] for each in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(map(int, used)) / 1_000_000


def _peak(pid: int) -> float:
    """The most memory that a process has had, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


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
