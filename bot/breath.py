"""Which messages somebody sent in one breath, and how long to wait for the next of them; pure.

Telegram sends each as an update of its own, and does not say that another one comes.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, cast

from storage.records import Incoming

Message: TypeAlias = dict[str, Any]

# An album has two to ten parts (core.telegram.org/bots/api, sendMediaGroup).
LARGEST_ALBUM = 10
# As many messages can be forwarded at once (core.telegram.org/bots/api, forwardMessages).
MOST = 100
# Apps cut a text at 4,096 characters, or at the gap between two words before.
NEARLY_FULL = 4_000
# Those that are forwarded at once arrive one by one.
FORWARD_PAUSE = 0.08
CUT_PAUSE = 1.0
# Telegram tells the second in which a message was sent.
TOGETHER = 1
SOON = 3
# So often at the most a question is given up for what belongs to it: each time may be billed.
MOST_GIVEN_UP = 2
# What waits already belongs to a picture even if it was typed after it.
QUESTION_WITHIN = 10


class Kind(Enum):
    """What a message is, as far as it matters here."""

    TEXT = "text"
    PICTURE = "picture"
    OTHER = "other"


class MoreToCome(Exception):
    """A question was given up before it was answered, since more belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A message, or another update: then it has no sender, and goes alone.

    `length` is that of its words; `may_begin` says whether they are for the bot.
    """

    update: Incoming
    sender: int = 0
    message_id: int = 0
    date: int = 0
    kind: Kind = Kind.OTHER
    length: int = 0
    is_forward: bool = False
    may_begin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the bot goes by: who it is itself, and how many seconds it waits after a part.

    `album_pause` for an album's next one, `longest_pause` at the most for anything else.
    """

    bot_id: int
    username: str
    album_pause: float
    longest_pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Breath:
    """The parts that are here; `is_over` where something else of the same person waits behind."""

    parts: Sequence[Part]
    is_over: bool


def read(update: Incoming, rule: Rule) -> Part:
    """What matters of an update."""
    match json.loads(update.payload):
        case {
            "message": {
                "message_id": int(number),
                "date": int(date),
                "chat": {"id": int(chat_id)},
                "from": {"id": int(user_id)},
                **others,
            }
        }:
            message = cast("Message", others)
            if _is_command(message):
                return Part(update=update)
            return Part(
                update=update,
                sender=_id(message.get("sender_chat")) or user_id,
                message_id=number,
                date=date,
                kind=_kind(message),
                length=len(_words(message).encode("utf-16-le", "replace")) // 2,
                is_forward="forward_origin" in message,
                may_begin=chat_id > 0 or _addresses(message, rule),
            )
    return Part(update=update)


def gathered(first: Part, behind: Iterable[Part]) -> Breath:
    """What belongs together with `first`, of all that waits behind it."""
    parts, is_over = [first], False
    for each in behind:
        if each.sender != first.sender and each.sender:
            continue
        goes_on = not is_over and len(parts) < MOST and first.may_begin and _follows(parts, each)
        if goes_on or (first.sender and any(_is_of_same_album(part, each) for part in parts)):
            parts.append(each)
        else:
            is_over = True
    return Breath(parts=parts, is_over=is_over)


def may_go_on(breath: Breath, now_ms: int) -> bool:
    """Whether more may come that belongs to what is being dealt with.

    A comment gives no sign that its forward follows, and an app may be slow to send the rest.
    """
    first, last = breath.parts[0], breath.parts[-1]
    if breath.is_over or first.update.attempt > MOST_GIVEN_UP:
        return False
    is_recent = now_ms - last.update.received_ms <= 1000 * (SOON + TOGETHER)
    return is_recent and (last.kind is Kind.TEXT or last.is_forward)


def patience(breath: Breath, rule: Rule, now_ms: int) -> float:
    """How many seconds to wait for another part, from now on; 0 to go."""
    last = breath.parts[-1]
    if not last.sender or len(breath.parts) >= MOST:
        return 0.0
    pause = _pause(breath, rule)
    left = pause - (now_ms - last.update.received_ms) / 1000
    return max(0.0, min(pause, left))


def _pause(breath: Breath, rule: Rule) -> float:
    """How long after the last part another may come."""
    parts, last = breath.parts, breath.parts[-1]
    is_whole = _size_of_album(parts) >= LARGEST_ALBUM
    for_album = rule.album_pause if last.update.album and not is_whole else 0.0
    if breath.is_over or not parts[0].may_begin:
        return for_album
    if _are_wordless_pictures(parts) or is_whole:
        return max(for_album, rule.longest_pause)
    if last.kind is Kind.TEXT and last.length >= NEARLY_FULL:
        return min(CUT_PAUSE, rule.longest_pause)
    if last.is_forward:
        return max(for_album, min(FORWARD_PAUSE, rule.longest_pause))
    return for_album


def _is_of_same_album(one: Part, other: Part) -> bool:
    return bool(one.update.album) and one.update.album == other.update.album


def _follows(parts: Sequence[Part], each: Part) -> bool:
    """Whether a message goes on with what was sent before it."""
    last, gap = parts[-1], each.date - parts[-1].date
    if each.kind is Kind.OTHER:
        return False
    if each.is_forward:
        return gap <= TOGETHER and (last.is_forward or last.kind is Kind.TEXT)
    if each.kind is Kind.TEXT and last.kind is Kind.TEXT:
        return gap <= SOON and last.length >= NEARLY_FULL and not last.is_forward
    if each.kind is Kind.TEXT:
        return gap <= QUESTION_WITHIN and _are_wordless_pictures(parts)
    return gap <= QUESTION_WITHIN and _size_of_album(parts) >= LARGEST_ALBUM


def _are_wordless_pictures(parts: Sequence[Part]) -> bool:
    return all(each.kind is Kind.PICTURE and not each.length for each in parts)


def _size_of_album(parts: Sequence[Part]) -> int:
    """How many parts there are of the album that the last part is of; 0 if it is of none."""
    return sum(_is_of_same_album(parts[-1], each) for each in parts)


def _kind(message: Message) -> Kind:
    document = message.get("document")
    media = str(document.get("mime_type")) if isinstance(document, dict) else ""
    if message.get("photo") or media.startswith("image/"):
        return Kind.PICTURE
    return Kind.TEXT if _words(message) and "text" in message else Kind.OTHER


def _words(message: Message) -> str:
    words = message.get("text") or message.get("caption")
    return words if isinstance(words, str) else ""


def _is_command(message: Message) -> bool:
    """Whether a text commands something, in the words of whoever sent it."""
    return "forward_origin" not in message and str(message.get("text")).startswith("/")


def _addresses(message: Message, rule: Rule) -> bool:
    """Whether a group's message is likely for the bot; the handlers know for sure."""
    replied = _replied(message)
    author = _id(replied.get("from")) if replied else 0
    return author == rule.bot_id or f"@{rule.username}".lower() in _words(message).lower()


def _replied(message: Message) -> Message | None:
    """What a message answers; in a topic its root stands there where nothing is meant."""
    replied = message.get("reply_to_message")
    if not isinstance(replied, dict):
        return None
    is_root = replied.get("message_id") == message.get("message_thread_id")
    return None if is_root and message.get("is_topic_message") else replied


def _id(who: object) -> int:
    number = who.get("id") if isinstance(who, dict) else 0
    return number if isinstance(number, int) else 0
