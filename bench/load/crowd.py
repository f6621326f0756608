"""A thousand chats at once, several times over: what is added, and what of the memory stays."""

from collections.abc import Sequence

from bench.chats import percentile
from bench.load.stage import Answered, Stage, settled, stage
from bench.processes import cpu, peak
from bench.upstream import Upstream


async def at_once(chats: int, rounds: int, **settings: str) -> None:
    """So many people ask at the same instant."""
    async with stage(chats, Upstream()) as here, here.bot(**settings) as bot:
        started = await settled(bot.pid)
        here.ask(here.people[0], "warm up")
        await here.answered(1)
        rest = await settled(bot.pid)
        print(f"memory {started:.0f} MB at start, {rest:.0f} at rest after one answer")
        for number in range(rounds):
            used = cpu(bot.pid)
            answers = await _round(here, str(number))
            used = (cpu(bot.pid) - used) / len(answers)
            added = here.added(answers)
            most, left = peak(bot.pid), await settled(bot.pid)
            print(
                f"{chats} chats: {len(answers)} answered, "
                f"added p50 {percentile(added, 50):,.0f} ms, p95 {percentile(added, 95):,.0f}, "
                f"CPU {used:.1f} ms each; "
                f"memory {most:.0f} MB at most, {left:.0f} after ({left / rest:.0%} of rest)",
                flush=True,
            )
        here.complain()


async def _round(here: Stage, what: str) -> Sequence[Answered]:
    before = len(here.watch.answers)
    for person in here.people:
        here.ask(person, what)
    await here.answered(before + len(here.people))
    return here.watch.answers[before:]
