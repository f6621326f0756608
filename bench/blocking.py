"""How long the event loop is held up while twenty photos arrive at once.

The bot runs in this process, Telegram and the model in another. A task looks at the clock each
millisecond. `wall` is the longest gap between two looks; `own` leaves out what the loop's thread
waited for a processor that others had; `busy` is what it has computed itself in one gap. `ours` is
what all threads have computed in it: a quiet machine's gap is no longer than that.

`held` is for how long a photo that is prepared in another thread keeps the loop's from running: of
the longest gap of each of many runs the shortest, since on a busy machine all others are too long.
"""

import asyncio
import sys
import tempfile
import threading
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.images import photo
from bot import images
from bot.app import running
from bot.serving import serving
from bot.settings import Settings
from playground.api import bot_api
from playground.people import Person
from playground.world import World
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

PEOPLE, ROUNDS = 20, 3
RUNS = 25
TICK = 0.001


@dataclass
class Watch:
    """The longest gaps so far, in milliseconds."""

    wall: float = 0.0
    own: float = 0.0
    busy: float = 0.0
    ours: float = 0.0

    async def keep(self) -> None:
        while True:
            wall, busy, waited = time.perf_counter(), time.thread_time(), _waited()
            ours = time.process_time()
            await asyncio.sleep(TICK)
            gap = time.perf_counter() - wall - TICK
            self.wall = max(self.wall, gap * 1000)
            self.own = max(self.own, (gap - (_waited() - waited)) * 1000)
            self.ours = max(self.ours, min(gap, time.process_time() - ours) * 1000)
            self.busy = max(self.busy, (time.thread_time() - busy) * 1000)

    def __str__(self) -> str:
        return (
            f"wall {self.wall:.1f} ms, own {self.own:.1f} ms, ours {self.ours:.1f} ms, "
            f"busy {self.busy:.1f} ms"
        )


def _waited() -> float:
    """Seconds that this thread has waited for a processor (proc(5): schedstat)."""
    stat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text()
    return int(stat.split()[1]) / 1e9


def held(detail: str) -> float:
    """The longest gap in milliseconds while a photo is prepared in another thread."""
    data = photo()
    prepare = partial(images.prepare, data, detail=detail, model="gpt-6-luna")
    return min(_longest_gap(prepare) for _ in range(RUNS))


def _longest_gap(work: Callable[[], object]) -> float:
    worker = threading.Thread(target=work)
    longest, last = 0.0, time.perf_counter()
    worker.start()
    while worker.is_alive():
        time.sleep(TICK / 2)
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    return longest * 1000


async def upstream() -> None:
    """Telegram and the model: twenty people send a photo each time that a line comes in."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:bench")
    people = [Someone(world, world.add_person(Person(5000 + n, f"P{n}"))) for n in range(PEOPLE)]
    model, file = FakeOpenAI(), photo()
    # A file is fetched and prepared as it is, where a photo has been made small by Telegram.
    sizes = [file + bytes([number]) for number in range(PEOPLE * (ROUNDS + 1))]
    async with serving(bot_api(world)) as telegram, serving(model) as url:
        print(telegram, url, flush=True)
        for each in range(ROUNDS + 1):
            await asyncio.to_thread(sys.stdin.readline)
            for person in people:
                person.sends_file(sizes.pop(), "photo.jpg", "image/jpeg", "What is it?")
            for person in people:
                await world.wait_for(partial(_has_answers, person, each + 1), timeout=120)
            print("answered", flush=True)
        await asyncio.to_thread(sys.stdin.readline)


def _has_answers(someone: Someone, count: int) -> bool:
    return len(someone.messages) >= count


async def main() -> None:
    for detail in ("low", "high", "original"):
        print(f"held at {detail}: {held(detail):.1f} ms")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.blocking", "upstream"), stdin=PIPE, stdout=PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    telegram, url = (await child.stdout.readline()).decode().split()
    with tempfile.TemporaryDirectory() as folder:
        async with running(_settings(telegram, url, folder)):
            watch = Watch()
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.keep(), 3)
            print(f"at rest: {watch}")
            for each in range(ROUNDS + 1):
                watch = Watch()
                watching = asyncio.create_task(watch.keep())
                child.stdin.write(b"\n")
                await child.stdout.readline()
                watching.cancel()
                name = f"round {each}" if each else "warming up"
                print(f"{name}: {watch}")
    child.stdin.write(b"\n")
    await child.wait()


def _settings(telegram: str, url: str, folder: str) -> Settings:
    return Settings(
        telegram_bot_token="4242:bench",
        telegram_api_url=telegram,
        openai_api_key="sk-test",
        openai_base_url=f"{url}/v1",
        database_url=f"sqlite:///{folder}/teller.db",
        access="open",
        port=0,
        flood_limits="none",
    )


if __name__ == "__main__":
    asyncio.run(upstream() if sys.argv[1:] else main())
