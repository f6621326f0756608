"""What waits for the bot, and how it comes by it: core.telegram.org/bots/api#getting-updates."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.deliveries import FIRST_PAUSE, Deliveries, Webhook
from playground.faults import Faults
from playground.people import Json
from playground.rules import Refused

MAX_BATCH = 100
MAX_TIMEOUT = 50  # seconds; the real server cuts longer ones down to it
KEPT_SECONDS = 24 * 3600  # "will not be kept longer than 24 hours"
# Client.cpp of telegram-bot-api: a press is only worth an answer for a while.
QUERY_SECONDS = 150
# "Specify an empty list to receive all update types except chat_member, message_reaction, and
# message_reaction_count (default)."
ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class _Waiting:
    update: Json
    until: float

    @property
    def id(self) -> int:
        return int(self.update["update_id"])


class Updates:
    """The bot's queue of updates."""

    def __init__(self, *, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._queue: deque[_Waiting] = deque()
        # Telegram starts at some number, too; by the clock, a new world repeats none of an old one.
        self._next_id = int(clock() * 1000)
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[None] | None = None
        self.webhook_pause = FIRST_PAUSE  # before an update that was not taken is brought again
        self._deliveries: Deliveries | None = None
        self.error: tuple[int, str] | None = None  # when the webhook took no update last, and why

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves it as it was."""
        if kinds is not None:
            self._allowed = frozenset(kinds)

    @property
    def allowed(self) -> list[str]:
        return sorted(self._allowed)

    @property
    def pending(self) -> list[Json]:
        """Those not confirmed yet, oldest first."""
        self._forget_old()
        return [waiting.update for waiting in self._queue]

    @property
    def webhook(self) -> Webhook | None:
        """Where updates are brought, if they are."""
        return self._deliveries.webhook if self._deliveries else None

    def bring(self, webhook: Webhook, *, faults: Faults) -> None:
        """Bring updates to a webhook from now on, in the place of polling."""
        self.stop_bringing()
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refused(409, _HOOKED))
        self._deliveries = Deliveries(
            webhook,
            pending=lambda: self.pending,
            taken=self._forget,
            failed=self._note,
            faults=faults,
            pause=self.webhook_pause,
        )
        self._deliveries.wake()

    def stop_bringing(self) -> None:
        """Let the bot ask for updates again."""
        if self._deliveries is not None:
            self._deliveries.end()
        self._deliveries = self.error = None

    @property
    def is_polled(self) -> bool:
        """Whether a long poll hangs at this moment."""
        return self._poll is not None

    def put(self, kind: str, content: Json) -> int | None:
        """Queue what happened, if the bot wants that kind; return its update_id."""
        is_wanted = kind in self._allowed if self._allowed else kind not in ASKED_FOR_ONLY
        return self.put_raw({kind: content}) if is_wanted else None

    def put_raw(self, update: Json) -> int:
        """Queue any update at all, under the next update_id unless it brings its own."""
        update_id = int(update.get("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id + 1)
        seconds = QUERY_SECONDS if "callback_query" in update else KEPT_SECONDS
        whole = {"update_id": update_id, **update}
        self._queue.append(_Waiting(whole, self._clock() + seconds))
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        if self._deliveries is not None:
            self._deliveries.wake()
        self._changed()
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget what comes before an offset; a negative one counts from the end."""
        if offset < 0:
            self._queue = deque(list(self._queue)[offset:])
            return
        while self._queue and self._queue[0].id < offset:
            self._queue.popleft()

    def clear(self) -> None:
        self._queue.clear()

    async def poll(self, offset: int, *, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109  # Telegram's word
        """Return what waits, or hang until something does. A second poller ends the first."""
        if self.webhook is not None:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._end_other_poll()
        self.confirm(offset)
        if not self.pending and timeout > 0:
            await self._arrival(min(timeout, MAX_TIMEOUT))
        return self.pending[:limit]

    def _end_other_poll(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refused(409, _CONFLICT))

    async def _arrival(self, seconds: float) -> None:
        mine = self._poll = asyncio.get_running_loop().create_future()
        self._changed()
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            return
        finally:
            if self._poll is mine:
                self._poll = None

    def _forget(self, update_id: int) -> None:
        self._queue = deque(waiting for waiting in self._queue if waiting.id != update_id)
        self._changed()

    def _note(self, error: str) -> None:
        self.error = (int(self._clock()), error)
        self._changed()

    def _forget_old(self) -> None:
        now = self._clock()
        if any(waiting.until <= now for waiting in self._queue):
            self._queue = deque(waiting for waiting in self._queue if waiting.until > now)


_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_HOOKED = "Conflict: terminated by setWebhook request"
