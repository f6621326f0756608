"""What was described, as files: Markdown to read, CSV to sort; pure."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

# Excel takes a file for UTF-8 only with this at its beginning.
BYTE_ORDER_MARK = "\ufeff"
# What makes a spreadsheet calculate, also behind blanks (owasp.org, CSV Injection).
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
MARKED = re.compile(r"([\\`*_\[\]<>#|~])")
PICTURE = re.compile(r"!\[")
LIST = re.compile(r"^(\d*)([-+.)])(?=\s)")  # what begins a line of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A photo's name and description, or in its place why there is none."""

    name: str
    words: str
    tags: tuple[str, ...] = ()
    is_left_out: bool = False
    is_markdown: bool = False  # the words are several lines, marked up


def markdown(title: str, rows: Sequence[Row], left_out_title: str) -> str:
    """The descriptions as a text, a heading each, and below what was left out."""
    parts = [f"# {_plain(title)}"]
    for row in rows:
        if not row.is_left_out:
            tags = ", ".join(map(_plain, row.tags))
            words = _without_pictures(row.words) if row.is_markdown else _plain(row.words)
            parts += [f"## {_plain(row.name)}", words, *([f"*{tags}*"] if tags else [])]
    left_out = [f"- {_plain(row.name)}: {_plain(row.words)}" for row in rows if row.is_left_out]
    if left_out:
        parts += [f"## {_plain(left_out_title)}", "\n".join(left_out)]
    return "\n\n".join(parts) + "\n"


def table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """The descriptions as CSV (RFC 4180) that spreadsheets open and do not execute."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(map(_harmless, (row.name, row.words, ", ".join(row.tags))))
    return BYTE_ORDER_MARK + out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that is text to a spreadsheet: an apostrophe before it says so."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _without_pictures(text: str) -> str:
    """A text that has nothing fetched when it is looked at: it may come out of anybody's photo."""
    return PICTURE.sub(r"!\\[", text)


def _plain(text: str) -> str:
    """A text in one line that says in Markdown what it says."""
    line = MARKED.sub(r"\\\1", " ".join(text.split()))
    return LIST.sub(r"\1\\\2", line)
