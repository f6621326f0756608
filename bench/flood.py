"""N chats and a group at once, and a Telegram that counts: what comes, when, and what is refused.

The bot, Telegram (with flood limits) and the model run in this process. The model needs 0.5 s to
its first token and 6 s for 300. *Words* is from the first token to the first words in the chat,
*end* from the last token to the whole answer there.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.upstream import FIRST_AFTER, Upstream, serving_upstream, words
from bot.app import running
from bot.serving import serving
from bot.settings import Settings
from playground.api import bot_api
from playground.people import Person
from playground.world import World

GROUP = -1001
TOKENS = 300
LASTS = 6.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run showed."""

    chats: int
    words: Sequence[float]
    in_group: Sequence[float]  # the same, of answers there
    ends: Sequence[float]
    calls: int
    refused: int

    def __str__(self) -> str:
        seconds = (self.words, self.in_group, self.ends)
        times = " ".join(f"{_p95(each):8.2f} {max(each):8.2f}" for each in seconds)
        return f"{self.chats:6d} {times} {self.calls:6d} {self.refused:8d}"


async def run(chats: int, questions: int, folder: Path) -> Figures:
    """Let so many people ask at the same instant, and a group one thing after another."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:bench")
    people = [world.add_person(Person(10_000 + n, f"P{n}")) for n in range(chats)]
    world.add_group(GROUP, "Group", people[:1])
    world.limits.on = True
    upstream = Upstream(lasts=LASTS, tokens=TOKENS)
    server = await serving_upstream(upstream)
    port = server.sockets[0].getsockname()[1]
    async with serving(bot_api(world)) as url:
        settings = Settings(
            telegram_bot_token="4242:bench",
            telegram_api_url=url,
            openai_api_key="sk-bench",
            openai_base_url=f"http://127.0.0.1:{port}/v1",
            database_url=f"sqlite:///{folder}/teller.db",
            access="open",
        )
        async with running(settings):
            return await _ask(world, people, questions, upstream)


async def _ask(
    world: World, people: Sequence[Person], questions: int, upstream: Upstream
) -> Figures:
    began: dict[tuple[int, int], float] = {}  # by chat and number of the answer in it
    ended: dict[tuple[int, int], float] = {}
    whole = "".join(words(TOKENS)).strip()

    def note() -> bool:
        now = time.perf_counter()
        for chat in [*(person.id for person in people), GROUP]:
            said = [each for each in world.messages(chat) if each["from"]["id"] == world.bot.id]
            for number, message in enumerate(said):
                began.setdefault((chat, number), now)
                if message["text"] == whole:
                    ended.setdefault((chat, number), now)
        return len(ended) == len(people) + questions

    for person in people:
        world.say(person, f"{person.id}")
    for number in range(questions):
        world.say(people[0], f"@teller_bot {number}", chat=GROUP)
    await world.wait_for(note, timeout=600)
    asked = {(person.id, 0): f"{person.id}" for person in people}
    # In a group the model is told who speaks.
    asked |= {(GROUP, number): f"{people[0].first_name}: {number}" for number in range(questions)}
    came = {key: upstream.came[question] + FIRST_AFTER for key, question in asked.items()}
    return Figures(
        len(people),
        [began[key] - came[key] for key in asked if key[0] != GROUP],
        [began[key] - came[key] for key in asked if key[0] == GROUP],
        [ended[key] - upstream.was_out[question] for key, question in asked.items()],
        sum(call.method in {"sendMessage", "editMessageText"} for call in world.calls),
        sum(call.error == 429 for call in world.calls),
    )


def _p95(values: Sequence[float]) -> float:
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[94]


def main() -> None:
    """Print a line for each number of chats: seconds, and how many calls."""
    parser = argparse.ArgumentParser(prog="python -m bench.flood", description=__doc__)
    parser.add_argument("chats", nargs="*", type=int, default=[1, 20, 200])
    parser.add_argument("--questions", type=int, default=10, help="in the group")
    given = parser.parse_args()
    print(" chats words p95      max in group      max  end p95      max  calls  refused")
    for chats in given.chats:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)  # away from any .env
            print(asyncio.run(run(chats, given.questions, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
