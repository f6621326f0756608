"""More photos at once than go into a question: a job, and a question about all of them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import running
from bot.settings import Settings
from handlers import results
from handlers.context import Services
from playground.faults import Refuse
from playground.people import Chat
from playground.world import World
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech
from tests.people import Someone
from tests.processes import Start, kill
from tests.test_many import COLOURS, entries, files, has_go_on, paid, says, table
from tests.test_many import settings as settings  # noqa: PLC0414 - with a price
from tests.test_many import shown as names

# Longer than a test takes: nothing here waits it out, but for what comes.
LONG_WAIT = 20.0
WHICH = "Which is the best?"


def pictures(count: int) -> list[bytes]:
    """Pictures, each another one."""
    return [picture(COLOURS[number % 11], (300 + number, 200)) for number in range(count)]


def sends_many(someone: Someone, count: int, caption: str | None = None) -> None:
    """Send photos as an app does: in albums of ten."""
    photos = pictures(count)
    for start in range(0, count, 10):
        someone.sends_album(photos[start : start + 10], None if start else caption)


def is_of_job(asked: dict[str, Any]) -> bool:
    instruction = str(asked["messages"][0]["content"])
    return instruction.startswith(("You catalogue", "You look"))


def described(asked: dict[str, Any]) -> Speech | None:
    """Describe each photo of a request, as a good model does; nothing, if it is none of these."""
    return says(shown(asked)) if is_of_job(asked) else None


def shown(asked: dict[str, Any]) -> list[str]:
    """The names of the photos that a request shows, if it is about photos."""
    return names(asked) if is_of_job(asked) else []


def told(asked: dict[str, Any]) -> str:
    """What the last message of a request says."""
    content = asked["messages"][-1]["content"]
    return content if isinstance(content, str) else content[0]["text"]


@pytest.fixture
def model() -> FakeOpenAI:
    model = FakeOpenAI()
    model.reacts = described
    return model


@pytest.fixture
def patient(settings: Settings) -> Settings:
    return settings.but(breath_pause=LONG_WAIT)


@pytest.fixture
async def services(patient: Settings) -> AsyncIterator[Services]:
    async with running(patient) as services:
        yield services


async def test_all_of_many_photos_are_looked_at_and_the_question_is_answered(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.will_say("Number 3, the red one.")
    sends_many(alice, 14, WHICH)
    await alice.sees("Number 3, the red one.")

    assert [len(shown(asked)) for asked in model.asked] == [5, 5, 4, 0]
    assert told(model.asked[0]) == f"The person says: {WHICH}"
    assert told(model.asked[3]).startswith(f"{WHICH}\n[14 photos, ")
    assert "\n[14. Photo 14: It is Photo 14.]" in told(model.asked[3])
    assert files(alice) == [results.MARKDOWN, results.TABLE]
    assert len(table(world, alice)) == 14
    assert alice.screen[0] == "Described: 14 of 14."
    assert [images for _, _, images in paid(tmp_path)] == [5, 5, 4, 0]


async def test_the_answer_can_be_asked_about_and_had_anew(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("The third.")
    sends_many(alice, 11, WHICH)
    await alice.sees("The third.")
    model.will_say("The fourth.")
    alice.says("/retry")
    await alice.sees("The fourth.")
    alice.says("Why?")
    await alice.sees("You said: Why?")

    question, answer, _ = model.asked[-1]["messages"][1:]
    assert "[11. Photo 11: It is Photo 11.]" in question["content"]
    assert answer["content"] == "The fourth."


async def test_without_a_question_they_are_known_to_the_next_one(
    patient: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(patient.but(breath_pause=0.4)):
        sends_many(alice, 11)
        await alice.sees("Described: 11 of 11.")
        alice.says(WHICH)
        await alice.sees(f"You said: {WHICH}")

    known, question = model.asked[-1]["messages"][1:]
    assert known["content"].startswith("[11 photos, ")
    assert "[2. Photo 2: It is Photo 2.]" in known["content"]
    assert question["content"] == WHICH
    assert len(model.asked) == 4


async def test_what_was_prepared_while_it_waited_is_not_fetched_again(
    services: Services, world: World, alice: Someone
) -> None:
    sends_many(alice, 11)
    await world.wait_for(lambda: fetched(world) == 11)
    alice.says(WHICH)
    await alice.sees("Described: 11 of 11.")

    assert fetched(world) == 11


def fetched(world: World) -> int:
    return sum(call.method.lower() == "getfile" for call in world.calls)


async def test_ten_are_one_question(services: Services, alice: Someone, model: FakeOpenAI) -> None:
    sends_many(alice, 10)
    alice.says(WHICH)
    await alice.sees("I see 10 images.")

    assert len(model.asked) == 1


async def test_what_cannot_be_used_is_named_in_the_file(
    services: Services, world: World, alice: Someone
) -> None:
    parts = [
        world.document(data, file_name=f"{number}.jpg", mime_type="image/jpeg")
        for number, data in enumerate([*pictures(10), b"no picture"], 1)
    ]
    refuses(world, parts[1], "file is too big")
    refuses(world, parts[2], "file not found")
    for number, part in enumerate(parts):
        caption = {} if number else {"caption": "What is it?"}
        alice.sends(document=part, media_group_id=str(number // 10), **caption)
    alice.sends(sticker=moving(world), media_group_id="1")
    await alice.sees_words("Described: 8 of 12.", "Left out: 4")

    told = [(row["name"], row["description"]) for row in table(world, alice)]
    assert [each for each in told if not each[1].startswith("It is")] == [
        ("2.jpg", "larger than 20 MB"),
        ("3.jpg", "Telegram does not have it any more"),
        ("11.jpg", "not readable as a picture"),
        ("Photo 12", "it moves, and comes without a still"),
    ]


def refuses(world: World, part: dict[str, Any], why: str) -> None:
    """Let Telegram not hand out a file."""
    world.faults.add(
        kind=Refuse(400, f"Bad Request: {why}"),
        method="getFile",
        times=100,
        where=lambda asked: asked["file_id"] == part["file_id"],
    )


def moving(world: World) -> dict[str, Any]:
    """A sticker that moves, of which Telegram has no still."""
    file = world.document(b"moves", file_name="a.tgs", mime_type="application/x-tgsticker")
    known = {name: file[name] for name in ("file_id", "file_unique_id", "file_size")}
    kind = {"type": "regular", "is_animated": True, "is_video": False}
    return {**known, **kind, "width": 512, "height": 512}


async def test_stop_keeps_what_is_done_and_the_question_is_answered_after_the_rest(
    services: Services, world: World, alice: Someone, model: FakeOpenAI
) -> None:
    model.reacts = None
    held = model.hold()
    sends_many(alice, 12, WHICH)
    await model.wait_asked(1)
    alice.says("/stop")
    await alice.sees(english("job-stopping"))
    held.say(json.dumps(entries(5))).finish()
    await alice.sees_words("Stopped.", "Described: 5 of 12.", "Not looked at yet: 7.")
    assert len(model.asked) == 1
    model.reacts = described
    model.will_say("The first.")
    await has_go_on(alice)
    await alice.sees("The first.")

    assert [len(shown(asked)) for asked in model.asked] == [5, 5, 2, 0]


async def test_a_limit_is_told_in_words_and_the_question_waits_for_the_rest(
    services: Services, admin: Someone, alice: Someone, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    admin.says("/quota @alice 7 images/day")
    await admin.sees_words("7 images")
    sends_many(alice, 12, WHICH)
    await alice.sees_words("7 images/day", "Described: 7 of 12.", "Not looked at yet: 5.")
    await alice.sees_words("That was the last of your limit of 7 images/day")

    assert [len(shown(asked)) for asked in model.asked] == [0, 5, 2]


async def test_who_asks_something_does_not_have_to_choose_when(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.batches.are_there = True
    sends_many(alice, 11, WHICH)
    await alice.sees_words("You said: Which is the best?")

    assert len(model.asked) == 4


async def test_who_asks_nothing_may_choose_when(
    patient: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    model.batches.are_there = True
    async with running(patient.but(breath_pause=0.4)):
        sends_many(alice, 11)
        await alice.sees(english("job-choice", count=11))

    assert model.asked == []


async def test_in_a_group_many_photos_are_looked_at_where_the_bot_is_named(
    services: Services, alice: Someone, group: Chat, world: World, model: FakeOpenAI
) -> None:
    world.privacy = False
    alice = alice.in_chat(group)
    sends_many(alice, 12, f"@teller_bot {WHICH}")
    await alice.sees_words(f"You said: {WHICH}")

    assert [len(shown(asked)) for asked in model.asked] == [5, 5, 2, 0]
    assert told(model.asked[0]) == f"The person says: {WHICH}"
    assert told(model.asked[3]).startswith(f"Alice: {WHICH}")


async def test_killed_at_any_stage_it_goes_on_where_it_was(
    alice: Someone, world: World, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    model.reacts = None
    process = await start(BREATH_PAUSE="1")
    model.will_say(json.dumps(entries(5)))
    model.hold()
    sends_many(alice, 12, WHICH)
    await model.wait_asked(2)
    await alice.sees("I describe the pictures: 5 of 12…")
    await kill(process)
    model.reacts = described
    model.hold()
    process = await start()
    await model.wait_until(lambda: not is_of_job(model.asked[-1]))
    await world.wait_for(lambda: len(files(alice)) == 2)
    await kill(process)
    model.will_say("The third.")
    await start()
    await alice.sees("The third.")

    assert files(alice) == [results.MARKDOWN, results.TABLE]
    assert [len(shown(asked)) for asked in model.asked] == [5, 5, 5, 2, 0, 0]
    assert [state for state, _, images in paid(tmp_path) if images] == [
        "settled",
        "settled",
        "lost",  # the bot's: the provider may bill what was asked first
        "settled",
    ]
