"""What the fake model says, piece by piece, and how it ends."""

import asyncio
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Say:
    text: str


@dataclass(frozen=True)
class Call:
    """A tool is called: the arguments come in pieces."""

    name: str
    arguments: str
    id: str = "call_a"
    index: int = 0


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Finish:
    reason: str = "stop"


@dataclass(frozen=True)
class Cut:
    """The stream ends in good order, but without a finish_reason and without [DONE]."""


@dataclass(frozen=True)
class Drop:
    """The connection breaks."""


@dataclass(frozen=True)
class Corrupt:
    """A chunk that is no JSON."""


@dataclass(frozen=True)
class Break:
    """An error in the middle of a stream, as relays send it."""

    error: dict[str, Any]


Ending = Finish | Cut | Drop | Corrupt | Break
Step = Say | Call | Pause | Ending


class Speech:
    """An answer as it comes into being; where it has no end yet, the server stays silent."""

    def __init__(self) -> None:
        self._steps: asyncio.Queue[Step] = asyncio.Queue()

    def say(self, *pieces: str) -> Self:
        return self.then(*(Say(piece) for piece in pieces))

    def finish(self, reason: str = "stop") -> Self:
        return self.then(Finish(reason))

    def then(self, *steps: Step) -> Self:
        for step in steps:
            self._steps.put_nowait(step)
        return self

    def instead(self, step: Ending) -> None:
        """Forget all that was still to come."""
        self._steps = asyncio.Queue()
        self._steps.put_nowait(step)

    def call(self, name: str, *arguments: str) -> Self:
        """Call a tool, once for each of the arguments."""
        calls = (Call(name, each, f"call_{index}", index) for index, each in enumerate(arguments))
        return self.then(*calls)

    async def next(self) -> Say | Call | Ending:
        """Return what happens next, when it happens."""
        step = await self._steps.get()
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return await self.next()
        return step
