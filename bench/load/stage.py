"""A Telegram and a model of this process, a bot in one of its own, and who waits for what."""

import asyncio
import time
from asyncio.subprocess import Process
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import complaints, empty_folder, resident, running
from bench.upstream import ANSWER, Upstream, serving_upstream
from bot.serving import serving
from playground.api import bot_api
from playground.people import Person
from playground.world import World

# What is left of a load goes within these seconds, or not at all.
SETTLES_IN = 20
PATIENCE = 1_800  # seconds in which anything is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question, and when it was asked, and when its first words and the whole were there."""

    question: str
    asked: float
    words: float
    whole: float


@dataclass
class Watch:
    """Who has been answered; looks at each event once, however many chats there are."""

    answers: list[Answered] = field(default_factory=list)
    wholes: Counter[int] = field(default_factory=Counter)  # by chat
    questions: set[str] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: dict[int, deque[tuple[str, float]]] = field(default_factory=dict)
    _words: dict[int, float] = field(default_factory=dict)  # by message
    _done: set[int] = field(default_factory=set)  # messages

    def ask(self, chat: int, question: str) -> None:
        self._asked.setdefault(chat, deque()).append((question, time.perf_counter()))

    def see(self, event: Any) -> None:
        """Note what has come."""
        message = event.get("message", {})
        if event["kind"] not in {"message", "edit"} or not message["from"]["is_bot"]:
            return
        chat, number, now = message["chat"]["id"], message["message_id"], time.perf_counter()
        words = self._words.setdefault(number, now)
        if message.get("text") != ANSWER or number in self._done:
            return
        self._done.add(number)
        self.wholes[chat] += 1
        if self._asked.get(chat):
            question, asked = self._asked[chat].popleft()
            self.answers.append(Answered(question=question, asked=asked, words=words, whole=now))
            self.questions.add(question)
        self._news.set()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until the answers are as they are to be."""
        while not is_so():
            self._news.clear()
            await self._news.wait()


class Stage:
    """People who ask a bot, and what comes of it."""

    def __init__(
        self, world: World, people: Sequence[Person], upstream: Upstream, folder: Path
    ) -> None:
        self.world = world
        self.people = people
        self.upstream = upstream
        self.folder = folder
        self.watch = Watch()
        self.telegram = ""
        self.port = 0

    def ask(self, person: Person, what: str) -> None:
        """Let somebody ask something."""
        question = f"{person.id} {what}"
        self.watch.ask(person.id, question)
        self.world.say(person, question)

    async def answered(self, count: int) -> None:
        """Wait until so many have been answered, or it is hopeless, as the figures then show."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.watch.until(lambda: sum(self.watch.wholes.values()) >= count)

    async def seen(self, questions: set[str]) -> None:
        """Wait until these questions have been answered."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.watch.until(lambda: questions <= self.watch.questions)

    def added(self, answers: Sequence[Answered]) -> list[float]:
        """Milliseconds that answers took beyond the model's own time."""
        return [
            1000 * (each.whole - each.asked - self._own_time(each.question)) for each in answers
        ]

    def _own_time(self, question: str) -> float:
        return self.upstream.was_out[question] - self.upstream.came[question]

    def complain(self) -> None:
        """Print what the bot has warned of."""
        for line in sorted(set(complaints(self.folder)))[:5]:
            print(f"  {line}")

    @asynccontextmanager
    async def bot(self, **settings: str) -> AsyncIterator[Process]:
        """The bot, once it asks for updates."""
        before = len(self.world.calls)

        def is_polling() -> bool:
            # What polling begins with.
            return any(each.method == "deleteWebhook" for each in self.world.calls[before:])

        async with running("bot run", self.telegram, self.port, self.folder, **settings) as process:
            await self.world.wait_for(is_polling, timeout=120)
            yield process


@asynccontextmanager
async def stage(people: int, upstream: Upstream) -> AsyncIterator[Stage]:
    """A stage with so many people on it."""
    world = World(bot=Person(4242, "Teller", "teller_bot", is_bot=True), token="4242:bench")
    crowd = [world.add_person(Person(10_000 + n, f"P{n}")) for n in range(people)]
    server = await serving_upstream(upstream)
    with empty_folder() as folder:
        async with serving(bot_api(world)) as telegram:
            here = Stage(world, crowd, upstream, folder)
            here.telegram, here.port = telegram, server.sockets[0].getsockname()[1]
            watching = asyncio.create_task(_watch(here))
            try:
                yield here
            finally:
                watching.cancel()
                server.close()


async def _watch(here: Stage) -> None:
    async for event in here.world.subscribe():
        here.watch.see(event)


async def settled(pid: int) -> float:
    """The least memory that a process has in the seconds after a load."""
    least = resident(pid)
    for _ in range(SETTLES_IN):
        await asyncio.sleep(1)
        least = min(least, resident(pid))
    return least
