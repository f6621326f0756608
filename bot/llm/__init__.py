"""The model behind any OpenAI-compatible server; the only openai."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2  # what openai speaks HTTP with
import openai
from openai.types.chat import ChatCompletionChunk

from bot.llm.batches import Batches
from bot.llm.breaker import Breaker
from bot.llm.errors import ModelBusy, ModelError, ModelSilent, ModelUnavailable, translated
from bot.llm.stream import Finish, pieces

__all__ = ["LLM", "Broken", "Finish", "ModelError", "ModelSilent"]

# The read timeout holds between two chunks, so it also ends a stream that has stalled.
TIMEOUT = openai.Timeout(connect=5, read=60, write=60, pool=10)
ATTEMPTS = 4
LONGEST_PAUSE = 30.0

# Families that can think before they answer, and then call the longest answer by its new name.
REASONING = ("gpt-5", "gpt-6", "o1", "o3", "o4")
LENGTHS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
OPTIONAL = ("reasoning_effort", "stream_options")


@dataclass(frozen=True, slots=True)
class Taken:
    """The endpoint took a question, and will answer it or fail."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The endpoint took a question and broke off before the first word; it may bill it."""


@dataclass
class _Habits:
    """What an endpoint turned out to take for a model, so that it is told only once."""

    length: str
    is_length_sure: bool = False
    dropped: set[str] = field(default_factory=set)


class LLM:
    """One endpoint: a base URL with its key."""

    def __init__(  # noqa: PLR0913 - by name, and each says what it is
        self,
        *,
        base_url: str,
        api_key: str,
        effort: str = "none",
        retry_pause: float = 1.0,
        breaker_pause: float = 30.0,
        count_failure: Callable[[str], None] = lambda _kind: None,
    ) -> None:
        self.base_url = base_url
        self.breaker = Breaker(breaker_pause)
        self._count_failure = count_failure
        self._effort = effort
        self._pause = retry_pause
        self._habits: dict[str, _Habits] = {}
        # An endpoint of one's own may need no key; the SDK insists on some.
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            max_retries=0,
            timeout=TIMEOUT,
            http_client=openai.DefaultAioHttpClient(timeout=TIMEOUT),
        )
        self.batches = Batches(self._client)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()

    async def stream(
        self, messages: list[Any], *, model: str, max_tokens: int
    ) -> AsyncGenerator[str | Finish | Broken]:
        """Ask, and yield the answer in pieces, at last how it ended.

        Made again after a passing failure, but never once a word has come.

        Raises:
            ModelError: There is no answer, or no more of it.
        """
        self.breaker.check()
        for attempt in range(1, ATTEMPTS + 1):
            is_taken = has_spoken = False
            try:
                async for piece in self._asked(messages, model, max_tokens):
                    is_taken = True
                    if not isinstance(piece, Taken):
                        has_spoken = True
                        self.breaker.worked()
                        yield piece
            except (ModelBusy, ModelUnavailable, ModelSilent) as error:
                self._count_failure(type(error).__name__)
                if is_taken and not has_spoken:
                    yield Broken()
                if has_spoken or attempt == ATTEMPTS or isinstance(error, ModelSilent):
                    raise
                await asyncio.sleep(self._wait(error, attempt))
            except ModelError as error:
                self._count_failure(type(error).__name__)
                self.breaker.failed(error)
                raise
            else:
                return

    def body(self, messages: list[Any], *, model: str, max_tokens: int) -> dict[str, Any]:
        """A question as a batch asks it: the same, but answered in one piece."""
        parameters = self._parameters(model, max_tokens)
        streamed = {"stream", "stream_options"}
        kept = {name: parameters[name] for name in parameters.keys() - streamed}
        return {"model": model, "messages": messages, **kept}

    async def _asked(
        self, messages: list[Any], model: str, max_tokens: int
    ) -> AsyncIterator[str | Finish | Taken]:
        async with self._opened(messages, model, max_tokens) as response:
            yield Taken()
            try:
                async for piece in pieces(response):
                    yield piece
            except httpx2.TimeoutException:
                raise ModelSilent from None
            except httpx2.HTTPError:
                raise ModelUnavailable from None

    @asynccontextmanager
    async def _opened(self, messages: list[Any], model: str, max_tokens: int) -> AsyncIterator[Any]:
        """Open a stream, dropping what the endpoint says that it does not take."""
        while True:
            parameters = self._parameters(model, max_tokens)
            try:
                # Posted as it is: the typed method walks through each message for a millisecond.
                stream = await self._client.post(
                    "/chat/completions",
                    body={"model": model, "messages": messages, **parameters},
                    cast_to=ChatCompletionChunk,
                    stream=True,
                    stream_cls=openai.AsyncStream[ChatCompletionChunk],
                )
            except openai.APIError as error:
                if self._learned(model, parameters, error):
                    continue
                raise translated(error) from None
            async with stream:
                yield stream.response
            return

    def _parameters(self, model: str, max_tokens: int) -> dict[str, Any]:
        habits = self._habits.setdefault(model, _Habits(_length_of(self.base_url, model)))
        parameters: dict[str, Any] = {
            "stream": True,
            "stream_options": {"include_usage": True},
            habits.length: max_tokens,
        }
        if _reasons(model):
            parameters["reasoning_effort"] = self._effort
        return {name: parameters[name] for name in parameters.keys() - habits.dropped}

    def _learned(self, model: str, parameters: dict[str, Any], error: openai.APIError) -> bool:
        """Remember a parameter that the endpoint refused; says whether there is one."""
        if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            return False
        habits = self._habits[model]
        said = f"{error.param} {error.message} {error.body}"
        if habits.length in said and not habits.is_length_sure:
            habits.length, habits.is_length_sure = LENGTHS[habits.length], True
            return True
        refused = {name for name in OPTIONAL if name in parameters and name in said}
        habits.dropped |= refused
        return bool(refused)

    def _wait(self, error: ModelError, attempt: int) -> float:
        """Seconds until the next try: full jitter, and at least what the provider asks for."""
        longest = min(LONGEST_PAUSE, self._pause * 2 ** (attempt - 1))
        asked_for = (isinstance(error, ModelBusy) and error.retry_after) or 0.0
        if asked_for > LONGEST_PAUSE:
            raise error
        return max(asked_for, random.uniform(0, longest))  # noqa: S311 - a pause is no secret


def _reasons(model: str) -> bool:
    return model.rpartition("/")[2].startswith(REASONING)


def _length_of(base_url: str, model: str) -> str:
    """What the longest answer is called: Ollama and older relays know only the old name."""
    is_new = _reasons(model) or base_url.startswith("https://api.openai.com/")
    return "max_completion_tokens" if is_new else "max_tokens"
