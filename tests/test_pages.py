"""What the model writes, as a rich message: what is in it, and that Telegram takes it."""

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings

from bot.markup import page, render
from bot.markup.blocks import Block, blocks
from bot.markup.rich import DEEPEST, MOST_BLOCKS, MOST_CHARACTERS, MOST_COLUMNS, fits
from playground import rich
from tests.model_answers import ANSWERS, HOSTILE, made_up
from tests.test_markup import MARKUP

TABLE = "|a|\n|-|\n|b|"
WORD = re.compile(r"\w+")


def of(markdown: str) -> list[Block]:
    """The blocks of an answer that needs to be rich."""
    made = page(markdown)
    assert made is not None
    return list(made.blocks)


def paragraph(text: Any) -> Block:
    return {"type": "paragraph", "text": text}


def formula(latex: str) -> Block:
    return {"type": "mathematical_expression", "expression": latex}


def test_a_table_has_a_head_and_its_cells_stand_where_they_are_told() -> None:
    [table] = of("| A | B |\n|:-:|--:|\n| **1** | |\n| `x \\| y` |")

    def cell(text: Any, align: str, **more: Any) -> Block:
        return {"text": text, "align": align, "valign": "middle"} | more

    assert table == {
        "type": "table",
        "is_bordered": True,
        "cells": [
            [cell("A", "center", is_header=True), cell("B", "right", is_header=True)],
            [cell({"type": "bold", "text": "1"}, "center"), cell("\u00a0", "right")],
            [cell({"type": "code", "text": "x | y"}, "center"), cell("\u00a0", "right")],
        ],
    }


def test_a_task_has_a_box() -> None:
    [tasks] = of("- [ ] milk\n- [x] eggs\n\n  six of them\n- salt")

    assert tasks == {
        "type": "list",
        "items": [
            {"blocks": [paragraph("milk")], "has_checkbox": True},
            {
                "blocks": [paragraph("eggs"), paragraph("six of them")],
                "has_checkbox": True,
                "is_checked": True,
            },
            {"blocks": [paragraph("salt")]},
        ],
    }


def test_lists_within_lists_go_on_where_they_begin() -> None:
    [outer] = blocks("3. a\n   - b\n4. c")

    assert [item.get("value") for item in outer["items"]] == [3, 4]
    assert outer["items"][0]["blocks"][1] == {
        "type": "list",
        "items": [{"blocks": [paragraph("b")]}],
    }


@pytest.mark.parametrize(
    ("markdown", "made"),
    [
        ("$$x^2$$", [formula("x^2")]),
        ("\\[ \\frac{a}{b} \\]", [formula("\\frac{a}{b}")]),
        ("So $$x^2$$ it is", [paragraph("So"), formula("x^2"), paragraph("it is")]),
        ("$$\\|v\\| + |w|$$", [formula("\\Vert v\\Vert + \\vert w\\vert")]),
    ],
)
def test_a_formula_of_its_own_is_a_block(markdown: str, made: list[Block]) -> None:
    assert of(markdown) == made


def test_a_formula_in_a_line_is_one_where_the_answer_is_rich_anyway() -> None:
    assert page("$x$ and \\(y\\)") is None
    assert blocks("$x$ and $5 to $6, `$z$`") == [
        paragraph([formula("x"), " and $5 to $6, ", {"type": "code", "text": "$z$"}])
    ]


def test_what_is_in_a_line_looks_as_it_should() -> None:
    [made] = blocks(
        "**a *b*** ~~c~~ ~d~ `e` ||f|| g||h||i [j](https://k.example) https://l.example."
    )

    assert made["text"] == [
        {"type": "bold", "text": ["a ", {"type": "italic", "text": "b"}]},
        " ",
        {"type": "strikethrough", "text": "c"},
        " ~d~ ",
        {"type": "code", "text": "e"},
        " ",
        {"type": "spoiler", "text": "f"},
        " g||h||i ",
        {"type": "url", "text": "j", "url": "https://k.example"},
        " ",
        {"type": "url", "text": "https://l.example", "url": "https://l.example"},
        ".",
    ]


