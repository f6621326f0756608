"""Ten thousand turns: does anything grow that need not?"""

import time

from bench.load.stage import stage
from bench.processes import cpu, resident, size
from bench.upstream import Upstream

LINES = 10


async def many(turns: int, chats: int) -> None:
    """So many people ask one thing after another, until there were so many turns."""
    upstream = Upstream(first_after=0.01, lasts=0.05)
    async with stage(chats, upstream) as here, here.bot() as bot:
        print(" turns  seconds  CPU ms a turn  memory MB  database MB", flush=True)
        began, used = time.perf_counter(), cpu(bot.pid)
        each = turns // LINES
        for done in range(each, turns + 1, each):
            for number in range(each // chats):
                for person in here.people:
                    here.ask(person, f"{done} {number}")
                await here.answered(done - each + (number + 1) * chats)
            now, spent = time.perf_counter(), cpu(bot.pid)
            print(
                f"{done:6d} {now - began:8.1f} {(spent - used) / each:14.1f} "
                f"{resident(bot.pid):10.0f} {size(here.folder):12.1f}",
                flush=True,
            )
            began, used = now, spent
        here.complain()
