"""Who is asked, one after the other: a cheap model may look first, and say that another should."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot import unsure
from bot.answers import Answer, Asking, Ending
from bot.assistant.accounts import Accounts, added, counted
from bot.visible import is_blank
from storage.money import NOTHING, Cost, Settlement, Usage
from storage.records import Admission, Question


@dataclass
class Round:
    """A model that is asked, and what comes of it; whether it only looks first."""

    model: str
    prompt_tokens: int
    is_first_look: bool = False
    asking: Asking = field(default_factory=Asking)

    @property
    def asks(self) -> str:
        """What this model alone is told."""
        return unsure.ASKED if self.is_first_look else ""

    @property
    def shown(self) -> str:
        """What may be shown of the answer so far."""
        return unsure.shown(self.asking.text) if self.is_first_look else self.asking.text

    @property
    def is_passed_on(self) -> bool:
        """Whether another should look: this one is not sure, or has not come to an end."""
        is_no_answer = is_blank(self.asking.text) or not self.asking.finish.reason
        return self.is_first_look and (is_no_answer or unsure.is_unsure(self.asking.text))

    @property
    def latest(self) -> Usage:
        """What its newest request has used; counted here where the provider did not say."""
        asking = self.asking
        return asking.finish.usage or counted(self.prompt_tokens + asking.extra, asking.latest)

    @property
    def usage(self) -> Usage:
        """What all its requests have used."""
        return added([*self.asking.before, self.latest])

    @property
    def has_cost(self) -> bool:
        """Whether there is something to pay for, beside attempts that broke off."""
        return bool(self.asking.before or self.asking.finish.usage or self.asking.text)

    def answer(self, *, is_capped: bool) -> Answer:
        """The answer as far as it has come, and why it ends there."""
        answer = self.asking.answer(is_capped=is_capped)
        if not self.is_first_look or answer.ending is Ending.WHOLE:
            return answer
        return replace(answer, text=unsure.shown(answer.text))


def rounds(question: Question, admission: Admission) -> Iterator[Round]:
    """Who is asked, in order, until one is sure."""
    if question.looks_first:
        yield Round(question.looks_first, admission.first_tokens, is_first_look=True)
    yield Round(question.model, admission.prompt_tokens)


def bill(accounts: Accounts, question: Question, heard: Round, of: Cost = NOTHING) -> Settlement:
    """What a round has cost, on top of the requests and images of `of`."""
    return _named(accounts.bill(heard.model, heard.usage, of), question, heard)


def in_vain(accounts: Accounts, question: Question, heard: Sequence[Round]) -> list[Settlement]:
    """What was spent before a last request that nobody has anything of."""
    *before, last = heard
    used = [(each, each.usage) for each in before if each.has_cost]
    ended = [*used, *((last, usage) for usage in last.asking.before)]
    bills = [_billed(accounts, question, each, usage) for each, usage in ended]
    return [*lost(accounts, question, heard), *bills]


def latest(accounts: Accounts, question: Question, heard: Round) -> Settlement:
    """What the newest request of a round has cost."""
    return _billed(accounts, question, heard, heard.latest)


def lost(accounts: Accounts, question: Question, heard: Sequence[Round]) -> list[Settlement]:
    """What attempts have cost, as far as can be known, that broke off before the first word."""
    return [
        _billed(accounts, question, each, counted(each.prompt_tokens + each.asking.extra, ""))
        for each in heard
        for _ in range(each.asking.broken)
    ]


def _billed(accounts: Accounts, question: Question, heard: Round, usage: Usage) -> Settlement:
    return _named(accounts.bill(heard.model, usage, NOTHING), question, heard)


def _named(settlement: Settlement, question: Question, heard: Round) -> Settlement:
    return replace(settlement, model=heard.model if heard.model != question.model else "")
