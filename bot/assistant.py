"""Prompt in, answer out: quota, history, model, ledger, in that order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from bot import memory, quota, tokens
from bot.llm import LLM, Finish, ModelError
from bot.pricing import Prices
from bot.quota import Left
from bot.visible import is_blank, repaired
from storage import Database, history, turns
from storage.records import (
    Admission,
    Begun,
    Circumstances,
    Cost,
    Image,
    Limit,
    Message,
    Place,
    Question,
    Settlement,
    Usage,
)

log = logging.getLogger(__name__)

Remember = Callable[[Sequence[int]], Awaitable[bool]]


class Ending(StrEnum):
    """Why an answer ends where it ends."""

    WHOLE = "whole"
    LENGTH = "length"
    FILTERED = "filtered"
    CUT = "cut"
    STOPPED = "stopped"
    EMPTY = "empty"
    USED_UP = "used up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What someone asks: the one thing that handlers hand to the assistant."""

    update_id: int
    attempt: int
    place: Place
    user_id: int
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said, and why it ends there."""

    text: str
    ending: Ending


class Reply(Protocol):
    """Where an answer grows."""

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Start, or go on in the messages that a former attempt sent; `remember` new ones."""

    def show(self, text: str) -> None:
        """Show what is there so far; never waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the assistant goes by. `limits` are the defaults of `user`, `group` and `bot`."""

    model: str
    persona: str
    history_tokens: int
    answer_tokens: int
    limits: Mapping[str, tuple[Limit, ...]]
    clock: Callable[[], datetime]


@dataclass
class _Running:
    """An answer under way, and whether someone asked that it stop."""

    task: asyncio.Task[Any]
    is_stopped: bool = False


