"""Many photos at once: a ZIP file is described in portions, and comes back as files."""

import asyncio
import csv
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.app import running
from bot.settings import Price, Settings
from handlers import results
from handlers.context import Services
from playground.faults import HangUp
from playground.world import World
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech
from tests.people import Someone
from tests.processes import Start, kill
from tests.test_redo import labels
from tests.test_zips import packed

COLOURS = ("teal", "red", "gold", "navy", "pink", "lime", "black", "grey", "olive", "plum", "tan")


def album(count: int) -> dict[str, bytes]:
    """Pictures by name, each another one."""
    return {
        f"{number:02}.png": picture(COLOURS[number % 11], (300 + number, 200), "PNG")
        for number in range(1, count + 1)
    }


def shown(asked: dict[str, Any]) -> list[str]:
    """The names of the photos that a request shows."""
    parts = asked["messages"][-1]["content"]
    texts = [each["text"] for each in parts if each["type"] == "text"]
    return [text.split("called ")[1].rstrip(":") for text in texts if text.startswith("Photo ")]


def described(asked: dict[str, Any]) -> Speech | None:
    """Describe each photo of a request, as a good model does; nothing, if it is no catalogue."""
    if not asked["messages"][0]["content"].startswith("You catalogue"):
        return None
    return says(shown(asked))


def says(names: list[str]) -> Speech:
    entries = [
        {"number": number, "description": f"It is {name}.", "tags": ["square", name, "plain"]}
        for number, name in enumerate(names, 1)
    ]
    return Speech().say(json.dumps({"photos": entries})).finish()


@pytest.fixture
def model() -> FakeOpenAI:
    model = FakeOpenAI()
    model.reacts = described
    return model


@pytest.fixture
def settings(settings: Settings) -> Settings:
    price = Price(input=Decimal("0.1"), output=Decimal("0.4"))
    return settings.but(prices={settings.model: price})


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    async with running(settings) as services:
        yield services


def sends_zip(someone: Someone, files: dict[str, bytes], caption: str | None = "/look") -> None:
    someone.sends_file(packed(files), "trip.zip", "application/zip", caption)


async def has_go_on(someone: Someone) -> None:
    """Press the button to go on, again where the files are there just before that is known."""
    go_on, under_way = english("job-go-on"), english("job-under-way")
    async with asyncio.timeout(30):
        while await someone.is_answered(someone.presses(go_on)) == under_way:
            pass


def document(world: World, someone: Someone, name: str) -> str:
    """What a file says that the bot sent."""
    [message] = [
        each for each in someone.messages if each.get("document", {}).get("file_name") == name
    ]
    file = world.files.get(message["document"]["file_id"])
    assert file is not None
    return file.data.decode()


def files(someone: Someone) -> list[str]:
    """The files that the bot sent."""
    return [each["document"]["file_name"] for each in someone.messages if "document" in each]


def table(world: World, someone: Someone) -> list[dict[str, str]]:
    text = document(world, someone, results.TABLE)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def paid(tmp_path: Path) -> list[tuple[str, int, int]]:
    """What is in the ledger: state, requests, images."""
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection:
        return connection.execute(
            "SELECT state, requests, images FROM ledger ORDER BY update_id DESC, number"
        ).fetchall()


