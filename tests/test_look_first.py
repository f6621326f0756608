"""A cheap model looks first, and a stronger one where it is not sure: one answer, two rows."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.app import running
from bot.grammar import read_limits
from bot.settings import Price, Settings
from playground.world import World
from tests.conftest import picture
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.processes import Start, kill, stop

CHEAP, STRONG = "gpt-4o-mini", "gpt-6-luna"
PRICES = {
    CHEAP: Price(input="1", output="2"),
    STRONG: Price(input="10", output="20"),
}


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    given = {"look_first": CHEAP, "prices": PRICES} | getattr(request, "param", {})
    return settings.but(**given)


def ledger(tmp_path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(tmp_path / "teller.db")) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM ledger ORDER BY update_id, number")
        return [dict(row) for row in rows]


def price(row: dict[str, Any]) -> int:
    """What a row's tokens cost, in nano-dollars."""
    per = PRICES[row["model"]]
    dollars = row["prompt_tokens"] * per.input + row["completion_tokens"] * per.output
    return int(dollars * 1000)


def asked(model: FakeOpenAI) -> list[str]:
    return [each["model"] for each in model.asked]


def edits(world: World) -> list[str]:
    """All that was ever shown."""
    return [str(call.params.get("text", "")) for call in world.calls]


@pytest.mark.usefixtures("bot")
async def test_what_the_first_is_sure_of_is_the_answer(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.will_say("A teal ", "square.")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("A teal square.")
    alice.says("Thanks")
    await alice.sees("You said: Thanks")

    assert asked(model) == [CHEAP, STRONG]  # without a picture it is not asked
    [look, text] = ledger(tmp_path)
    assert (look["model"], look["state"], look["requests"]) == (CHEAP, "settled", 1)
    assert look["nanos"] == price(look)
    assert text["model"] == STRONG


@pytest.mark.usefixtures("bot")
async def test_where_it_is_unsure_the_stronger_answers_and_both_are_paid(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.will_say("UNS", "URE")
    model.will_say("It says ", "7.70.")
    alice.sends_photo(picture(), "What is the total?")
    await alice.sees("It says 7.70.")
    alice.says("/usage")
    await alice.sees_words("1 request")

    assert alice.screen[0] == "It says 7.70."
    assert asked(model) == [CHEAP, STRONG]
    rows = ledger(tmp_path)
    assert len({row["update_id"] for row in rows}) == 1
    counted = [(row["model"], row["number"], row["requests"], row["images"]) for row in rows]
    assert counted == [(STRONG, 0, 1, 1), (CHEAP, 1, 0, 0)]
    assert [price(row) for row in rows] == [row["nanos"] for row in rows]
    assert {row["state"] for row in rows} == {"settled"}


@pytest.mark.usefixtures("bot")
async def test_the_first_alone_is_told_how_to_say_that_it_is_unsure(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("UNSURE")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("I see 1 image.")
    alice.says("And now?")
    await alice.sees_messages(2)

    first, second, third = [str(each["messages"]) for each in model.asked]
    assert "UNSURE" in first
    assert "UNSURE" not in second
    assert "UNSURE" not in third


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "pieces",
    [
        ("UNSURE",),
        ("U", "NSU", "RE\n", "Perhaps a cat."),
        ("It may be a cat.", "\n\n", "**UN", "SURE**"),
    ],
)
async def test_nobody_ever_sees_what_it_says_of_itself(
    alice: Someone, world: World, model: FakeOpenAI, pieces: tuple[str, ...]
) -> None:
    first = model.hold()
    model.will_say("A dog.")
    alice.sends_photo(picture(), "What is this?")
    await model.wait_asked(1)
    for piece in pieces:
        first.say(piece)
        if "cat" in piece and "U" not in pieces[0]:
            await alice.sees_words("It may be a cat.")
    first.finish()
    await alice.sees("A dog.")

    assert alice.screen == ["A dog."]
    assert not [said for said in edits(world) if "UN" in said or "NSU" in said]


@pytest.mark.usefixtures("bot")
async def test_it_grows_as_any_answer_where_it_is_sure(alice: Someone, model: FakeOpenAI) -> None:
    growing = model.hold()
    alice.sends_photo(picture(), "What is this?")
    await model.wait_asked(1)
    growing.say("A teal")
    await alice.sees("A teal")
    growing.say(" square.").finish()
    await alice.sees("A teal square.")


@pytest.mark.usefixtures("bot")
async def test_one_that_fails_is_no_hindrance(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.will_fail(404, code="model_not_found")
    model.will_say("A teal square.")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("A teal square.")
    alice.says("/usage")
    await alice.sees_words("1 request")

    assert [(row["model"], row["state"]) for row in ledger(tmp_path)] == [(STRONG, "settled")]


@pytest.mark.usefixtures("bot")
async def test_one_that_breaks_off_is_paid_and_the_stronger_answers(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.will_cut("A teal")
    model.will_say("A teal square.")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("A teal square.")
    alice.says("/usage")
    await alice.sees_words("1 request")

    rows = ledger(tmp_path)
    assert [(row["model"], row["state"], row["is_estimated"]) for row in rows] == [
        (STRONG, "settled", 0),
        (CHEAP, "settled", 1),
    ]


@pytest.mark.usefixtures("bot")
async def test_where_nobody_answers_who_asked_pays_nothing(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    model.will_say("UNSURE")
    model.will_fail(400, code="content_policy_violation")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees_words("will not answer that")

    assert [(row["model"], row["state"]) for row in ledger(tmp_path)] == [
        (STRONG, "released"),
        (CHEAP, "lost"),
    ]


@pytest.mark.usefixtures("bot")
async def test_where_both_refuse_at_once_nobody_pays(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    for _ in (CHEAP, STRONG):
        model.will_fail(400, code="content_policy_violation")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees_words("will not answer that")

    assert [(row["model"], row["state"]) for row in ledger(tmp_path)] == [(STRONG, "released")]


@pytest.mark.usefixtures("bot")
async def test_an_answer_anew_comes_from_the_stronger_at_once(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say("A teal square.")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("A teal square.")
    model.will_say("A white square on teal.")
    alice.says("/retry")
    await alice.sees("A white square on teal.")

    assert asked(model) == [CHEAP, STRONG]


@pytest.mark.usefixtures("bot")
async def test_it_can_be_stopped_while_the_first_looks(
    alice: Someone, model: FakeOpenAI, tmp_path: Path
) -> None:
    growing = model.hold()
    alice.sends_photo(picture(), "What is this?")
    await model.wait_asked(1)
    growing.say("A teal\nUNS")
    await alice.sees("A teal")
    alice.says("/stop")
    await alice.sees("A teal\n\nStopped.")

    assert asked(model) == [CHEAP]
    assert [(row["model"], row["state"]) for row in ledger(tmp_path)] == [(CHEAP, "settled")]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("settings", [{"limits": read_limits("26000 tokens/day")}], indirect=True)
async def test_a_limit_must_have_room_for_both(alice: Someone, model: FakeOpenAI) -> None:
    """The picture is 25,501 tokens to the first, and 1,440 to the other."""
    alice.sends_photo(picture(size=(1280, 960)), "What is this?")
    await alice.sees_words("limit of 26k tokens/day has no room")

    assert model.asked == []


@pytest.mark.usefixtures("bot")
async def test_a_look_that_is_offered_is_priced_for_both(alice: Someone) -> None:
    alice.sends_photo(picture(size=(1280, 960)), "/look")
    await alice.sees_words("How shall I look at it?")
    alice.presses("Describe")
    card = await alice.sees_words("how closely?")

    assert "Describe" in card
    labels = [
        button["text"]
        for row in alice.messages[-1]["reply_markup"]["inline_keyboard"]
        for button in row
    ]
    assert labels == [
        "low: 231 tokens, 0.005143 usd",
        "✓ high: 1,440 tokens, 0.039901 usd",
        "‹ Back",
    ]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("settings", [{"look_first": STRONG}], indirect=True)
async def test_a_model_does_not_look_before_itself(alice: Someone, model: FakeOpenAI) -> None:
    alice.sends_photo(picture(), "What is this?")
    await alice.sees("I see 1 image.")

    assert asked(model) == [STRONG]
    assert "UNSURE" not in str(model.asked[0]["messages"])


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(
    "settings",
    [
        {
            "prices": {STRONG: PRICES[STRONG]},
            "limits": read_limits("5 usd/day"),
            "look_first": "mine",
        }
    ],
    indirect=True,
)
async def test_a_first_look_without_a_price_is_named_where_usd_are_limited(
    alice: Someone, admin: Someone
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    alice.sends_photo(picture(), "What is this?")
    await alice.sees_words("I cannot tell what this model costs", "the price of mine")
    await admin.sees_words("Nobody knows what the model mine costs")


async def test_what_the_first_was_content_with_is_not_prepared_again(
    alice: Someone, world: World, settings: Settings
) -> None:
    async with running(settings):
        number = alice.sends_photo(picture(), "What is this?")
        await alice.sees("I see 1 image.")
        alice.says("And now?", reply_to=number)
        await alice.sees_messages(2)

    assert sum(call.method.lower() == "getfile" for call in world.calls) == 1


async def test_killed_in_the_second_look_it_answers_once_and_charges_for_what_was_seen(
    alice: Someone, model: FakeOpenAI, start: Start, tmp_path: Path
) -> None:
    process = await start(LOOK_FIRST=CHEAP)
    model.will_say("UNSURE")
    model.hold()  # says nothing at all
    alice.sends_photo(picture(), "What is this?")
    await model.wait_asked(2)
    await kill(process)
    model.will_say("UNSURE")
    process = await start(LOOK_FIRST=CHEAP)
    await alice.sees("I see 1 image.")
    assert await stop(process) == 0

    assert alice.screen == ["I see 1 image."]
    rows = ledger(tmp_path)
    assert sorted((row["model"], row["state"]) for row in rows) == [
        (CHEAP, "settled"),
        (STRONG, "lost"),  # all that the first attempt had reserved
        (STRONG, "settled"),
    ]
