"""Prompt in, answer out: quota, history, model, ledger, in that order."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot import memory, tokens
from bot.answers import Answer, Ending
from bot.assistant.accounts import Accounts, Policy
from bot.assistant.prompts import Prompt, Remember, Reply
from bot.assistant.rounds import Round, bill, in_vain, latest, lost, rounds
from bot.assistant.talk import Talk
from bot.descriptions import with_lines
from bot.llm import LLM, ModelError, ModelSilent
from bot.metrics import Metrics
from bot.quota import Left, PriceUnknown, QuotaExceeded
from bot.visible import is_blank, repaired
from storage import Database, turns
from storage.money import Cost
from storage.records import Admission, Begun, Image, Message, Place, Question
from storage.turns import Bills

__all__ = ["Accounts", "Assistant", "Policy", "Prompt", "Remember", "Reply"]

log = logging.getLogger(__name__)


@dataclass
class _Running:
    """An answer under way, for whom, and whether someone asked that it stop."""

    task: asyncio.Task[Any]
    user_id: int
    is_stopped: bool = False


class Assistant:
    """Answers prompts, many at once, one at a time in each place."""

    def __init__(
        self,
        llm: LLM,
        database: Database,
        accounts: Accounts,
        policy: Policy,
        metrics: Metrics,
    ) -> None:
        self._llm = llm
        self._database = database
        self._accounts = accounts
        self._policy = policy
        self._metrics = metrics
        self._running: dict[Place, _Running] = {}
        self._talk = Talk(llm, database, policy, metrics)

    async def answer(self, prompt: Prompt, reply: Reply) -> Answer:
        """Answer a prompt, showing the answer as it grows.

        Raises:
            QuotaExceeded: A limit has no room; nothing was asked and nothing is charged.
            PriceUnknown: A limit in USD stands, and the model has no known price.
            ModelError: There is no answer, and who asked is charged nothing.
        """
        try:
            answer = await self._answer(prompt, reply)
        except (QuotaExceeded, PriceUnknown, ModelError) as error:
            self._metrics.turn(type(error).__name__)
            raise
        self._metrics.turn(answer.ending)
        return answer

    async def _answer(self, prompt: Prompt, reply: Reply) -> Answer:
        question = self._question(prompt)
        consider = partial(self._accounts.consider, question)
        begun = await self._database.run(turns.begin, question, consider)
        reply.begin(begun.message_ids, lambda sent: self._database.run(turns.sent, begun, sent))
        if begun.admission is None:
            watch = partial(self._accounts.due, question)
            due = await self._database.run(turns.due, question, watch)
            return Answer(begun.text, Ending(begun.ending), notices=tuple(due))
        heard: list[Round] = []
        try:
            await self._ask(begun.question, begun.admission, reply, heard)
        except ModelError:
            bills = in_vain(self._accounts, begun.question, heard)
            await self._database.run(turns.fail, begun, bills)
            raise
        except asyncio.CancelledError:
            await asyncio.shield(self._put_off(begun, heard))
            raise
        # What was spent is written down even if someone ends the program now.
        return await asyncio.shield(self._settled(begun, heard))

    def news(self) -> list[ModelError | None]:
        """What admins should hear of the endpoint, each once: an error, or None when it is over."""
        return self._llm.breaker.news()

    def answering(self, place: Place) -> int | None:
        """For whom an answer grows in a place, if one does."""
        running = self._running.get(place)
        return None if running is None else running.user_id

    def stop(self, place: Place) -> bool:
        """Stop the answer that grows in a place; says whether one does."""
        if running := self._running.get(place):
            running.is_stopped = True
            running.task.cancel()
        return running is not None

    async def moderation(self, text: str, images: Sequence[Image]) -> Mapping[str, float] | None:
        """What the provider's own moderation thinks of a text and pictures, if it has one."""
        urls = [memory.data_url(image, image.data) for image in images]
        return await self._llm.moderation.scores(text, urls)

    def worth(self, model: str, prompt_tokens: int) -> int | None:
        """The most that so many tokens of a prompt cost, in nano-dollars, if it is known."""
        return self._accounts.worth(model, prompt_tokens)

    async def standing(self, place: Place, user_id: int) -> list[Left]:
        """How each limit stands that holds for someone somewhere."""
        judge = partial(self._accounts.standing, place, user_id)
        return await self._database.run(turns.look, place, user_id, judge)

    async def _ask(
        self, question: Question, admission: Admission, reply: Reply, heard: list[Round]
    ) -> None:
        """Have models answer, until one is sure; `heard` says what comes of each."""
        running = _Running(_this_task(), question.user_id)
        self._running[question.place] = running
        try:
            async with asyncio.timeout(self._policy.answer_time):
                for each in rounds(question, admission):
                    heard.append(each)
                    await self._talk.hear(each, question.place, admission, reply)
                    if not each.is_passed_on:
                        break
        except ModelError:
            if not heard[-1].asking.text:
                raise
        except TimeoutError:
            if is_blank(heard[-1].asking.text):
                raise ModelSilent from None
            heard[-1].asking.is_late = True
        except asyncio.CancelledError:
            if not running.is_stopped:
                raise
            running.task.uncancel()
            heard[-1].asking.is_stopped = True
        finally:
            del self._running[question.place]

    async def _settled(self, begun: Begun, heard: Sequence[Round]) -> Answer:
        """Write down the answer and what it cost; counted here where the provider did not say."""
        admission, question = begun.admission, begun.question
        assert admission is not None
        *before, last = heard
        answer = last.answer(is_capped=admission.brief is not None)
        images = Cost(images=len(question.message.images))
        bills = Bills(
            settled=bill(self._accounts, question, last, images),
            before=[bill(self._accounts, question, each) for each in before if each.has_cost],
            lost=lost(self._accounts, question, heard),
            watch=partial(self._accounts.due, question),
        )
        for each in (*bills.before, bills.settled):
            self._metrics.spent(each.model or question.model, each.usage, each.cost.nanos)
        said = _said("assistant", answer.text)
        seen = replace(begun, question=with_lines(begun.question, answer.text))
        due = await self._database.run(turns.finish, seen, said, answer.ending, bills)
        if due is None:
            log.warning("update %s was answered elsewhere", question.update_id)
        brief = admission.brief if answer.ending is Ending.BRIEF else None
        return replace(answer, brief=brief, notices=tuple(due or ()))

    async def _put_off(self, begun: Begun, heard: Sequence[Round]) -> None:
        """The program ends: a later attempt answers, but this one has cost something, too."""
        last = latest(self._accounts, begun.question, heard[-1])
        before = in_vain(self._accounts, begun.question, heard)
        await self._database.run(turns.put_off, begun, [*before, last])

    def _question(self, prompt: Prompt) -> Question:
        return Question(
            update_id=prompt.update_id,
            attempt=prompt.attempt,
            place=prompt.place,
            user_id=prompt.user_id,
            message=_said("user", prompt.text, prompt.images),
            model=prompt.model or self._policy.model,
            endpoint=self._llm.base_url,
            asked_ids=prompt.asked_ids,
            replaces=prompt.replaces,
            looks_first=self._looks_first(prompt),
        )

    def _looks_first(self, prompt: Prompt) -> str:
        """The model that looks at pictures first; an answer anew is for who was not content."""
        is_wanted = prompt.images and prompt.model is None and prompt.replaces is None
        first = self._policy.look_first
        return first if is_wanted and first != self._policy.model else ""


def _said(role: str, text: str, images: tuple[Image, ...] = ()) -> Message:
    whole = repaired(text)
    return Message(role=role, text=whole, tokens=tokens.message_tokens(role, whole), images=images)


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task
