"""A model that wants to see a photo again, for which only words stand by now."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import running
from bot.assistant import again
from bot.grammar import read_limits
from bot.settings import Settings
from handlers.context import Services
from storage import ledger
from storage.money import Unit
from tests.conftest import ALICE, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

THIRD = "Is it blue?"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.but(photo_turns=1)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    async with running(settings) as services:
        yield services


async def has_shown(someone: Someone, model: FakeOpenAI, *colours: str) -> None:
    """Someone has shown pictures, one after another, each at its own turn, and then talked."""
    for colour in colours:
        model.will_say(f"A {colour} square.")
        someone.sends_photo(picture(colour), "What is it?")
        await someone.sees(f"A {colour} square.")
    model.will_say("Hello.")
    someone.says("Hi")
    await someone.sees("Hello.")


def images(asked: dict[str, Any]) -> int:
    contents = [message["content"] for message in asked["messages"]]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return sum(part["type"] == "image_url" for part in parts)


def results(asked: dict[str, Any]) -> list[str]:
    return [each["content"] for each in asked["messages"] if each["role"] == "tool"]


async def used(services: Services, subject: str, unit: Unit) -> int:
    return await services.database.run(ledger.spent, subject, unit, None)


@pytest.mark.usefixtures("services")
async def test_a_photo_is_shown_again_to_a_model_that_asks(
    alice: Someone, model: FakeOpenAI
) -> None:
    await has_shown(alice, model, "teal")
    model.hold().call(again.NAME, '{"photo": 1}').finish("tool_calls")
    model.will_say("Nearly.")
    alice.says(THIRD)
    await alice.sees("Nearly.")

    first, second = model.asked[-2:]
    assert (images(first), images(second)) == (0, 1)
    assert first["messages"][1]["content"] == "What is it?\n[Photo 1, 640×480: A teal square.]"
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert second["tools"] == first["tools"]
    assert results(second) == [again.SHOWN]
    assert alice.screen[-1] == "Nearly."


async def test_both_requests_are_paid_for_as_one(
    alice: Someone, model: FakeOpenAI, services: Services
) -> None:
    await has_shown(alice, model, "teal")
    before = [
        await used(services, f"user:{ALICE.id}", unit) for unit in (Unit.REQUESTS, Unit.TOKENS)
    ]
    model.hold().call(again.NAME, '{"photo": 1}').finish("tool_calls")
    model.will_say("Nearly.")
    alice.says(THIRD)
    await alice.sees("Nearly.")
    await model.wait_until(lambda: len(model.bill) == len(model.asked))

    charged = sum(each.prompt + each.completion for each in model.bill[-2:])
    after = [
        await used(services, f"user:{ALICE.id}", unit) for unit in (Unit.REQUESTS, Unit.TOKENS)
    ]
    assert after == [before[0] + 1, before[1] + charged]
    assert await used(services, "bot", Unit.TOKENS) == after[1]


@pytest.mark.usefixtures("services")
async def test_what_is_said_before_and_after_a_look_is_one_answer(
    alice: Someone, model: FakeOpenAI
) -> None:
    await has_shown(alice, model, "teal")
    model.hold().say("Let me see.").call(again.NAME, '{"photo": 1}').finish("tool_calls")
    model.will_say("Nearly.")
    alice.says(THIRD)
    await alice.sees("Let me see.\n\nNearly.")
    model.will_say("Yes.")
    alice.says("Sure?")
    await alice.sees("Yes.")

    assert model.asked[-1]["messages"][-2]["content"] == "Let me see.\n\nNearly."


@pytest.mark.usefixtures("services")
async def test_it_is_seen_that_a_photo_is_looked_at_again(
    alice: Someone, model: FakeOpenAI
) -> None:
    await has_shown(alice, model, "teal")
    model.hold().call(again.NAME, '{"photo": 1}').finish("tool_calls")
    answer = model.hold()
    alice.says(THIRD)
    await alice.sees(english("answer-looking"))
    answer.say("Nearly.").finish()
    await alice.sees("Nearly.")

    assert english("answer-looking") not in alice.screen


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"photo": 9}', again.UNKNOWN.format(numbers="1")),
        ('{"photo": ', again.NO_NUMBER),
    ],
)
async def test_a_call_that_makes_no_sense_gets_an_answer_in_words(
    alice: Someone, model: FakeOpenAI, arguments: str, words: str
) -> None:
    await has_shown(alice, model, "teal")
    model.hold().call(again.NAME, arguments).finish("tool_calls")
    model.will_say("I cannot say.")
    alice.says(THIRD)
    await alice.sees("I cannot say.")

    assert results(model.asked[-1]) == [words]
    assert images(model.asked[-1]) == 0


@pytest.mark.usefixtures("services")
async def test_two_photos_can_be_looked_at_together(alice: Someone, model: FakeOpenAI) -> None:
    await has_shown(alice, model, "teal", "navy")
    model.hold().call(again.NAME, '{"photo": 1}', '{"photo": 2}').finish("tool_calls")
    model.will_say("The second.")
    alice.says("Which is darker?")
    await alice.sees("The second.")

    assert images(model.asked[-1]) == 2


@pytest.mark.usefixtures("services")
async def test_a_model_that_never_stops_looking_is_asked_to_answer(
    alice: Someone, model: FakeOpenAI
) -> None:
    await has_shown(alice, model, "teal")
    for _ in range(again.MOST_LOOKS):
        model.hold().call(again.NAME, '{"photo": 1}').finish("tool_calls")
    model.will_say("Nearly.")
    alice.says(THIRD)
    await alice.sees("Nearly.")

    choices = [each.get("tool_choice") for each in model.asked[-3:]]
    assert choices == [None, None, "none"]
    assert results(model.asked[-1]) == [again.SHOWN, again.IN_VIEW]


@pytest.mark.usefixtures("services")
async def test_without_an_old_photo_there_is_no_tool(alice: Someone, model: FakeOpenAI) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees("I see 1 image.")
    assert not any("tools" in asked for asked in model.asked)

    alice.says("Thanks")
    await alice.sees("You said: Thanks")
    assert model.asked[-1]["tools"] == list(again.TOOLS)


async def test_without_the_setting_there_is_no_tool(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(look_again=False)):
        await has_shown(alice, model, "teal")

    assert "tools" not in model.asked[-1]


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize("status", [400, 404, 422])
async def test_an_endpoint_without_tools_is_asked_without_them_from_then_on(
    alice: Someone, model: FakeOpenAI, status: int
) -> None:
    model.will_say("A teal square.")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees("A teal square.")
    model.will_fail(status, message="No endpoints found that support tool use.")
    model.will_say("One.")
    model.will_say("Two.")
    alice.says("One?")
    await alice.sees("One.")
    alice.says("Two?")
    await alice.sees("Two.")

    assert ["tools" in asked for asked in model.asked] == [False, True, False, False]


@pytest.mark.parametrize(
    ("name", "effort", "sent"),
    [
        ("gpt-6-luna", "low", (True, "none")),
        ("gpt-6.1-sol", "low", (False, "low")),
        ("gpt-4o-mini", "none", (True, None)),
    ],
)
async def test_a_model_that_thinks_has_tools_only_where_it_may_stop_thinking(  # noqa: PLR0913, PLR0917 - a table
    settings: Settings, alice: Someone, model: FakeOpenAI, name: str, effort: str, sent: object
) -> None:
    async with running(settings.but(model=name, reasoning_effort=effort)):
        await has_shown(alice, model, "teal")

    last = model.asked[-1]
    assert ("tools" in last, last.get("reasoning_effort")) == sent


async def test_where_a_limit_has_no_room_for_looks_the_answer_comes_without(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    tight = settings.but(limits=read_limits("5k tokens/day"), answer_tokens=1_000)
    async with running(tight):
        await has_shown(alice, model, "teal")

    assert "tools" not in model.asked[-1]


async def test_a_look_that_fails_costs_nothing_but_the_bot(
    alice: Someone, model: FakeOpenAI, services: Services
) -> None:
    await has_shown(alice, model, "teal")
    before = await used(services, f"user:{ALICE.id}", Unit.TOKENS)
    model.hold().call(again.NAME, '{"photo": 1}').finish("tool_calls")
    model.will_fail(400, code="content_policy_violation")
    alice.says(THIRD)
    await alice.sees_words("will not answer that")

    charge = model.bill[-1]
    assert await used(services, f"user:{ALICE.id}", Unit.TOKENS) == before
    assert await used(services, "bot", Unit.TOKENS) == before + charge.prompt + charge.completion


async def test_what_is_held_covers_all_looks(
    alice: Someone, model: FakeOpenAI, services: Services
) -> None:
    await has_shown(alice, model, "teal", "navy")
    before = await used(services, "bot", Unit.TOKENS)
    bills = len(model.bill)
    for number in (1, 2):
        model.hold().say("Let me see. " * 20).call(again.NAME, f'{{"photo": {number}}}').finish(
            "tool_calls"
        )
    answer = model.hold()
    alice.says(THIRD)
    await model.wait_asked(bills + 3)
    held = await used(services, "bot", Unit.TOKENS) - before
    answer.say("Nearly.").finish()
    await alice.sees_words("Nearly.")
    await model.wait_until(lambda: len(model.bill) == bills + 3)

    spent = sum(each.prompt + each.completion for each in model.bill[bills:])
    assert spent < held
