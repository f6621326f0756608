"""Presses packed into the data of a button, and unpacked again."""

import re
from dataclasses import fields
from typing import Any, get_type_hints

from bot.grammar import PLAN
from handlers.answer_presses import GoOn, Redo, Stop
from handlers.presses import Press, Subject, Word

# core.telegram.org/bots/api, InlineKeyboardButton: 1 to 64 bytes.
LARGEST = 64
NUMBER = re.compile(r"\d{1,18}")
# Updates of our own have negative numbers.
UPDATE = re.compile(r"-?\d{1,18}")

KINDS: dict[str, type[Press]] = {kind.__name__.lower(): kind for kind in Press.__args__}
TYPES = {
    kind: tuple(get_type_hints(kind)[each.name] for each in fields(kind)) for kind in KINDS.values()
}


def packed(press: Press) -> str:
    """A press as a button carries it: its kind, and its fields in their order."""
    values = (getattr(press, each.name) for each in fields(press))
    data = " ".join([type(press).__name__.lower(), *map(_written, values)])
    assert len(data.encode()) <= LARGEST, data
    return data


def unpacked(data: str) -> Press | None:
    """What a button's data says; None where it is not of ours, forged or out of date."""
    name, *words = data.split(" ")
    kind = KINDS.get(name)
    if kind is None or len(words) != len(TYPES[kind]):
        return None
    number = UPDATE if kind in {Stop, Redo, GoOn} else NUMBER
    try:
        return kind(
            *(_read(each, word, number) for each, word in zip(TYPES[kind], words, strict=True))
        )
    except ValueError:
        return None


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _read(kind: Any, word: str, number: re.Pattern[str]) -> Any:
    """A field of its type.

    Raises:
        ValueError: Nobody has packed it like that.
    """
    if kind is bool:
        return {"0": False, "1": True}[word] if word in {"0", "1"} else _refuse(word)
    if kind is int:
        return int(word) if number.fullmatch(word) and word.isascii() else _refuse(word)
    if kind is Subject:
        return Subject.read(word) or _refuse(word)
    if kind is Word:
        return Word(word) if PLAN.fullmatch(word) else _refuse(word)
    return kind(word)


def _refuse(word: str) -> Any:
    raise ValueError(word)
