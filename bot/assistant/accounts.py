"""What a question may cost and does cost: the assistant's side of money; asks nothing itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot import memory, quota, tokens, unsure
from bot.answers import Asking
from bot.assistant import again
from bot.assistant.first import FirstLook
from bot.models import Model
from bot.pricing import Prices
from bot.quota import Left, Rules
from storage.money import NOTHING, Cost, Notice, Settlement, Usage
from storage.records import Admission, Begun, Circumstances, Image, Message, Place, Question

# How many tokens the images that are sent again may be, for each token of words. With twice the
# default, the next question still sees a photo where it is 25,501 tokens (gpt-4o-mini).
IMAGES_TO_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the assistant goes by.

    `mark` is what a place is called before the provider, who then finds its cached prompts sooner
    and does not learn which chat it is.
    """

    persona: str
    history_tokens: int
    photo_turns: int
    looks_again: bool
    answer_tokens: int
    answer_time: float  # seconds
    rules: Rules
    clock: Callable[[], datetime]
    mark: Callable[[Place], str] = lambda _place: ""

    def with_images(self, told: tuple[Message, ...]) -> tuple[Message, ...]:
        """The messages whose images are sent again."""
        return memory.with_images(told, self.photo_turns, IMAGES_TO_WORDS * self.history_tokens)


