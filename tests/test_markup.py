"""What the model writes, and what Telegram gets."""

import itertools
import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.markup import Piece, previews, render
from bot.markup.parts import divided
from bot.visible import INVISIBLE, is_blank
from playground.rules import message_text
from tests.model_answers import ANSWERS, HOSTILE

CODES = {"code", "pre"}
STYLES = {"bold", "italic", "strikethrough", "spoiler"}
MARKUP = st.lists(
    st.sampled_from(
        [
            *("**", "*", "_", "`", "```", "```py\n", "~~", "||", "[", "](", "](https://a.example)"),
            *("![", "<b>", "</b>", "<br>", "<", ">", "> ", "# ", "- ", "- [ ] ", "1. ", "| ", " |"),
            *("|---|---|\n", "\n", "\n\n", "$", "$$", "\\(", "\\)", "\\[", "\\frac{a}{b}", "\\"),
            *(
                "a",
                "word ",
                "👨‍👩‍👧",
                "🇩🇪",
                "e\u0301",
                "שלום",
                "你好",
                "\t",
                "  ",
                "&lt;",
                "[^1]",
                "\ud800",
            ),
        ]
    )
).map("".join)


# What models write; each has words in it that are nothing but words.
BLOCKS = (
    *("{}", "**{}**", "*{}*", "***{}***", "__{}__", "~~{}~~", "`{}`", "||{}||", "> {}", "> **{}**"),
    *("# {}", "### {}", "## **{}**", "- {}", "1. {}", "- `{}`: more", "- one\n  - {}", "- [x] {}"),
    *("- [ ] {}", "```py\n{}\n```", "```\n{}\n```", "[{}](https://a.example/b)"),
    *("![{}](https://a.example/p.png)", "**bold** and *{}*"),
)
WORD = re.compile(r"w\d{5}(?!\d)")


def written(most: int) -> st.SearchStrategy[str]:
    """Answers of blocks with up to so many words each; no word comes twice."""
    blocks = st.tuples(st.sampled_from(BLOCKS), st.integers(1, most))
    return st.lists(blocks, min_size=1, max_size=6).map(_written)


def _written(blocks: Sequence[tuple[str, int]]) -> str:
    numbers = itertools.count()
    words = ([f"w{next(numbers):05}" for _ in range(count)] for _, count in blocks)
    filled = zip(blocks, words, strict=True)
    return "\n\n".join(block.format(" ".join(each)) for (block, _), each in filled)


def plain(markdown: str) -> list[str]:
    """The messages of an answer, without what they look like."""
    return [piece.text for piece in render(markdown)]


def preview(markdown: str) -> Piece:
    """The first message of an answer that still grows."""
    return next(iter(previews(markdown)), Piece("", ()))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def seen(text: str) -> str:
    """All of a text that is not white space."""
    return "".join(text.split())


def on(piece: Piece, entity: MessageEntity) -> str:
    encoded = piece.text.encode("utf-16-le")
    return encoded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def shown(markdown: str) -> list[tuple[str, str]]:
    """The kind of each entity in a short answer, and the text that it is on."""
    [piece] = render(markdown)
    return [(entity.type, on(piece, entity)) for entity in piece.entities]


def assert_telegram_takes(pieces: list[Piece]) -> None:
    for piece in pieces:
        assert units(piece.text) <= 4096
        assert len(piece.entities) <= 100
        entities = [entity.to_dict() for entity in piece.entities]
        kept, moved = message_text(piece.text, entities)
        if piece.text[:1].isspace():  # the indentation of code, which the playground takes away
            assert piece.entities[0].type == "pre"
            assert piece.entities[0].offset == 0
        else:
            assert (kept, moved) == (piece.text, entities)
        assert not is_blank(piece.text)
        assert all(on(piece, entity).strip() for entity in piece.entities)
        assert_nested(piece)


def assert_nested(piece: Piece) -> None:
    """core.telegram.org/bots/api#formatting-options."""
    for one, two in itertools.combinations(piece.entities, 2):
        apart = one.offset + one.length <= two.offset
        inside = two.offset + two.length <= one.offset + one.length
        assert apart or inside
        if not apart:
            assert one.type not in CODES
            assert one.type != two.type
            assert not (one.type in STYLES and two.type in CODES)


def test_markdown_becomes_entities() -> None:
    looks = shown("**bold** *italic* ~~gone~~ `code` ||hidden|| [here](https://a.example/x)")

    assert looks == [
        ("bold", "bold"),
        ("italic", "italic"),
        ("strikethrough", "gone"),
        ("code", "code"),
        ("spoiler", "hidden"),
        ("text_link", "here"),
    ]


