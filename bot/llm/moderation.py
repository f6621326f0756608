"""The provider's own moderation: free of charge, and not to be had everywhere."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import openai

from bot.llm.errors import ContentRefused, ImageRefused, translated

MODEL = "omni-moderation-latest"
# It answers within a second, or the question goes on without it.
PATIENCE = 10.0
# What an endpoint says that has no such thing.
NOT_HERE = (400, 404, 405, 501)

Scores = Mapping[str, float]


class Moderation:
    """Asks an endpoint what it thinks of texts and pictures, until it turns out not to know."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._is_there = True

    async def scores(self, text: str, urls: Sequence[str]) -> Scores | None:
        """How likely each category is, from 0 to 1, at worst; None where nobody says.

        A request for each picture: the model takes one at a time.
        """
        if not self._is_there:
            return None
        words = [{"type": "text", "text": text}] if text else []
        inputs = [[*words, {"type": "image_url", "image_url": {"url": url}}] for url in urls]
        try:
            answers = await asyncio.gather(*map(self._ask, inputs))
        except openai.APIError as error:
            self._is_there = not _says_that_there_is_none(error)
            return None
        return _worst([each for answer in answers for each in _results(answer)])

    async def _ask(self, given: list[Any]) -> object:
        return await self._client.post(
            "/moderations",
            body={"model": MODEL, "input": given},
            cast_to=object,
            options={"timeout": PATIENCE},
        )


def _says_that_there_is_none(error: openai.APIError) -> bool:
    """Whether an endpoint has no moderation: a picture that it cannot use says nothing of that."""
    is_of_picture = isinstance(translated(error), ContentRefused | ImageRefused)
    return (
        isinstance(error, openai.APIStatusError)
        and error.status_code in NOT_HERE
        and not is_of_picture
    )


def _results(answer: object) -> list[Scores]:
    """The scores in an answer, whatever it is."""
    match answer:
        case {"results": [*results]}:
            return [each["category_scores"] for each in results if _has_scores(each)]
        case _:
            return []


def _has_scores(result: object) -> bool:
    match result:
        case {"category_scores": dict(scores)}:
            return all(isinstance(each, int | float) for each in scores.values())
        case _:
            return False


def _worst(found: Sequence[Scores]) -> Scores | None:
    names = {name for scores in found for name in scores}
    return {name: max(scores.get(name, 0.0) for scores in found) for name in names} or None
