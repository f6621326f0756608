"""Updates that may be what ends the program: dealt with a few at a time, then one by one.

Nobody can tell a bot that was killed from an update that kills it, unless that update was alone.
"""

import asyncio

# An update that was the first of its lane at so many starts may have ended the program before them
# (a clean stop acquits all) …
SUSPECT = 4
# … and is then one of a few …
FEW = 8
# … until so many, from which on it is the only suspect under way …
ALONE = 8
# … and, having been alone at each end of the program since, it is what ends it.
GUILTY = 20
# What has not ended the program in so many seconds keeps no others waiting.
PATIENCE = 60.0


class Quarantine:
    """Lets suspects through, those first that were there at the fewest ends of the program.

    So whoever is innocent is dealt with before the one that ends it.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._inside: dict[str, int] = {}
        self._alarms: dict[str, asyncio.Task[None]] = {}
        self._waiting: list[int] = []
        self._changed = asyncio.Condition()
        self._is_closed = False

    async def enter(self, lane: str, starts: int) -> bool:
        """Wait until an update with so many starts may be dealt with; False if none may now."""
        async with self._changed:
            self._waiting.append(starts)
            try:
                await self._changed.wait_for(lambda: self._is_closed or self._has_room(starts))
            finally:
                self._waiting.remove(starts)
                self._changed.notify_all()
            if not self._is_closed:
                self._inside[lane] = starts
                self._alarms[lane] = asyncio.create_task(self._let_go(lane))
            return not self._is_closed

    async def leave(self, lane: str) -> None:
        """Say that a lane's update is dealt with, if it was a suspect."""
        if alarm := self._alarms.pop(lane, None):
            alarm.cancel()
            await self._forget(lane)

    async def close(self) -> None:
        """Let nobody in any more, and nobody wait."""
        async with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    async def _let_go(self, lane: str) -> None:
        await asyncio.sleep(self._patience)
        del self._alarms[lane]
        await self._forget(lane)

    async def _forget(self, lane: str) -> None:
        async with self._changed:
            self._inside.pop(lane, None)
            self._changed.notify_all()

    def _has_room(self, starts: int) -> bool:
        if starts > min(self._waiting):
            return False
        if starts >= ALONE:
            return not self._inside
        return len(self._inside) < FEW and all(each < ALONE for each in self._inside.values())
