"""A question put to a model, or else to those that take over for it."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from bot import memory, tokens, unsure
from bot.answers import Asking
from bot.assistant import again
from bot.assistant.accounts import Accounts, Policy, room, used
from bot.assistant.first import FirstLook
from bot.assistant.reply import Reply
from bot.llm import Broken, Called, Finish, ModelError, Options
from bot.llm.endpoints import PASSED_ON, Endpoints
from bot.metrics import Metrics
from bot.models import Model
from bot.quota import PriceUnknown, QuotaExceeded
from storage import Database, history, turns
from storage.records import Begun, Image, Message

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass
class Turn:
    """A question under way: what is held for it, who is asked, and what has come of that.

    `error` is what the first said for which another was asked. `first` is a model that looks before
    all others, where one does.
    """

    begun: Begun
    model: Model
    asking: Asking = field(default_factory=Asking)
    error: ModelError | None = None
    first: FirstLook | None = None
    is_passed_on: bool = False  # by the one that looks first

    @property
    def is_first_last(self) -> bool:
        """Whether nobody is asked but the model that looks first."""
        return self.first is not None and not self.is_passed_on

    @property
    def heard(self) -> Asking:
        """What has come of asking the last."""
        return self.first.asking if self.first and self.is_first_last else self.asking


class Asker:
    """Asks the models of a line, until one of them answers."""

    def __init__(
        self,
        endpoints: Endpoints,
        database: Database,
        accounts: Accounts,
        metrics: Metrics,
        policy: Policy,
    ) -> None:
        self._endpoints = endpoints
        self._database = database
        self._accounts = accounts
        self._metrics = metrics
        self._policy = policy
        self._forming = asyncio.Lock()

    async def ask(self, turn: Turn, others: Sequence[Model], reply: Reply) -> None:
        """Have the model answer, or else one of the others; `turn` says what comes of it.

        Raises:
            ModelError: What the first said, where nobody answers.
        """
        if turn.first is not None:
            await self._look_first(turn, turn.first, reply)
            if not turn.is_passed_on:
                return
        left = iter(others)
        while True:
            try:
                await self._converse(turn, reply)
            except PASSED_ON as error:
                turn.error = turn.error or error
                has_begun = turn.asking.text or turn.asking.before
                if has_begun or not await self._pass_on(turn, left):
                    raise turn.error from None
            else:
                return

    async def _look_first(self, turn: Turn, look: FirstLook, reply: Reply) -> None:
        """Let the model that looks first answer; it may fail, and others are asked."""
        admission, place = turn.begun.admission, turn.begun.question.place
        assert admission is not None
        told = memory.as_seen(admission.history, look.model)
        persona = memory.persona_in(place, self._policy.persona)
        messages = await self._messages(persona, told, asks=unsure.ASKED)
        stream = self._endpoints.of(look.model).stream(
            messages, model=look.model.name, max_tokens=admission.max_tokens
        )
        try:
            await self._note(stream, look.asking, lambda: _show(reply, look.shown))
        except ModelError as error:
            kind = type(error).__name__
            log.warning("%s, which looks first, gave no answer: %s", look.model.name, kind)
        turn.is_passed_on = look.is_passed_on

    async def _converse(self, turn: Turn, reply: Reply) -> None:
        """Ask one model, and once more for each time that it wants to look again at a photo."""
        admission, asking = turn.begun.admission, turn.asking
        assert admission is not None
        told, place = admission.history, turn.begun.question.place
        messages = await self._messages(memory.persona_in(place, self._policy.persona), told)
        sent = self._policy.with_images(told)
        photos = memory.as_words(told, sent) if admission.has_looks else {}
        seen: dict[int, Image] = {}
        for looks_left in range(again.MOST_LOOKS, -1, -1):
            options = Options(
                tools=again.TOOLS if photos else (),
                may_call=looks_left > 0,
                cache_key=self._policy.mark(place),
            )
            await self._hear(turn, messages, options, reply)
            if not asking.calls or not looks_left or not photos:
                return
            look = again.look(asking.calls, photos, seen)
            seen.update(look.shown)
            data = await self._data(look.shown.values())
            more = await asyncio.to_thread(again.messages, asking.latest, look, data)
            messages = [*messages, *more]
            extra = tokens.text_tokens(asking.latest) + look.tokens
            asking.go_on(used(admission, asking), extra=extra)
            reply.look_again()

    async def _hear(
        self, turn: Turn, messages: list[dict[str, Any]], options: Options, reply: Reply
    ) -> None:
        """Make one request, note what comes of it, and show the words."""
        admission, asking = turn.begun.admission, turn.asking
        assert admission is not None
        stream = self._endpoints.of(turn.model).stream(
            messages,
            model=turn.model.name,
            max_tokens=room(admission, asking.before),
            options=options,
        )
        await self._note(stream, asking, lambda: reply.show(asking.text))

    async def _note(
        self,
        stream: AsyncGenerator[str | Called | Finish | Broken],
        asking: Asking,
        show: Callable[[], object],
    ) -> None:
        """Note what comes of a request, and show the words."""
        asked_at = time.monotonic()
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                if isinstance(piece, str) and not asking.text:
                    self._metrics.first_words(time.monotonic() - asked_at)
                asking.note(piece)
                if isinstance(piece, str):
                    show()

    async def _messages(
        self, persona: str, told: tuple[Message, ...], asks: str = ""
    ) -> list[dict[str, Any]]:
        sent = self._policy.with_images(told)
        data = await self._data(image for message in sent for image in message.images)
        in_form = partial(memory.as_sent, persona, told, data, sent, asks=asks)
        async with self._forming:  # megabytes of base64 would stop the loop
            return await asyncio.to_thread(in_form) if data else in_form()

    async def _data(self, images: Iterable[Image]) -> dict[str, bytes]:
        wanted = [image.sha256 for image in images]
        return await self._database.run(history.data, wanted) if wanted else {}

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
            self._accounts.lost(turn.begun, turn.asking),
        )
        if begun is None:
            return False
        turn.begun, turn.model, turn.asking.broken = begun, model, 0
        return True


def _show(reply: Reply, text: str) -> None:
    if text:
        reply.show(text)


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await something to its end, even if whoever waits for it is stopped meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    finally:
        await asyncio.wait([task])
