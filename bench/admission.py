"""What it costs to admit a question, with an empty ledger and with a long one.

Admission is one transaction: it reads how every limit stands that holds, decides, and writes the
question and its reservation. It is timed as the bot makes it, from the assistant's door on.
"""

import argparse
import asyncio
import importlib
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.assistant import Accounts, Assistant, Policy, Prompt
from bot.grammar import read_limits
from bot.llm import LLM
from bot.llm.endpoints import Endpoints
from bot.metrics import Metrics
from bot.models import models
from bot.pricing import Prices
from bot.quota import Rules
from bot.settings import MAIN, Settings
from storage import opened, turns
from storage.records import Place

MODEL, ENDPOINT = "gpt-6-luna", "https://api.openai.com/v1"
ENTRIES, USERS, GROUPS, DAYS = 1_000_000, 10_000, 1_000, 60
QUESTIONS, WARM_UP, RUNS = 1_000, 100, 3
# As most people set them; and one of each kind.
FEW = {
    "plan:default": "1k requests/hour, 50 usd/day",
    "group": "200 usd/day",
    "bot": "100k usd/month",
}
MANY = {
    "plan:default": "20 requests/minute, 100 usd/hour, 1m tokens/day, 1k images/month, 1k usd",
    "group": "100k usd/month, 1m requests/day",
    "bot": "100k usd/month, 1m requests/day",
}
ENTRY = """
    INSERT INTO ledger (
        update_id, number, user_id, chat_id, is_guest, endpoint, model, state,
        requests, tokens, images, nanos, prompt_tokens, cached_tokens, cache_written_tokens,
        completion_tokens, is_estimated, created_ms, settled_ms
    ) VALUES (?, 0, ?, ?, 0, ?, ?, 'settled', 1, ?, ?, ?, ?, 0, 0, ?, 0, ?, ?)
"""


class Admitted(Exception):
    """A question was admitted: what follows is not of interest here."""


