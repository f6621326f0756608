"""A question put to a model, or else to those that take over for it."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from bot import memory
from bot.answers import Asking
from bot.assistant.accounts import Accounts
from bot.llm import ModelError
from bot.llm.endpoints import PASSED_ON, Endpoints
from bot.metrics import Metrics
from bot.models import Model
from bot.quota import PriceUnknown, QuotaExceeded
from storage import Database, history, turns
from storage.records import Begun, Message

T = TypeVar("T")

Show = Callable[[str], None]


@dataclass
class Turn:
    """A question under way: what is held for it, who is asked, and what has come of that.

    `error` is what the first said for which another was asked.
    """

    begun: Begun
    model: Model
    asking: Asking = field(default_factory=Asking)
    error: ModelError | None = None


class Asker:
    """Asks the models of a line, until one of them answers."""

    def __init__(
        self,
        endpoints: Endpoints,
        database: Database,
        accounts: Accounts,
        metrics: Metrics,
        *,
        persona: str,
    ) -> None:
        self._endpoints = endpoints
        self._database = database
        self._accounts = accounts
        self._metrics = metrics
        self._persona = persona

    async def ask(self, turn: Turn, others: Sequence[Model], show: Show) -> None:
        """Have the model answer, or else one of the others; `turn` says what comes of it.

        Raises:
            ModelError: What the first said, where nobody answers.
        """
        left = iter(others)
        while True:
            try:
                await self._hear(turn, show)
            except PASSED_ON as error:
                turn.error = turn.error or error
                if turn.asking.text or not await self._pass_on(turn, left):
                    raise turn.error from None
            else:
                return

    async def _hear(self, turn: Turn, show: Show) -> None:
        """Ask one model, and hear it out."""
        admission, asking = turn.begun.admission, turn.asking
        assert admission is not None
        persona = memory.persona_in(turn.begun.question.place, self._persona)
        messages = await self._messages(persona, admission.history)
        asked_at = time.monotonic()
        stream = self._endpoints.of(turn.model).stream(
            messages, model=turn.model.name, max_tokens=admission.max_tokens
        )
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                if isinstance(piece, str) and not asking.text:
                    self._metrics.first_words(time.monotonic() - asked_at)
                asking.note(piece)
                if isinstance(piece, str):
                    show(asking.text)

    async def _messages(self, persona: str, told: tuple[Message, ...]) -> list[dict[str, Any]]:
        wanted = [image.sha256 for message in memory.with_images(told) for image in message.images]
        data = await self._database.run(history.data, wanted) if wanted else {}
        return memory.as_sent(persona, told, data)

    async def _pass_on(self, turn: Turn, others: Iterator[Model]) -> bool:
        """Let the next model answer for whose price the limits have room, if there is one."""
        for model in others:
            try:
                return await _to_its_end(self._hold(turn, model))
            except (QuotaExceeded, PriceUnknown):
                continue
        return False

    async def _hold(self, turn: Turn, model: Model) -> bool:
        """Hold what a model may cost, in the place of what was held for the one before.

        Says whether the question is still this attempt's to ask.
        """
        question = replace(turn.begun.question, model=model.name, endpoint=model.base_url)
        begun = await self._database.run(
            turns.pass_on,
            turn.begun,
            question,
            partial(self._accounts.consider, model, question),
            self._accounts.lost(turn.begun, turn.asking.broken),
        )
        if begun is None:
            return False
        turn.begun, turn.model, turn.asking.broken = begun, model, 0
        return True


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await something to its end, even if whoever waits for it is stopped meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    finally:
        await asyncio.wait([task])
