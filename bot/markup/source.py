"""The model's Markdown before it is read, and the text after: what must not be taken for markup."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate
from typing import Protocol

from bot.markup.formulas import BLOCKS, FORMULA, is_formula
from bot.markup.formulas import readable as readable_formula
from bot.markup.spans import CODES, Span
from bot.visible import repaired

# Stands where Markdown must not see something special, and is taken out again afterwards.
# A noncharacter (unicode.org/faq/private_use.html): no text has a use for it.
SHIELD = "\ufdd0"
BREAK = "\ufdd1"  # a line's end within code that stands in a line
MATH, DISPLAY = "\ufdd2", "\ufdd3"  # before a formula that is kept, in a line and on its own

LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What Telegram takes out of a text or makes a space.
CONTROLS = re.compile(f"[\0-\x08\x0e-\x1f\x7f\u202a-\u202e{SHIELD}{BREAK}{MATH}{DISPLAY}]")
FENCED = re.compile(
    r"^[-+*>\d.) \t]*+(?P<fence>`{3,}+(?=[^`\n]*$)|~{3,}+)[^\n]*+"
    r"(?:\n(?:.*?\n)??[> \t]*+(?P<end>(?P=fence)[`~]*[ \t]*$)|.*\Z)",
    re.MULTILINE | re.DOTALL,
)
CODE = re.compile(
    rf"{FENCED.pattern}|(?<![`\\])(?P<ticks>`++)[^`\n]++(?P=ticks)(?!`)", FENCED.flags
)
# Each level of a list is indented further: "1. 1. 1. …" would be a thousand times as long.
DEEPEST = 12
MARKER = r"(?:[ \t]*+(?:>|[-+*][ \t]++|\d{1,9}[.)][ \t]++))"
LATEX = re.compile(r"\\(?=[()\[\]])")
SPECIAL = re.compile(
    r"(?=[|<!])(?:"
    r"(?P<spoiler>(?<![|\w])\|\|[^\s|](?:[^|\n]*[^\s|])?\|\|(?![|\w]))"
    r"|\|(?=\|)"
    r"|(?<!\]\()<(?=[a-zA-Z/!?])(?!(?:https?|mailto|tg):|[\w.+-]+@)"
    r"|(?P<picture>!\[(?=\]\())"
    r")"
)
DOLLAR = re.compile(r"(?<!\\)\$")
TICKS = "``"
NEW_LINE = "\n"
APOSTROPHE = "'"
BEGINNING = re.compile(r"[-+*>\d.) ]*")
NEAR = 12
SPECIAL_LINE = re.compile(rf"^(?:[ \t]*\[\^[^\]\n]+\](?=:)|{MARKER}{{{DEEPEST}}})", re.MULTILINE)
ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
LINE_BREAK = re.compile(r"\s*<br\s?/?>\s*", re.IGNORECASE)
# Tags that only say how something looks go; all others are words.
SHIELDED = re.compile(
    rf"[ \t]?<{SHIELD}(?P<line>br\s?/?)>[ \t]?"
    rf"|<{SHIELD}/?(?:b|strong|i|em|u|ins|s|del|sub|sup|small|mark|kbd|details|summary)>"
    rf"|{SHIELD}",
    re.IGNORECASE,
)


class Write(Protocol):
    """A way of writing a formula."""

    def __call__(self, latex: str, *, is_block: bool) -> str:
        """What stands in code in the place of a formula."""
        ...


def readable(markdown: str) -> str:
    """The same text without what Telegram would take out; lone surrogates are replaced."""
    whole = repaired(markdown)
    # Telegram makes a tab one space.
    return CONTROLS.sub("", LINE_ENDS.sub("\n", whole)).replace("\t", "    ")


def told(latex: str, *, is_block: bool) -> str:
    """A formula as anybody can read it, as it stands in code."""
    words = readable_formula(latex).replace("`", APOSTROPHE)
    return f"{SHIELD}{words.replace(NEW_LINE, BREAK if is_block else '; ')}{SHIELD}"


def kept(latex: str, *, is_block: bool) -> str:
    """A formula as it is, as it stands in code; a bar would end a cell of a table."""
    barless = latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return f"{DISPLAY if is_block else MATH}{' '.join(barless.replace('`', APOSTROPHE).split())}"


def shielded(markdown: str, write: Write = told) -> str:
    """Markdown in which HTML, footnotes, `a || b` and code that looks like LaTeX are safe.

    `write` says what stands in code in the place of a formula.
    """
    return "".join(_shielded(markdown, write))


def _shielded(markdown: str, write: Write) -> Iterator[str]:
    start = 0
    for code in CODE.finditer(markdown):
        yield _shielded_words(markdown[start : code.start()], write)
        if not _is_empty_block(code):
            yield LATEX.sub(rf"\\{SHIELD}", code[0])
        start = code.end()
    yield _shielded_words(markdown[start:], write)


def _is_empty_block(code: re.Match[str]) -> bool:
    return code["end"] is not None and code[0].count("\n") == 1


def _shielded_words(words: str, write: Write) -> str:
    """Words that are no code; in a table's row a line cannot end."""
    lines = SPECIAL_LINE.sub(_shield, words)
    rows = ROW.sub(lambda row: LINE_BREAK.sub(" ", row[0]), lines)
    has_formulas = "$" in rows or "\\" in rows
    return SPECIAL.sub(_shield, FORMULA.sub(partial(_said, write), rows) if has_formulas else rows)


