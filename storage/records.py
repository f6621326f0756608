"""The nouns: what is stored and what comes back, frozen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from storage.money import Cost, Draw, Grant, Limit, Quota, Spell, Unit, Verdict, Window


class ReplyState(StrEnum):
    """How far an answer has come; a re-run goes on from there."""

    STARTED = "started"
    READY = "ready"
    DELIVERED = "delivered"
    FAILED = "failed"


ANSWERED = (ReplyState.READY, ReplyState.DELIVERED)


class JobState(StrEnum):
    """How far a job has come; a re-run goes on from there."""

    FOUND = "found"  # nobody has said yet that it shall be done
    UNPACKING = "unpacking"
    OFFERED = "offered"  # now, or cheaper and later
    ASKING = "asking"
    SUBMITTING = "submitting"
    WAITING = "waiting"  # for the provider's batch
    READY = "ready"
    DELIVERED = "delivered"


class PhotoState(StrEnum):
    """How far a photo of a job has come."""

    NEW = "new"
    PREPARED = "prepared"
    DESCRIBED = "described"
    LEFT_OUT = "left_out"


class Standing(StrEnum):
    """What a person may do here."""

    NEW = "new"
    ASKED = "asked"
    MEMBER = "member"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update as Telegram sent it: JSON text, and how often it has been tried."""

    update_id: int
    lane: str
    payload: str
    album: str = ""
    attempt: int = 1
    starts: int = 0
    received_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who wrote to the bot."""

    user_id: int
    name: str
    username: str | None = None
    standing: Standing = Standing.NEW
    plan: str | None = None
    language: str | None = None  # what they chose, or else what their Telegram speaks


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
    """A photo made fit for the model; `tokens` is what the model's own formula says.

    `description` is what the model said of it, "" until it has said something. By `file_id`
    Telegram hands the file out again; "" where it came another way.
    """

    sha256: str
    media_type: str
    width: int
    height: int
    detail: str
    tokens: int
    data: bytes = b""
    file_unique_id: str = ""
    description: str = ""
    file_id: str = ""


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
    """What someone asks, as it is written down before the model is asked.

    `asked_ids` are the messages in the chat that ask it, `asked_words` what each of them says;
    `replaces` is the update whose answer it takes the place of. `looks_first` is the model that is
    asked before, "" for none. `persona` is the system prompt, "" for the usual one.
    """

    update_id: int
    attempt: int
    place: Place
    user_id: int
    message: Message
    model: str
    endpoint: str
    asked_ids: tuple[int, ...] = ()
    asked_words: tuple[str, ...] = ()
    replaces: int | None = None
    looks_first: str = ""
    persona: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Someone's wish for more of a limit, until an admin has decided."""

    user_id: int
    place: Place
    subject: str
    unit: Unit
    window: Window
    id: int = 0
    verdict: Verdict = Verdict.OPEN


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision on money is made from, read in the transaction that also writes it down.

    `person` is the one who asks, None where nobody knows them.
    `quotas` holds what is set, for each plan and for those whom the question concerns.
    `spent(spells)` says how much each subject has used of a unit since some time, without what was
    granted to it; `held(subject, unit)` how much of what was ever used is only reserved.
    `granted(subjects, now_ms)` says what is left of the grants that have not expired.
    """

    person: Person | None
    history: tuple[Message, ...]
    quotas: Mapping[str, Quota]
    spent: Callable[[Sequence[Spell]], Sequence[int]]
    held: Callable[[str, Unit], int]
    granted: Callable[[Collection[str], int], tuple[Grant, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The decision: what is reserved, how long the answer may be, what of the history is sent.

    `brief` is the limit that makes the answer shorter than it might have been; `is_limited` says
    whether any limit holds; `has_looks`, whether looks at old photos are reserved for, too.
    `first_tokens` are the prompt's to the model that looks first.
    """

    at_ms: int
    reserved: Cost
    prompt_tokens: int
    max_tokens: int
    history: tuple[Message, ...]
    is_guest: bool = False
    draws: tuple[Draw, ...] = ()
    brief: Limit | None = None
    is_limited: bool = True
    has_looks: bool = False
    first_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Many photos to be described, of which the last `asked` portions are settled.

    `file_id` is their ZIP file's, "" where they came one by one; `update_id` asked for it, by
    message `asked_id`. `wish` is what is asked of each photo, `way` how it is looked at, "" for a
    description with tags. `question` is about all of them, and is answered in the end. `asked_ids`
    are the messages that the photos came in.
    """

    update_id: int
    place: Place
    user_id: int
    asked_id: int
    model: str
    detail: str
    file_id: str = ""
    wish: str = ""
    way: str = ""
    question: str = ""
    asked_ids: tuple[int, ...] = ()
    id: int = 0
    state: JobState = JobState.UNPACKING
    is_stopped: bool = False
    reason: str = ""
    asked: int = 0
    left_out: int = 0
    batch_id: str = ""
    message_ids: tuple[int, ...] = ()
    sent: int = 0
    created_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPhoto:
    """A photo of a job. `words` describe it, or name the reason why it is left out."""

    position: int
    name: str
    file_id: str = ""
    image: Image | None = None
    state: PhotoState = PhotoState.NEW
    tries: int = 0
    words: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the model says of a photo."""

    words: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question that was dealt with, and where: in `message_ids`, asked by `asked_ids`.

    `asked_words` is what each of these says, as far as that was written down.
    """

    update_id: int
    user_id: int
    message: Message
    state: ReplyState
    message_ids: tuple[int, ...]
    asked_ids: tuple[int, ...]
    asked_words: tuple[str, ...] = ()

    @property
    def is_answered(self) -> bool:
        """Whether an answer stands there, and not a word about why there is none."""
        return self.state is not ReplyState.FAILED


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
