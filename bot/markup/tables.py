"""Tables for a phone: aligned in monospace where they are narrow, else as a list."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.markup.source import FENCED

# So many columns of monospace stand beside each other on a phone; more are broken into new lines.
PHONE = 34
GAP = "  "

PREFIX = r"[> ]{0,12}+"
BARS = r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?"
TABLE = re.compile(
    rf"^(?P<prefix>{PREFIX})(?P<head>(?=[^\n]*\|)[^\n]++)\n"
    rf"{PREFIX}(?P<bars>(?=[^\n]*\|){BARS})$(?P<body>(?:\n{PREFIX}(?=[^\n]*\|)[^\n]++)*+)",
    re.MULTILINE,
)
# A cell ends where a bar is not escaped.
BAR = re.compile(r"(?<!\\)\|")
ROW = re.compile(rf"{PREFIX}\|")
HALF_BARS = re.compile(r"[-:| ]*")
INDENT = re.compile(PREFIX)
FENCE = "`" * 24  # no cell has so many

Plain = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """How wide a column is, and on which side of it the words stand."""

    width: int
    is_right: bool
    is_middle: bool

    def aligned(self, cell: str) -> str:
        """A cell as wide as its column."""
        room = self.width - width(cell)
        left = room if self.is_right else room // 2 if self.is_middle else 0
        return " " * left + cell + " " * (room - left)


def laid_out(markdown: str, plain: Plain) -> str:
    """Markdown with its tables laid out; `plain` is what a cell's Markdown says."""
    return "".join(_around_code(markdown, plain)) if "|" in markdown else markdown


def _around_code(markdown: str, plain: Plain) -> Iterator[str]:
    start = 0
    for code in FENCED.finditer(markdown):
        yield TABLE.sub(lambda table: _laid_out(table, plain), markdown[start : code.start()])
        yield code[0]
        start = code.end()
    yield TABLE.sub(lambda table: _laid_out(table, plain), markdown[start:])


def without_half_row(markdown: str) -> str:
    """The beginning of an answer without a row, or the head of a table, that is not whole."""
    rows = list(takewhile(ROW.match, reversed(markdown.split("\n"))))
    match rows:
        case [bars, head] if HALF_BARS.fullmatch(INDENT.sub("", bars)):
            half = 0 if _is_head(head, bars) else 2
        case [_]:
            half = 1
        case [last, _, _, *_] if not last.endswith("|"):
            half = 1
        case _:
            half = 0
    unseen = sum(len(row) + 1 for row in rows[:half])
    return markdown[: max(0, len(markdown) - unseen)] if half else markdown


def _is_head(head: str, bars: str) -> bool:
    table = TABLE.match(f"{head}\n{bars}")
    return table is not None and len(_cells(table["bars"])) == len(_cells(table["head"]))


def width(text: str) -> int:
    """How many columns of monospace a text takes; characters of East Asia take two."""
    return sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _laid_out(table: re.Match[str], plain: Plain) -> str:
    bars, head = _cells(table["bars"]), _cells(table["head"])
    if len(bars) != len(head):
        return table[0]
    body = [_cells(INDENT.sub("", line, count=1)) for line in table["body"].splitlines()[1:]]
    rows = [_filled(row, len(head)) for row in (head, *body)]
    words = [[" ".join(plain(cell).split()) for cell in row] for row in rows]
    columns = [
        _column(bar, cells) for bar, cells in zip(bars, zip(*words, strict=True), strict=True)
    ]
    total = sum(column.width for column in columns) + len(GAP) * (len(columns) - 1)
    is_narrow = total <= PHONE
    lines = _aligned(words, columns) if is_narrow else _listed(rows)
    prefix = table["prefix"]
    return "\n".join(f"{prefix}{line}".rstrip() for line in ("", *lines, ""))


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return [cell.strip().replace("\\|", "|") for cell in BAR.split(bare)]


def _filled(row: Sequence[str], count: int) -> Sequence[str]:
    """A row of as many cells as there are columns."""
    return [*row[:count], *[""] * (count - len(row))]


def _column(bar: str, cells: Sequence[str]) -> Column:
    is_middle = bar.startswith(":") and bar.endswith(":")
    is_right = bar.endswith(":") and not is_middle
    return Column(max(map(width, cells)), is_right, is_middle)


def _aligned(words: Sequence[Sequence[str]], columns: Sequence[Column]) -> Iterator[str]:
    yield FENCE
    for number, row in enumerate(words):
        cells = zip(columns, row, strict=True)
        yield GAP.join(column.aligned(cell) for column, cell in cells).rstrip()
        if number == 0:
            yield GAP.join("─" * column.width for column in columns)
    yield FENCE


def _listed(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """One block for each row: its first cell, and what the others are."""
    head, *body = rows
    if not body:
        yield " · ".join(filter(None, head))
    for number, row in enumerate(body):
        if number:
            yield ""
        pairs = zip(head, row, strict=True)
        lines = [f"{name}: {cell}" if name else cell for name, cell in pairs if cell]
        yield from (f"{line}\\" for line in lines[:-1])
        yield from lines[-1:]