def test_a_heading_is_bold_and_nothing_else() -> None:
    [piece] = render("# Heading\n\nText")

    assert piece.text == "Heading\n\nText"
    assert shown("# Heading\n\nText") == [("bold", "Heading")]


def test_lists_have_calm_bullets_and_boxes() -> None:
    [piece] = render("- one\n  - two\n- [ ] open\n- [x] done\n\n1. first\n2. second")

    assert piece.text == "• one\n  • two\n☐ open\n☑ done\n\n1. first\n2. second"


def test_a_block_of_code_has_its_language() -> None:
    [piece] = render("```python title=x\nprint(1)\n```")

    assert piece == Piece("print(1)", (MessageEntity("pre", 0, 8, language="python"),))
    assert piece.entities[0].language == "python"


@pytest.mark.parametrize(
    "url",
    ["https://a.example", "http://a.example/x?a||b", "tg://user?id=1", "mailto:a@b.example"],
)
def test_links_that_lead_somewhere_stay(url: str) -> None:
    [piece] = render(f"[here]({url})")

    assert [entity.url for entity in piece.entities] == [url]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "./file.py", "file:///etc/passwd", "http://[", "data:text/html,x", "#"],
)
def test_other_links_are_plain_text(url: str) -> None:
    assert render(f"see [here]({url})") == [Piece("see here", ())]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("List<String> a = new ArrayList<>();", "List<String> a = new ArrayList<>();"),
        ("<div>\nhello\n</div>\n\ntail", "<div>\nhello\n</div>\n\ntail"),
        ("<html>\n<body>", "<html>\n<body>"),
        ("<!-- note -->", "<!-- note -->"),
        ("a <|endoftext|> b", "a <|endoftext|> b"),
        ("H<sub>2</sub>O <b>now</b>", "H2O now"),
        ("one<br>two", "one\ntwo"),
        ("if a || b || c:", "if a || b || c:"),
        ("so[^1]\n\n[^1]: a note", "so[^1]\n\n[^1]: a note"),
        ("[1]: https://a.example", "[1]: https://a.example"),
        ("![](https://a.example/x.png)", "🖼"),
        ("`grep \\(foo\\|bar\\)`", "grep \\(foo\\|bar\\)"),
        ("```\n<div>||\\[\\alpha\\]\n```", "<div>||\\[\\alpha\\]"),
        ("a\r\nb\rc\x00d\u202ee", "a\nb\ncde"),
        ("half \ud83d of one", "half � of one"),
    ],
)
def test_no_word_is_lost(markdown: str, text: str) -> None:
    assert plain(markdown) == [text]


def test_nothing_else_is_in_code() -> None:
    assert shown("**a `b` c** [`d`](https://a.example)") == [
        ("bold", "a"),
        ("code", "b"),
        ("bold", "c"),
        ("text_link", "d"),
    ]


@pytest.mark.parametrize("markdown", ["", " \n\t", "\u200b\u2060", "\u2800", "\ufeff\n"])
def test_nothing_to_see_is_no_message(markdown: str) -> None:
    assert render(markdown) == []
    assert preview(markdown) == Piece("", ())


def test_a_long_answer_is_divided_between_paragraphs() -> None:
    paragraphs = [f"{number} " + "word " * 150 for number in range(20)]

    pieces = plain("\n\n".join(paragraphs))

    assert "\n\n".join(pieces) == "\n\n".join(paragraph.strip() for paragraph in paragraphs)


def test_a_block_of_code_that_is_divided_goes_on_as_code() -> None:
    lines = [f"    print({number})" for number in range(600)]

    pieces = render("Look:\n\n```python\n" + "\n".join(lines) + "\n```\n\nDone.")

    blocks = [entity for piece in pieces for entity in piece.entities]
    assert [(block.type, block.language) for block in blocks] == [("pre", "python")] * len(pieces)
    code = [on(piece, piece.entities[0]) for piece in pieces]
    assert "\n".join(code).splitlines() == lines
    assert len(pieces) > 2


def test_a_part_ends_before_a_block_of_code_rather_than_in_it() -> None:
    code = "\n\n".join(["x = 1"] * 200)

    pieces = render("word " * 600 + f"\n\n```\n{code}\n```")

    assert [piece.text for piece in pieces] == [("word " * 600).strip(), code]


def test_a_part_has_a_hundred_entities_at_most() -> None:
    pieces = render("**a** b " * 250)

    assert [len(piece.entities) for piece in pieces] == [100, 100, 50]
    assert seen("".join(plain("**a** b " * 250))) == "ab" * 250


