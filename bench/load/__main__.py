"""python -m bench.load [start|inbox|chats|spam|turns …]: what each load comes to.

Telegram and the model run in this process, the bot in one of its own, with as many open files as
shells give. The model needs 0.5 s to its first token and 2 s for 60, for `turns` 0.06 s in all.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bench.load import crowd, spam, turns, waiting

PARTS: Mapping[str, Callable[[], Awaitable[None]]] = {
    "start": lambda: waiting.with_telegram(1000, 5),
    "inbox": lambda: waiting.in_the_inbox(5000, 1),
    "chats": lambda: crowd.at_once(1000, 2),
    "spam": lambda: spam.spam(20, FLOOD_LIMITS="telegram"),
    "turns": lambda: turns.many(10_000, 50),
}


async def _run(parts: list[str]) -> None:
    for part in parts:
        print(f"{part}:", flush=True)
        await PARTS[part]()


def main() -> None:
    """Print some lines for each part."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS))
    asyncio.run(_run(parser.parse_args().parts or [*PARTS]))


if __name__ == "__main__":
    main()
