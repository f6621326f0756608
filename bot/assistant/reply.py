"""What the assistant needs of the place where an answer grows."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

Remember = Callable[[Sequence[int]], Awaitable[bool]]


class Reply(Protocol):
    """Where an answer grows."""

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Start, or go on in the messages that a former attempt sent; `remember` new ones."""

    def show(self, text: str) -> None:
        """Show what is there so far; never waits."""

    def look_again(self) -> None:
        """Say that a photo is looked at again, where nothing else is said yet."""
