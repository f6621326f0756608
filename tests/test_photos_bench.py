"""Thirty turns with three photos, as the bench has them: what does not depend on time."""

import pytest

from bench.photos import PHOTOS, TURNS, WAYS, Way, run


@pytest.mark.parametrize(
    ("way", "model", "sends"),
    [
        (WAYS[0], "gpt-6-luna", 9),
        (WAYS[0], "gpt-4o-mini", 9),
        (WAYS[1], "gpt-6-luna", 4),
    ],
    ids=str,
)
async def test_photos_are_sent_as_often_as_they_must_and_the_rest_is_cached(
    way: Way, model: str, sends: int
) -> None:
    figures = await run(way, model)

    assert figures.answered == TURNS
    assert figures.unseen == 0
    assert len(figures.sent) == len(PHOTOS)
    assert sum(figures.sent.values()) == sends
    assert max(figures.sent.values()) <= 3
    assert figures.cached_text >= 0.6
