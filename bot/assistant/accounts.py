"""What a question may cost and does cost: the assistant's side of money; asks nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot import memory, quota, tokens, unsure
from bot.pricing import Prices
from bot.quota import Left, Rules
from storage.money import Cost, Notice, Settlement, Usage
from storage.records import Admission, Circumstances, Message, Place, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the assistant goes by."""

    model: str
    persona: str
    history_tokens: int
    answer_tokens: int
    answer_time: float  # seconds
    rules: Rules
    clock: Callable[[], datetime]
    look_first: str = ""


class Accounts:
    """Reckons by a policy and a list of prices."""

    def __init__(self, prices: Prices, policy: Policy) -> None:
        self._prices = prices
        self._policy = policy
        self._persona_tokens = tokens.message_tokens("system", policy.persona)

    def consider(self, question: Question, seen: Circumstances) -> Admission:
        """Decide, in the transaction that reserves, what is sent and what it may cost."""
        told = memory.window(seen.history, self._policy.history_tokens)
        prompt = self._persona_tokens + memory.weight(told) + tokens.PRIMING
        first = self._first_tokens(question.looks_first, told)
        cost = partial(self._worst_of_all, question, prompt, first)
        standing = self.standing(question.place, question.user_id, seen)
        longest = self._policy.answer_tokens
        model = self._least_known(question)
        max_tokens = quota.afford(standing, cost, longest=longest, model=model)
        full = quota.lacking(standing, cost(longest), model)
        return Admission(
            at_ms=int(self._policy.clock().timestamp() * 1000),
            is_guest=quota.is_guest(seen.person, question.user_id, self._policy.rules),
            reserved=cost(max_tokens),
            draws=quota.draws(standing, cost(max_tokens)),
            prompt_tokens=prompt,
            max_tokens=max_tokens,
            brief=full.limit if full else None,
            is_limited=bool(standing),
            history=told,
            first_tokens=first,
        )

    def _first_tokens(self, model: str, told: tuple[Message, ...]) -> int:
        """How long the prompt is to a model that looks first; 0 where none does."""
        if not model:
            return 0
        asked = tokens.text_tokens(unsure.ASKED)
        seen = memory.as_counted_by(model, told)
        return self._persona_tokens + memory.weight(seen) + asked + tokens.PRIMING

    def _worst_of_all(self, question: Question, prompt: int, first: int, answer: int) -> Cost:
        """The most that a question can cost: all who may look at it do."""
        images = len(question.message.images)
        last = self._worst(question.model, prompt, images, answer)
        if not question.looks_first:
            return last
        look = self._worst(question.looks_first, first, 0, answer)
        nanos = None if last.nanos is None or look.nanos is None else last.nanos + look.nanos
        return replace(last, tokens=last.tokens + look.tokens, nanos=nanos)

    def _least_known(self, question: Question) -> str:
        """The model whose price is in the way, if one's is."""
        looks_first = question.looks_first
        is_unknown = looks_first and self.worth(looks_first, 1) is None
        return looks_first if is_unknown else question.model

    def standing(self, place: Place, user_id: int, seen: Circumstances) -> list[Left]:
        """How each limit stands that holds for someone somewhere."""
        limits = quota.applying(seen, place, user_id, self._policy.rules)
        return quota.standing(limits, seen, self._policy.clock())

    def due(self, question: Question, seen: Circumstances) -> list[Notice]:
        """What is to be told of limits after a question."""
        standing = self.standing(question.place, question.user_id, seen)
        return quota.due(standing, seen.held)

    def _worst(self, model: str, prompt: int, images: int, answer: int) -> Cost:
        """The most that a request can cost: nothing cached, all written to the cache."""
        usage = Usage(prompt=prompt, completion=answer, cache_written=prompt)
        bill = self._prices.bill(model, usage)
        return Cost(tokens=prompt + answer, images=images, nanos=bill.nanos)

    def worth(self, model: str, prompt: int) -> int | None:
        """The most that so many tokens of a prompt can cost, as they are reserved."""
        return self._worst(model, prompt, 0, 0).nanos

    def bill(self, model: str, counted: Usage, of: Cost) -> Settlement:
        """What a usage costs, on top of the requests and images of `of`."""
        bill = self._prices.bill(model, counted)
        cost = replace(of, tokens=counted.prompt + counted.completion, nanos=bill.nanos)
        return Settlement(usage=counted, cost=cost, price=bill.price)


def counted(prompt_tokens: int, text: str) -> Usage:
    """What an answer has used, where its provider does not say: nothing cached, as far as seen."""
    return Usage(
        prompt=prompt_tokens,
        completion=tokens.text_tokens(text),
        is_estimated=True,
    )