@pytest.mark.parametrize(
    "character",
    [
        "👨‍👩‍👧‍👦",
        "👍🏽",
        "🇩🇪",
        "e\u0301\u0323",
        "❤️",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
        "1️⃣",
        "\u1112\u1161\u11ab",
        "\u0915\u094d\u0937",
        "\u0e19\u0e33",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("shift", range(4))
def test_a_character_is_never_broken(character: str, shift: int) -> None:
    text = "x" * shift + character * 3000

    pieces = plain(text)

    assert "".join(pieces) == text
    assert all(not piece.lstrip("x").replace(character, "") for piece in pieces)


def test_spans_of_a_text_that_is_cut_are_where_they_were() -> None:
    text = "😀 **wichtig** und `kurz` " * 400

    words = [on(piece, entity) for piece in render(text) for entity in piece.entities]

    assert words == ["wichtig", "kurz"] * 400


@pytest.mark.parametrize(
    ("markdown", "text", "kinds"),
    [
        ("**bo", "bo", ["bold"]),
        ("**bold *it", "bold it", ["bold", "italic"]),
        ("**bold*", "bold", ["bold"]),
        ("**bold *it*** and", "bold it and", ["bold", "italic"]),
        ("hello **", "hello", []),
        ("a\n\n**b\nc", "a\n\nb\nc", ["bold"]),
        ("`co", "co", ["code"]),
        ("~~st", "st", ["strikethrough"]),
        ("snake_case and _it", "snake_case and it", ["italic"]),
        (r"\*no", "*no", []),
        ("`a*b` *c", "a*b c", ["code", "italic"]),
        ("5 * 3", "5 * 3", []),
        ("see [lin", "see lin", []),
        ("see [link](https://a.exam", "see link", []),
        ("![pic](https://a", "pic", []),
        ("Hello ![", "Hello", []),
        ("array[0", "array[0", []),
        ("- one\n-", "• one", []),
        ("- one\n- **two", "• one\n• two", ["bold"]),
        ("Text\n--", "Text", []),
        ("Hello!", "Hello!", []),
        ("```", "", []),
        ("```py", "", []),
        ("Code:\n```py\nx = **1", "Code:\nx = **1", ["pre"]),
        ("```py\nx\n``", "x", ["pre"]),
        ("```py\nx\n```\nthen **b", "x\nthen b", ["pre", "bold"]),
        ("[1]: https://a.example", "", []),
        ("see [link]", "see link", []),
        ("array[0]", "array[0]", []),
        ("![pic]", "pic", []),
        ("Text\n- [", "Text", []),
        ("Text\n- [x]", "Text", []),
    ],
)
def test_a_growing_answer_shows_no_half_marker(markdown: str, text: str, kinds: list[str]) -> None:
    piece = preview(markdown)

    assert piece.text == text
    assert [entity.type for entity in piece.entities] == kinds


@settings(max_examples=300, deadline=None)
@given(written(most=8), st.floats(0, 1))
def test_no_beginning_of_an_answer_shows_a_marker(markdown: str, share: float) -> None:
    beginning = markdown[: round(share * len(markdown))]

    assert not set("".join(piece.text for piece in previews(beginning))) & set("*_`~#[]()|>")


@settings(max_examples=60, deadline=None)
@given(written(most=900))
def test_the_parts_are_the_answer_and_no_word_is_cut(markdown: str) -> None:
    pieces = render(markdown)

    assert WORD.findall(" ".join(piece.text for piece in pieces)) == WORD.findall(markdown)
    assert_telegram_takes(pieces)


def test_a_growing_answer_is_one_message_in_its_preview() -> None:
    answer = "word **bold** " * 3000

    assert preview(answer) == render(answer)[0]


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_telegram_takes_each_answer(answer: str) -> None:
    pieces = render(answer)

    assert_telegram_takes(pieces)
    assert pieces


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_telegram_takes_each_beginning_of_an_answer(answer: str) -> None:
    step = max(1, len(answer) // 12)

    for end in range(0, len(answer), step):
        assert_telegram_takes(previews(answer[:end]))


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_takes_no_time(answer: str) -> None:
    started = time.process_time()

    pieces = [*render(answer), *previews(answer)]

    assert time.process_time() - started < 3
    assert sum(len(piece.text) for piece in pieces) < 5 * len(answer)
    for piece in pieces:
        assert_telegram_takes([piece])


@settings(max_examples=80, deadline=None)
@given(MARKUP | st.text())
def test_telegram_takes_whatever_is_written(markdown: str) -> None:
    assert_telegram_takes(render(markdown))
    assert_telegram_takes(previews(markdown))


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 300))
def test_nothing_is_lost_where_a_text_is_divided(text: str, times: int) -> None:
    whole = text * times

    parts = list(divided(whole, ()))

    joined = "".join(part.text for part in parts)
    assert INVISIBLE.sub("", joined) == INVISIBLE.sub("", whole)
    assert all(units(part.text) <= 4096 for part in parts)
