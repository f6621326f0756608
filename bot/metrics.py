"""What is counted for those who watch the bot from outside; the only prometheus_client."""

from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.process_collector import ProcessCollector
from telegram.error import TelegramError

from bot.wire import HTTPRequest
from storage.money import Usage

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
FIRST_WORDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)  # seconds


class Metrics:
    """Figures about the bot. No label says anything of people, chats or what was said."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._received = Counter(
            "teller_updates_received",
            "Updates that Telegram sent and that were kept, those that came twice included",
            registry=self._registry,
        )
        self._waiting = Gauge(
            "teller_updates_waiting",
            "Updates that are kept and not dealt with yet",
            registry=self._registry,
        )
        self._silence = Gauge(
            "teller_telegram_silence_seconds",
            "Seconds since Telegram last answered and what it sent could be kept",
            registry=self._registry,
        )
        self._calls = Counter(
            "teller_telegram_calls",
            "Calls to Telegram by method and HTTP status, or what came in the place of one",
            ["method", "status"],
            registry=self._registry,
        )

        self._turns = Counter(
            "teller_turns",
            "Questions by how they ended: an ending, or the error in the place of an answer",
            ["outcome"],
            registry=self._registry,
        )
        self._first_words = Histogram(
            "teller_first_words_seconds",
            "From asking the model to the first words of its answer",
            buckets=FIRST_WORDS,
            registry=self._registry,
        )
        self._tokens = Counter(
            "teller_tokens",
            "Tokens as they were settled",
            ["model", "kind"],
            registry=self._registry,
        )
        self._nanos = Counter(
            "teller_spent_nanodollars",
            "What answers cost, in billionths of a dollar",
            ["model"],
            registry=self._registry,
        )
        self._failures = Counter(
            "teller_model_failures",
            "Requests to a model that failed, by endpoint and kind; most are made again",
            ["endpoint", "kind"],
            registry=self._registry,
        )
        self._retries = Counter(
            "teller_model_retries",
            "Requests to a model that were made again, by endpoint",
            ["endpoint"],
            registry=self._registry,
        )
        self._refusing = Gauge(
            "teller_model_refusing",
            "1 while an endpoint is left alone because it refuses the key or the account",
            ["endpoint"],
            registry=self._registry,
        )

    def turn(self, outcome: str) -> None:
        """Count a question that has come to its end."""
        self._turns.labels(outcome).inc()

    def first_words(self, seconds: float) -> None:
        """Count how long the first words took."""
        self._first_words.observe(seconds)

    def spent(self, model: str, usage: Usage, nanos: int | None) -> None:
        """Count what an answer cost."""
        for kind, count in (
            ("prompt", usage.prompt),
            ("cached", usage.cached),
            ("completion", usage.completion),
        ):
            self._tokens.labels(model, kind).inc(count)
        self._nanos.labels(model).inc(nanos or 0)

    def model_failed(self, endpoint: str, kind: str) -> None:
        """Count a request to a model that failed."""
        self._failures.labels(endpoint, kind).inc()

    def model_retried(self, endpoint: str) -> None:
        """Count a request to a model that is made again."""
        self._retries.labels(endpoint).inc()

    def watch_endpoint(self, name: str, is_refusing: Callable[[], bool]) -> None:
        """Say where to look for whether an endpoint refuses the key or the account."""
        self._refusing.labels(name).set_function(is_refusing)

    def received(self, updates: int) -> None:
        """Count updates that were kept."""
        self._received.inc(updates)

    def called(self, method: str, status: str) -> None:
        """Count a call to Telegram."""
        self._calls.labels(method, status).inc()

    def watch_silence(self, silence: Callable[[], float]) -> None:
        """Say where to look for how long Telegram has been silent."""
        self._silence.set_function(silence)

    def exposition(self, *, waiting: float) -> bytes:
        """All figures in Prometheus' text format."""
        self._waiting.set(waiting)
        return generate_latest(self._registry)


class CountedRequest(HTTPRequest):
    """HTTP with Telegram, each call of which is counted."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    async def do_request(self, url: str, method: str, *more: Any, **rest: Any) -> tuple[int, bytes]:
        """Make a call, and count how it ended."""
        # The library gets files, and posts everything else; a file's address says whose it is.
        name = url.rpartition("/")[2] if method == "POST" else "download"
        try:
            status, body = await super().do_request(url, method, *more, **rest)
        except TelegramError as error:
            self._metrics.called(name, type(error).__name__)
            raise
        self._metrics.called(name, str(status))
        return status, body
