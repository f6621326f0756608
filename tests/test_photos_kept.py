"""A photo that was prepared is not prepared again: whether the bot starts anew or looks closer."""

import pytest

from bot.app import running
from bot.settings import Settings
from playground.world import World
from tests.conftest import picture
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone


def fetched(world: World) -> int:
    """How many files the bot has asked for."""
    return sum(call.method.lower() == "getfile" for call in world.calls)


@pytest.mark.parametrize(
    ("changes", "fetches"),
    [
        ({}, 1),
        ({"image_detail": "low"}, 2),
        ({"model": "gpt-4o"}, 2),
    ],
    ids=["as before", "another detail", "another model"],
)
async def test_after_a_restart_a_photo_is_fetched_only_to_be_seen_otherwise(
    alice: Someone, model: FakeOpenAI, settings: Settings, changes: dict[str, str], fetches: int
) -> None:
    async with running(settings):
        number = alice.sends_photo(picture(size=(1200, 900)), "What is this?")
        await alice.sees("I see 1 image.")
    async with running(settings.but(**changes)):
        alice.says("/new")
        await alice.sees_words("fresh start")
        alice.says("And now?", reply_to=number)
        await model.wait_asked(2)

    [_, question] = model.asked[-1]["messages"]
    [text, image] = question["content"]
    assert text["text"] == "And now?"
    assert image["image_url"]["detail"] == changes.get("image_detail", "high")
    assert fetched(alice.world) == fetches


async def test_an_album_that_is_replied_to_is_sent_as_closely_as_is_set_now(
    alice: Someone, world: World, model: FakeOpenAI, settings: Settings
) -> None:
    async with running(settings):
        parts = world.send_album(alice.person, [picture(each) for each in ("teal", "navy")])
        await alice.sees("I see 2 images.")
    async with running(settings.but(image_detail="low")):
        alice.says("/new")
        await alice.sees_words("fresh start")
        alice.says("And now?", reply_to=parts[0]["message_id"])
        await model.wait_asked(2)

    details = [
        part["image_url"]["detail"] for part in model.asked[-1]["messages"][1]["content"][1:]
    ]
    assert details == ["low", "low"]
    assert fetched(world) == 2
