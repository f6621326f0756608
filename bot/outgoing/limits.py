"""How much may go out: Telegram's limits as data, and the arithmetic of keeping them; pure."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# A little more than the resolution of clocks: what is sent just in time must not come too early.
GRAIN = 2**-10


class Kind(StrEnum):
    """What goes out."""

    FINAL = "final"  # what must arrive: the whole of an answer, the bot's own words
    FIRST = "first"  # the first words of an answer, for which somebody waits
    ASIDE = "aside"  # no message of its own: a pressed button's answer, a deletion
    EDIT = "edit"  # an answer grows; the next look shows as much
    EXTRA = "extra"  # buttons that can be done without; waits for nothing, like what follows
    TYPING = "typing"  # waits for nothing, and nothing waits for it


# What goes before what, where not all can go; of other kinds nothing ever waits.
RANKS = {Kind.FINAL: 0, Kind.FIRST: 0, Kind.ASIDE: 1, Kind.EDIT: 2}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many `times` in any so many seconds."""

    times: int
    seconds: float
    kept: Mapping[Kind, int] = field(default_factory=dict)  # what a kind leaves to the others

    def room(self, kind: Kind) -> int:
        """How often in its seconds something of a kind may come on top."""
        return self.times - self.kept.get(kind, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits that one bot has. An edit counts as a message of its chat."""

    private: tuple[Limit, ...] = ()
    group: tuple[Limit, ...] = ()
    bot: tuple[Limit, ...] = ()
    typing: tuple[Limit, ...] = ()  # in each chat; counts nowhere else


UNLIMITED = Limits()

# Exact limits are not published. The first three are those of core.telegram.org/bots/faq, "My bot
# is hitting limits"; the fourth stands on core.telegram.org/api/bots/ai. What is kept back is our
# choice: a growing answer must leave room for its end, and for some questions that come after it.
TELEGRAM = Limits(
    # "Avoid sending more than one message per second. We may allow short bursts."
    private=(Limit(5, 5.0, {Kind.FIRST: 2, Kind.EDIT: 1, Kind.EXTRA: 2}),),
    # "bots are not able to send more than 20 messages per minute" to a group
    group=(Limit(20, 60.0, {Kind.FIRST: 4, Kind.EDIT: 10, Kind.EXTRA: 12}),),
    # "no more than about 30 messages per second"
    bot=(Limit(30, 1.0, {Kind.EDIT: 22, Kind.EXTRA: 22}),),
    # chat actions and drafts share it
    typing=(Limit(20, 5.0), Limit(40, 30.0)),
)


class Meter:
    """Counts what goes out under some limits.

    A call counts from its beginning until the limit's seconds after its end: Telegram has counted
    it at some moment in between.
    """

    def __init__(self, limits: tuple[Limit, ...]) -> None:
        self._limits = limits
        self._longest = max((limit.seconds for limit in limits), default=0.0) + GRAIN
        self._under_way = 0
        self._ended: list[float] = []  # never many, and an empty deque is ten times as large

    def free_at(self, kind: Kind, now: float) -> float:
        """When there is room for one more: now, later, or once something has ended (infinity)."""
        return max((self._free_at(limit, kind, now) for limit in self._limits), default=now)

    def _free_at(self, limit: Limit, kind: Kind, now: float) -> float:
        seconds = limit.seconds + GRAIN
        past = bisect_right(self._ended, now - seconds)
        excess = self._under_way + len(self._ended) - past + 1 - limit.room(kind)
        if excess <= 0:
            return now
        if past + excess > len(self._ended):
            return math.inf
        return self._ended[past + excess - 1] + seconds

    def begin(self) -> None:
        """Count a call that begins."""
        self._under_way += 1

    def end(self, now: float) -> None:
        """Count the end of a call."""
        self._under_way -= 1
        self._ended.append(now)
        del self._ended[: bisect_right(self._ended, now - self._longest)]

    def is_idle(self, now: float) -> bool:
        """Whether all of it can be forgotten."""
        is_past = not self._ended or self._ended[-1] <= now - self._longest
        return is_past and not self._under_way