@pytest.mark.parametrize(
    "url",
    [
        *("./a.py", "a/b", "#top", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"),
        *(
            "http://",
            "http://[",
            "https:///x",
            "http://a:b@c.example",
            "mailto:nobody",
            "ftp://a.b",
        ),
    ],
)
def test_a_link_that_telegram_would_refuse_is_its_words(url: str) -> None:
    assert blocks(f"see [here]({url})") == [paragraph("see here")]


@pytest.mark.parametrize("written", ["[w](mailto:a@b.example)", "<a@b.example>"])
def test_a_mail_address_is_one(written: str) -> None:
    [made] = blocks(written)

    assert made["text"]["type"] == "email_address"
    assert made["text"]["email_address"] == "a@b.example"


def test_a_picture_is_a_link_and_never_fetched() -> None:
    [_table, made] = of(f"{TABLE}\n\n![x](https://evil.example/?q=secret)")

    assert made == paragraph({"type": "url", "text": "x", "url": "https://evil.example/?q=secret"})


@pytest.mark.parametrize(
    "markdown",
    ["Hello.", "# A\n\n- b\n\n```\nc\n```", "> d", "a | b", "[x](https://a.example)", ""],
)
def test_what_looks_as_well_plain_is_no_page(markdown: str) -> None:
    assert page(markdown) is None


@pytest.mark.parametrize(
    ("most", "form"),
    [
        (MOST_COLUMNS, lambda count: "|a" * count + "|\n" + "|-" * count + "|"),
        (MOST_BLOCKS - 2, lambda count: f"|a|\n|-|\n{'|b|' + chr(10)}" + "c\n\n" * (count - 1)),
        (MOST_CHARACTERS - 2, lambda count: f"{TABLE}\n\n" + "x" * count),
        ((DEEPEST - 2) // 2, lambda count: f"{TABLE}\n\n" + "- " * count + "**x**"),
    ],
    ids=["columns", "blocks", "characters", "levels"],
)
def test_what_is_too_much_for_one_message_is_no_page(most: int, form: Any) -> None:
    whole = page(form(most))

    assert whole is not None
    rich.message(whole.message)
    assert page(form(most + 1)) is None


def test_what_looks_like_a_mail_address_and_is_none_is_left_alone() -> None:
    made = page(f"{TABLE}\n\nprovider:me@x.y")

    assert made is not None
    assert rich.message(made.message)


def assert_telegram_takes(markdown: str) -> None:
    """Whether a page is one that Telegram takes, also where it need not be one."""
    made = blocks(markdown)
    if made and fits(made):
        rich.message({"blocks": made, "skip_entity_detection": True})
    if (needed := page(markdown)) is not None:
        rich.message(needed.message)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_telegram_takes_each_answer(answer: str) -> None:
    assert_telegram_takes(answer)


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_takes_no_time(answer: str) -> None:
    started = time.process_time()

    page(answer)

    assert time.process_time() - started < 3
    assert_telegram_takes(answer)


@settings(max_examples=80, deadline=None)
@given(MARKUP)
def test_telegram_takes_whatever_is_written(markdown: str) -> None:
    assert_telegram_takes(markdown)
    assert_telegram_takes(f"{TABLE}\n\n{markdown}")


@pytest.mark.parametrize("seed", range(150))
def test_no_word_is_lost(seed: int) -> None:
    answer = made_up(seed)
    assert_telegram_takes(answer)

    pieces = render(answer)
    if len(pieces) > 1 or any(mark in answer for mark in ("$", "\\", "<u>")):
        return  # a word may be divided, and a formula is written otherwise
    told = "\n".join(piece.text for piece in pieces)
    assert set(WORD.findall(told)) <= set(WORD.findall(rich.plain(blocks(answer) or told)))
