"""Tables as a phone shows them."""

import pytest

from bot.markup import previews, render
from bot.markup.tables import PHONE, width


def shown(markdown: str) -> list[str]:
    """The lines of an answer that is one message."""
    [piece] = render(markdown)
    return piece.text.splitlines()


def kinds(markdown: str) -> list[str]:
    [piece] = render(markdown)
    return [entity.type for entity in piece.entities]


def test_a_narrow_table_is_aligned_in_monospace() -> None:
    table = "| Fruit | Price |\n|---|---:|\n| Apple | 1 |\n| Kiwi<br>fruit | 22 |"

    assert shown(table) == [
        "Fruit       Price",
        "──────────  ─────",
        "Apple           1",
        "Kiwi fruit     22",
    ]
    assert kinds(table) == ["pre"]


def test_the_middle_of_a_column_is_in_its_middle() -> None:
    assert shown("| Wide |\n|:-:|\n| ab |") == ["Wide", "────", " ab"]


def test_characters_of_east_asia_take_two_columns() -> None:
    assert shown("| 名 | n |\n|---|---|\n| 苹果 | 1 |\n| abc | 22 |") == [
        "名    n",
        "────  ──",
        "苹果  1",
        "abc   22",
    ]


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("你好", 4), ("ｱ", 1), ("Ａ", 2), ("e\u0301", 1), ("a\u200db", 2), ("", 0)],
    ids=ascii,
)
def test_text_has_a_width(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_table_as_wide_as_the_phone_is_aligned_and_a_wider_one_is_a_list() -> None:
    fits = "| a | " + "x" * (PHONE - 3) + " |\n|---|---|\n| b | c |"
    wide = fits.replace("x", "xx", 1)

    assert kinds(fits) == ["pre"]
    assert kinds(wide) == []


def test_a_wide_table_is_a_block_for_each_row() -> None:
    table = (
        "| Name | What it is | Price |\n|---|---|---|\n"
        "| Apple | A **fruit** that grows on trees | 1 |\n| Kiwi | | 22 |"
    )

    assert shown(table) == [
        "Name: Apple",
        "What it is: A fruit that grows on trees",
        "Price: 1",
        "",
        "Name: Kiwi",
        "Price: 22",
    ]
    assert kinds(table) == ["bold"]


def test_cells_say_what_they_say_elsewhere_without_markup() -> None:
    table = "| **A** | `b` | $x^2$ |\n|--|--|--|\n| [c](https://a.example) | 2*3 | x \\| y |"

    assert shown(table) == ["A  b    x²", "─  ───  ─────", "c  2*3  x | y"]


def test_rows_have_as_many_cells_as_the_head() -> None:
    assert shown("| A | B |\n|--|--|\n| 1 |\n| 1 | 2 | 3 |") == ["A  B", "─  ─", "1", "1  2"]


def test_a_table_in_a_quote_or_a_list_stays_there() -> None:
    assert shown("> | A | B |\n> |--|--|\n> | 1 | 2 |\n\nsaid") == [
        "A  B",
        "─  ─",
        "1  2",
        "",
        "said",
    ]
    assert shown("- x\n\n  | A | B |\n  |--|--|\n  | 1 | 2 |\n- y")[-1] == "• y"


@pytest.mark.parametrize(
    "text",
    ["a | b | c", "| A | B |\n| 1 | 2 |", "```\n| A |\n|---|\n| 1 |\n```", "a\n---", "x || y"],
)
def test_what_is_no_table_is_left_alone(text: str) -> None:
    bare = text.removeprefix("```\n").removesuffix("\n```")

    assert render(text)[0].text.startswith(bare.splitlines()[0])


@pytest.mark.parametrize(
    ("growing", "text"),
    [
        ("Look:\n\n| A", "Look:"),
        ("Look:\n\n| A | B |", "Look:"),
        ("Look:\n\n| A | B |\n|", "Look:"),
        ("Look:\n\n| A | B |\n|---|-", "Look:\n\nA  B\n─  ─"),
        ("| A | B |\n|---|", ""),
        ("| A | B |\n|---|---|\n| on", "A  B\n─  ─"),
        ("| A | B |\n|---|---|\n| 1 | **2", "A  B\n─  ─"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A  B\n─  ─\n1  2"),
    ],
)
def test_a_growing_table_shows_whole_rows(growing: str, text: str) -> None:
    assert "".join(piece.text for piece in previews(growing)) == text
