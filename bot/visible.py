"""What can be seen of a text, and texts that are whole."""

import re
import unicodedata

# What Telegram does not count as text: "Message must be non-empty".
INVISIBLE = re.compile(
    r"[\s\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)
LONGEST_NAME = 40
# What could look like an end of a name, or like markup around it.
MARKS = set(':\N{FULLWIDTH COLON}\N{RATIO}<>[]{}()`*_~|#"')
JOINERS = "\u200c\u200d"  # of letters and emoji: the only invisible ones that a name needs


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in a text, in Telegram's eyes."""
    return INVISIBLE.fullmatch(text) is not None


def repaired(text: str) -> str:
    """A text that can be written anywhere: surrogates in pairs are joined, lone ones replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def on_one_line(text: str, longest: int) -> str:
    """A text that somebody chose, so that it stays in its line and leaves the others alone."""
    words = " ".join("".join(map(_tame, text)).split())
    if is_blank(words):
        return ""
    if len(words) > longest:
        words = f"{words[: longest - 1]}…"
    if any(unicodedata.bidirectional(each) in {"R", "AL"} for each in words):
        # Letters that run from right to left would turn the words around them, too.
        return f"\N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}"
    return words


def as_name(text: str) -> str:
    """A name that somebody chose, fit to stand before a colon and what they say.

    It can neither end there nor begin another line, so nobody can speak as somebody else.
    """
    return on_one_line("".join(" " if each in MARKS else each for each in text), LONGEST_NAME)


def _tame(each: str) -> str:
    match unicodedata.category(each):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" if each not in JOINERS:
            return ""
        case _:
            return each
