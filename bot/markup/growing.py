"""Markdown that is still being written, closed so that it can be shown."""

import re

from bot.markup.formulas import without_half
from bot.markup.source import CODE, FENCED
from bot.markup.tables import without_half_row

HALF_FENCE = re.compile(r"\n[> \t]*(?:`+|~+)\Z")
# A line with which a new block of the text begins: markers do not reach over it.
NEW_BLOCK = re.compile(r"\n(?=[ \t]*(?:\n|[-+*][ \t]|\d+[.)][ \t]|[#>|]))")
# Below a line of text these make it a heading, and are mostly the beginning of a list.
HALF_BULLET = re.compile(r"\n[ \t]*[-=+*]{1,2}\Z")
# A box to tick has words behind it.
HALF_BOX = re.compile(r"\A[ \t>]*(?:[-+*]|\d+[.)])[ \t]+\[[ xX]?\]?\Z")
HALF_LINK = re.compile(r"!?(?<![\w\]])\[(?P<label>[^\s\[\]][^\[\]\n]*)(?:\](?:\([^()\s]*)?)?\Z")
MARKERS = "*_~`|[\\"
MARKER = re.compile(r"\\.|`+|\*{1,3}|_{1,3}|~~", re.DOTALL)


def closed(markdown: str) -> str:
    """The beginning of an answer, with what is open closed and half a marker left out."""
    text = markdown.rstrip()
    start = 0
    for fence in FENCED.finditer(text):
        if fence["end"] is None:
            return HALF_FENCE.sub("", text)
        start = fence.end()
    text = text[:start] + without_half_row(text[start:])
    for block in NEW_BLOCK.finditer(text, start):
        start = block.end()
    tail = _without_half_formula(HALF_BULLET.sub("", text[start:]))
    tail = HALF_LINK.sub(r"\g<label>", HALF_BOX.sub("", tail))
    tail = tail.removesuffix("![").rstrip(MARKERS).rstrip()
    return text[:start] + tail + "".join(reversed(_open(tail)))


def _without_half_formula(text: str) -> str:
    """The text up to a formula that is not whole; what is in code is none."""
    words = CODE.sub(lambda code: "x" * len(code[0]), text).partition("`")[0]
    kept = without_half(words)
    return text if len(kept) == len(words) else text[: len(kept)].rstrip()


def _open(text: str) -> list[str]:
    """The markers that were opened and not closed, in their order."""
    markers: list[str] = []
    for found in MARKER.finditer(text):
        marker = found[0]
        if markers and markers[-1][0] == "`":
            if marker == markers[-1]:
                markers.pop()
        elif marker[0] == "`":
            markers.append(marker)
        elif marker[0] != "\\":
            start, end = found.span()
            _meet(marker, text[max(0, start - 1) : start], text[end : end + 1], markers)
    return markers


def _meet(marker: str, before: str, after: str, markers: list[str]) -> None:
    """Let a marker close what it closes, or open something (spec.commonmark.org, 6.2)."""
    is_in_word = marker[0] == "_" and before.isalnum() and after.isalnum()
    if before.strip() and not is_in_word:
        while markers and markers[-1][0] == marker[:1] and len(markers[-1]) <= len(marker):
            marker = marker[len(markers.pop()) :]
    if marker and after.strip() and not is_in_word:
        markers.append(marker)
