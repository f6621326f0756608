"""Leaves an endpoint alone that refuses the key or has no credit, and tries it now and then."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.llm.errors import KeyRefused, ModelError, NoCredit

# What only people can mend: to ask again at once would be refused again.
FATAL = (KeyRefused, NoCredit)


@dataclass
class Breaker:
    """Whether an endpoint may be asked, once in `pause` seconds by the `clock` while it refuses."""

    pause: float
    clock: Callable[[], float] = time.monotonic
    _error: ModelError | None = None
    _next_try: float = 0.0
    _news: list[ModelError | None] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the endpoint is left alone."""
        return self._error is not None

    @property
    def is_shut(self) -> bool:
        """Whether a question would be refused now."""
        return self._error is not None and self.clock() < self._next_try

    def check(self) -> None:
        """Let a question through, unless it would be refused; one in a while tries.

        Raises:
            ModelError: What the endpoint said last.
        """
        if self._error is None:
            return
        if self.is_shut:
            raise type(self._error)(self._error.code)
        self._next_try = self.clock() + self.pause

    def failed(self, error: ModelError) -> None:
        """Take note of an error."""
        if not isinstance(error, FATAL):
            return
        if type(error) is not type(self._error):
            self._news.append(error)
        self._error = error
        self._next_try = self.clock() + self.pause

    def worked(self) -> None:
        """Take note that the endpoint answers."""
        if self._error is not None:
            self._news.append(None)
        self._error = None

    def news(self) -> list[ModelError | None]:
        """What has happened since this was last asked: errors that opened it, None for the end."""
        news, self._news = self._news, []
        return news
