"""What stands for a photo once it is not sent any more: the model's own words about it; pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import markup
from bot.visible import on_one_line
from storage.records import Question

LONGEST = 300  # characters
READ = 4_000  # of an answer; what says what a photo shows stands at its beginning
ITEM = re.compile(r"^ {0,3}(?:\*\*)?(\d+)[.)](?:\*\*)?\s+", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.!?…])\s|(?<=[。！？])")


def described(answer: str, count: int) -> tuple[str, ...]:
    """A line for each of `count` photos out of the answer about them, "" where there is none.

    An answer that numbers as many things as there are photos speaks of each; any other speaks of
    all, and its line is the first one's.
    """
    beginning = answer[:READ]
    items = _items(beginning) if count > 1 else []
    whole = [beginning, *[""] * (count - 1)]
    return tuple(_line(each) for each in (items if len(items) == count else whole)[:count])


def with_lines(question: Question, answer: str) -> Question:
    """A question whose images say what the answer says of them."""
    message = question.message
    lines = described(answer, len(message.images)) if message.images else ()
    seen = (
        replace(image, description=line or image.description)
        for image, line in zip(message.images, lines, strict=True)
    )
    return replace(question, message=replace(message, images=tuple(seen)))


def _items(text: str) -> Sequence[str]:
    """What is listed under 1, 2, 3 and so on, where a text has one such list."""
    _, *rest = ITEM.split(text)
    numbers, items = rest[::2], rest[1::2]
    is_counted = numbers == [str(number + 1) for number in range(len(numbers))]
    return items if is_counted else []


def _line(markdown: str) -> str:
    """The first sentences of a text, as many as fit into a line, without markup."""
    plain = " ".join(piece.text for piece in markup.render(markdown)) if markdown.strip() else ""
    words = on_one_line(plain, READ)
    ends = [match.start() for match in SENTENCE_END.finditer(words, 0, LONGEST + 1)]
    is_whole = len(words) <= LONGEST or not ends
    return on_one_line(words if is_whole else words[: ends[-1]], LONGEST)
