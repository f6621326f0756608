"""What a question may cost and does cost: the assistant's side of money; asks nothing itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

from bot import memory, quota, tokens, unsure
from bot.assistant import again
from bot.pricing import Prices
from bot.quota import Left, QuotaExceeded, Rules
from storage.money import Cost, Notice, Settlement, Usage
from storage.records import Admission, Circumstances, Image, Message, Place, Question

# How many tokens the images that are sent again may be, for each token of words. With twice the
# default, the next question still sees a photo where it is 25,501 tokens (gpt-4o-mini).
IMAGES_TO_WORDS = 2
NO_PHOTOS: Mapping[int, Image] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the assistant goes by.

    `mark` is what a place is called before the provider, who then finds its cached prompts sooner
    and does not learn which chat it is.
    """

    model: str
    persona: str
    history_tokens: int
    photo_turns: int
    looks_again: bool
    answer_tokens: int
    answer_time: float  # seconds
    rules: Rules
    clock: Callable[[], datetime]
    look_first: str = ""
    mark: Callable[[Place], str] = lambda _place: ""

    def with_images(self, told: tuple[Message, ...]) -> tuple[Message, ...]:
        """The messages whose images are sent again."""
        return memory.with_images(told, self.photo_turns, IMAGES_TO_WORDS * self.history_tokens)


class Accounts:
    """Reckons by a policy and a list of prices."""

    def __init__(self, prices: Prices, policy: Policy) -> None:
        self._prices = prices
        self._policy = policy
        self._persona_tokens = tokens.message_tokens("system", policy.persona)

    def consider(self, question: Question, seen: Circumstances) -> Admission:
        """Decide, in the transaction that reserves, what is sent and what it may cost."""
        told = memory.window(seen.history, self._policy.history_tokens)
        sent = self._policy.with_images(told)
        photos = memory.as_words(told, sent) if self._policy.looks_again else {}
        prompt = self._persona_tokens + memory.weight(told, sent) + tokens.PRIMING
        first = self._first_tokens(question.looks_first, told, sent)
        cost = partial(self._worst_of_all, question, prompt, first)
        standing = self.standing(question.place, question.user_id, seen)
        longest = self._policy.answer_tokens
        model = self._least_known(question)
        max_tokens = quota.afford(standing, cost, longest=longest, model=model)
        full = quota.lacking(standing, cost(longest), model)
        looking = cost(max_tokens, photos)
        has_looks = bool(photos) and quota.lacking(standing, looking, model) is None
        reserved = looking if has_looks else cost(max_tokens)
        return Admission(
            at_ms=int(self._policy.clock().timestamp() * 1000),
            is_guest=quota.is_guest(seen.person, question.user_id, self._policy.rules),
            reserved=reserved,
            draws=quota.draws(standing, reserved),
            prompt_tokens=prompt + again.TOOL_TOKENS * has_looks,
            max_tokens=max_tokens,
            brief=full.limit if full else None,
            is_limited=bool(standing),
            history=told,
            has_looks=has_looks,
            first_tokens=first,
        )

    def _first_tokens(
        self, model: str, told: tuple[Message, ...], sent: tuple[Message, ...]
    ) -> int:
        """How long the prompt is to a model that looks first; 0 where none does."""
        if not model:
            return 0
        asked = tokens.text_tokens(unsure.ASKED)
        told, sent = memory.as_counted_by(model, told), memory.as_counted_by(model, sent)
        return self._persona_tokens + memory.weight(told, sent) + asked + tokens.PRIMING

    def _worst_of_all(
        self,
        question: Question,
        prompt: int,
        first: int,
        answer: int,
        photos: Mapping[int, Image] = NO_PHOTOS,
    ) -> Cost:
        """The most that a question can cost: all who may look at it do, at old `photos`, too."""
        images = len(question.message.images)
        last = self._worst_with_looks(question.model, prompt, images, answer, photos)
        if not question.looks_first:
            return last
        look = self.worst(question.looks_first, first, 0, answer)
        nanos = None if last.nanos is None or look.nanos is None else last.nanos + look.nanos
        return replace(last, tokens=last.tokens + look.tokens, nanos=nanos)

    def _least_known(self, question: Question) -> str:
        """The model whose price is in the way, if one's is."""
        looks_first = question.looks_first
        is_unknown = looks_first and self.worth(looks_first, 1) is None
        return looks_first if is_unknown else question.model

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

    def _worst_with_looks(
        self, model: str, prompt: int, images: int, answer: int, photos: Mapping[int, Image]
    ) -> Cost:
        """The most that a question can cost if the model looks again as often as it may."""
        if not photos:
            return self.worst(model, prompt, images, answer)
        whole = again.worst(prompt + again.TOOL_TOKENS, answer, photos)
        return self.worst(model, whole, images, answer + again.MOST_LOOKS * quota.SHORTEST)

    def worth(self, model: str, prompt: int) -> int | None:
        """The most that so many tokens of a prompt can cost, as they are reserved."""
        return self.worst(model, prompt, 0, 0).nanos

    def likely(self, model: str, prompt: int, answer: int, *, is_batch: bool = False) -> int | None:
        """What a request will cost, in nano-dollars; None where no price is known."""
        usage = Usage(prompt=prompt, completion=answer)
        return self._prices.bill(model, usage, is_batch=is_batch).nanos

    def bill(self, model: str, counted: Usage, of: Cost, *, is_batch: bool = False) -> Settlement:
        """What a usage costs, on top of the requests and images of `of`."""
        bill = self._prices.bill(model, counted, is_batch=is_batch)
        cost = replace(of, tokens=counted.prompt + counted.completion, nanos=bill.nanos)
        return Settlement(usage=counted, cost=cost, price=bill.price)


def room(admission: Admission, before: Sequence[Usage]) -> int:
    """How long an answer may still be, in tokens, of which requests `before` were a part."""
    left = admission.max_tokens - sum(usage.completion for usage in before)
    return max(left, min(quota.SHORTEST, admission.max_tokens))


def added(usages: Iterable[Usage]) -> Usage:
    """What several requests have used together."""
    usages = list(usages)
    return Usage(
        prompt=sum(each.prompt for each in usages),
        completion=sum(each.completion for each in usages),
        cached=sum(each.cached for each in usages),
        cache_written=sum(each.cache_written for each in usages),
        is_estimated=any(each.is_estimated for each in usages),
    )


def counted(prompt_tokens: int, text: str) -> Usage:
    """What a request has used, where its provider does not say: nothing cached, as far as seen."""
    return Usage(
        prompt=prompt_tokens,
        completion=tokens.text_tokens(text),
        is_estimated=True,
    )
