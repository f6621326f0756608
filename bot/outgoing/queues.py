"""Who waits to go out, and who is next; decides at a given moment, and waits for nothing itself."""

import itertools
import math
from asyncio import Future
from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

from bot.outgoing.limits import PROGRESS, RANKS, Kind, Limits, Meter

# So many chats are remembered before those of which nothing is left to know are forgotten.
MANY_CHATS = 1_000
# Telegram does not say whether a refusal is meant for a chat or for the whole bot.
CHATS_THAT_ARE_ALL = 3
AT_ONCE = 1.0
# After so many seconds it is tried whether it was meant for all: three chats may each have to wait.
LONGEST_FOR_ALL = 30.0


class Chat:
    """What goes out to one chat, and what waits for it."""

    def __init__(self, limits: Limits, *, is_group: bool) -> None:
        messages = Meter(limits.group if is_group else limits.private)
        progress = Meter(limits.progress)
        self._meters = {
            Kind.FINAL: messages,
            Kind.FIRST: messages,
            Kind.ASIDE: Meter(()),
            Kind.EDIT: messages,
            Kind.EXTRA: messages,
            Kind.DRAFT: progress,
            Kind.TYPING: progress,
        }
        self.waiting: dict[Kind, list[Waiting]] = {kind: [] for kind in RANKS}
        self.paused_until = -math.inf
        self.still_until = -math.inf  # the same for drafts and typing alone

    def meter(self, kind: Kind) -> Meter:
        return self._meters[kind]

    def free_at(self, kind: Kind, now: float) -> float:
        still_until = self.still_until if kind in PROGRESS else -math.inf
        return max(self.paused_until, still_until, self._meters[kind].free_at(kind, now))

    def pause(self, kind: Kind, until: float) -> None:
        """Take note that Telegram has had enough, of drafts and typing or of all."""
        if kind in PROGRESS:
            self.still_until = max(self.still_until, until)
        else:
            self.paused_until = max(self.paused_until, until)

    def first(self, kind: Kind) -> "Waiting | None":
        """Who has waited longest; those who have gone are forgotten."""
        queue = self.waiting[kind]
        while queue and queue[0].turn.done():
            del queue[0]
        return queue[0] if queue else None

    def is_idle(self, now: float) -> bool:
        """Whether there is nothing to remember of it."""
        is_alone = not any(self.first(kind) for kind in self.waiting)
        is_past = all(meter.is_idle(now) for meter in self._meters.values())
        return is_alone and is_past and max(self.paused_until, self.still_until) <= now


@dataclass(slots=True, order=True)
class Waiting:
    """A call that waits for its turn: True when it has come, False when it will never come."""

    rank: int
    number: int
    kind: Kind = field(compare=False)
    chat: Chat = field(compare=False)
    turn: Future[bool] = field(compare=False)
    is_called: bool = field(default=False, compare=False)  # its chat has room for it


