"""What a question may cost and does cost: the assistant's side of money; asks nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot import memory, quota, tokens
from bot.pricing import Prices
from bot.quota import Left, QuotaExceeded, Rules
from storage.money import Cost, Notice, Settlement, Usage
from storage.records import Admission, Circumstances, Place, Question


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
        images = len(question.message.images)
        cost = partial(self.worst, question.model, prompt, images)
        standing = self.standing(question.place, question.user_id, seen)
        longest = self._policy.answer_tokens
        max_tokens = quota.afford(standing, cost, longest=longest, model=question.model)
        full = quota.lacking(standing, cost(longest), question.model)
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
        )

    def admit(self, asked: Question, worst: Cost, prompt: int, seen: Circumstances) -> Admission:
        """Decide on something that is asked whole or not at all.

        Raises:
            QuotaExceeded: A limit has no room for it.
            PriceUnknown: A limit counts USD, and no price is known.
        """
        standing = self.standing(asked.place, asked.user_id, seen)
        if full := quota.lacking(standing, worst, asked.model):
            raise QuotaExceeded(full.limit, full.used, full.resets_at)
        return Admission(
            at_ms=int(self._policy.clock().timestamp() * 1000),
            is_guest=quota.is_guest(seen.person, asked.user_id, self._policy.rules),
            reserved=worst,
            draws=quota.draws(standing, worst),
            prompt_tokens=prompt,
            max_tokens=worst.tokens - prompt,
            is_limited=bool(standing),
            history=(),
        )

    def standing(self, place: Place, user_id: int, seen: Circumstances) -> list[Left]:
        """How each limit stands that holds for someone somewhere."""
        limits = quota.applying(seen, place, user_id, self._policy.rules)
        return quota.standing(limits, seen, self._policy.clock())

    def due(self, question: Question, seen: Circumstances) -> list[Notice]:
        """What is to be told of limits after a question."""
        standing = self.standing(question.place, question.user_id, seen)
        return quota.due(standing, seen.held)

    def worst(
        self, model: str, prompt: int, images: int, answer: int, *, is_batch: bool = False
    ) -> Cost:
        """The most that a request can cost: nothing cached, all written to the cache."""
        usage = Usage(prompt=prompt, completion=answer, cache_written=prompt)
        bill = self._prices.bill(model, usage, is_batch=is_batch)
        return Cost(tokens=prompt + answer, images=images, nanos=bill.nanos)

    def likely(self, model: str, prompt: int, answer: int, *, is_batch: bool = False) -> int | None:
        """What a request will cost, in nano-dollars; None where no price is known."""
        usage = Usage(prompt=prompt, completion=answer)
        return self._prices.bill(model, usage, is_batch=is_batch).nanos

    def bill(self, model: str, counted: Usage, of: Cost, *, is_batch: bool = False) -> Settlement:
        """What a usage costs, on top of the requests and images of `of`."""
        bill = self._prices.bill(model, counted, is_batch=is_batch)
        cost = replace(of, tokens=counted.prompt + counted.completion, nanos=bill.nanos)
        return Settlement(usage=counted, cost=cost, price=bill.price)


def counted(admission: Admission, text: str) -> Usage:
    """What an answer has used, where its provider does not say: nothing cached, as far as seen."""
    return Usage(
        prompt=admission.prompt_tokens,
        completion=tokens.text_tokens(text),
        is_estimated=True,
    )
