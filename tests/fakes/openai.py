"""A scripted chat-completions server, as strict as OpenAI's."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.memory import SEVERAL_SPEAK
from tests.fakes import chat_rules as rules
from tests.fakes.answers import Answer, Charge
from tests.fakes.batches import Batches
from tests.fakes.chat_rules import Kind, Refused, Segment
from tests.fakes.script import Failure, Reaction, Script, Whole
from tests.fakes.speech import Speech

Flavour = Literal["openai", "ollama", "gemini"]

# OpenAI: prompts from 1,024 tokens on are cached, in steps of 128.
# https://developers.openai.com/api/docs/guides/prompt-caching
SHORTEST_CACHED = 1_024
CACHE_STEP = 128


# https://ai.google.dev/gemini-api/docs/openai: the only fields that it knows.
GEMINI_FIELDS = frozenset(
    {"messages", "model", "stream", "stream_options", "max_tokens", "max_completion_tokens"}
    | {"temperature", "top_p", "n", "stop", "reasoning_effort", "response_format", "tools"}
)
OLLAMA_LENGTH = ("max_tokens",)
LENGTH = ("max_completion_tokens", "max_tokens")


class FakeOpenAI(Script):
    """A model server that says what it is told to; give it to `serving` as it is.

    `takes` are the fields it knows; None ignores all others, as Ollama does. `refuses` are fields
    that it answers with `unsupported_parameter`. `reacts` may choose a reaction by what is asked.
    Without either, and without a script, it repeats what was asked.
    """

    def __init__(
        self,
        *,
        flavour: Flavour = "openai",
        key: str = "sk-test",
        context_window: int | None = None,
        image_tokens: int = 765,
    ) -> None:
        super().__init__()
        self.flavour = flavour
        self.key = key
        self.context_window = context_window
        self.image_tokens = image_tokens
        self.models: dict[str, Kind] = dict(rules.MODELS)
        self.takes = None if flavour == "ollama" else rules.FIELDS
        if flavour == "gemini":
            self.takes = GEMINI_FIELDS
        self.refuses: set[str] = set()
        self.reacts: Callable[[dict[str, Any]], Reaction | None] | None = None
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bill: list[Charge] = []
        self.hung_up = 0
        self.listed = 0  # how often somebody asked which models there are
        self.moderation: dict[str, float] | None = None  # scores; None: it has no such thing
        self.moderated: list[dict[str, Any]] = []
        self._known: dict[str, list[list[Segment]]] = {}
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)
        self.batches = Batches(
            check_key=self._check_key, complete=self._complete_later, tell=self._tell
        )
        self._app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._list_models),
                Route("/v1/moderations", self._moderate, methods=["POST"]),
                *self.batches.routes,
            ],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def wait_asked(self, times: int, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - a test's deadline
        await self._wait(lambda: len(self.asked) >= times, timeout, f"{times} questions")

    async def wait_hung_up(self, times: int = 1, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - a test's deadline
        await self._wait(lambda: self.hung_up >= times, timeout, f"{times} hang-ups")

    async def wait_until(self, is_so: Callable[[], bool], timeout: float = 30.0) -> None:  # noqa: ASYNC109 - a test's deadline
        """Wait for something that happens here, of which the chats do not tell."""
        await self._wait(is_so, timeout, "such thing")

    async def _wait(self, is_so: Callable[[], bool], seconds: float, what: str) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not is_so():
                    await self._changed.wait()
        except TimeoutError:
            asked = json.dumps(self.asked, indent=1, ensure_ascii=False)
            raise AssertionError(
                f"No {what} within {seconds:g} s; {self.hung_up} hung up; asked: {asked}"
            ) from None

    def _tell(self) -> None:
        """Wake those who wait, and have the next ones wait again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _list_models(self, request: Request) -> Response:
        self.listed += 1
        self._tell()
        try:
            self._check_key(request)
        except Refused as refused:
            return self._refusal(refused)
        entries = [
            {"id": name, "object": "model", "created": 1_780_000_000, "owned_by": "openai"}
            | ({"shutdown_date": kind.shutdown} if kind.shutdown else {})
            for name, kind in self.models.items()
        ]
        return JSONResponse({"object": "list", "data": entries})

    async def _moderate(self, request: Request) -> Response:
        try:
            self._check_key(request)
            body = _parse(await request.body())
            self.moderated.append(body)
            rules.check_moderation(body, is_there=self.moderation is not None)
        except Refused as refused:
            return self._refusal(refused)
        return JSONResponse(
            {
                "id": f"modr-{next(self._numbers):08}",
                "model": body["model"],
                "results": [{"flagged": False, "category_scores": self.moderation}],
            }
        )

    async def _complete(self, request: Request) -> Response:
        try:
            self._check_key(request)
            body = _parse(await request.body())
            self.headers.append(dict(request.headers))
            self.asked.append(body)
            self._tell()
            prompt = self._check(body)
        except Refused as refused:
            return self._refusal(refused)
        return await self._react(request, body, prompt)

    async def _complete_later(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer a line of a batch."""
        if body.get("stream"):
            return self._refusal(Refused("Streaming is not supported in batches."))
        self.asked.append(body)
        self._tell()
        try:
            prompt = self._check(body)
        except Refused as refused:
            return self._refusal(refused)
        return await self._react(request, body, prompt)

    async def _react(
        self, request: Request, body: dict[str, Any], prompt: list[Segment]
    ) -> Response:
        chosen = self.reacts(body) if self.reacts else None
        match chosen or self.next() or _echo(body):
            case Whole() as whole:
                return Response(whole.content, media_type=whole.media_type)
            case Failure(refused, headers):
                return self._refusal(refused, headers)
            case Speech() as speech:
                answer = self._answer(request, body, prompt, speech)
                if not body.get("stream"):
                    return await answer.whole()
                options = body.get("stream_options") or {}
                return answer.streamed(with_usage=bool(options.get("include_usage")))

    def _answer(
        self, request: Request, body: dict[str, Any], prompt: list[Segment], speech: Speech
    ) -> Answer:
        names = OLLAMA_LENGTH if self.flavour == "ollama" else LENGTH
        return Answer(
            request=request,
            speech=speech,
            head={
                "id": f"chatcmpl-{next(self._numbers):08}",
                "created": int(time.time()),
                "model": body["model"],
            },
            longest=next((body[name] for name in names if body.get(name)), None),
            charge=self._charger(
                body["model"],
                prompt,
                next(n for n, asked in enumerate(self.asked) if asked is body),
            ),
            on_hang_up=self._note_hang_up,
        )

    def _note_hang_up(self) -> None:
        self.hung_up += 1
        self._tell()

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        if self.flavour != "ollama" and given != f"Bearer {self.key}":
            raise Refused(
                "Incorrect API key provided: sk-…. You can find your API key in your account.",
                code="invalid_api_key",
                status=401,
            )

    def _check(self, body: dict[str, Any]) -> list[Segment]:
        """Refuse what the server would refuse; return the prompt in its pieces."""
        self._check_fields(body)
        model = body.get("model")
        if model not in self.models:
            raise Refused(
                f"The model `{model}` does not exist or you do not have access to it.",
                code="model_not_found",
                status=404,
            )
        kind = self.models[model]
        if self.flavour == "openai":
            rules.check_parameters(body, kind, model=model)
        rules.check_messages(body.get("messages"))
        prompt = rules.segments(body["messages"], body.get("tools"), image_tokens=self.image_tokens)
        self._check_context(prompt, kind)
        return prompt

    def _check_fields(self, body: dict[str, Any]) -> None:
        for name in body:
            if name in self.refuses:
                raise rules.unsupported(name)
            if self.takes is not None and name not in self.takes:
                raise Refused(f"Unknown parameter: '{name}'.", "unknown_parameter", name)

    def _check_context(self, prompt: list[Segment], kind: Kind) -> None:
        window = self.context_window or kind.context
        tokens = _size(prompt)
        if tokens > window:
            raise Refused(
                f"This model's maximum context length is {window} tokens. However, your messages"
                f" resulted in {tokens} tokens. Please reduce the length of the messages.",
                code="context_length_exceeded",
                param="messages",
            )

    def _refusal(self, refused: Refused, headers: Mapping[str, str] | None = None) -> Response:
        body: object = refused.body()
        if self.flavour == "gemini":
            body = [{"error": {"code": refused.status, "message": refused.message}}]
        return JSONResponse(body, refused.status, {"x-request-id": "req_fake", **(headers or {})})

    def _charger(self, model: str, prompt: list[Segment], asked: int) -> Callable[[str], Charge]:
        earlier = self._known.setdefault(model, [])
        known = max((rules.shared_tokens(one, prompt) for one in earlier), default=0)
        earlier.append(prompt)
        cached = known - known % CACHE_STEP if known >= SHORTEST_CACHED else 0

        def charge(said: str) -> Charge:
            entry = Charge(
                model,
                _size(prompt),
                cached,
                rules.count(said),
                asked,
                images=rules.image_share(prompt, _size(prompt)),
                cached_images=rules.image_share(prompt, cached),
            )
            self.bill.append(entry)
            self._tell()
            return entry

        return charge


def _parse(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused("We could not parse the JSON body of your request.")
    return body


def _size(prompt: list[Segment]) -> int:
    """Count a prompt's tokens; the answer's first three come with it."""
    return sum(segment.tokens for segment in prompt) + 3


def _echo(body: dict[str, Any]) -> Speech:
    """Say what was asked."""
    asked = [message["content"] for message in body["messages"] if message["role"] == "user"]
    last = asked[-1] if asked else ""
    parts = [{"type": "text", "text": last}] if isinstance(last, str) else last
    images = sum(part["type"] == "image_url" for part in parts)
    if images:
        return Speech().say(f"I see {images} image{'s' * (images > 1)}.").finish()
    text = "\n".join(part["text"] for part in parts)
    if SEVERAL_SPEAK in str(body["messages"][0]["content"]):
        text = text.partition(": ")[2]
    return Speech().say("You said: ", text).finish()
