"""Descriptions as files: what a spreadsheet opens, and what a reader reads."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import catalogue
from bot.catalogue import Row

COLUMNS = ("name", "description", "tags")
CAT = Row(name="cat.jpg", words="A cat, red.", tags=("cat", "sofa"))
BAD = Row(name="bad.jpg", words="damaged", is_left_out=True)


def cells(rows: list[Row]) -> list[list[str]]:
    text = catalogue.table(COLUMNS, rows)
    return list(csv.reader(io.StringIO(text.removeprefix(catalogue.BYTE_ORDER_MARK), newline="")))


def test_a_table_opens_in_a_spreadsheet() -> None:
    assert catalogue.table(COLUMNS, [CAT]) == (
        '\ufeffname,description,tags\r\ncat.jpg,"A cat, red.","cat, sofa"\r\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r=", "\n-"])
def test_a_spreadsheet_calculates_nothing(start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    [_, row] = cells([Row(name=evil, words=evil, tags=(evil,))])

    assert row == [f"'{evil}"] * 3


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1))
def test_a_table_says_what_was_said(said: list[str]) -> None:
    rows = [Row(name="a", words=each) for each in said]

    assert [row[1].removeprefix("'") for row in cells(rows)[1:]] == [
        each.removeprefix("'") for each in said
    ]


def test_a_text_has_a_heading_each_and_says_what_was_left_out() -> None:
    assert catalogue.markdown("Photos", [CAT, BAD], "Left out") == (
        "# Photos\n\n## cat.jpg\n\nA cat, red.\n\n*cat, sofa*\n\n"
        "## Left out\n\n- bad.jpg: damaged\n"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("# No heading", "\\# No heading"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("[no](link)", "\\[no\\](link)"),
        ("<b>", "\\<b\\>"),
        ("two\nlines", "two lines"),
    ],
)
def test_words_are_no_markup(words: str, shown: str) -> None:
    text = catalogue.markdown("Photos", [Row(name="a", words=words)], "Left out")

    assert text.endswith(f"\n\n{shown}\n")
