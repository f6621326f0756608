"""What a model asks to have done, as it comes over the wire: in pieces, by index or by id."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A tool that the model calls; `arguments` are the model's words, JSON if all is well."""

    id: str
    name: str
    arguments: str


@dataclass
class _Part:
    id: str = ""
    name: str = ""
    arguments: str = ""


class Calls:
    """Calls as far as they have come."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._by_index: dict[Any, _Part] = {}

    def hear(self, told: object) -> None:
        """Take in the `tool_calls` of a chunk; what is no call is left out."""
        for each in told if isinstance(told, list) else ():
            if isinstance(each, dict):
                self._hear(each)

    def done(self) -> list[Called]:
        """The calls that have a name."""
        return [
            Called(id=part.id or f"call_{number}", name=part.name, arguments=part.arguments)
            for number, part in enumerate(self._parts, 1)
            if part.name
        ]

    def _hear(self, told: dict[str, Any]) -> None:
        part = self._part(str(told.get("index")), _text(told.get("id")))
        function = told.get("function")
        if isinstance(function, dict):
            part.name = part.name or _text(function.get("name"))
            part.arguments += _text(function.get("arguments"))

    def _part(self, index: str, name: str) -> _Part:
        """The call that a piece belongs to; some relays give each call the same index."""
        known = self._by_index.get(index)
        if known is None or (name and known.id and name != known.id):
            known = self._by_index[index] = _Part()
            self._parts.append(known)
        known.id = known.id or name
        return known


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""