class Assistant:
    """Answers prompts, many at once, one at a time in each place."""

    def __init__(self, llm: LLM, database: Database, prices: Prices, policy: Policy) -> None:
        self._llm = llm
        self._database = database
        self._prices = prices
        self._policy = policy
        self._running: dict[Place, _Running] = {}

    async def answer(self, prompt: Prompt, reply: Reply) -> Answer:
        """Answer a prompt, showing the answer as it grows.

        Raises:
            QuotaExceeded: A limit has no room; nothing was asked and nothing is charged.
            PriceUnknown: A limit in USD stands, and the model has no known price.
            ModelError: There is no answer, and nothing is charged.
        """
        question = self._question(prompt)
        consider = partial(self._consider, question)
        begun = await self._database.run(turns.begin, question, consider)
        reply.begin(begun.message_ids, lambda sent: self._database.run(turns.sent, begun, sent))
        if begun.admission is None:
            return Answer(begun.text, Ending(begun.ending))
        try:
            answer, usage = await self._asked(begun.question, begun.admission, reply)
        except ModelError:
            await self._database.run(turns.fail, begun)
            raise
        # What was spent is written down even if someone ends the program now.
        await asyncio.shield(self._settle(begun, begun.admission, answer, usage))
        return answer

    def stop(self, place: Place) -> bool:
        """Stop the answer that grows in a place; says whether one does."""
        if running := self._running.get(place):
            running.is_stopped = True
            running.task.cancel()
        return running is not None

    async def standing(self, place: Place, user_id: int) -> list[Left]:
        """How each limit stands that holds for someone somewhere."""
        subjects = subjects_of(place, user_id)
        return await self._database.run(turns.look, subjects, partial(self._standing, subjects))

    async def _asked(
        self, question: Question, admission: Admission, reply: Reply
    ) -> tuple[Answer, Usage | None]:
        messages = await self._messages(admission.history)
        stream = self._llm.stream(messages, model=question.model, max_tokens=admission.max_tokens)
        text, finish, running = "", Finish("", None), _Running(_this_task())
        self._running[question.place] = running
        try:
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Finish):
                        finish = piece
                    else:
                        text += piece
                        reply.show(text)
        except ModelError:
            if not text:
                raise
        except asyncio.CancelledError:
            if not running.is_stopped:
                raise
            running.task.uncancel()
            return Answer(repaired(text), Ending.STOPPED), None
        finally:
            del self._running[question.place]
        seen = "" if is_blank(text) else repaired(text)
        return Answer(seen, _ending(seen, finish.reason)), finish.usage

    async def _settle(
        self, begun: Begun, admission: Admission, answer: Answer, usage: Usage | None
    ) -> None:
        """Write down the answer and what it cost; counted here where the provider did not say."""
        counted = usage or Usage(
            prompt=admission.prompt_tokens,
            completion=tokens.text_tokens(answer.text),
            is_estimated=True,
        )
        bill = self._prices.bill(begun.question.model, counted)
        settlement = Settlement(
            usage=counted,
            cost=Cost(
                tokens=counted.prompt + counted.completion,
                images=len(begun.question.message.images),
                nanos=bill.nanos,
            ),
            price=bill.price,
        )
        if not await self._database.run(
            turns.finish, begun, _said("assistant", answer.text), answer.ending, settlement
        ):
            log.warning("update %s was answered elsewhere", begun.question.update_id)

    def _question(self, prompt: Prompt) -> Question:
        return Question(
            update_id=prompt.update_id,
            attempt=prompt.attempt,
            place=prompt.place,
            user_id=prompt.user_id,
            message=_said("user", prompt.text, prompt.images),
            model=self._policy.model,
            endpoint=self._llm.base_url,
            subjects=subjects_of(prompt.place, prompt.user_id),
        )

    def _consider(self, question: Question, circumstances: Circumstances) -> Admission:
        """Decide, in the transaction that reserves, what is sent and what it may cost."""
        told = memory.window(circumstances.history, self._policy.history_tokens)
        persona = tokens.message_tokens("system", self._policy.persona)
        prompt = persona + memory.weight(told) + tokens.PRIMING
        images = len(question.message.images)
        cost = partial(self._worst, question.model, prompt, images)
        max_tokens = quota.afford(
            self._standing(question.subjects, circumstances),
            cost,
            longest=self._policy.answer_tokens,
            model=question.model,
        )
        return Admission(
            reserved=cost(max_tokens),
            prompt_tokens=prompt,
            max_tokens=max_tokens,
            history=told,
        )

    def _standing(self, subjects: tuple[str, ...], circumstances: Circumstances) -> list[Left]:
        limits = quota.applying(subjects, circumstances.quotas, self._policy.limits)
        return quota.standing(limits, circumstances, self._policy.clock())

    def _worst(self, model: str, prompt: int, images: int, answer: int) -> Cost:
        """The most that a request can cost: nothing cached, all written to the cache."""
        usage = Usage(prompt=prompt, completion=answer, cache_written=prompt)
        bill = self._prices.bill(model, usage)
        return Cost(tokens=prompt + answer, images=images, nanos=bill.nanos)

    async def _messages(self, told: tuple[Message, ...]) -> list[dict[str, Any]]:
        wanted = [image.sha256 for message in memory.with_images(told) for image in message.images]
        data = await self._database.run(history.data, wanted) if wanted else {}
        return memory.as_sent(self._policy.persona, told, data)


def subjects_of(place: Place, user_id: int) -> tuple[str, ...]:
    """Whose limits hold for a question."""
    group = (f"group:{place.chat_id}",) if place.is_group else ()
    return (f"user:{user_id}", *group, "bot")


def _said(role: str, text: str, images: tuple[Image, ...] = ()) -> Message:
    whole = repaired(text)
    return Message(role=role, text=whole, tokens=tokens.message_tokens(role, whole), images=images)


def _ending(text: str, reason: str) -> Ending:
    match reason:
        case "content_filter":
            return Ending.FILTERED
        case "length":
            return Ending.LENGTH if text else Ending.USED_UP
        case "":
            return Ending.CUT
        case _:
            return Ending.WHOLE if text else Ending.EMPTY


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task
