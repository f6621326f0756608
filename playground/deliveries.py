"""How updates are brought to a webhook: core.telegram.org/bots/api#setwebhook and WebhookActor.cpp.

A method in the answer to a delivery is not played.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from playground.faults import Delay, DoneButSilent, Faults, HangUp, Refuse, Status
from playground.people import Json

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name
MAX_CONNECTIONS = 40  # "Defaults to 40"
# WebhookActor.cpp: one second, then two, four …
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where updates go, as setWebhook says."""

    url: str
    secret: str = ""
    max_connections: int = MAX_CONNECTIONS


class Deliveries:
    """Brings what waits to a webhook until it is taken: in each queue one after the other."""

    def __init__(  # noqa: PLR0913  # a queue, an address, and how it goes wrong
        self,
        webhook: Webhook,
        *,
        pending: Callable[[], list[Json]],
        taken: Callable[[int], None],
        failed: Callable[[str], None],
        faults: Faults,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self.webhook = webhook
        self._pending = pending
        self._taken = taken
        self._failed = failed
        self._faults = faults
        self._pause = pause
        self._connections = asyncio.Semaphore(webhook.max_connections)
        self._queues: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """See to it that each queue with something in it is being emptied."""
        for queue in {queue_of(update) for update in self._pending()} - self._queues.keys():
            self._queues[queue] = asyncio.create_task(self._run(queue))

    def end(self) -> None:
        for task in self._queues.values():
            task.cancel()

    async def _run(self, queue: str) -> None:
        try:
            await self._empty(queue)
        finally:
            del self._queues[queue]
        self.wake()  # for what came at the last moment

    async def _empty(self, queue: str) -> None:
        pause = self._pause
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            while (update := self._first(queue)) is not None:
                async with self._connections:
                    is_taken = await self._bring(session, update)
                if is_taken:
                    self._taken(update["update_id"])
                    pause = self._pause
                else:
                    await asyncio.sleep(pause)
                    pause = min(LONGEST_PAUSE, pause * 2)

    def _first(self, queue: str) -> Json | None:
        return next((each for each in self._pending() if queue_of(each) == queue), None)

    async def _bring(self, session: aiohttp.ClientSession, update: Json) -> bool:
        """Bring an update; whether it was taken, as far as can be seen from here."""
        fault = self._faults.take("webhook", update)
        if isinstance(fault, Delay):
            await asyncio.sleep(fault.seconds)
        is_lost = isinstance(fault, HangUp | Refuse | Status)
        error = "Connection reset by peer" if is_lost else await self._post(session, update)
        if error:
            self._failed(error)
        return not error and not isinstance(fault, DoneButSilent)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> str:
        """Say why an update was not taken; nothing where it was."""
        headers = {SECRET_HEADER: self.webhook.secret} if self.webhook.secret else {}
        try:
            async with session.post(self.webhook.url, json=update, headers=headers) as answer:
                said = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return "" if answer.ok else said
        except (aiohttp.ClientError, TimeoutError):
            return "Connection refused"


def queue_of(update: Json) -> str:
    """Messages come in order within a chat, presses within a person's; the rest by its kind."""
    kind, content = next(((key, value) for key, value in update.items() if key != "update_id"))
    match content:
        case {"chat": {"id": chat}} if kind != "callback_query":
            return f"chat {chat}"
        case {"from": {"id": person}}:
            return f"{kind} {person}"
    return kind
