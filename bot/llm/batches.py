"""The endpoint's Batch API, where it has one: many questions at half the price, within a day."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Final

import openai

from bot.llm.errors import ModelError, translated
from bot.llm.stream import Finish, whole

URL: Final = "/v1/chat/completions"
# platform.openai.com/docs/api-reference/batch: the only window there is.
WINDOW: Final = "24h"
OVER = frozenset({"completed", "failed", "expired", "cancelled"})
NAME = "teller"  # our own mark in a batch's metadata
LISTED = 100  # the most that one list holds

Said = tuple[str, Finish]


@dataclass(frozen=True, slots=True)
class Batch:
    """How a batch stands, in the provider's word, and the file of its answers, if there is one."""

    state: str
    answers_id: str

    @property
    def is_over(self) -> bool:
        return self.state in OVER


class Batches:
    """Batches of questions at an endpoint."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._are_there: bool | None = None

    async def are_there(self) -> bool:
        """Whether the endpoint has batches; found out once."""
        if self._are_there is None:
            try:
                listed: Any = await self._client.get("/batches?limit=1", cast_to=object)
            except openai.APIStatusError:
                self._are_there = False
            except openai.APIError:
                return False
            else:
                self._are_there = isinstance(listed, dict) and listed.get("object") == "list"
        return self._are_there

    async def find(self, name: str) -> str | None:
        """The number of the batch that was given a name, of those that were made lately.

        Raises:
            ModelError: The endpoint does not say.
        """
        try:
            listed = await self._client.batches.list(limit=LISTED)
        except openai.APIError as error:
            raise translated(error) from None
        named = (each.id for each in listed.data if (each.metadata or {}).get(NAME) == name)
        return next(named, None)

    async def submit(self, lines: IO[bytes], name: str) -> str:
        """Hand in questions, as `line` makes them; returns the number of the batch.

        Raises:
            ModelError: The endpoint does not take them.
        """
        try:
            file = await self._client.files.create(file=("batch.jsonl", lines), purpose="batch")
            batch = await self._client.batches.create(
                input_file_id=file.id,
                endpoint=URL,
                completion_window=WINDOW,
                metadata={NAME: name},
            )
        except openai.APIError as error:
            raise translated(error) from None
        return batch.id

    async def look(self, batch_id: str) -> Batch:
        """How a batch stands.

        Raises:
            ModelError: The endpoint does not say.
        """
        try:
            batch = await self._client.batches.retrieve(batch_id)
        except openai.APIError as error:
            raise translated(error) from None
        return Batch(batch.status, batch.output_file_id or "")

    async def cancel(self, batch_id: str) -> None:
        """Let a batch end with what it has; one that has ended stays as it is."""
        with suppress(openai.APIError):
            await self._client.batches.cancel(batch_id)

    async def answers(self, batch: Batch) -> Mapping[str, Said]:
        """The answers of a batch that is over, by what their questions were called.

        Raises:
            ModelError: The endpoint does not hand them out.
        """
        if not batch.answers_id:
            return {}
        try:
            content = await self._client.files.content(batch.answers_id)
        except openai.APIError as error:
            raise translated(error) from None
        read = (_answer(line) for line in content.content.splitlines() if line.strip())
        return dict(each for each in read if each is not None)


def line(called: str, body: Mapping[str, Any]) -> bytes:
    """A question as a batch takes it."""
    asked = {"custom_id": called, "method": "POST", "url": URL, "body": body}
    return json.dumps(asked).encode() + b"\n"


def _answer(line: bytes) -> tuple[str, Said] | None:
    """What a line of a batch's answers says; None where it says that there is none."""
    try:
        told = json.loads(line)
        called, body = str(told["custom_id"]), told["response"]["body"]
        text, finish = whole(json.dumps(body))
    except (ValueError, KeyError, TypeError, ModelError):
        return None
    assert isinstance(text, str)
    assert isinstance(finish, Finish)
    return called, (text, finish)
