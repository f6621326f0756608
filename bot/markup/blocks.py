"""The model's Markdown as the blocks of a rich message; the only pyromark.

core.telegram.org/bots/api#inputrichmessage says what blocks and rich texts there are. They are
built here, since what Telegram itself reads as Markdown takes prices for formulas.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyromark

from bot.markup import source
from bot.markup.inline import Display, RichText, coded, flat, formula, linked, rich, styled, trimmed
from bot.visible import is_blank

Block: TypeAlias = dict[str, Any]

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
)
STYLES = {"Emphasis": "italic", "Strong": "bold", "Strikethrough": "strikethrough"}
# Far more than one message may have; to put it together would take its square.
DEEPEST = 64
# An empty cell without any text would not be drawn.
EMPTY = "\u00a0"


@dataclass(slots=True)
class _Frame:
    """What has begun and not ended: its tag, what that says, and what is in it so far.

    `parts` are blocks, of a list its items, of a table its rows, of a row its cells.
    """

    tag: str
    says: Any = None
    words: list[RichText] = field(default_factory=list)
    parts: list[Block] = field(default_factory=list)
    task: bool | None = None

    def write(self, words: RichText) -> None:
        """Go on in the line; words that follow words are one string."""
        if type(words) is str and self.words and type(self.words[-1]) is str:
            self.words[-1] += words
        else:
            self.words.append(words)

    def add(self, part: Block) -> None:
        """Go on below the line."""
        self.settle()
        self.parts.append(part)

    def settle(self) -> None:
        """Make paragraphs of the words so far: in a tight list they stand in no paragraph."""
        self.parts += _paragraphs(self.words)
        self.words = []


class _Builder:
    """Puts what pyromark reads together to blocks."""

    def __init__(self, markdown: str) -> None:
        self._source = markdown.encode()
        self._frames = [_Frame("Root")]

    def read(self, events: Iterator[Any]) -> list[Block]:
        """The blocks of a text."""
        for event, where in events:
            self._take(event, where["start"])
            if len(self._frames) > DEEPEST:
                return []
        [root] = self._frames
        root.settle()
        return root.parts

    def _take(self, event: Any, at: int) -> None:
        top = self._frames[-1]
        match event:
            case "SoftBreak" | "HardBreak":
                top.write("\n")
            case "Rule":
                top.add({"type": "divider"})
            case {"Text": words} | {"InlineHtml": words} | {"Html": words}:
                top.write(words)
            case {"Code": code}:
                top.write(coded(code))
            case {"TaskListMarker": is_done}:
                item = next(each for each in reversed(self._frames) if each.tag == "Item")
                item.task = is_done
            case {"Start": tag}:
                self._frames.append(self._frame(tag, at))
            case {"End": _}:
                self._end(self._frames.pop())

    def _frame(self, tag: Any, at: int) -> _Frame:
        if isinstance(tag, str):
            # A single ~ reads as "approximately".
            is_struck = tag != "Strikethrough" or self._source[at + 1 : at + 2] == b"~"
            return _Frame(tag) if is_struck else _Frame("Approximately")
        [(name, says)] = tag.items()
        return _Frame(name, says)

    def _end(self, frame: _Frame) -> None:
        """Put what has ended into what it stands in."""
        outer = self._frames[-1]
        match frame.tag:
            case "Emphasis" | "Strong" | "Strikethrough":
                outer.write(styled(STYLES[frame.tag], rich(frame.words)))
            case "Approximately":
                for words in ("~", *frame.words, "~"):
                    outer.write(words)
            case "Link" | "Image":
                says = frame.says
                is_email = says["link_type"] == "Email"
                outer.write(linked(frame.words, says["dest_url"], is_email=is_email))
            case "TableCell":
                outer.parts.append({"text": rich(frame.words)})
            case _:
                for part in _parts(frame):
                    outer.add(part)


def blocks(markdown: str) -> list[Block]:
    """Markdown, as a model writes it, as blocks; none for what is far too deep for a message."""
    text = source.shielded(source.readable(markdown), source.kept)
    return _Builder(text).read(iter(pyromark.events_with_range(text, options=OPTIONS)))


def _parts(frame: _Frame) -> Iterator[Block]:
    """What a block that has ended is: none, where there is nothing to see in it."""
    match frame.tag:
        case "Heading":
            yield from _heading(frame)
        case "CodeBlock":
            yield from _pre(frame)
        case "TableHead" | "TableRow":
            yield {"cells": frame.parts, "is_head": frame.tag == "TableHead"}
        case "Table":
            yield _table(frame)
        case "List":
            yield from _list(frame)
        case "Item":
            yield from _item(frame)
        case "BlockQuote":
            frame.settle()
            if frame.parts:
                yield {"type": "blockquote", "blocks": frame.parts}
        case _:
            frame.settle()
            yield from frame.parts


def _heading(frame: _Frame) -> Iterator[Block]:
    text = trimmed(rich(frame.words))
    if not is_blank(flat(text)):
        yield {"type": "heading", "text": text, "size": int(frame.says["level"][1:])}


def _pre(frame: _Frame) -> Iterator[Block]:
    text = "".join(map(flat, frame.words)).replace(source.SHIELD, "").removesuffix("\n")
    words = frame.says["Fenced"].split() if isinstance(frame.says, dict) else []
    if not is_blank(text):
        language = {"language": words[0].replace(source.SHIELD, "")} if words else {}
        yield {"type": "pre", "text": text} | language


def _table(frame: _Frame) -> Block:
    rows = [
        [
            _cell(cell["text"], str(align), is_head=row["is_head"])
            for cell, align in zip(row["cells"], frame.says, strict=False)
        ]
        for row in frame.parts
    ]
    return {"type": "table", "cells": rows, "is_bordered": True}


def _cell(text: RichText, align: str, *, is_head: bool) -> Block:
    where = align.lower() if align in {"Center", "Right"} else "left"
    words = trimmed(text)
    shown = EMPTY if is_blank(flat(words)) else words
    head = {"is_header": True} if is_head else {}
    return {"text": shown, "align": where, "valign": "middle"} | head


def _list(frame: _Frame) -> Iterator[Block]:
    items = frame.parts
    if frame.says is not None:
        items = [
            item | {"value": number, "type": "1"} for number, item in enumerate(items, frame.says)
        ]
    if items:
        yield {"type": "list", "items": items}


def _item(frame: _Frame) -> Iterator[Block]:
    frame.settle()
    box = {} if frame.task is None else {"has_checkbox": True}
    done = {"is_checked": True} if frame.task else {}
    if frame.parts:
        yield {"blocks": frame.parts} | box | done


def _paragraphs(words: Sequence[RichText]) -> Iterator[Block]:
    """Paragraphs, and between them the formulas that stand on their own."""
    start = 0
    for at, each in enumerate([*words, Display()]):
        if isinstance(each, Display):
            text = trimmed(rich(words[start:at]))
            if not is_blank(flat(text)):
                yield {"type": "paragraph", "text": text}
            if each:
                yield formula(each)
            start = at + 1
