"""Stop, continue, retry, edit: what people do about an answer that is there, or is growing."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import running
from bot.settings import Settings
from handlers import redo
from handlers.context import Services
from playground.people import Chat
from playground.world import World
from tests.conftest import picture
from tests.doors import DOORS, through
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing


@pytest.fixture(params=DOORS)
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return through(request.param, settings)


@pytest.fixture(autouse=True)
async def services(settings: Settings) -> AsyncIterator[Services]:
    async with running(settings) as services:
        yield services


def labels(message: dict[str, Any]) -> list[str]:
    """What the buttons below a message say."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def told(model: FakeOpenAI, asked: int = -1) -> list[str]:
    """What the model was told of the conversation with a question."""
    return [message["content"] for message in model.asked[asked]["messages"][1:]]


async def shows(someone: Someone, index: int, *wanted: str) -> None:
    """Wait until a message has these buttons and no others."""
    await someone.world.wait_for(lambda: labels(someone.messages[index]) == list(wanted))


async def test_a_growing_answer_can_be_stopped_with_a_button(
    alice: Someone, model: FakeOpenAI
) -> None:
    await growing(alice, model)
    await shows(alice, -1, "Stop")
    query = alice.presses("Stop")
    await alice.sees("Once\n\nStopped.")

    assert await alice.is_answered(query) == ""
    await shows(alice, -1, "Continue", "Retry")