class Nowhere:
    """A place for an answer that never comes."""

    def begin(self, message_ids: Sequence[int], remember: object) -> None:  # noqa: ARG002 - Reply's
        """End here: the model is not asked."""
        raise Admitted

    def show(self, text: str) -> None:
        """Show nothing."""

    def look_again(self) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What admission took in one run, in milliseconds."""

    p50: float
    p95: float


async def fill(file: Path, entries: int) -> None:
    """Let users have spent something over the last days, and count it as the migration does."""
    async with opened(f"sqlite:///{file}"):
        pass  # which makes the tables
    counting = importlib.import_module("storage.migrations.versions.0002_quotas")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.executemany(ENTRY, _entries(entries))
        for subject, where in counting.SUBJECTS.items():
            for span, length in counting.SPANS.items():
                connection.execute(
                    counting.COUNT.format(
                        subject=subject,
                        where=where,
                        span=span,
                        length=length,
                        since=counting.SINCE[span],
                    )
                )
        connection.commit()


def _entries(count: int) -> Iterator[tuple[int | str, ...]]:
    """Rows of the ledger, oldest first; each user is in one of the groups half of the time."""
    chance, now_ms = random.Random(1), time.time_ns() // 1_000_000
    first_ms = now_ms - DAYS * 24 * 60 * 60 * 1000
    for number in range(count):
        user = chance.randrange(USERS)
        chat = _group(user) if chance.random() < 0.5 else 1 + user
        prompt, answer = chance.randrange(50, 4000), chance.randrange(10, 800)
        at_ms = first_ms + (now_ms - first_ms) * number // count
        yield (
            *(1 + number, 1 + user, chat, ENDPOINT, MODEL),
            *(prompt + answer, number % 10 == 0, 100 * prompt + 500 * answer),
            *(prompt, answer, at_ms, at_ms + 5000),
        )


def _group(user: int) -> int:
    return -1 - user % GROUPS


async def run(
    files: Sequence[Path], first: int, questions: int, limits: Mapping[str, str]
) -> list[Figures]:
    """Ask so many questions, each of every bot in turn, so that what disturbs disturbs them all.

    The first has a number that was not used yet.
    """
    prompts = list(_prompts(first, questions))
    async with AsyncExitStack() as stack:
        assistants = [await stack.enter_async_context(_assistant(file, limits)) for file in files]
        taken = [[await admission(each, prompt) for each in assistants] for prompt in prompts]
    return [_figures(times) for times in zip(*taken[WARM_UP:], strict=True)]


@asynccontextmanager
async def _assistant(file: Path, limits: Mapping[str, str]) -> AsyncIterator[Assistant]:
    async with opened(f"sqlite:///{file}") as database, LLM(base_url=ENDPOINT, api_key="") as llm:
        await database.run(turns.resume, 4)
        goes_by, offered = policy(limits), models(Settings(model=MODEL))
        yield Assistant(
            models=offered,
            endpoints=Endpoints({MAIN: llm}, offered, 30.0),
            database=database,
            accounts=Accounts({ENDPOINT: Prices(ENDPOINT, {})}, goes_by),
            policy=goes_by,
            metrics=Metrics(),
        )


def _figures(times: Sequence[float]) -> Figures:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return Figures(cuts[49], cuts[94])


async def admission(assistant: Assistant, prompt: Prompt) -> float:
    """How many milliseconds it takes to admit a question."""
    started = time.perf_counter()
    with suppress(Admitted):
        await assistant.answer(prompt, Nowhere())
    return (time.perf_counter() - started) * 1000


def policy(limits: Mapping[str, str]) -> Policy:
    """What the assistant goes by, with these limits."""
    return Policy(
        persona="You are Teller.",
        history_tokens=16_000,
        photo_turns=3,
        looks_again=True,
        answer_tokens=2_000,
        answer_time=300.0,
        rules=Rules(
            defaults={subject: read_limits(text) for subject, text in limits.items()},
            has_guests=False,
            admins=(),
        ),
        clock=partial(datetime.now, UTC),
    )


def _prompts(first: int, count: int) -> Iterator[Prompt]:
    """Questions of users in their groups."""
    chance = random.Random(first)
    for number in range(count):
        user = chance.randrange(USERS)
        yield Prompt(
            update_id=first + number,
            attempt=1,
            place=Place(chat_id=_group(user)),
            user_id=1 + user,
            text="What do you make of this, and what would you do about it?",
        )


def main() -> None:
    """Print what admission takes without a ledger and with one."""
    parser = argparse.ArgumentParser(prog="python -m bench.admission", description=__doc__)
    parser.add_argument("entries", nargs="?", type=int, default=ENTRIES)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "empty.db"), Path(folder, "full.db")
        asyncio.run(fill(files[1], given.entries))
        unused = itertools.count(1 + given.entries, given.questions)
        print(f"{'limits':>6} {'entries':>10} {'p50 ms':>8} {'p95 ms':>8}")
        for limits in (FEW, MANY):
            firsts = itertools.islice(unused, RUNS)
            rows = [asyncio.run(run(files, each, given.questions, limits)) for each in firsts]
            _tell(sum(len(read_limits(text)) for text in limits.values()), given.entries, rows)


def _tell(limits: int, entries: int, rows: Sequence[Sequence[Figures]]) -> None:
    short, long = (_median(column) for column in zip(*rows, strict=True))
    for count, figures in ((0, short), (entries, long)):
        print(f"{limits:6} {count:10,} {figures.p50:8.2f} {figures.p95:8.2f}")
    print(f"{limits:6} {'ratio':>10} {long.p50 / short.p50:8.2f} {long.p95 / short.p95:8.2f}")


def _median(runs: Sequence[Figures]) -> Figures:
    p50, p95 = ([each.p50 for each in runs], [each.p95 for each in runs])
    return Figures(statistics.median(p50), statistics.median(p95))


if __name__ == "__main__":
    main()
