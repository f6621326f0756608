"""One chat that sends 500 messages in a second: what the others notice."""

import asyncio
import random
from collections.abc import Sequence

from bench.chats import percentile
from bench.load.stage import Answered, Stage, stage
from bench.upstream import Upstream
from playground.people import Person

MESSAGES = 500
ROUNDS = 4


async def spam(others: int, **settings: str) -> None:
    """Others ask each at some moment of a second, or of five; in peace, then beside the one."""
    async with stage(others + 1, Upstream()) as here, here.bot(**settings):
        await _rounds(here, "warm up", 1, span=5.0)
        calm = await _rounds(here, "calm", ROUNDS, span=5.0)
        dense = await _rounds(here, "dense", ROUNDS, span=1.0)
        while_sent = await _rounds(here, "while sent", ROUNDS, span=1.0, spamming=True)
        behind = await _rounds(here, "behind", ROUNDS, span=5.0)
        answers = here.watch.wholes[here.people[-1].id]
        print(f"{others} others; the one sent {ROUNDS * MESSAGES}, and has {answers} answers")
        _compare(here, "within a second, in peace", dense, "while 500 come", while_sent)
        _compare(here, "within five, in peace", calm, "behind all of them", behind)
        here.complain()


async def _rounds(
    here: Stage, what: str, count: int, *, span: float, spamming: bool = False
) -> list[Answered]:
    """Let each of the others ask so many times, at any moment of so many seconds."""
    chance = random.Random(1)
    *others, spammer = here.people
    wanted = {f"{each.id} {what} {number}" for each in others for number in range(count)}
    for number in range(count):
        asking = [_later(here, each, f"{what} {number}", chance.random() * span) for each in others]
        if spamming:
            asking.append(_send(here, spammer, f"{what} {number}"))
        await asyncio.gather(*asking)
        await here.seen({each for each in wanted if each.endswith(f" {number}")})
    return [each for each in here.watch.answers if each.question in wanted]


async def _later(here: Stage, person: Person, what: str, seconds: float) -> None:
    await asyncio.sleep(seconds)
    here.ask(person, what)


async def _send(here: Stage, spammer: Person, what: str) -> None:
    for number in range(MESSAGES):
        here.ask(spammer, f"spam, {what}, {number}")
        await asyncio.sleep(1 / MESSAGES)


def _compare(
    here: Stage, peace: str, quiet: Sequence[Answered], noise: str, noisy: Sequence[Answered]
) -> None:
    ratio = _print(here, noise, noisy) / _print(here, peace, quiet)
    print(f"    p95 is {ratio:.2f} of the quiet one")


def _print(here: Stage, name: str, answers: Sequence[Answered]) -> float:
    added = here.added(answers)
    words = [1000 * (each.words - each.asked) for each in answers]
    print(
        f"  {name:26} {len(answers):4} answers, added p50 {percentile(added, 50):,.0f} ms, "
        f"p95 {percentile(added, 95):,.0f}; first words p95 {percentile(words, 95):,.0f}"
    )
    return percentile(added, 95)
