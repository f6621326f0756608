"""What the buttons below an answer mean."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the answer that grows to an update."""

    update_id: int


@dataclass(frozen=True, slots=True)
class Redo:
    """Answer anew what an update asked."""

    update_id: int


@dataclass(frozen=True, slots=True)
class GoOn:
    """Go on with the answer to an update."""

    update_id: int