def _said(write: Write, found: re.Match[str]) -> str:
    """A formula as code; dollars that belong to none are dollars."""
    if not is_formula(found):
        return DOLLAR.sub(r"\\\g<0>", found[0]) if found[0].startswith("$") else found[0]
    is_block = found.lastgroup in BLOCKS
    code = f"{TICKS}{write(found[found.lastgroup or 0], is_block=is_block)}{TICKS}"
    return _on_its_own(found, code) if is_block else code


def _on_its_own(found: re.Match[str], code: str) -> str:
    """Code in a line in which there is nothing else."""
    start, end = found.span()
    before = found.string[max(0, start - NEAR) : start].rpartition("\n")[2]
    after = found.string[end : end + NEAR].partition("\n")[0]
    return "\n" * (not BEGINNING.fullmatch(before)) + code + "\n" * bool(after.strip())


def _shield(special: re.Match[str]) -> str:
    match special.lastgroup:
        case "spoiler":  # a real one
            return special[0]
        case "picture":
            return "![🖼"
        case _:
            return special[0] + SHIELD


def unshielded(text: str, spans: Sequence[Span]) -> tuple[str, Sequence[Span]]:
    """Take the shields out again, and tags that only say how something looks."""
    spans = [_bare(span) if span.url or span.language else span for span in spans]
    text = text.replace(BREAK, "\n")
    if SHIELD not in text:
        return text, spans
    codes = sorted((span.start, span.end) for span in spans if span.kind in CODES)
    edits = list(_edits(text, codes))
    ends = [end for _start, end, _new in edits]
    shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]

    def moved(index: int) -> int:
        return index + shifts[bisect_right(ends, index)]

    kept = "".join(_edited(text, edits))
    return kept, [span._replace(start=moved(span.start), end=moved(span.end)) for span in spans]


def _edits(text: str, codes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    for found in SHIELDED.finditer(text):
        before = bisect_right(codes, (found.start(), len(text)))
        if before and found.start() < codes[before - 1][1]:
            at = text.index(SHIELD, found.start())
            yield at, at + 1, ""
        else:
            yield found.start(), found.end(), "\n" if found["line"] else ""


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> Iterator[str]:
    at = 0
    for start, end, new in edits:
        yield text[at:start]
        yield new
        at = end
    yield text[at:]


def _bare(span: Span) -> Span:
    url, language = span.url, span.language
    return span._replace(
        url=url and url.replace(SHIELD, ""), language=language and language.replace(SHIELD, "")
    )


def bare(text: str) -> str:
    """Words that are no code without their shields, and without tags that only say how it looks."""
    return SHIELDED.sub(lambda tag: NEW_LINE if tag["line"] else "", text)