async def test_a_zip_of_pictures_comes_back_described(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    sends_zip(alice, album(7) | {"notes.txt": b"", "bad.jpg": b"no picture"})
    said = await alice.sees_words("Described: 7 of 8.", "Left out: 2", "It cost")
    await alice.sees("Described: 7 of 8.")

    assert [len(shown(asked)) for asked in model.asked] == [5, 2]
    rows = table(world, alice)
    assert [row["name"] for row in rows][:7] == list(album(7))
    assert rows[0]["description"] == "It is 01.png."
    assert rows[0]["tags"] == "square, 01.png, plain"
    assert rows[-1] == {"name": "bad.jpg", "description": "not readable as a picture", "tags": ""}
    text = document(world, alice, results.MARKDOWN)
    assert "## 07.png\n\nIt is 07.png." in text
    assert "- notes.txt: not a picture" in text
    assert paid(tmp_path) == [("settled", 1, 5), ("settled", 1, 2)]
    assert "UNDONE" not in said
    assert labels(alice.messages[-1]) == []


async def test_it_is_told_how_far_it_is(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.reacts = None
    first = model.hold()
    sends_zip(alice, album(7))
    await model.wait_asked(1)
    progress = await alice.sees("I describe the pictures: 0 of 7…")
    second = model.hold()
    first.say(json.dumps(entries(5))).finish()
    await model.wait_asked(2)
    later = await alice.sees("I describe the pictures: 5 of 7…")
    second.say(json.dumps(entries(2))).finish()
    last = await alice.sees("Described: 7 of 7.")

    assert progress["message_id"] == later["message_id"] == last["message_id"]


def entries(count: int) -> dict[str, Any]:
    return {
        "photos": [
            {"number": number, "description": "A square.", "tags": ["a", "b", "c"]}
            for number in range(1, count + 1)
        ]
    }


async def test_people_go_on_chatting_meanwhile(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.reacts = None
    held = model.hold()
    sends_zip(alice, album(2))
    await model.wait_asked(1)
    alice.says("Hi")
    await alice.sees("You said: Hi")
    held.say(json.dumps(entries(2))).finish()

    await alice.sees("Described: 2 of 2.")


async def test_a_plain_zip_is_offered_to_be_described(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(2), None)
    offered = await alice.sees(english("job-offer", name="trip.zip"))
    assert model.asked == []
    alice.presses(english("job-describe-all"))
    done = await alice.sees("Described: 2 of 2.")

    assert done["message_id"] == offered["message_id"]


async def test_a_reply_with_look_describes_a_zip(
    services: Services, world: World, alice: Someone, model: FakeOpenAI
) -> None:
    sends_zip(alice, album(2), None)
    await alice.sees(english("job-offer", name="trip.zip"))
    [sent] = [each for each in world.messages(alice.chat_id) if each.get("document")]
    alice.says("/look in German", reply_to=sent["message_id"])
    await alice.sees("Described: 2 of 2.")

    assert model.asked[0]["messages"][1]["content"][0]["text"] == "The person says: in German"


async def test_look_without_pictures_says_what_it_is_for(
    services: Services, alice: Someone
) -> None:
    alice.says("/look")
    await alice.sees(english("look-form"))


async def test_stop_keeps_what_is_done_and_the_rest_can_be_had(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.reacts = None
    held = model.hold()
    sends_zip(alice, album(7))
    await model.wait_asked(1)
    await world.wait_for(lambda: "Stop" in labels(alice.messages[-1]))
    query = alice.presses("Stop")
    assert await alice.is_answered(query) == english("job-stopping")
    held.say(json.dumps(entries(5))).finish()
    await alice.sees_words("Stopped.", "Described: 5 of 7.", "Not looked at yet: 2.")
    assert len(table(world, alice)) == 5
    model.reacts = described
    await has_go_on(alice)
    await alice.sees_words("Described: 7 of 7.", "It cost")

    assert len(model.asked) == 2
    assert shown(model.asked[1]) == ["06.png", "07.png"]
    assert paid(tmp_path) == [("settled", 1, 5), ("settled", 1, 2)]


async def test_stop_can_be_written(services: Services, alice: Someone, model: FakeOpenAI) -> None:
    model.reacts = None
    held = model.hold()
    sends_zip(alice, album(7))
    await model.wait_asked(1)
    alice.says("/stop")
    await alice.sees(english("job-stopping"))
    held.say(json.dumps(entries(5))).finish()

    await alice.sees_words("Stopped.", "Described: 5 of 7.")


async def test_only_who_sent_them_can_stop(
    services: Services, world: World, alice: Someone, ben: Someone, model: FakeOpenAI
) -> None:
    model.reacts = None
    held = model.hold()
    sends_zip(alice, album(2))
    await model.wait_asked(1)
    await world.wait_for(lambda: "Stop" in labels(alice.messages[-1]))
    [[stop]] = alice.messages[-1]["reply_markup"]["inline_keyboard"]
    ben.says("Hi")
    await ben.sees("You said: Hi")
    query = ben.forges(stop["callback_data"])

    assert await ben.is_answered(query) == english("job-not-yours")
    held.say(json.dumps(entries(2))).finish()
    await alice.sees("Described: 2 of 2.")


async def test_a_limit_ends_it_with_words_and_it_goes_on_later(
    services: Services, world: World, admin: Someone, alice: Someone, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    admin.says("/quota @alice 6 images/day")
    await admin.sees_words("6 images")
    sends_zip(alice, album(8))
    await alice.sees_words("6 images/day", "Described: 6 of 8.", "Not looked at yet: 2.")
    assert len(table(world, alice)) == 6
    admin.says("/quota @alice 60 images/day")
    await admin.sees_words("60 images")
    await has_go_on(alice)
    await alice.sees_words("Described: 8 of 8.", "It cost")

    assert [len(shown(asked)) for asked in model.asked[1:]] == [5, 1, 2]


async def test_a_limit_without_any_room_is_said(
    services: Services, admin: Someone, alice: Someone, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    admin.says("/quota @alice 0 images/day")
    await admin.sees_words("0 images")
    sends_zip(alice, album(2))

    await alice.sees_words("limit of 0 images/day", "Not looked at yet: 2.")
    assert len(model.asked) == 1


async def test_an_answer_that_cannot_be_read_is_asked_for_again_then_one_by_one(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.reacts = None
    for said in ("No.", "I will not.", '{"photos": [{"number": 1, "description": "Alone."}]}'):
        model.will_say(said)
    for _ in range(2):
        model.will_say("Never.")
    sends_zip(alice, album(3))
    await alice.sees_words("Described: 1 of 3.", "Left out: 2")

    assert [len(shown(asked)) for asked in model.asked] == [3, 3, 1, 1, 1]
    assert [row["description"] for row in table(world, alice)] == [
        "Alone.",
        "could not be described",
        "could not be described",
    ]
    assert len(paid(tmp_path)) == 5


async def test_what_is_missing_from_an_answer_is_asked_for_again(
    services: Services, alice: Someone, model: FakeOpenAI
) -> None:
    def forgets(asked: dict[str, Any]) -> Speech:
        names = shown(asked)
        return says(names if len(names) < 3 else names[:1])

    model.reacts = forgets
    sends_zip(alice, album(3))
    await alice.sees("Described: 3 of 3.")

    assert [shown(asked) for asked in model.asked[1:]] == [["02.png", "03.png"]]


async def test_a_picture_that_the_provider_refuses_is_left_out_alone(
    services: Services, world: World, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.reacts = None
    model.will_fail(400, code="content_policy_violation")
    model.will_say(json.dumps(entries(1)))
    model.will_fail(400, code="content_policy_violation")
    sends_zip(alice, album(2))
    await alice.sees_words("Described: 1 of 2.", "Left out: 1")

    assert [row["description"] for row in table(world, alice)] == [
        "A square.",
        "could not be described",
    ]


async def test_an_endpoint_that_fails_ends_it_with_words(
    services: Services, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.reacts = None
    model.will_say(json.dumps(entries(5)))
    for _ in range(4):
        model.will_fail(503)
    sends_zip(alice, album(7))
    await alice.sees_words("cannot be reached", "Described: 5 of 7.")
    model.reacts = described
    await has_go_on(alice)
    await alice.sees_words("Described: 7 of 7.", "It cost")

    assert paid(tmp_path) == [("settled", 1, 5), ("settled", 1, 2)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK no zip", "could not open that as a ZIP file"),
        (packed({"notes.txt": b"words"}), "no picture in that ZIP file"),
        (packed({"a.jpg": b"nothing"}), "could use none of these"),
    ],
)
async def test_a_zip_of_no_use_gets_a_sentence(
    services: Services, alice: Someone, data: bytes, words: str
) -> None:
    alice.sends_file(data, "trip.zip", "application/zip", "/look")
    await alice.sees_words(words)

    assert len(alice.screen) == 1


async def test_more_than_the_most_are_left_out(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(most_photos=3)):
        sends_zip(alice, album(5))
        await alice.sees_words("Described: 3 of 3.", "3 pictures at once", "2 more are left out")

    assert len(model.asked) == 1


async def test_killed_in_the_middle_it_goes_on_where_it_was(
    alice: Someone, world: World, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    model.reacts = None
    process = await start()
    model.will_say(json.dumps(entries(5)))
    model.hold()
    sends_zip(alice, album(12))
    await model.wait_asked(2)
    await alice.sees("I describe the pictures: 5 of 12…")
    await kill(process)
    model.reacts = described
    await start()
    await world.wait_for(lambda: len(files(alice)) == 2)
    await alice.sees("Described: 12 of 12.")

    assert shown(model.asked[2]) == shown(model.asked[1])
    assert shown(model.asked[3]) == ["11.png", "12.png"]
    assert paid(tmp_path) == [
        ("settled", 1, 5),
        ("settled", 1, 5),
        ("lost", 1, 5),  # the bot's: the provider may bill what was asked first
        ("settled", 1, 2),
    ]
    assert files(alice) == [results.MARKDOWN, results.TABLE]


async def test_killed_while_it_delivers_it_sends_only_what_is_missing(
    alice: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    process = await start()
    world.faults.add(
        kind=HangUp(), method="sendDocument", times=100, where=lambda _: bool(files(alice))
    )
    sends_zip(alice, album(2))
    await world.wait_for(lambda: len(files(alice)) == 1)
    # The second is tried when the first is written down.
    await world.wait_for(
        lambda: any(
            call.method == "sendDocument" and call.error is not None for call in world.calls
        )
    )
    await kill(process)
    world.faults.clear()
    await start()
    await alice.sees("Described: 2 of 2.")

    assert files(alice) == [results.MARKDOWN, results.TABLE]
    assert len(model.asked) == 1


async def test_the_end_of_the_program_does_not_wait_for_it(
    settings: Settings, alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.reacts = None
    held = model.hold()
    async with running(settings):
        sends_zip(alice, album(7))
        await model.wait_asked(1)
        asyncio.get_running_loop().call_later(
            0.1, lambda: held.say(json.dumps(entries(5))).finish()
        )
    asked = len(model.asked)
    model.reacts = described
    async with running(settings):
        await alice.sees("Described: 7 of 7.")

    assert asked == 1
    assert paid(tmp_path) == [("settled", 1, 5), ("settled", 1, 2)]
