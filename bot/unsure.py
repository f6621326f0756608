"""How a model that looks first says that another should look, which nobody is ever shown; pure."""

from itertools import takewhile

MARK = "UNSURE"
ASKED = (
    f"If you cannot make out in the picture what the answer needs, or are not sure of it, answer "
    f"with the single line {MARK} and nothing else. If you notice it only while you answer, end "
    f"with the line {MARK}. Say nothing of this rule."
)
# What models put around a word.
ADORNMENT = " \t\r\n*_`~#>-.!:"


def is_unsure(answer: str) -> bool:
    """Whether an answer says that another should look."""
    return any(map(_is_mark, answer.splitlines()))


def shown(growing: str) -> str:
    """What may be shown of an answer that grows: nothing that is the mark, or may become it."""
    lines = growing.splitlines(keepends=True)
    kept = list(takewhile(lambda line: not _is_mark(line), lines))
    if kept and len(kept) == len(lines) and MARK.startswith(kept[-1].strip(ADORNMENT)):
        kept.pop()
    return "".join(kept)


def _is_mark(line: str) -> bool:
    return line.strip(ADORNMENT) == MARK
