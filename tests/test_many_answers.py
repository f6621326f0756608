"""Thousands of answers, none of which Telegram refuses, and whatever is there of them."""

import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import Piece, previews, render
from bot.markup.parts import MOST_ENTITIES, divided
from bot.markup.spans import BLOCK, BOLD, CODE, Span
from bot.visible import repaired
from tests.model_answers import ANSWERS, made_up
from tests.test_markup import CODES, assert_telegram_takes, seen

BATCH = 500
BATCHES = range(10)
HALF = re.compile(r"\*\*|`|\[[^\]\n]+\]\(|~~|\$\$|\\[\[(]|^\|", re.MULTILINE)
# What a reader sees all of, without markers that are meant as they are.
TYPICAL = (
    *("a sentence", "two paragraphs", "a steps list", "a nested list", "list in numbers", "tasks"),
    *("headings", "heading with code", "python", "code and words", "fence in a list", "quote"),
    *("nested quote", "table", "table in Chinese", "links", "link in bold", "latex", "formula"),
    *("recipe", "dialogue", "nested styles", "chinese", "russian", "hebrew"),
)


@pytest.mark.parametrize("batch", BATCHES)
def test_telegram_takes_thousands_of_answers(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        answer = made_up(seed)
        assert_telegram_takes(render(answer))
        cut = random.Random(seed).randrange(len(answer) + 1)
        assert_telegram_takes(previews(answer[:cut]))


@pytest.mark.parametrize("name", TYPICAL)
def test_no_beginning_of_an_answer_shows_half_a_marker(name: str) -> None:
    answer = ANSWERS[name]

    for end in range(len(answer) + 1):
        for piece in previews(answer[:end]):
            assert not HALF.search(words(piece)), (end, piece.text)


def words(piece: Piece) -> str:
    """What a message says outside of code."""
    text = piece.text.encode("utf-16-le")
    for entity in piece.entities:
        if entity.type in CODES:
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            text = text[:start] + " ".encode("utf-16-le") * entity.length + text[end:]
    return text.decode("utf-16-le")


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5_000), max_size=300))
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_text_are_the_whole(seed: int, ends: list[int]) -> None:
    text = repaired(made_up(seed) * 8).replace("\r", "")
    bounds = zip(sorted(ends), sorted(ends)[1:], itertools.cycle([BOLD, CODE, BLOCK]), strict=False)
    spans = [Span(start, min(end, len(text)), kind) for start, end, kind in bounds]

    parts = list(divided(text, [span for span in spans if span.start < span.end]))

    assert seen("".join(part.text for part in parts)) == seen(text)
    marked = (part.text[span.start : span.end] for part in parts for span in part.spans)
    assert seen("".join(marked)) == seen("".join(text[span.start : span.end] for span in spans))
    assert all(len(part.spans) <= MOST_ENTITIES for part in parts)
