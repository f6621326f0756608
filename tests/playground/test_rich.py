"""Rich messages that Telegram refuses, as a table."""

from typing import Any

import pytest

from playground import rich
from playground.people import Json
from playground.rules import Refused


def paragraph(text: Any = "a") -> Json:
    return {"type": "paragraph", "text": text}


def table(*rows: list[Json]) -> Json:
    return {"type": "table", "cells": list(rows)}


CELL: Json = {"text": "a", "align": "left", "valign": "middle"}


def listed(*blocks: Json, **more: Any) -> Json:
    return {"type": "list", "items": [{"blocks": list(blocks)} | more]}


def deep(levels: int) -> Json:
    block = paragraph()
    for _ in range(levels - 1):
        block = {"type": "blockquote", "blocks": [block]}
    return block


GOOD: dict[str, Json] = {
    "nothing but words": paragraph(),
    "words of all kinds": paragraph(
        ["a", {"type": "bold", "text": [{"type": "code", "text": "b"}]}]
    ),
    "a link": paragraph({"type": "url", "text": "a", "url": "https://a.example:8080/x?y#z"}),
    "a person": paragraph({"type": "url", "text": "a", "url": "tg://user?id=1"}),
    "a mail": paragraph({"type": "email_address", "text": "a", "email_address": "a@b.example"}),
    "a table": table([CELL], [{"align": "right", "valign": "top"}]),
    "a task": listed(paragraph(), has_checkbox=True),
    "a number": listed(paragraph(), value=3, type="1"),
    "a formula": {"type": "mathematical_expression", "expression": "x"},
    "a heading": {"type": "heading", "text": "a", "size": 6},
    "code": {"type": "pre", "text": "a", "language": "py"},
    "a line": {"type": "divider"},
    "sixteen levels": deep(16),
    "twenty columns": table([CELL] * 20),
}
BAD: dict[str, tuple[Json, str]] = {
    "an unknown block": ({"type": "poem"}, "unsupported type"),
    "no block": ("a", "unsupported type"),  # type: ignore[dict-item]
    "an empty paragraph": (paragraph(" "), "RICH_MESSAGE_BLOCK_EMPTY"),
    "an unknown text": (paragraph({"type": "loud", "text": "a"}), "unsupported type"),
    "a relative link": (
        paragraph({"type": "url", "text": "a", "url": "./a.py"}),
        "RICH_MESSAGE_URL_INVALID",
    ),
    "a link to no host": (
        paragraph({"type": "url", "text": "a", "url": "https:///a"}),
        "RICH_MESSAGE_URL_INVALID",
    ),
    "a link that is none": (
        paragraph({"type": "url", "text": "a", "url": "http://["}),
        "RICH_MESSAGE_URL_INVALID",
    ),
    "a link with a space": (
        paragraph({"type": "url", "text": "a", "url": "https://a.example/b c"}),
        "RICH_MESSAGE_URL_INVALID",
    ),
    "a link within a cell": (
        table([CELL | {"text": {"type": "url", "text": "a", "url": "file:///a"}}]),
        "RICH_MESSAGE_URL_INVALID",
    ),
    "a wrong mail": (
        paragraph({"type": "email_address", "text": "a", "email_address": "a@b"}),
        "RICH_MESSAGE_EMAIL_INVALID",
    ),
    "what looks like a mail": (paragraph("provider:me@x.y"), "RICH_MESSAGE_EMAIL_INVALID"),
    "no rows": (table(), "RICH_MESSAGE_TABLE_INVALID"),
    "an empty row": (table([]), "RICH_MESSAGE_TABLE_INVALID"),
    "a cell that stands nowhere": (table([{"text": "a"}]), "RICH_MESSAGE_TABLE_INVALID"),
    "21 columns": (table([CELL] * 21), "COLUMNS_TOO_MUCH"),
    "no items": ({"type": "list", "items": []}, "RICH_MESSAGE_LIST_INVALID"),
    "an item without a thing": (listed(), "RICH_MESSAGE_BLOCK_INVALID"),
    "a label that there is not": (listed(paragraph(), type="x"), "RICH_MESSAGE_LIST_INVALID"),
    "a heading of size 7": ({"type": "heading", "text": "a", "size": 7}, "HEADING_INVALID"),
    "a language that is a number": ({"type": "pre", "text": "a", "language": 1}, "LANGUAGE"),
    "an empty formula": ({"type": "mathematical_expression", "expression": " "}, "FORMULA"),
    "17 levels": (deep(17), "RICH_MESSAGE_DEPTH_INVALID"),
    "a text of 32,769": (paragraph("a" * 32_769), "RICH_MESSAGE_TEXT_TOO_LONG"),
    "501 blocks": (listed(*[paragraph()] * 499), "RICH_MESSAGE_BLOCKS_TOO_MUCH"),
    "501 rows": (table(*[[CELL]] * 500), "RICH_MESSAGE_BLOCKS_TOO_MUCH"),
}


@pytest.mark.parametrize("block", GOOD.values(), ids=GOOD)
def test_a_rich_message_is_taken_as_it_is(block: Json) -> None:
    assert rich.message({"blocks": [block]}) == {"blocks": [block]}


@pytest.mark.parametrize(("block", "words"), BAD.values(), ids=BAD)
def test_a_wrong_block_refuses_all_of_it(block: Json, words: str) -> None:
    with pytest.raises(Refused) as refused:
        rich.message({"blocks": [paragraph(), block]})

    assert words in refused.value.description


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, "can't parse InputRichMessage"),
        ({}, "exactly one of the fields"),
        ({"blocks": []}, "Rich message must be non-empty"),
        ({"blocks": [paragraph()], "html": "a"}, "not supported by the playground"),
        ({"blocks": [paragraph()], "text": "a"}, "can't parse InputRichMessage"),
    ],
)
def test_a_wrong_rich_message_is_refused(told: Json | None, words: str) -> None:
    with pytest.raises(Refused) as refused:
        rich.message(told)

    assert words in refused.value.description


def test_telegram_looks_for_mail_addresses_unless_it_is_told_not_to() -> None:
    blocks = [paragraph("provider:me@x.y")]

    assert rich.message({"blocks": blocks, "skip_entity_detection": True}) == {"blocks": blocks}
