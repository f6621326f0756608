"""A long text in parts that Telegram takes, divided where a reader pauses."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.markup.spans import BLOCK, CODES, LAST_SINGLE, Span
from bot.visible import is_blank

MOST_UNITS = 4096  # core.telegram.org/bots/api#sendmessage, UTF-16 units
MOST_ENTITIES = 100  # the excess is dropped without a word

# The pauses, from long to short, and whether they must be outside of code.
PAUSES = (("\n\n", True), ("\n", True), ("\n", False), (" ", False))

JOINER = "\u200d"
JOINED = frozenset({"Mn", "Me", "Mc"})  # what is written onto the character before it
# These too, though their category is another: unicode.org/reports/tr29, Extend and SpacingMark.
EXTENDING = frozenset("\u200c\u0e33\u0eb3\uff9e\uff9f")
VIRAMA = 9  # the combining class of what joins two consonants of India
LONGEST_CHARACTER = 64  # a longer one is a joke; it is cut


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text, and the spans in it; `at` is where each character is, in units."""

    text: str
    spans: tuple[Span, ...]
    at: Sequence[int]

    def units(self, index: int) -> int:
        """Where a character of the whole text is in this part, in UTF-16 units."""
        return self.at[index] - self.at[0]


def divided(text: str, spans: Sequence[Span]) -> Iterator[Part]:
    """A text in parts; `spans` are sorted. What is code goes on as code in the next part."""
    blocks = [span for span in spans if span.kind == BLOCK]
    at = _units(text)
    start, passed, open_spans = 0, 0, list[Span]()
    while start < len(text):
        new = bisect_left(spans, start, lo=passed, key=lambda span: span.start)
        open_spans = [span for span in (*open_spans, *spans[passed:new]) if span.end > start]
        passed = new
        limit = bisect_right(at, at[start] + MOST_UNITS) - 1
        room = new + max(0, MOST_ENTITIES - len(open_spans))
        if room < len(spans) and start < spans[room].start < limit:
            limit = spans[room].start
        end, following = _pause(text, blocks, start, limit)
        last = bisect_left(spans, end, lo=new, key=lambda span: span.start)
        yield from _part(text, at, (start, end), (*open_spans, *spans[new:last]))
        start = following


def _units(text: str) -> Sequence[int]:
    """Where each character is, in UTF-16 units; and the end."""
    if not text or max(text) <= LAST_SINGLE:
        return range(len(text) + 1)
    return [0, *accumulate(1 + (char > LAST_SINGLE) for char in text)]


def _pause(text: str, blocks: Sequence[Span], start: int, limit: int) -> tuple[int, int]:
    """Where a part ends that may reach `limit`, and where the next one begins."""
    if limit == len(text):
        return limit, limit
    earliest = start + (limit - start) // 2
    for pause, is_outside in PAUSES:
        end = _last(text, pause, earliest, limit, blocks if is_outside else ())
        if end >= 0:
            return end, end + len(pause)
    end = _between_characters(text, start, limit)
    return end, end


def _last(text: str, pause: str, earliest: int, limit: int, blocks: Sequence[Span]) -> int:
    """Where the last such pause begins, out of blocks; -1 where there is none."""
    end = text.rfind(pause, earliest + 1, limit + len(pause))
    while end >= 0:
        around = bisect_left(blocks, end, key=lambda block: block.end)
        if around == len(blocks) or blocks[around].start > end:
            return end
        end = text.rfind(pause, earliest + 1, blocks[around].start)
    return end


def _between_characters(text: str, start: int, limit: int) -> int:
    for end in range(limit, max(start, limit - LONGEST_CHARACTER), -1):
        if not _is_inside_character(text, end):
            return end
    return limit


def _is_inside_character(text: str, index: int) -> bool:
    """Whether a reader sees one character where Python has two."""
    before, after = text[index - 1], text[index]
    if _is_flag_half(before) and _is_flag_half(after):
        halves = index - len(text[:index].rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
        return halves % 2 == 1
    return (
        JOINER in {before, after}
        or after in EXTENDING
        or unicodedata.category(after) in JOINED
        or (unicodedata.combining(before) == VIRAMA and after.isalpha())
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= after <= "\U000e007f"  # tags, as in the flag of Wales
        or "\u1160" <= after <= "\u11ff"  # vowels and finals of Hangul
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _part(
    text: str, at: Sequence[int], bounds: tuple[int, int], spans: Sequence[Span]
) -> Iterator[Part]:
    """One part, trimmed as Telegram does it, or none where there is nothing to see."""
    start, end = bounds
    end = start + len(text[start:end].rstrip())
    if is_blank(text[start:end]):
        return
    first = end - len(text[start:end].lstrip())
    codes = (max(start, span.start) for span in spans if span.kind == BLOCK)
    start = min(first, min(codes, default=first))  # a block of code keeps its indentation
    inside = [_trimmed(text, span, start, end) for span in spans]
    kept = [
        span._replace(start=span.start - start, end=span.end - start) for span in inside if span
    ]
    yield Part(text[start:end], tuple(kept[:MOST_ENTITIES]), at[start : end + 1])


def _trimmed(text: str, span: Span, start: int, end: int) -> Span | None:
    """The visible part of a span between two places; code keeps its indentation."""
    start, end = max(start, span.start), min(end, span.end)
    shown = text[start:end].rstrip()
    end = start + len(shown)
    if span.kind not in CODES:
        start = end - len(shown.lstrip())
    return None if is_blank(shown) else span._replace(start=start, end=end)