class Accounts:
    """Reckons by a policy, and by the prices of each endpoint."""

    def __init__(
        self, prices: Mapping[str, Prices], policy: Policy, first: Model | None = None
    ) -> None:
        self._prices = prices
        self._first = first  # the model that looks first, where one does
        self._policy = policy
        self._persona_tokens: dict[str, int] = {}  # by system prompt

    def _system(self, question: Question) -> int:
        """How many tokens the system prompt is, where something is asked."""
        persona = memory.persona_in(question.place, self._policy.persona)
        if persona not in self._persona_tokens:
            self._persona_tokens[persona] = tokens.message_tokens("system", persona)
        return self._persona_tokens[persona]

    def consider(self, model: Model, question: Question, seen: Circumstances) -> Admission:
        """Decide, in the transaction that reserves, what is sent and what it may cost."""
        said = memory.as_seen(seen.history, model)
        told = memory.window(said, self._policy.history_tokens)
        sent = self._policy.with_images(told)
        photos = memory.as_words(told, sent) if self._policy.looks_again else {}
        prompt = self._system(question) + memory.weight(told, sent) + tokens.PRIMING
        first = self._first_tokens(question, told)
        images = len(question.message.images)
        cost = partial(self._worst_of_all, question, prompt, first)
        standing = self.standing(question.place, question.user_id, seen)
        longest = self._policy.answer_tokens
        least_known = self._least_known(question)
        max_tokens = quota.afford(standing, cost, longest=longest, model=least_known)
        full = quota.lacking(standing, cost(longest), least_known)
        looking = self._with_first(
            question,
            self._worst_with_looks(question, prompt, images, max_tokens, photos),
            first,
            max_tokens,
        )
        has_looks = bool(photos) and quota.lacking(standing, looking, least_known) is None
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

    def _first_tokens(self, question: Question, told: tuple[Message, ...]) -> int:
        """How long the prompt is to a model that looks first; 0 where none does."""
        if not question.looks_first or self._first is None:
            return 0
        seen = memory.as_seen(told, self._first)
        weight = memory.weight(seen, self._policy.with_images(seen))
        asked = tokens.text_tokens(unsure.ASKED)
        return self._system(question) + weight + asked + tokens.PRIMING

    def _worst_of_all(self, question: Question, prompt: int, first: int, answer: int) -> Cost:
        """The most that a question can cost: all who may look at it do."""
        images = len(question.message.images)
        return self._with_first(
            question, self._worst(question, prompt, images, answer), first, answer
        )

    def _with_first(self, question: Question, worst: Cost, first: int, answer: int) -> Cost:
        """A worst case, and that of the model that looks first."""
        if not question.looks_first or self._first is None:
            return worst
        asked = replace(question, model=self._first.name, endpoint=self._first.base_url)
        look = self._worst(asked, first, 0, answer)
        nanos = None if worst.nanos is None or look.nanos is None else worst.nanos + look.nanos
        return replace(worst, tokens=worst.tokens + look.tokens, nanos=nanos)

    def _least_known(self, question: Question) -> str:
        """The model whose price is in the way, if one's is."""
        if not question.looks_first or self._first is None:
            return question.model
        is_unknown = self.worth(self._first, 1) is None
        return self._first.name if is_unknown else question.model

    def standing(self, place: Place, user_id: int, seen: Circumstances) -> list[Left]:
        """How each limit stands that holds for someone somewhere."""
        limits = quota.applying(seen, place, user_id, self._policy.rules)
        return quota.standing(limits, seen, self._policy.clock())

    def due(self, question: Question, seen: Circumstances) -> list[Notice]:
        """What is to be told of limits after a question."""
        standing = self.standing(question.place, question.user_id, seen)
        return quota.due(standing, seen.held)

    def _worst(self, question: Question, prompt: int, images: int, answer: int) -> Cost:
        """The most that a request can cost: nothing cached, all written to the cache."""
        usage = Usage(prompt=prompt, completion=answer, cache_written=prompt)
        bill = self._prices[question.endpoint].bill(question.model, usage)
        return Cost(tokens=prompt + answer, images=images, nanos=bill.nanos)

    def _worst_with_looks(
        self, question: Question, prompt: int, images: int, answer: int, photos: Mapping[int, Image]
    ) -> Cost:
        """The most that a question can cost if the model looks again as often as it may."""
        whole = again.worst(prompt + again.TOOL_TOKENS, answer, photos)
        return self._worst(question, whole, images, answer + again.MOST_LOOKS * quota.SHORTEST)

    def worth(self, model: Model, prompt: int) -> int | None:
        """The most that so many tokens of a prompt can cost, as they are reserved."""
        usage = Usage(prompt=prompt, completion=0, cache_written=prompt)
        return self._prices[model.base_url].bill(model.name, usage).nanos

    def bill(self, question: Question, counted: Usage, of: Cost) -> Settlement:
        """What a usage costs where it was asked, on top of the requests and images of `of`."""
        return self._billed(question.endpoint, question.model, counted, of)

    def bill_of_first(self, look: FirstLook, of: Cost = NOTHING) -> Settlement:
        """What a first look costs, on top of the requests and images of `of`."""
        used = look.asking.finish.usage or _counted(look.prompt_tokens, look.asking.text)
        return self._by_first(look, used, of)

    def _by_first(self, look: FirstLook, used: Usage, of: Cost) -> Settlement:
        model = look.model
        bill = self._billed(model.base_url, model.name, used, of)
        return replace(bill, model=model.name, endpoint=model.base_url)

    def _billed(self, endpoint: str, model: str, counted: Usage, of: Cost) -> Settlement:
        bill = self._prices[endpoint].bill(model, counted)
        cost = replace(of, tokens=counted.prompt + counted.completion, nanos=bill.nanos)
        return Settlement(usage=counted, cost=cost, price=bill.price)

    def lost(self, begun: Begun, asking: Asking) -> list[Settlement]:
        """What attempts have cost, as far as can be known, that broke off before the first word."""
        assert begun.admission is not None
        usage = counted(begun.admission, "", asking.extra)
        return [self.bill(begun.question, usage, NOTHING)] * asking.broken

    def in_vain(self, begun: Begun, asking: Asking) -> list[Settlement]:
        """What an attempt has cost that has no answer: its requests that did end, too."""
        looks = [self.bill(begun.question, usage, NOTHING) for usage in asking.before]
        return [*self.lost(begun, asking), *looks]

    def lost_by_first(self, look: FirstLook | None) -> list[Settlement]:
        """The same of the model that looks first."""
        if look is None:
            return []
        return [
            self._by_first(look, _counted(look.prompt_tokens, ""), NOTHING)
        ] * look.asking.broken


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


def counted(admission: Admission, text: str, extra: int = 0) -> Usage:
    """What an answer has used, where its provider does not say: nothing cached, as far as seen.

    Its prompt has `extra` tokens more than was known before.
    """
    return _counted(admission.prompt_tokens + extra, text)


def _counted(prompt_tokens: int, text: str) -> Usage:
    return Usage(
        prompt=prompt_tokens,
        completion=tokens.text_tokens(text),
        is_estimated=True,
    )


def used(admission: Admission, asking: Asking) -> Usage:
    """What the newest request has used, as the provider says or else as it is counted here."""
    return asking.finish.usage or counted(admission, asking.latest, asking.extra)
