"""A way of looking, taken at many photos or at a ZIP file of them."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import looks
from bot.app import running
from bot.looks import Way
from bot.settings import Settings
from handlers import results
from handlers.context import Services
from playground.world import World
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech
from tests.people import Someone
from tests.test_many import album, document, sends_zip, shown, table
from tests.test_many_at_once import sends_many, told

TEXT = "# Bill\n\n| a | b |\n|---|---|\n| 1 | {2} |\n\n![x](https://example.org/x.png)"


@pytest.fixture
def model() -> FakeOpenAI:
    model = FakeOpenAI()
    model.reacts = reads
    return model


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    async with running(settings.but(breath_pause=5.0)) as services:
        yield services


def reads(asked: dict[str, Any]) -> Speech:
    """Say something of several lines about each photo of a request."""
    texts = [{"number": number, "text": TEXT} for number, _ in enumerate(shown(asked), 1)]
    return Speech().say(json.dumps({"photos": texts})).finish()


def prompt(way: Way, wish: str = "") -> str:
    return f"The person asks: {looks.prompt(way, language='en', wish=wish)}"


async def test_the_text_of_each_picture_of_a_zip_is_read(
    services: Services, world: World, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(7), "/ocr only the totals")
    await alice.sees("Looked at: 7 of 7.")

    assert [told(asked) for asked in model.asked] == [prompt(Way.TEXT, "only the totals")] * 2
    parts = model.asked[0]["messages"][-1]["content"]
    assert parts[2]["image_url"]["detail"] == "original"
    assert "\n## 01.png\n\n# Bill\n\n| a | b |" in document(world, alice, results.MARKDOWN)
    assert "\n!\\[x](https" in document(world, alice, results.MARKDOWN)
    assert table(world, alice)[0] == {"name": "01.png", "description": TEXT, "tags": ""}


@pytest.mark.parametrize("command", ["/short", "/look short"])
async def test_a_way_is_taken_at_a_zip_that_is_replied_to(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, command: str
) -> None:
    sends_zip(alice, album(2), None)
    await alice.sees_messages(1)
    [sent] = [each for each in world.messages(alice.chat_id) if each.get("document")]
    alice.says(command, reply_to=sent["message_id"])
    await alice.sees("Looked at: 2 of 2.")

    assert told(model.asked[0]) == prompt(Way.SHORT)


async def test_how_closely_is_as_it_is_said(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(2), "/describe low")
    await alice.sees("Looked at: 2 of 2.")

    parts = model.asked[0]["messages"][-1]["content"]
    assert parts[2]["image_url"]["detail"] == "low"


async def test_a_way_is_taken_at_many_photos(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    sends_many(alice, 11, "/ocr")
    await alice.sees("Looked at: 11 of 11.")

    assert [len(shown(asked)) for asked in model.asked] == [5, 5, 1]
    assert told(model.asked[0]) == prompt(Way.TEXT)


async def test_a_text_that_is_cut_off_is_read_alone_and_at_length(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    def reads_alone(asked: dict[str, Any]) -> Speech:
        if len(shown(asked)) == 1:
            return reads(asked)
        return Speech().say('{"photos": [{"number": 1, "text": "A {').finish("length")

    model.reacts = reads_alone
    sends_zip(alice, album(2), "/ocr")
    await alice.sees("Looked at: 2 of 2.")

    assert [len(shown(asked)) for asked in model.asked] == [2, 2, 1, 1]
    assert [asked["max_completion_tokens"] for asked in model.asked] == [3000, 3000, 4000, 4000]


async def test_pictures_that_are_in_doubt_are_named(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    def judges(asked: dict[str, Any]) -> Speech:
        verdicts = [
            {"number": number, "text": f"VERDICT: {'unsure' if number == 2 else 'fine'}"}
            for number, _ in enumerate(shown(asked), 1)
        ]
        return Speech().say(json.dumps({"photos": verdicts})).finish()

    model.reacts = judges
    sends_zip(alice, album(3), "/moderate")

    await alice.sees_words(english("job-unsure", count=1, names="02.png"))
