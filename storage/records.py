"""The nouns: what is stored and what comes back, frozen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ReplyState(StrEnum):
    """How far an answer has come; a re-run goes on from there."""

    STARTED = "started"
    READY = "ready"
    DELIVERED = "delivered"
    FAILED = "failed"


class Standing(StrEnum):
    """What a person may do here."""

    NEW = "new"
    ASKED = "asked"
    MEMBER = "member"
    REFUSED = "refused"


class Unit(StrEnum):
    """What a limit counts. USD are nano-dollars (1e-9 USD) wherever they are numbers."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    IMAGES = "images"
    USD = "usd"


class Window(StrEnum):
    """How long a limit holds before it starts again; `minute` slides, the others are calendar."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update as Telegram sent it: JSON text, and how often it has been tried."""

    update_id: int
    lane: str
    payload: str
    album: str = ""
    attempt: int = 1
    starts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who wrote to the bot."""

    user_id: int
    name: str
    username: str | None = None
    standing: Standing = Standing.NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a conversation happens: a chat, or one topic of it."""

    chat_id: int
    thread_id: int | None = None

    @property
    def is_group(self) -> bool:
        """Only people's chats have positive numbers (core.telegram.org/bots/api, Chat)."""
        return self.chat_id < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A photo made fit for the model; `tokens` is what the model's own formula says."""

    sha256: str
    media_type: str
    width: int
    height: int
    detail: str
    tokens: int
    data: bytes = b""
    file_unique_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One side of a turn. `id` is 0 until it is stored."""

    role: str
    text: str
    tokens: int
    images: tuple[Image, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What someone asks, as it is written down before the model is asked."""

    update_id: int
    attempt: int
    place: Place
    user_id: int
    message: Message
    model: str
    endpoint: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much of a unit is allowed in a window, to whom: `user:7`, `group:-100…`, `bot`."""

    subject: str
    unit: Unit
    window: Window
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What admins set for a subject; its limits replace the default of the same unit and window."""

    is_unlimited: bool = False
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a request costs, or may cost at the most. `nanos` is None where no price is known."""

    requests: int = 1
    tokens: int = 0
    images: int = 0
    nanos: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the provider counted them; `prompt` includes cached and cache-written ones."""

    prompt: int
    completion: int
    cached: int = 0
    cache_written: int = 0
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What admission decides from, read in the transaction that also writes the reservation.

    `quotas` holds what is set for each subject that the question concerns, where anything is.
    `spent(subject, unit, since_ms)` says how much a subject has used since then (None: ever).
    """

    history: tuple[Message, ...]
    quotas: Mapping[str, Quota]
    spent: Callable[[str, Unit, int | None], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The decision: what is reserved, how long the answer may be, what of the history is sent."""

    reserved: Cost
    prompt_tokens: int
    max_tokens: int
    history: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A turn that is under way: its rows, and what a former attempt left of it."""

    question: Question
    reply_id: int
    conversation_id: int
    text: str
    ending: str
    message_ids: tuple[int, ...]
    admission: Admission | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a turn cost in the end, with the price it was computed with."""

    usage: Usage
    cost: Cost
    price: dict[str, Any] | None
