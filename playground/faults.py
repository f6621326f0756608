"""Faults that the server can be asked to play, each for the next calls that match."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from playground.people import Json


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error of the Bot API."""

    code: int
    description: str = ""
    retry_after: int | None = None
    migrate_to: int | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the connection without an answer, and without the effect."""


@dataclass(frozen=True, slots=True)
class DoneButSilent:
    """Do what was asked, then close the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Wait before the effect."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Status:
    """Answer as a proxy before the Bot API would: a status, and no JSON."""

    code: int
    body: str = "<html><body><h1>Bad Gateway</h1></body></html>"


Fault: TypeAlias = Refuse | HangUp | DoneButSilent | Delay | Status


@dataclass(slots=True)
class _Planned:
    method: str | None
    kind: Fault
    times: int
    where: Callable[[Json], bool] | None

    def matches(self, method: str, params: Json) -> bool:
        if self.times < 1 or self.method not in {None, method}:
            return False
        return self.where is None or self.where(params)


@dataclass(slots=True)
class Faults:
    """The faults still to come."""

    _planned: list[_Planned] = field(default_factory=list)

    def add(
        self,
        *,
        kind: Fault,
        method: str | None = None,
        times: int = 1,
        where: Callable[[Json], bool] | None = None,
    ) -> None:
        """Plan a fault for the next calls of a method, or of any; `where` looks at parameters."""
        self._planned.append(_Planned(method and method.lower(), kind, times, where))

    def clear(self) -> None:
        self._planned.clear()

    def take(self, method: str, params: Json) -> Fault | None:
        """Return the fault for this call, if one was planned."""
        for planned in self._planned:
            if planned.matches(method.lower(), params):
                planned.times -= 1
                return planned.kind
        return None
