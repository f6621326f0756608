"""From the model's first token to words in the chat, when Telegram is quiet.

One person asks, one question after the other; Telegram (with no flood limits) and the model run in
this process, the bot in one of its own.
"""

import argparse
import asyncio
import time

from bench.chats import percentile
from bench.processes import empty_folder, running
from bench.upstream import ANSWER, Upstream, serving_upstream
from bot.serving import serving
from playground.api import bot_api
from playground.people import Person
from playground.world import World


async def run(questions: int) -> list[float]:
    """Milliseconds that the first words of each answer took."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:bench")
    person = world.add_person(Person(10_000, "P"))
    upstream = Upstream()
    server = await serving_upstream(upstream)
    port = server.sockets[0].getsockname()[1]
    with empty_folder() as folder:
        async with serving(bot_api(world)) as telegram, running("bot run", telegram, port, folder):
            await world.wait_for(lambda: world.updates.is_polled, timeout=60)
            await _ask(world, person, upstream, "warm up")
            return [await _ask(world, person, upstream, f"question {n}") for n in range(questions)]


async def _ask(world: World, person: Person, upstream: Upstream, question: str) -> float:
    world.say(person, question)
    known = len(world.messages(person.id))

    def text() -> str:
        return "".join(str(each.get("text")) for each in world.messages(person.id)[known:])

    await world.wait_for(lambda: ANSWER.split()[0] in text(), timeout=60)
    shown = time.perf_counter()
    await world.wait_for(lambda: text() == ANSWER, timeout=60)
    return 1000 * (shown - upstream.began[question])


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(prog="python -m bench.first_words", description=__doc__)
    parser.add_argument("--questions", type=int, default=40)
    times = asyncio.run(run(parser.parse_args().questions))
    p50, p95 = percentile(times, 50), percentile(times, 95)
    print(f"{len(times)} answers: first words after p50 {p50:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()
