"""Rich messages: what Telegram takes, and how it says that it takes no more.

core.telegram.org/bots/api#inputrichmessage has the blocks and their fields, and the limits; where
the words of the real server are not known, they are its general RICH_MESSAGE_…_INVALID.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playground.people import Json
from playground.rules import bad

# #inputrichmessage, Rich Message Limits
MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500  # "including nested blocks, list items, […] table rows, quotation blocks"
DEEPEST = 16  # "levels of nested formatting and blocks"
MOST_COLUMNS = 20

STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "code", "marked"})
SCHEMES = frozenset({"http", "https", "tg", "tel"})
HOST = re.compile(r"[^\s/?#@:]+(?::\d+)?")
EMAIL = re.compile(r"[\w.%+-]+@(?:[\w-]+\.)+[a-zA-Z]{2,}", re.ASCII)
# What the server takes for an address while it looks for some, and finds wrong then.
LIKE_EMAIL = re.compile(r"[\w.:%+-]+:[\w.%+-]+@[\w.-]+", re.ASCII)
FIELDS = {"blocks", "html", "markdown", "media", "is_rtl", "skip_entity_detection"}
ALIGNS = {"align": {"left", "center", "right"}, "valign": {"top", "middle", "bottom"}}
LABELS = {"a", "A", "i", "I", "1"}


def message(told: Json | None) -> Json:
    """Return the rich message as others receive it."""
    if told is None or told.keys() - FIELDS:
        raise bad("can't parse InputRichMessage")
    if {"html", "markdown", "media"} & told.keys():
        raise bad("html, markdown and media are not supported by the playground: send blocks")
    blocks = told.get("blocks")
    if not isinstance(blocks, list):
        raise bad("can't parse InputRichMessage: exactly one of the fields must be used")
    if not blocks:
        raise bad("Rich message must be non-empty")
    _count(blocks)
    for block in blocks:
        _block(block, 1)
    if not told.get("skip_entity_detection") and LIKE_EMAIL.search(plain(blocks)):
        raise bad("RICH_MESSAGE_EMAIL_INVALID")
    return {"blocks": blocks}


def plain(value: Any) -> str:
    """All that a block or a rich text says, a line for each block."""
    match value:
        case str():
            said = value
        case [*parts]:
            is_of_blocks = all(isinstance(part, dict) and _is_block(part) for part in parts)
            said = ("\n" if is_of_blocks else "").join(map(plain, parts))
        case {"cells": [*rows]}:
            lines = (" | ".join(plain(cell.get("text", "")) for cell in row) for row in rows)
            said = "\n".join(lines)
        case {"items": [*items]}:
            said = "\n".join(_mark(item) + plain(item["blocks"]) for item in items)
        case _:
            names = ("blocks", "expression", "text")
            said = next((plain(value[name]) for name in names if name in value), "")
    return said


def _mark(item: Json) -> str:
    if item.get("has_checkbox"):
        return "☑ " if item.get("is_checked") else "☐ "
    return f"{item['value']}. " if "value" in item else "• "


def _is_block(part: Json) -> bool:
    return part.get("type") in {*_BLOCKS, "mathematical_expression"}


def _count(blocks: list[Any]) -> None:
    """Check the limits that hold for all of it together."""
    parts = list(_counted(blocks))
    characters = sum(len(part) for part in parts if isinstance(part, str))
    if characters > MOST_CHARACTERS:
        raise bad("RICH_MESSAGE_TEXT_TOO_LONG")
    if len(parts) - sum(isinstance(part, str) for part in parts) > MOST_BLOCKS:
        raise bad("RICH_MESSAGE_BLOCKS_TOO_MUCH")


def _counted(value: Any) -> Iterator[object]:
    """Its texts, and something for each block, item and row, however deep they are."""
    left = [value]
    while left:
        match left.pop():
            case str(text):
                yield text
            case [*parts]:
                left += parts
            case {"expression": str(latex)}:
                yield latex
            case dict(part):
                if _is_block(part) or "blocks" in part:
                    yield part
                yield from part.get("cells", ())
                left += [
                    part[name] for name in ("text", "blocks", "items", "cells") if name in part
                ]


def _block(block: Any, depth: int) -> None:
    check = _BLOCKS.get(str(block.get("type"))) if isinstance(block, dict) else None
    if check is None:
        raise bad("can't parse InputRichBlock: unsupported type")
    _not_too_deep(depth)
    check(block, depth)


def _not_too_deep(depth: int) -> None:
    if depth > DEEPEST:
        raise bad("RICH_MESSAGE_DEPTH_INVALID")


def _inside(blocks: Any, depth: int) -> None:
    if not isinstance(blocks, list) or not blocks:
        raise bad("RICH_MESSAGE_BLOCK_INVALID")
    for block in blocks:
        _block(block, depth + 1)


def _worded(block: Json, depth: int) -> None:
    _text(block.get("text"), depth)
    if not plain(block["text"]).strip():
        raise bad("RICH_MESSAGE_BLOCK_EMPTY")


def _heading(block: Json, depth: int) -> None:
    if block.get("size") not in range(1, 7):
        raise bad("RICH_MESSAGE_HEADING_INVALID")
    _worded(block, depth)


def _pre(block: Json, depth: int) -> None:
    if not isinstance(block.get("language", ""), str):
        raise bad("RICH_MESSAGE_LANGUAGE_INVALID")
    _worded(block, depth)


def _formula(block: Json, _depth: int) -> None:
    expression = block.get("expression")
    if not isinstance(expression, str) or not expression.strip():
        raise bad("RICH_MESSAGE_FORMULA_INVALID")


def _quote(block: Json, depth: int) -> None:
    _inside(block.get("blocks"), depth)


def _list(block: Json, depth: int) -> None:
    items = block.get("items")
    if not isinstance(items, list) or not items:
        raise bad("RICH_MESSAGE_LIST_INVALID")
    for item in items:
        _not_too_deep(depth + 1)
        if item.get("type", "1") not in LABELS or not isinstance(item.get("value", 0), int):
            raise bad("RICH_MESSAGE_LIST_INVALID")
        _inside(item.get("blocks"), depth + 1)


def _table(block: Json, depth: int) -> None:
    rows = block.get("cells")
    if not isinstance(rows, list) or not rows or not all(rows):
        raise bad("RICH_MESSAGE_TABLE_INVALID")
    if max(map(len, rows)) > MOST_COLUMNS:
        raise bad("RICH_MESSAGE_TABLE_COLUMNS_TOO_MUCH")
    for cell in (cell for row in rows for cell in row):
        if any(cell.get(name) not in values for name, values in ALIGNS.items()):
            raise bad("RICH_MESSAGE_TABLE_INVALID")
        _text(cell.get("text", ""), depth + 2)


def _text(text: Any, depth: int) -> None:
    _not_too_deep(depth)
    match text:
        case str():
            return
        case [*parts]:
            for part in parts:
                _text(part, depth)
        case {"type": "mathematical_expression"}:
            _formula(text, depth)
        case {"type": "url", "url": str(url)}:
            _address(url)
            _text(text.get("text"), depth + 1)
        case {"type": "email_address", "email_address": str(address)}:
            if not EMAIL.fullmatch(address):
                raise bad("RICH_MESSAGE_EMAIL_INVALID")
            _text(text.get("text"), depth + 1)
        case {"type": str(kind)} if kind in STYLES:
            _text(text.get("text"), depth + 1)
        case _:
            raise bad("can't parse RichText: unsupported type")


def _address(url: str) -> None:
    """Refuse relative and local links: one of them refuses the whole message."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise bad("RICH_MESSAGE_URL_INVALID") from None
    is_of_web = parts.scheme in {"http", "https"}
    if parts.scheme not in SCHEMES or (is_of_web and not HOST.fullmatch(parts.netloc)):
        raise bad("RICH_MESSAGE_URL_INVALID")
    if re.search(r"\s", url):
        raise bad("RICH_MESSAGE_URL_INVALID")


def _divider(_block: Json, _depth: int) -> None:
    pass


_BLOCKS = {
    "paragraph": _worded,
    "heading": _heading,
    "pre": _pre,
    "divider": _divider,
    "mathematical_expression": _formula,
    "list": _list,
    "blockquote": _quote,
    "table": _table,
}