async def test_the_button_of_an_answer_that_has_ended_stops_no_other(
    alice: Someone, model: FakeOpenAI, services: Services
) -> None:
    first = await growing(alice, model)
    await shows(alice, -1, "Stop")
    stop = alice.messages[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    first.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")
    second = await growing(alice, model)
    told = await alice.is_answered(alice.forges(stop))
    second.say(" more.").finish()
    await alice.sees("Once more.")

    assert told == services.words_in("en")("redo-nothing-to-stop")


async def test_what_was_stopped_is_gone_on_with(alice: Someone, model: FakeOpenAI) -> None:
    await growing(alice, model)
    await shows(alice, -1, "Stop")
    alice.presses("Stop")
    await alice.sees("Once\n\nStopped.")
    await shows(alice, -1, "Continue", "Retry")
    model.will_say(" upon a time.")
    alice.presses("Continue")
    await alice.sees("upon a time.")

    assert told(model) == ["Tell me", "Once", redo.PLEASE_GO_ON]
    assert alice.screen == ["Once\n\nStopped.", "upon a time."]


async def test_an_answer_that_broke_off_is_gone_on_with(alice: Someone, model: FakeOpenAI) -> None:
    model.will_cut("One, two")
    model.will_say(", three.")
    alice.says("Count")
    await alice.sees_words("One, two", "broke off here")
    await shows(alice, -1, "Continue", "Retry")
    alice.presses("Continue")
    await alice.sees(", three.")

    assert told(model) == ["Count", "One, two", redo.PLEASE_GO_ON]


async def test_an_answer_that_is_too_long_is_gone_on_with(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("One, two", finish="length")
    model.will_say("three.")
    alice.says("Count")
    await alice.sees_words("One, two", "as long as an answer may be")
    await shows(alice, -1, "Continue", "Retry")
    alice.presses("Continue")
    await alice.sees("three.")

    assert told(model) == ["Count", "One, two", redo.PLEASE_GO_ON]


async def test_a_new_answer_takes_the_place_of_the_last(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Perhaps.")
    model.will_say("Yes.")
    alice.says("Is it so?")
    first = await alice.sees("Perhaps.")
    await shows(alice, -1, "Retry")
    alice.presses("Retry")
    second = await alice.sees("Yes.")
    model.will_say("Sure.")
    alice.says("Sure?")
    await alice.sees("Sure.")

    assert second["message_id"] == first["message_id"]
    assert told(model, 1) == ["Is it so?"]
    assert told(model, 2) == ["Is it so?", "Yes.", "Sure?"]
    assert alice.screen == ["Yes.", "Sure."]


async def test_retry_can_be_written(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Perhaps.")
    model.will_say("Yes.")
    alice.says("Is it so?")
    await alice.sees("Perhaps.")
    alice.says("/retry")
    await alice.sees("Yes.")

    assert alice.screen == ["Yes."]


async def test_a_photo_is_looked_at_again(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("A cat.")
    model.will_say("A dog.")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees("A cat.")
    alice.says("/retry")
    await alice.sees("A dog.")

    first, second = (asked["messages"] for asked in model.asked)
    assert first == second


async def test_without_an_answer_there_is_nothing_to_retry(alice: Someone) -> None:
    alice.says("/retry")
    await alice.sees(english("redo-nothing"))
    alice.says("Hi")
    await alice.sees("You said: Hi")
    alice.says("/new")
    await alice.sees_words("fresh start")
    alice.says("/retry")
    await alice.world.wait_for(lambda: alice.screen.count(english("redo-nothing")) == 2)


async def test_a_new_answer_that_fails_leaves_the_old_one(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("Perhaps.")
    model.will_fail(400, code="content_policy_violation")
    alice.says("Is it so?")
    await alice.sees("Perhaps.")
    alice.says("/retry")
    await alice.sees_words("will not answer that")
    model.will_say("Sure.")
    alice.says("Sure?")
    await alice.sees("Sure.")

    assert alice.screen[0] == "Perhaps."
    assert told(model) == ["Is it so?", "Perhaps.", "Sure?"]


async def test_what_failed_is_asked_again_in_its_place(alice: Someone, model: FakeOpenAI) -> None:
    for _ in range(4):
        model.will_fail(503)
    model.will_say("Hello.")
    alice.says("Hi")
    await alice.sees_words("cannot be reached")
    await shows(alice, -1, "Retry")
    alice.presses("Retry")
    await alice.sees("Hello.")

    assert alice.screen == ["Hello."]


async def test_buttons_are_for_the_newest_answer(alice: Someone, world: World) -> None:
    alice.says("One")
    await alice.sees("You said: One")
    await shows(alice, 0, "Retry")
    [[data]] = [
        [button["callback_data"] for button in row]
        for row in alice.messages[0]["reply_markup"]["inline_keyboard"]
    ]
    alice.says("Two")
    await alice.sees("You said: Two")
    await shows(alice, 0)
    query = alice.forges(data)

    assert await alice.is_answered(query) == english("redo-not-newest")
    await shows(alice, 1, "Retry")


async def test_an_edited_question_is_answered_anew(alice: Someone, model: FakeOpenAI) -> None:
    model.will_say("Four.")
    model.will_say("Five.")
    question = alice.says("Two and two?")
    first = await alice.sees("Four.")
    alice.edits(question, "Two and three?")
    second = await alice.sees("Five.")

    assert second["message_id"] == first["message_id"]
    assert told(model) == ["Two and three?"]


async def test_an_edit_while_it_is_answered_is_answered_next(
    alice: Someone, model: FakeOpenAI
) -> None:
    answer = model.hold()
    question = alice.says("Two and two?")
    await model.wait_asked(1)
    alice.edits(question, "Two and three?")
    model.will_say("Five.")
    answer.say("Four.").finish()
    await alice.sees("Five.")

    assert alice.screen == ["Five."]


async def test_an_older_question_can_be_edited_without_an_answer(
    alice: Someone, model: FakeOpenAI
) -> None:
    question = alice.says("One")
    await alice.sees("You said: One")
    alice.says("Two")
    await alice.sees("You said: Two")
    alice.edits(question, "Three")
    alice.says("Four")
    await alice.sees("You said: Four")

    assert alice.screen == ["You said: One", "You said: Two", "You said: Four"]
    assert len(model.asked) == 3


async def test_an_edited_caption_asks_about_the_same_photo(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A cat.")
    model.will_say("Teal.")
    question = alice.sends_photo(picture(), "What is it?")
    await alice.sees("A cat.")
    alice.edits(question, "Which colour is it?")
    await alice.sees("Teal.")

    [text, image] = model.asked[1]["messages"][-1]["content"]
    assert text["text"] == "Which colour is it?"
    assert image["type"] == "image_url"
    assert alice.screen == ["Teal."]


async def test_in_a_group_only_who_asked_can_have_it_anew(
    alice: Someone, ben: Someone, group: Chat, model: FakeOpenAI
) -> None:
    answer = model.hold()
    alice, ben = alice.in_chat(group), ben.in_chat(group)
    alice.says("@teller_bot tell us")
    await model.wait_asked(1)
    answer.say("Once")
    await alice.sees("Once")
    await shows(alice, -1, "Stop")
    refused = ben.presses("Stop")
    assert await ben.is_answered(refused) == english("redo-not-yours-to-stop")
    alice.presses("Stop")
    await alice.sees("Once\n\nStopped.")
    refused = ben.presses("Retry")

    assert await ben.is_answered(refused) == english("redo-not-yours")
    assert len(model.asked) == 1


async def test_in_a_group_a_whole_answer_has_no_buttons(
    alice: Someone, group: Chat, model: FakeOpenAI
) -> None:
    alice = alice.in_chat(group)
    alice.says("@teller_bot hi")
    await alice.sees("You said: hi")

    await shows(alice, 0)


async def test_a_groups_admin_can_stop_anybodys_answer(
    alice: Someone, ben: Someone, world: World, model: FakeOpenAI
) -> None:
    club = world.add_group(-1009876543210, "Chess club", [ben.person, alice.person])
    alice, ben = alice.in_chat(club), ben.in_chat(club)
    answer = model.hold()
    alice.says("@teller_bot tell us")
    await model.wait_asked(1)
    answer.say("Once")
    await alice.sees("Once")
    ben.says("/stop")

    await alice.sees("Once\n\nStopped.")
