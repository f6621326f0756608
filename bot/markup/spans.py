"""Stretches of a text and how they look, by the rules that Telegram has for them.

core.telegram.org/bots/api#formatting-options: entities are inside one another or apart; code is in
nothing and nothing is in code; a quote is not in a quote.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from telegram import MessageEntity
from telegramify_markdown import MessageEntity as Rendered

BOLD, ITALIC, STRIKE = MessageEntity.BOLD, MessageEntity.ITALIC, MessageEntity.STRIKETHROUGH
SPOILER, LINK, QUOTE = MessageEntity.SPOILER, MessageEntity.TEXT_LINK, MessageEntity.BLOCKQUOTE
CODE, BLOCK = MessageEntity.CODE, MessageEntity.PRE

STYLES = frozenset({BOLD, ITALIC, STRIKE, SPOILER})
CODES = frozenset({CODE, BLOCK})
# No underline: it is what telegramify puts below headings, and bold is enough.
KINDS = (QUOTE, LINK, *sorted(STYLES), BLOCK, CODE)  # from outside in

SCHEMES = frozenset({"http", "https", "mailto", "tg"})
LAST_SINGLE = "\uffff"  # beyond it a character is two UTF-16 units


class Span(NamedTuple):
    """A stretch of a text, by character; `url` of a link, `language` of a block of code."""

    start: int
    end: int
    kind: str
    url: str | None = None
    language: str | None = None


def spans_of(text: str, rendered: Iterable[Rendered]) -> list[Span]:
    """What telegramify made, but for what we do not show; its numbers are UTF-16 units."""
    at: Sequence[int] = range(len(text) + 1)
    if text and max(text) > LAST_SINGLE:
        at = [i for i, char in enumerate(text) for _ in range(1 + (char > LAST_SINGLE))]
        at.append(len(text))
    return [
        Span(at[it.offset], at[it.offset + it.length], it.type, it.url, _word(it.language))
        for it in rendered
        if it.type in KINDS and (it.type != LINK or _is_followed(it.url))
    ]


def legal(spans: Iterable[Span]) -> list[Span]:
    """The spans as Telegram allows them, by their start, the outer before the inner."""
    nested = list(_nested(sorted(spans, key=_order)))
    codes = [span for span in nested if span.kind in CODES]
    return sorted((piece for span in nested for piece in _apart(span, codes)), key=_order)


def _order(span: Span) -> tuple[int, int, int]:
    return span.start, -span.end, KINDS.index(span.kind)


def _word(language: str | None) -> str | None:
    return language.split()[0] if language and language.strip() else None


def _is_followed(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:  # "http://["
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc or parts.path)


def _nested(spans: Iterable[Span]) -> Iterator[Span]:
    """Without what is twice and code in links and quotes, cut where it would reach out."""
    around: list[Span] = []
    for span in spans:
        while around and around[-1].end <= span.start:
            around.pop()
        outer = {one.kind for one in around}
        if span.kind in outer or (span.kind == CODE and outer & {LINK, QUOTE}):
            continue
        inside = span._replace(end=min(span.end, around[-1].end)) if around else span
        around.append(inside)
        yield inside


def _apart(span: Span, codes: Sequence[Span]) -> Iterator[Span]:
    """The parts of a style or a quote that are not code; anything else as it is."""
    if span.kind not in STYLES | {QUOTE}:
        yield span
        return
    start = span.start
    for code in _overlapping(span, codes):
        if start < code.start:
            yield span._replace(start=start, end=code.start)
        start = max(start, code.end)
    if start < span.end:
        yield span._replace(start=start)


def _overlapping(span: Span, others: Sequence[Span]) -> Sequence[Span]:
    """Those of some spans, sorted and apart from each other, that a span touches."""
    first = bisect_right(others, span.start, key=lambda other: other.end)
    return others[first : bisect_left(others, span.end, key=lambda other: other.start)]
