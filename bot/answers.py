"""What comes of asking the model: the answer as it grows, and why it ends where it ends."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.llm import Broken, Called, Finish
from bot.visible import is_blank, repaired
from storage.money import Limit, Notice, Usage


class Ending(StrEnum):
    """Why an answer ends where it ends."""

    WHOLE = "whole"
    LENGTH = "length"
    BRIEF = "brief"
    FILTERED = "filtered"
    CUT = "cut"
    LATE = "late"
    STOPPED = "stopped"
    EMPTY = "empty"
    USED_UP = "used up"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said, why it ends there, and what is to be told of limits.

    `brief` is the limit that made it shorter than it might have been, where it is still known.
    """

    text: str
    ending: Ending
    brief: Limit | None = None
    notices: tuple[Notice, ...] = ()


@dataclass
class Asking:
    """What has come of asking the model so far, in one request or in several.

    `before` is what each request has used that led to another one, `extra` by how many tokens the
    prompt has grown since; `begins` is where in the text the newest request's words begin.
    """

    text: str = ""
    calls: list[Called] = field(default_factory=list)
    before: list[Usage] = field(default_factory=list)
    extra: int = 0
    begins: int = 0
    finish: Finish = field(default_factory=lambda: Finish("", None))
    broken: int = 0
    is_stopped: bool = False
    is_late: bool = False

    @property
    def latest(self) -> str:
        """What the newest request has said."""
        return self.text[self.begins :]

    def go_on(self, used: Usage, extra: int) -> None:
        """Another request follows, whose words belong to the same answer."""
        self.before.append(used)
        self.extra += extra
        self.text = "" if is_blank(self.text) else f"{self.text.rstrip()}\n\n"
        self.begins = len(self.text)
        self.calls = []
        self.finish = Finish("", None)

    def note(self, piece: str | Called | Finish | Broken) -> None:
        match piece:
            case str():
                self.text += piece
            case Called():
                self.calls.append(piece)
            case Finish():
                self.finish = piece
            case Broken():
                self.broken += 1

    def answer(self, *, is_capped: bool) -> Answer:
        """The answer as far as it has come, and why it ends there."""
        if self.is_stopped:
            return Answer(repaired(self.text), Ending.STOPPED)
        if self.is_late:
            return Answer(repaired(self.text), Ending.LATE)
        seen = "" if is_blank(self.text) else repaired(self.text)
        ending = _ending(seen, self.finish.reason)
        return Answer(seen, Ending.BRIEF if ending is Ending.LENGTH and is_capped else ending)


def _ending(text: str, reason: str) -> Ending:
    match reason:
        case "content_filter":
            return Ending.FILTERED
        case "length":
            return Ending.LENGTH if text else Ending.USED_UP
        case "":
            return Ending.CUT
        case _:
            return Ending.WHOLE if text else Ending.EMPTY
