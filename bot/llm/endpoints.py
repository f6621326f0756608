"""All endpoints, and which models are left alone for a while because others stand in for them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.llm import LLM
from bot.llm.errors import (
    KeyRefused,
    ModelBusy,
    ModelError,
    ModelMissing,
    ModelSilent,
    ModelUnavailable,
    NoCredit,
    NoEndpoint,
)
from bot.models import Model, Models

# What another model may make good: nothing is wrong with the question.
PASSED_ON = (
    KeyRefused,
    ModelBusy,
    ModelMissing,
    ModelSilent,
    ModelUnavailable,
    NoCredit,
    NoEndpoint,
)


@dataclass(frozen=True, slots=True)
class News:
    """What is wrong with an endpoint or one of its models, None when it is over.

    `model` is the one that another stands in for, None where the whole endpoint is meant.
    """

    host: str
    endpoint: str
    error: ModelError | None
    model: Model | None = None
    stand_in: Model | None = None


class Endpoints:
    """Each endpoint by its name.

    A model that another stands in for is tried once in `pause` seconds by the `clock`.
    """

    def __init__(
        self,
        llms: Mapping[str, LLM],
        models: Models,
        pause: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._llms = llms
        self._models = models
        self._pause = pause
        self._clock = clock
        self._next_tries: dict[Model, float] = {}
        self._news: list[News] = []

    def of(self, model: Model) -> LLM:
        """Where a model is asked."""
        return self._llms[model.endpoint]

    def ready(self, line: Sequence[Model]) -> Sequence[Model]:
        """Those of a line that are worth asking; all where none is."""
        return [each for each in line if not self._rests(each)] or line

    def answered(self, wanted: Model, model: Model, error: ModelError | None) -> None:
        """Take note of who has answered, and of the error for which it was not who was wanted."""
        if self._next_tries.pop(model, None) is not None:
            self._news.append(News(model.host, model.endpoint, None, model))
        if error is None or self.of(wanted).breaker.is_open:
            return
        if wanted not in self._next_tries:
            self._news.append(News(wanted.host, wanted.endpoint, error, wanted, model))
        self._next_tries[wanted] = self._clock() + self._pause

    def is_refused(self) -> bool:
        """Whether nobody can answer: each endpoint refuses the key or the account."""
        line = self._models.line(self._models.standard)
        return all(self.of(model).breaker.is_open for model in line)

    def refusing(self) -> list[str]:
        """The endpoints that refuse the key or the account."""
        return [name for name, llm in self._llms.items() if llm.breaker.is_open]

    def news(self) -> list[News]:
        """What admins should hear, each thing once."""
        news, self._news = self._news, []
        for name, llm in self._llms.items():
            stand_in = self._models.stand_in(name)
            news += [News(llm.host, name, error, stand_in=stand_in) for error in llm.breaker.news()]
        return news

    def keep(self, news: News) -> None:
        """Put back what could not be told."""
        self._news.append(news)

    def _rests(self, model: Model) -> bool:
        """Whether a model is left alone now; one question in a while tries it."""
        if self.of(model).breaker.is_shut:
            return True
        next_try = self._next_tries.get(model)
        if next_try is None:
            return False
        now = self._clock()
        if now >= next_try:
            self._next_tries[model] = now + self._pause
        return now < next_try
