"""Which answers are rich messages, and what Telegram takes of them; pure.

The limits are those of core.telegram.org/bots/api#inputrichmessage, Rich Message Limits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.markup.blocks import Block, blocks
from bot.markup.inline import flat

MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500  # with those within others, items of lists and rows of tables
DEEPEST = 16
MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Page:
    """A rich message."""

    blocks: tuple[Block, ...]

    @property
    def message(self) -> dict[str, Any]:
        """It as Telegram takes it: links are marked, so that it need not look for any.

        What looks like an e-mail address and is none would have all of it refused.
        """
        return {"blocks": list(self.blocks), "skip_entity_detection": True}


def page(markdown: str) -> Page | None:
    """An answer as a rich message; None where it needs none, or is more than one can hold."""
    if not any(mark in markdown for mark in ("|", "[", "$")):
        return None
    made = blocks(markdown)
    return Page(tuple(made)) if _needs(made) and fits(made) else None


def fits(made: Sequence[Block]) -> bool:
    """Whether so many blocks, so deep and so long, are one message."""
    parts = list(_walk(made))
    rows = [row for part in parts for row in part.block.get("cells", ())]
    return (
        len(rows) + sum(part.is_counted for part in parts) <= MOST_BLOCKS
        and max((part.depth for part in parts), default=0) <= DEEPEST
        and max(map(len, rows), default=0) <= MOST_COLUMNS
        and len(flat(list(made))) <= MOST_CHARACTERS
    )


def _needs(made: Sequence[Block]) -> bool:
    """Whether there is a table, a task list, or a formula of its own: all else is as well plain."""
    return any(
        part.block.get("has_checkbox")
        or (part.is_counted and part.block.get("type") in {"table", "mathematical_expression"})
        for part in _walk(made)
    )


class _Part(NamedTuple):
    """A block, an item, a cell or a rich text, how deep it is, and whether it counts as a block."""

    block: Block
    depth: int
    is_counted: bool


def _walk(made: Sequence[Block]) -> Iterator[_Part]:
    """All that there is in some blocks, however deep."""
    left = [_Part(block, 1, is_counted=True) for block in made]
    while left:
        part = left.pop()
        yield part
        block, depth = part.block, part.depth
        inner = [*block.get("blocks", ()), *block.get("items", ())]
        left += [_Part(each, depth + 1, is_counted=True) for each in inner]
        cells = [cell for row in block.get("cells", ()) for cell in row]
        left += [_Part(each, depth + 2, is_counted=False) for each in cells]
        left += [_Part(each, depth + 1, is_counted=False) for each in _styled(block.get("text"))]


def _styled(text: Any) -> list[Block]:
    """The rich texts in a text that are more than words."""
    return [each for each in (text if isinstance(text, list) else [text]) if isinstance(each, dict)]
