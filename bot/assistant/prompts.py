"""What someone asks, and where the answer grows: all that handlers hand to the assistant."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from storage.records import Image, Place

Remember = Callable[[Sequence[int]], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What someone asks: the one thing that handlers hand to the assistant.

    `asked_ids` are the messages that ask it; `replaces` is the update whose answer it shall take
    the place of, in the chat and in the conversation. `model` is the one that it is meant for, if
    it is no matter of choice.
    """

    update_id: int
    attempt: int
    place: Place
    user_id: int
    text: str
    images: tuple[Image, ...] = ()
    asked_ids: tuple[int, ...] = ()
    replaces: int | None = None
    model: str | None = None


class Reply(Protocol):
    """Where an answer grows."""

    def begin(self, message_ids: Sequence[int], remember: Remember) -> None:
        """Start, or go on in the messages that a former attempt sent; `remember` new ones."""

    def show(self, text: str) -> None:
        """Show what is there so far; never waits."""

    def look_again(self) -> None:
        """Say that a photo is looked at again, where nothing else is said yet."""
