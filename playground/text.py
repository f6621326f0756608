"""Texts as Telegram sees them: measured in UTF-16, trimmed, links and commands found."""

import re

from playground.people import Json

# Simple on purpose: the ones that people of the playground type.
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?!\w))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z]\w{2,31})"
    r"|(?P<url>(?<!\w)(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,:;!?)'\]])",
    re.ASCII,
)
# Telegram shows control characters as spaces, except for the line feed.
_CONTROL = {code: " " for code in range(32) if code != ord("\n")}


def units(text: str) -> int:
    """Count UTF-16 code units, as core.telegram.org/api/entities#utf-16 wants it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def piece(text: str, entity: Json) -> str:
    """Cut out what an entity covers."""
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return text.encode("utf-16-le")[start:end].decode("utf-16-le", errors="replace")


def found(text: str) -> list[Json]:
    """Find commands, mentions and links."""
    return [
        {
            "type": match.lastgroup,
            "offset": units(text[: match.start()]),
            "length": units(match.group()),
        }
        for match in _FOUND.finditer(text)
    ]


def with_found(text: str, given: list[Json]) -> list[Json]:
    """Add what Telegram finds by itself to the entities given, where it is in none of them."""
    more = [new for new in found(text) if not any(_overlap(new, old) for old in given)]
    return sorted([*given, *more], key=lambda entity: (entity["offset"], -entity["length"]))


def cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim a text on both sides and move its entities along; empty ones are dropped."""
    text = text.translate(_CONTROL)
    without_end = text.rstrip()
    trimmed = without_end.lstrip()
    skipped, length = units(without_end) - units(trimmed), units(trimmed)
    moved = (_moved(entity, skipped, length) for entity in entities)
    return trimmed, [entity for entity in moved if entity["length"] > 0]


def _moved(entity: Json, skipped: int, length: int) -> Json:
    start = max(entity["offset"] - skipped, 0)
    end = min(entity["offset"] + entity["length"] - skipped, length)
    return {**entity, "offset": start, "length": end - start}


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
