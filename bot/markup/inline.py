"""Rich texts: what stands in a line of a rich message.

core.telegram.org/bots/api#richtext says which there are.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from bot.markup import source
from bot.visible import is_blank

RichText: TypeAlias = Any  # a string, an object with a type, or a list of both

ADDRESS = re.compile(r"(?<!\w)https?://[^\s<>\"]*[^\s<>\".,:;!?)'\]*]")
# One link that Telegram does not take, and it takes nothing of the message.
LINK = re.compile(r"https?://[^\s/?#@:\[\]]+(?::\d+)?(?:[/?#]\S*)?|tg://\S+", re.IGNORECASE)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
SPOILER = re.compile(r"\|\|([^\s|](?:[^|\n]*[^\s|])?)\|\|")


class Display(str):
    """A formula on a line of its own."""

    __slots__ = ()


def coded(code: str) -> RichText:
    """Code in a line, or the formula that it stands for."""
    if code.startswith(source.DISPLAY):
        return Display(code[1:])
    if code.startswith(source.MATH):
        return formula(code[1:])
    return styled("code", code.replace(source.SHIELD, ""))


def formula(latex: str) -> dict[str, str]:
    """A formula, in a line or on its own."""
    return {"type": "mathematical_expression", "expression": str(latex)}


def styled(kind: str, text: RichText) -> RichText:
    """A text of a style, if there is anything to see."""
    return {"type": kind, "text": text} if not is_blank(flat(text)) else text


def linked(words: Sequence[RichText], dest: str, *, is_email: bool) -> RichText:
    """A link, if it leads somewhere, else its words; a picture is never fetched."""
    url = dest.replace(source.SHIELD, "").strip()
    text = rich(words, may_link=False)
    if is_blank(flat(text)):
        return text
    address = url if is_email else url.removeprefix("mailto:")
    if EMAIL.fullmatch(address):
        return {"type": "email_address", "text": text, "email_address": address}
    return _url(text, url) if LINK.fullmatch(url) else text


def _url(text: RichText, url: str) -> RichText:
    return {"type": "url", "text": text, "url": url}


def rich(words: Sequence[RichText], *, may_link: bool = True) -> RichText:
    """Words as one rich text."""
    told: list[RichText] = []
    for each in words:
        if isinstance(each, Display):
            told.append(formula(each))
        elif isinstance(each, str):
            told += _spoiled(each, may_link=may_link)
        elif isinstance(each, list):
            told += each
        else:
            told.append(each)
    return told[0] if len(told) == 1 else told


def _spoiled(text: str, *, may_link: bool) -> Iterator[RichText]:
    start = 0
    for found in SPOILER.finditer(text):
        yield from _addressed(text[start : found.start()], may_link=may_link)
        yield {"type": "spoiler", "text": source.bare(found[1])}
        start = found.end()
    yield from _addressed(text[start:], may_link=may_link)


def _addressed(text: str, *, may_link: bool) -> Iterator[RichText]:
    """Words, with the addresses in them as links: Telegram is told not to look for any."""
    words, start = source.bare(text), 0
    for found in ADDRESS.finditer(words) if may_link else ():
        if LINK.fullmatch(found[0]):
            yield from filter(None, [words[start : found.start()]])
            yield _url(found[0], found[0])
            start = found.end()
    yield from filter(None, [words[start:]])


def trimmed(text: RichText) -> RichText:
    """A text without the blanks around it."""
    match text:
        case str():
            return text.strip()
        case [str(first), *rest]:
            whole = [first.lstrip(), *rest]
        case [*whole]:
            pass
        case _:
            return text
    if whole and isinstance(whole[-1], str):
        whole[-1] = whole[-1].rstrip()
    return [each for each in whole if each != ""]


def flat(text: RichText) -> str:
    """All that a rich text, or a block, says."""
    said, left = list[str](), [text]
    while left:
        match left.pop():
            case str(words):
                said.append(words)
            case [*parts]:
                left += reversed(parts)
            case {"expression": str(latex)}:
                said.append(latex)
            case dict(part):
                names = ("text", "blocks", "items", "cells")
                left += [part[name] for name in reversed(names) if name in part]
    return "".join(said)
