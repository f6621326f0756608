"""Updates that may be what ends the program: dealt with a few at a time, then one by one.

Nobody can tell a bot that was killed from an update that kills it, unless that update was alone.
"""

import asyncio

# An update that was under way at so many starts of the program may have ended it …
SUSPECT = 4
# … and is then one of a few …
FEW = 8
# … until so many, from which on it is the only suspect under way …
ALONE = 8
# … and, having been alone at each end of the program since, it is what ends it.
GUILTY = 20


class Quarantine:
    """Lets suspects through, those first that were there at the fewest ends of the program.

    So whoever is innocent is dealt with before the one that ends it.
    """

    def __init__(self) -> None:
        self._inside: dict[str, int] = {}
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
            return not self._is_closed

    async def leave(self, lane: str) -> None:
        """Say that a lane's update is dealt with, if it was a suspect."""
        if lane in self._inside:
            async with self._changed:
                del self._inside[lane]
                self._changed.notify_all()

    async def close(self) -> None:
        """Let nobody in any more, and nobody wait."""
        async with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _has_room(self, starts: int) -> bool:
        if starts > min(self._waiting):
            return False
        if starts >= ALONE:
            return not self._inside
        return len(self._inside) < FEW and all(each < ALONE for each in self._inside.values())
