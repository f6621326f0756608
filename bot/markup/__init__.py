"""The model's Markdown as Telegram's entities, or a rich message; the only telegramify_markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from telegram import MessageEntity
from telegramify_markdown import convert
from telegramify_markdown.config import RenderConfig

from bot.markup import source, tables
from bot.markup.growing import closed
from bot.markup.parts import Part, divided
from bot.markup.rich import Page, page
from bot.markup.spans import Span, legal, spans_of

__all__ = ["Page", "Piece", "page", "previews", "render"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One message, as Telegram takes it."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


def _calm() -> RenderConfig:
    """How things look: no pictures before headings, boxes that are boxes, no folded quotes."""
    config = RenderConfig.isolated()
    symbols = config.markdown_symbol
    symbols.heading_level_1 = symbols.heading_level_2 = ""
    symbols.heading_level_3 = symbols.heading_level_4 = ""
    symbols.unordered_list_item = "•"
    symbols.task_completed, symbols.task_uncompleted = "☑", "☐"
    symbols.image = ""
    config.cite_expandable = False
    return config


CONFIG = _calm()
MARKUP = re.compile(r"[*_~`\[\\&<$!|:]")


def render(markdown: str) -> list[Piece]:
    """An answer as the messages that it takes; none for one without anything to see."""
    text = source.readable(markdown)
    # Nothing but link definitions, say, is better as it is than not at all.
    return _pieces(*_converted(text)) or _pieces(text, ())


def previews(markdown: str) -> list[Piece]:
    """What is there of an answer that still grows, as the messages that it takes so far."""
    return _pieces(*_converted(closed(source.readable(markdown))))


def _pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    return [Piece(part.text, _entities(part)) for part in divided(text, spans)]


def _converted(markdown: str) -> tuple[str, Sequence[Span]]:
    shielded = source.shielded(tables.laid_out(markdown, _plain))
    text, entities = convert(shielded, latex_escape=False, config=CONFIG)
    text, spans = source.unshielded(text, spans_of(text, entities))
    return text, legal(spans)


def _plain(cell: str) -> str:
    """What a cell of a table says, without markup."""
    return _without_markup(cell) if MARKUP.search(cell) else cell


# A growing table has the same ones each time.
@lru_cache(maxsize=4096)
def _without_markup(cell: str) -> str:
    # Behind a word there is no heading, no list and no other block.
    text, _entities = convert(source.shielded(f". {cell}"), latex_escape=False, config=CONFIG)
    return source.unshielded(text, ())[0].removeprefix(".").strip()


def _entities(part: Part) -> tuple[MessageEntity, ...]:
    return tuple(
        _entity(span.kind, start, part.units(span.end) - start, span.url, span.language)
        for span in part.spans
        for start in (part.units(span.start),)
    )


# A growing answer has the same ones each time, and each takes PTB 10 µs.
@lru_cache(maxsize=4096)
def _entity(
    kind: str, offset: int, length: int, url: str | None, language: str | None
) -> MessageEntity:
    return MessageEntity(kind, offset, length, url=url, language=language)
