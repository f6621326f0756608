"""Whole conversations, as a person sees them, through both doors."""

import pytest

from bot.settings import Settings
from tests.conftest import picture
from tests.doors import DOORS, through
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture(params=DOORS)
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return through(request.param, settings)


async def test_a_question_is_answered(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Hel", "lo, ", "Alice.")
    alice.says("Hi")

    await alice.sees("Hello, Alice.")


async def test_what_was_said_is_known_until_new(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Nice to meet you.")
    model.will_say("Alice.")
    alice.says("My name is Alice.")
    await alice.sees("Nice to meet you.")
    alice.says("What is my name?")
    await alice.sees("Alice.")
    alice.says("/new")
    await alice.sees_words("fresh start")
    alice.says("And now?")
    await model.wait_asked(3)

    told = [[each["content"] for each in asked["messages"][1:]] for asked in model.asked]
    assert told == [
        ["My name is Alice."],
        ["My name is Alice.", "Nice to meet you.", "What is my name?"],
        ["And now?"],
    ]


async def test_people_do_not_hear_of_each_other(
    alice: Someone, ben: Someone, model: FakeOpenAI
) -> None:
    alice.says("My secret is 42.")
    await alice.sees("You said: My secret is 42.")
    ben.says("What is her secret?")
    await ben.sees("You said: What is her secret?")

    assert "42" not in str(model.asked[1])


async def test_what_comes_first_is_answered_first(alice: Someone, model: FakeOpenAI) -> None:
    first = model.hold()
    alice.says("One")
    alice.says("Two")
    await model.wait_asked(1)
    first.say("First.").finish()
    await alice.sees("You said: Two")

    assert alice.screen == ["First.", "You said: Two"]


async def test_a_slow_answer_keeps_nobody_else_waiting(
    alice: Someone, ben: Someone, model: FakeOpenAI
) -> None:
    slow = model.hold()
    alice.says("Something long")
    await model.wait_asked(1)
    ben.says("Hi")
    await ben.sees("You said: Hi")
    slow.say("At last.").finish()

    await alice.sees("At last.")


async def test_words_appear_as_soon_as_they_exist(alice: Someone, model: FakeOpenAI) -> None:
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    first = await alice.sees("Once")
    answer.say(" upon a time.")
    grown = await alice.sees("Once upon a time.")
    answer.finish()

    assert first["message_id"] == grown["message_id"]


async def test_stop_ends_an_answer_and_keeps_what_was_said(
    alice: Someone, model: FakeOpenAI
) -> None:
    answer = model.hold()
    alice.says("Count to a million")
    await model.wait_asked(1)
    answer.say("One, two")
    await alice.sees("One, two")
    alice.says("/stop")
    await alice.sees_words("One, two", "Stopped.")
    alice.says("Go on")
    await model.wait_asked(2)

    assert model.asked[1]["messages"][2]["content"] == "One, two"


async def test_an_answer_longer_than_a_message_comes_in_parts(
    alice: Someone, model: FakeOpenAI
) -> None:
    words = [f"word{number}" for number in range(900)]
    model.will_say(" ".join(words))
    alice.says("Write a lot")
    await alice.sees_words("word899")

    assert len(alice.screen) == 2
    assert " ".join(alice.screen).split() == words


async def test_markdown_is_shown_as_entities(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("This is **bold** and `code`.")
    alice.says("Show me")
    shown = await alice.sees("This is bold and code.")

    assert [each["type"] for each in shown["entities"]] == ["bold", "code"]


async def test_a_photo_is_looked_at_and_asked_about_again(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A white square on teal.")
    model.will_say("White.")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("A white square on teal.")
    alice.says("Which colour is the square?")
    await alice.sees("White.")

    for asked in model.asked:
        text, image = asked["messages"][1]["content"]
        assert text["text"] == "What is this?"
        assert image["image_url"]["detail"] == "high"
        assert image["image_url"]["url"].startswith("data:image/")


async def test_an_album_is_one_question(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Three colours.")
    alice.sends_album([picture(c) for c in ("teal", "navy", "olive")], "What are these?")
    await alice.sees("Three colours.")

    [asked] = model.asked
    kinds = [part["type"] for part in asked["messages"][1]["content"]]
    assert kinds == ["text", "image_url", "image_url", "image_url"]
