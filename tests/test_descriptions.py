"""The line that stands for a photo, out of the answer about it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.descriptions import LONGEST, described

LONG = "It goes on and on " * 30


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("A red bicycle leans on a wall.", "A red bicycle leans on a wall."),
        ("A **red** `bicycle`.\n\nBehind it, a [wall](https://example.org).", None),
        ("# A bill\n\n| item | price |\n|---|---|\n| tea | 2 |", None),
        (f"It is a menu. {LONG}.", "It is a menu."),
        (f"It is a menu. There is tea! {LONG}.", "It is a menu. There is tea!"),
        ("「茶」と書いてあります。" + "あ" * 400, "「茶」と書いてあります。"),
        (LONG, None),
        ("42", "42"),
        ("", ""),
        (" \n\u200b", ""),
    ],
)
def test_the_first_sentences_without_markup_are_the_line(answer: str, line: str | None) -> None:
    [described_as] = described(answer, 1)

    if line is not None:
        assert described_as == line
    assert len(described_as) <= LONGEST
    assert not set(described_as) & set("*`#\n")


def test_an_answer_that_numbers_the_photos_speaks_of_each() -> None:
    answer = "Three of them:\n\n1. A **cat**.\n2. A dog, asleep.\n3. A cow."

    assert described(answer, 3) == ("A cat.", "A dog, asleep.", "A cow.")


@pytest.mark.parametrize("answer", ["1. A cat.\n2. A dog.", "2. A dog.\n1. A cat.\n7. No."])
def test_an_answer_that_does_not_is_the_first_ones(answer: str) -> None:
    first, *others = described(answer, 3)

    assert "A cat." in first
    assert others == ["", ""]


def test_a_list_about_a_single_photo_is_its_line() -> None:
    [line] = described("1. A cat.", 1)

    assert "A cat." in line


@settings(deadline=None)
@given(answer=st.text(), count=st.integers(1, 10))
def test_any_answer_gives_each_photo_a_line_that_is_one(answer: str, count: int) -> None:
    lines = described(answer, count)

    assert len(lines) == count
    assert lines == described(answer, count)
    assert all(len(line) <= LONGEST + 2 and "\n" not in line for line in lines)  # 2 isolates
