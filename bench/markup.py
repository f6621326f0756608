"""How long an answer's Markdown takes to become messages, and a growing one's to be looked at.

In processor time, over answers that are made up of Markdown of all kinds (tests/model_answers.py).
"""

import argparse
import time
from collections.abc import Callable

from bench.chats import percentile
from bot.markup import previews, render
from tests.model_answers import ANSWERS, made_up


def _times(look: Callable[[str], object], answers: list[str]) -> list[float]:
    times = []
    for answer in answers:
        began = time.process_time()
        look(answer)
        times.append(1000 * (time.process_time() - began))
    return times


def main() -> None:
    """Print a line for each kind of answers and way of looking at them."""
    parser = argparse.ArgumentParser(prog="python -m bench.markup", description=__doc__)
    parser.add_argument("answers", nargs="?", type=int, default=2_000)
    seeds = range(parser.parse_args().answers)
    kinds = {"as models write": list(ANSWERS.values()), "made up": [made_up(n) for n in seeds]}
    print("answers             number  characters   p50 ms   p95 ms   most ms")
    for kind, answers in kinds.items():
        length = sum(map(len, answers)) // len(answers)
        for look in (render, previews):
            times = _times(look, answers)
            p50, p95 = percentile(times, 50), percentile(times, 95)
            row = f"{len(times):8d} {length:11d} {p50:8.2f} {p95:8.2f} {max(times):9.1f}"
            print(f"{kind:17} {row}  {look.__name__}", flush=True)


if __name__ == "__main__":
    main()
