"""Formulas in LaTeX as words that anybody can read: `x²`, `(a+b)/c`, `√(x+1)`."""

import re
from functools import lru_cache
from typing import Protocol

from telegramify_markdown.latex_escape.const import FRAC_MAP, SUBSCRIPTS
from telegramify_markdown.latex_escape.helper import LatexToUnicodeHelper

# What stands between \( \) or \[ \]; a line may end within by \\[4pt].
INSIDE = r"(?:\\\\|(?!\\[\[\]()])[\s\S])++"
FORMULA = re.compile(
    r"\\\\|\\\$|<[a-z]+:[^<>\s]*>|\]\([^()\s]*"  # what is escaped, and addresses
    r"|\$\$(?P<block>(?:\\[\s\S]|[^$\\])++)\$\$"
    rf"|\\\[(?P<square>{INSIDE})\\\](?!\()"
    rf"|\\\((?P<round>{INSIDE})\\\)"
    # Pandoc's rule, and more: no space inside, and nothing that makes it a price or a variable.
    r"|(?<![\w$])\$(?P<inline>(?=\S)(?:\\.|[^$\\\n])++)(?<!\s)\$(?![\w$({])"
    r"|\$"
)
BLOCKS = frozenset({"block", "square"})
HALF = re.compile(
    r"(?<!\\)(?:\\[\[(]|\$\$)"
    r"|(?<![\w$\\])\$(?=[^\s\d$])(?:[^$\n]*[\\^{][^$\n]*|(?:(?![^\W\d_]{3})[^$\n])*)\Z"
    r"|(?<![\w\\])\$\Z"
)

FUNCTIONS = re.compile(r"(?:arc)?(?:sin|cos|tan)|log|exp|lim|max|min|mod|gcd|det")
WORD = re.compile(r"[^\W\d_]{3}")
NAME = re.compile(r"[^\W\d_]{2,}_[^\W\d_]{2,}")
CALCULATION = re.compile(r"[\\^_=+*/<>-]")
# More is none that somebody would read in a chat, and each level takes Python some of its stack.
LONGEST = 1000
DEEPEST = 20

# Other ways of writing what the library knows, or what is of no use in a line of text.
SAME = (
    (re.compile(r"\\[cdt]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\ne(?![A-Za-z])"), r"\\neq"),
    (re.compile(r"(\\(?:frac|sqrt|text|operatorname|math[a-z]+))\s+(\w)"), r"\1{\2}"),
    (re.compile(r"\\\\\[[^\]]*\]"), r"\\\\"),
)
INVISIBLE = re.compile(
    r"\\(?:displaystyle|textstyle|limits|nolimits|[bB]igg?[lrm]?)(?![A-Za-z])\s*"
)
SINGLE = re.compile(r"\w[\u0300-\u036f\u20d0-\u20ff]*|\d+(?:\.\d+)?|[^\W\d]|.")
COMBINING = re.compile("[\u0300-\u036f\u20d0-\u20ff]")
LOW = str.maketrans({**SUBSCRIPTS, **dict(zip("hklmnpst", "ₕₖₗₘₙₚₛₜ", strict=True))})


class _Reader(Protocol):
    def convert(self, latex: str) -> str:
        """Read a formula."""
        ...


class _Readable(LatexToUnicodeHelper):
    """The library's, but for what phones do not show well: lines over letters above all."""

    @staticmethod
    def translate_combining(command: str, text: str) -> str:
        """Put a mark onto letters, but onto no other mark: each would be twice as many."""
        if COMBINING.search(text):
            return text
        marked: str = LatexToUnicodeHelper.translate_combining(command, text)
        return marked

    @staticmethod
    def translate_sqrt(_command: str, option: str, param: str) -> str:
        """Write a root."""
        index = option.strip()
        sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(index)
        high = LatexToUnicodeHelper.try_make_superscript(index)
        return (sign or f"{high or index}√") + _in_brackets(param.strip())

    @staticmethod
    def make_fraction(numerator: str, denominator: str) -> str:
        """Write a fraction in one line."""
        above, below = numerator.strip(), denominator.strip()
        known: str | None = FRAC_MAP.get((above, below))
        return known or f"{_in_brackets(above)}/{_in_brackets(below)}"

    @staticmethod
    def make_subscript(text: str) -> str:
        """Write below the line what can stand there."""
        low = text.strip().translate(LOW)
        has_all = all(ord(char) in LOW for char in text.strip())
        if has_all:
            return low
        return f"_{text.strip()}" if len(text.strip()) == 1 else f"_({text.strip()})"


READER: _Reader = _Readable()


def _in_brackets(text: str) -> str:
    return text if SINGLE.fullmatch(text) else f"({text})"


def is_formula(found: re.Match[str]) -> bool:
    """Whether this is one, rather than prices, variables of a shell, or words in brackets."""
    if found.lastgroup is None:
        return False
    text = found[found.lastgroup].strip()
    if not text or len(text) > LONGEST or "\n\n" in text or text.count("{") > 10 * DEEPEST:
        return False
    if "\\" in text or "^" in text:
        return True
    if found.lastgroup in BLOCKS and not CALCULATION.search(text):
        return False
    is_wordy = WORD.search(FUNCTIONS.sub("", text)) or NAME.search(text)
    is_balanced = sum(map(text.count, "([{")) == sum(map(text.count, ")]}"))
    return is_balanced and not is_wordy


# A growing answer has the same ones each time.
@lru_cache(maxsize=1024)
def readable(latex: str) -> str:
    """A formula as it can be read, in as many lines as it needs."""
    plain = INVISIBLE.sub("", " ".join(latex.split()))
    for other, known in SAME:
        plain = other.sub(known, plain)
    if _depth(plain) > DEEPEST:
        return plain
    lines = (" ".join(line.split(" ")).strip() for line in READER.convert(plain).splitlines())
    return "\n".join(filter(None, lines)) or plain


def _depth(latex: str) -> int:
    """How far things are inside one another."""
    deepest = depth = 0
    for char in latex:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return deepest


def without_half(text: str) -> str:
    """The beginning of a text that ends in a formula of which only a part is there."""
    whole = (found.end() for found in FORMULA.finditer(text) if is_formula(found))
    half = HALF.search(text, max(whole, default=0))
    return text[: half.start()] if half else text
