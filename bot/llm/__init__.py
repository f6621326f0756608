"""The model behind any OpenAI-compatible server; the only openai."""

import asyncio
import json
import random
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from types import TracebackType
from typing import Any, Self, TypeAlias

import httpx2  # what openai speaks HTTP with
import openai
from openai.types.chat import ChatCompletionChunk

from bot.llm.announcements import Announcements
from bot.llm.batches import Batches
from bot.llm.breaker import Breaker
from bot.llm.calls import Called
from bot.llm.errors import (
    ContentRefused,
    ModelBusy,
    ModelError,
    ModelSilent,
    ModelUnavailable,
    PromptTooLong,
    translated,
)
from bot.llm.moderation import Moderation
from bot.llm.stream import Finish, pieces

__all__ = ["LLM", "Broken", "Called", "Finish", "ModelError", "ModelSilent", "Options"]

# The read timeout holds between two chunks, so it also ends a stream that has stalled.
TIMEOUT = openai.Timeout(connect=5, read=60, write=60, pool=10)
# The lanes say how many ask at once; who waited here would take it for a failure of the model.
CONNECTIONS = httpx2.Limits(max_connections=10_000)
ATTEMPTS = 4
LONGEST_PAUSE = 30.0

# Families that can think before they answer, and then call the longest answer by its new name.
REASONING = ("gpt-5", "gpt-6", "o1", "o3", "o4")
LENGTHS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
OPTIONAL = ("reasoning_effort", "stream_options", "tool_choice", "prompt_cache_key")
REFUSALS = (openai.BadRequestError, openai.UnprocessableEntityError)
OPENAI = "https://api.openai.com/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a request may have besides, where the endpoint takes it.

    `tools` may be listed though none `may_be_called`, for the sake of the prompt cache. `effort` is
    how long the model thinks, "" for as long as always.
    """

    tools: Sequence[Any] = ()
    may_call: bool = True
    cache_key: str = ""
    effort: str = ""


NO_OPTIONS = Options()
Choose: TypeAlias = Callable[[], dict[str, Any]]


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
        count_retry: Callable[[], None] = lambda: None,
    ) -> None:
        self.host = base_url.split("/")[2]
        self.base_url = base_url
        self.breaker = Breaker(breaker_pause)
        self._count_failure = count_failure
        self._count_retry = count_retry
        self._effort = effort
        self._pause = retry_pause
        self._habits: dict[str, _Habits] = {}
        self._encoding = asyncio.Lock()
        # An endpoint of one's own may need no key; the SDK insists on some.
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            max_retries=0,
            timeout=TIMEOUT,
            http_client=openai.DefaultAioHttpClient(
                timeout=TIMEOUT, limits=CONNECTIONS, verify=_trusted()
            ),
        )
        self.moderation = Moderation(self._client)
        self.batches = Batches(self._client)
        self.announcements = Announcements(self._client)

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
        self, messages: list[Any], *, model: str, max_tokens: int, options: Options = NO_OPTIONS
    ) -> AsyncGenerator[str | Called | Finish | Broken]:
        """Ask, and yield the answer in pieces, at last how it ended.

        Made again after a passing failure, but never once a word has come.

        Raises:
            ModelError: There is no answer, or no more of it.
        """
        self.breaker.check()
        choose = partial(self._parameters, model, max_tokens, options)
        for attempt in range(1, ATTEMPTS + 1):
            is_taken = has_spoken = False
            try:
                async for piece in self._asked(messages, model, max_tokens, choose):
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
                self._count_retry()
            except ModelError as error:
                self._count_failure(type(error).__name__)
                self.breaker.failed(error)
                raise
            else:
                return

    def body(self, messages: list[Any], *, model: str, max_tokens: int) -> dict[str, Any]:
        """A question as a batch asks it: the same, but answered in one piece."""
        parameters = self._parameters(model, max_tokens, NO_OPTIONS)
        streamed = {"stream", "stream_options"}
        kept = {name: parameters[name] for name in parameters.keys() - streamed}
        return {"model": model, "messages": messages, **kept}

    async def _asked(
        self, messages: list[Any], model: str, max_tokens: int, choose: Choose
    ) -> AsyncIterator[str | Called | Finish | Taken]:
        async with self._opened(messages, model, choose) as response:
            yield Taken()
            try:
                async for piece in pieces(response, max_tokens):
                    yield piece
            except httpx2.TimeoutException:
                raise ModelSilent from None
            except httpx2.HTTPError:
                raise ModelUnavailable from None

    @asynccontextmanager
    async def _opened(self, messages: list[Any], model: str, choose: Choose) -> AsyncIterator[Any]:
        """Open a stream, dropping what the endpoint says that it does not take."""
        while True:
            parameters = choose()
            try:
                # Posted as it is: the typed method walks through each message for a millisecond.
                stream = await self._client.post(
                    "/chat/completions",
                    content=await self._body({"model": model, "messages": messages, **parameters}),
                    options={"headers": {"Content-Type": "application/json"}},
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

    async def _body(self, body: dict[str, Any]) -> bytes:
        """A body as it goes over the wire; that of megabytes, with images, must not stop the loop.

        One at a time: many threads that compute would keep the loop's from its turn.
        """
        if not any(isinstance(message["content"], list) for message in body["messages"]):
            return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        async with self._encoding:
            return await asyncio.to_thread(_encoded, body)

    def _parameters(self, model: str, max_tokens: int, options: Options) -> dict[str, Any]:
        habits = self._habits.setdefault(model, _Habits(_length_of(self.base_url, model)))
        parameters: dict[str, Any] = {
            "stream": True,
            "stream_options": {"include_usage": True},
            habits.length: max_tokens,
        }
        has_tools = bool(options.tools) and "tools" not in habits.dropped
        if has_tools:
            parameters["tools"] = options.tools
        if has_tools and not options.may_call:
            parameters["tool_choice"] = "none"
        if options.cache_key and self.base_url.startswith(OPENAI):
            parameters["prompt_cache_key"] = options.cache_key
        if _reasons(model):
            # OpenAI's chat completions take tools from a model that does not think, or not at all.
            parameters["reasoning_effort"] = "none" if has_tools else options.effort or self._effort
        return {name: parameters[name] for name in parameters.keys() - habits.dropped}

    def _learned(self, model: str, parameters: dict[str, Any], error: openai.APIError) -> bool:
        """Remember a parameter that the endpoint refused; says whether there is one."""
        if isinstance(translated(error), PromptTooLong | ContentRefused):
            return False  # about what was asked, whatever parameters it also mentions
        habits = self._habits[model]
        said = f"{error.param} {error.message} {error.body}"
        if self._refuses_tools(parameters, said, error):
            habits.dropped.add("tools")
            return True
        if not isinstance(error, REFUSALS):
            return False
        if habits.length in said and not habits.is_length_sure:
            habits.length, habits.is_length_sure = LENGTHS[habits.length], True
            return True
        refused = {name for name in OPTIONAL if name in parameters and name in said}
        habits.dropped |= refused
        return bool(refused)

    def _refuses_tools(self, parameters: dict[str, Any], said: str, error: openai.APIError) -> bool:
        """Whether an endpoint has no tools for a model, or none while it thinks as it is set to."""
        # OpenRouter says it with a 404: no endpoint of the model's takes tools.
        if "tools" not in parameters or not isinstance(error, (*REFUSALS, openai.NotFoundError)):
            return False
        thinks = parameters.get("reasoning_effort", self._effort) != self._effort
        if "tool_choice" in said and "tool_choice" in parameters:
            return False
        return "tool" in said.lower() or (thinks and "reasoning_effort" in said)

    def _wait(self, error: ModelError, attempt: int) -> float:
        """Seconds until the next try: full jitter, and at least what the provider asks for."""
        longest = min(LONGEST_PAUSE, self._pause * 2 ** (attempt - 1))
        asked_for = (isinstance(error, ModelBusy) and error.retry_after) or 0.0
        if asked_for > LONGEST_PAUSE:
            raise error
        return max(asked_for, random.uniform(0, longest))  # noqa: S311 - a pause is no secret


@cache
def _trusted() -> ssl.SSLContext:
    """Whom to trust, for all endpoints: to read the certificates takes 30 ms and a megabyte."""
    return httpx2.create_ssl_context()


def _encoded(body: dict[str, Any]) -> bytes:
    """A body as it goes over the wire; bit by bit, so that other threads have their turn."""
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    return b"".join(bit.encode() for bit in encoder.iterencode(body))


def _reasons(model: str) -> bool:
    return model.rpartition("/")[2].startswith(REASONING)


def _length_of(base_url: str, model: str) -> str:
    """What the longest answer is called: Ollama and older relays know only the old name."""
    is_new = _reasons(model) or base_url.startswith(OPENAI)
    return "max_completion_tokens" if is_new else "max_tokens"