class Queues:
    """All chats, and what they share."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._chats: dict[int, Chat] = {}
        self._many = MANY_CHATS
        self._all = Meter(limits.bot)
        self._paused_until = -math.inf
        self._refusals: deque[tuple[float, Chat]] = deque()
        self._numbers = itertools.count()
        # Who waits for nothing but the bot's own limits; and chats, by when they have room.
        self._called: dict[Kind, list[Waiting]] = {kind: [] for kind in RANKS}
        self._later: list[tuple[float, int, Chat]] = []

    def chat(self, number: int, now: float) -> Chat:
        """A chat by its number."""
        if number not in self._chats:
            if len(self._chats) >= self._many:
                self._forget(now)
            # Only people's chats have positive numbers (core.telegram.org/bots/api, Chat).
            self._chats[number] = Chat(self._limits, is_group=number < 0)
        return self._chats[number]

    def begin_at_once(self, chat: Chat, kind: Kind, now: float) -> bool:
        """Whether a call can begin now, and has its turn."""
        is_free = max(chat.free_at(kind, now), self._free_at(kind, now)) <= now
        if is_free:
            self._begin(chat, kind)
        return is_free

    def end(self, chat: Chat, kind: Kind, now: float) -> None:
        """Count a call that had its turn."""
        chat.meter(kind).end(now)
        if kind not in PROGRESS:
            self._all.end(now)
        self._call(chat, now)

    def join(
        self, chat: Chat, kind: Kind, turn: Future[bool], now: float, *, heir_of: Waiting | None
    ) -> Waiting:
        """Let a call wait for its turn; an heir has waited as long as the one before it."""
        number = heir_of.number if heir_of else next(self._numbers)
        waiting = Waiting(RANKS[kind], number, kind, chat, turn)
        insort(chat.waiting[kind], waiting)
        self._call(chat, now)
        return waiting

    def leave(self, chat: Chat, now: float) -> None:
        """Take note that somebody waits no longer."""
        self._call(chat, now)

    def refuse(self, chat: Chat, kind: Kind, pause: float, now: float) -> None:
        """Leave a chat alone for as long as Telegram wants; all of them, if it is about all.

        Where it wants no drafts and no typing, messages go on: they have other limits.
        """
        chat.pause(kind, now + pause)
        if kind in PROGRESS:
            return
        self._refusals.append((now, chat))
        while self._refusals[0][0] < now - AT_ONCE:
            self._refusals.popleft()
        if len({id(each) for _, each in self._refusals}) >= CHATS_THAT_ARE_ALL:
            self._paused_until = max(self._paused_until, now + min(pause, LONGEST_FOR_ALL))

    def go_on(self, now: float) -> float:
        """Give turns to whom it is time for; says when it is time to look again, or infinity."""
        while self._later and self._later[0][0] <= now:
            self._call(heappop(self._later)[-1], now)
        while (lucky := self._next(now)) is not None:
            self._begin(lucky.chat, lucky.kind)
            lucky.turn.set_result(True)
            self._call(lucky.chat, now)
        return self._next_look(now)

    def _next(self, now: float) -> Waiting | None:
        """The most urgent of those who can go, and of these the one who came first."""
        ready = [
            queue[0]
            for kind, queue in self._called.items()
            if self._can_go(queue, now) and self._free_at(kind, now) <= now
        ]
        if not ready:
            return None
        lucky = min(ready)
        heappop(self._called[lucky.kind])
        return lucky

    def _can_go(self, queue: list[Waiting], now: float) -> bool:
        """Whether there is somebody in front for whom their chat still has room."""
        while queue:
            front = queue[0]
            if not front.turn.done():
                if front.chat.free_at(front.kind, now) <= now:
                    return True
                front.is_called = False
                self._call(front.chat, now)
            heappop(queue)
        return False

    def _call(self, chat: Chat, now: float) -> None:
        """Call the first of each kind in a chat, or see to it that it is called in time."""
        for kind in RANKS:
            first = chat.first(kind)
            if first is None or first.is_called:
                continue
            free_at = chat.free_at(kind, now)
            if free_at <= now:
                first.is_called = True
                heappush(self._called[kind], first)
            elif free_at < math.inf:
                heappush(self._later, (free_at, next(self._numbers), chat))

    def _next_look(self, now: float) -> float:
        while self._later and not any(map(self._later[0][-1].first, RANKS)):
            heappop(self._later)
        looks = [self._free_at(kind, now) for kind, queue in self._called.items() if queue]
        return min([*looks, *(at for at, *_ in self._later[:1])], default=math.inf)

    def _free_at(self, kind: Kind, now: float) -> float:
        free_at = now if kind in PROGRESS else self._all.free_at(kind, now)
        return max(self._paused_until, free_at)

    def _begin(self, chat: Chat, kind: Kind) -> None:
        chat.meter(kind).begin()
        if kind not in PROGRESS:
            self._all.begin()

    def _forget(self, now: float) -> None:
        """Forget chats of which there is nothing to know any more."""
        self._chats = {n: chat for n, chat in self._chats.items() if not chat.is_idle(now)}
        self._many = max(MANY_CHATS, 2 * len(self._chats))
