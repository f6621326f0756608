"""The answers under way, and how one is ended before its time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.answers import Asking
from bot.assistant.asker import Turn
from bot.breath import MoreToCome
from storage.records import Place


@dataclass
class _Running:
    """An answer under way, and whether someone asked that it stop."""

    task: asyncio.Task[Any]
    turn: Turn
    is_stopped: bool = False

    @property
    def update_id(self) -> int:
        return self.turn.begun.question.update_id

    @property
    def heard(self) -> Asking:
        return self.turn.heard


class Growing:
    """The answers under way, one at a time in each place."""

    def __init__(self) -> None:
        self._by_place: dict[Place, _Running] = {}
        self._has_more: dict[int, bool] = {}

    def answering(self, place: Place) -> int | None:
        """For whom an answer grows in a place, if one does."""
        running = self._by_place.get(place)
        return None if running is None else running.turn.begun.question.user_id

    def answers(self, chat_id: int) -> dict[Place, int]:
        """Where in a chat an answer grows, and to which update."""
        return {
            place: running.update_id
            for place, running in self._by_place.items()
            if place.chat_id == chat_id
        }

    def stop(self, place: Place) -> bool:
        """Stop the answer that grows in a place; says whether one does."""
        if running := self._by_place.get(place):
            running.is_stopped = True
            running.task.cancel()
        return running is not None

    def give_up(self, update_id: int) -> None:
        """Have a question given up to which more belongs, unless its answer has begun."""
        running = next(
            (each for each in self._by_place.values() if each.update_id == update_id), None
        )
        if update_id not in self._has_more or (running and running.heard.text):
            return
        self._has_more[update_id] = True
        if running:
            running.task.cancel()

    def has_more(self, update_id: int) -> bool:
        """Whether more belongs to a question than is being asked."""
        return self._has_more[update_id]

    @contextmanager
    def expected(self, update_id: int) -> Iterator[None]:
        """While this lasts, a question can be given up."""
        self._has_more[update_id] = False
        try:
            yield
        finally:
            del self._has_more[update_id]

    @contextmanager
    def grows(self, turn: Turn) -> Iterator[None]:
        """While this lasts, an answer can be stopped: then it ends here, and its turn knows.

        Raises:
            MoreToCome: The question is given up.
        """
        task = asyncio.current_task()
        assert task is not None
        place = turn.begun.question.place
        running = self._by_place[place] = _Running(task, turn)
        try:
            yield
        except asyncio.CancelledError:
            is_given_up = self._has_more[running.update_id]
            if not (is_given_up or running.is_stopped):
                raise
            task.uncancel()
            if is_given_up:
                raise MoreToCome from None
            turn.heard.is_stopped = True
        finally:
            del self._by_place[place]
