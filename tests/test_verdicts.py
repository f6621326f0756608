"""`/moderate`: the provider is asked first, then the model, and a person where there is doubt."""

from typing import Any

import pytest

from handlers.callbacks import packed
from handlers.looks.presses import Exhibit, Judge
from playground.people import Chat
from playground.world import World
from storage.cases import Finding
from tests.conftest import picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone
from tests.processes import Start, kill, stop

UNSURE = "**Alt text**: a teal square\nVERDICT: unsure"
SURE = "**Alt text**: a teal square\nVERDICT: fine"
CARD = "Is this picture of Alice (@alice) fine?"
MODEL_UNSURE = english("verdict-model-unsure")
FINE = english("verdict-said-fit")
NOT_FINE = english("verdict-said-unfit")


def asked(model: FakeOpenAI) -> str:
    [text] = [
        part["text"]
        for part in model.asked[-1]["messages"][-1]["content"]
        if part["type"] == "text"
    ]
    return str(text)


async def referred(alice: Someone, admin: Someone, model: FakeOpenAI) -> None:
    """Alice has asked about a picture of which the model is not sure, and the admin knows."""
    admin.says("/start")
    await admin.sees_words("Hello")
    model.will_say(UNSURE)
    alice.sends_photo(picture(), "/moderate")
    await alice.sees(english("verdict-referred"))


def photos(someone: Someone) -> list[dict[str, Any]]:
    return [each for each in someone.messages if "photo" in each]


@pytest.mark.usefixtures("bot")
async def test_what_the_provider_thinks_is_told_to_the_model_as_facts(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.moderation = {"violence": 0.92, "sexual": 0.001}
    model.will_say(SURE)
    alice.sends_photo(picture(), "/moderate Buy it now")
    await alice.sees_words("VERDICT: fine")

    assert "violence 0.92, all else below 0.01." in asked(model)
    [question] = model.moderated
    assert question["input"][0] == {"type": "text", "text": "Buy it now"}
    assert len(model.bill) == 1
    assert len(alice.screen) == 1


@pytest.mark.usefixtures("bot")
async def test_each_picture_of_an_album_is_asked_about_and_the_worst_is_told(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.moderation = {"violence": 0.92}
    alice.sends_album([picture(), picture("navy")], "/moderate")
    await alice.sees("I see 2 images.")

    assert len(model.moderated) == 2
    assert "violence 0.92" in asked(model)


@pytest.mark.usefixtures("bot")
async def test_an_endpoint_without_moderation_is_asked_for_it_once(
    alice: Someone, model: FakeOpenAI
) -> None:
    for _ in range(2):
        model.will_say(SURE)
        alice.sends_photo(picture(), "/moderate")
    await alice.sees_messages(2)
    await model.wait_asked(2)

    assert len(model.moderated) == 1
    assert "moderation" not in asked(model)


@pytest.mark.usefixtures("bot")
async def test_the_caption_of_a_photo_that_is_replied_to_is_judged_with_it(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.moderation = {"violence": 0.0}
    number = alice.sends_photo(picture(), "Down with them")
    await alice.sees("I see 1 image.")
    model.will_say(SURE)
    alice.says("/moderate", reply_to=number)
    await alice.sees_words("VERDICT: fine")

    assert model.moderated[0]["input"][0]["text"] == "Down with them"


@pytest.mark.parametrize(
    ("button", "told", "kept"),
    [
        ("Fine", FINE, "found a picture of Alice (@alice) fine"),
        (
            "Not fine",
            NOT_FINE,
            "found a picture of Alice (@alice) not fine",
        ),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_where_the_model_is_unsure_an_admin_decides_and_who_asked_hears_it(  # noqa: PLR0913, PLR0917 - a table
    alice: Someone, admin: Someone, model: FakeOpenAI, button: str, told: str, kept: str
) -> None:
    await referred(alice, admin, model)
    await admin.sees(f"{CARD}\n{MODEL_UNSURE}\n\nAlt text: a teal square\nVERDICT: unsure")
    assert photos(admin) == []

    admin.presses(button)
    await alice.sees(told)
    await admin.sees(f"Alice (@alice): the picture is {button.lower()}.")
    admin.says("/audit")
    await admin.sees_words(kept)


@pytest.mark.usefixtures("bot")
async def test_where_the_provider_is_in_doubt_an_admin_decides_though_the_model_is_sure(
    alice: Someone, admin: Someone, model: FakeOpenAI
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    model.moderation = {"violence": 0.5, "sexual": 0.01}
    model.will_say(SURE)
    alice.sends_photo(picture(), "/moderate")
    await alice.sees(english("verdict-referred"))

    card = await admin.sees_words(CARD, "in doubt about: violence 0.50.")
    assert MODEL_UNSURE not in card


@pytest.mark.usefixtures("bot")
async def test_the_picture_is_shown_to_an_admin_who_asks_for_it(
    alice: Someone, admin: Someone, model: FakeOpenAI
) -> None:
    await referred(alice, admin, model)
    admin.presses(english("verdict-show"))
    await admin.world.wait_for(lambda: photos(admin))

    assert len(photos(admin)) == 1
    await admin.sees_words(CARD)  # which is still there to decide


@pytest.mark.usefixtures("bot")
async def test_a_case_is_decided_once_and_by_admins_only(
    alice: Someone, admin: Someone, model: FakeOpenAI
) -> None:
    await referred(alice, admin, model)
    for press in (Judge(1, Finding.FIT), Exhibit(1)):
        assert await alice.is_answered(alice.forges(packed(press))) == "Only an admin can do that."
    first = admin.forges(packed(Judge(1, Finding.FIT)))
    second = admin.forges(packed(Judge(1, Finding.UNFIT)))
    await admin.is_answered(first)
    assert await admin.is_answered(second) == english("ask-decided")
    await alice.sees(FINE)

    assert NOT_FINE not in alice.screen


@pytest.mark.usefixtures("bot")
async def test_a_case_that_is_none_is_refused(
    alice: Someone, admin: Someone, model: FakeOpenAI
) -> None:
    await referred(alice, admin, model)
    for press in (Judge(7, Finding.FIT), Judge(1, Finding.OPEN)):
        assert await admin.is_answered(admin.forges(packed(press))) == english("ask-decided")
    assert await admin.is_answered(admin.forges(packed(Exhibit(7)))) == english(
        "verdict-no-picture"
    )


@pytest.mark.usefixtures("bot")
async def test_a_verdict_that_is_asked_for_anew_is_a_case_of_its_own(
    alice: Someone, admin: Someone, model: FakeOpenAI
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    model.moderation = {"violence": 0.1}
    model.will_say(SURE)
    alice.sends_photo(picture(), "/moderate")
    await alice.sees_words("VERDICT: fine")
    model.will_say(UNSURE)
    alice.says("/retry")
    await alice.sees(english("verdict-referred"))
    await admin.sees_words(CARD, MODEL_UNSURE)
    admin.presses(english("verdict-show"))
    await admin.world.wait_for(lambda: photos(admin))
    model.will_say(UNSURE)
    alice.says("/retry")
    await admin.world.wait_for(lambda: sum(CARD in words for words in admin.screen) == 2)

    assert len(model.moderated) == 1


@pytest.mark.usefixtures("bot")
async def test_what_the_provider_doubted_is_in_doubt_when_it_is_asked_for_anew(
    alice: Someone, admin: Someone, model: FakeOpenAI
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    model.moderation = {"violence": 0.5, "self-harm/intent": 0.31}
    model.will_say(SURE)
    alice.sends_photo(picture(), "/moderate")
    await admin.sees_words(CARD)
    model.will_say(SURE)
    alice.says("/retry")
    await admin.world.wait_for(lambda: sum(CARD in words for words in admin.screen) == 2)

    assert "self-harm/intent 0.31, violence 0.50" in admin.screen[-1]


@pytest.mark.usefixtures("bot")
async def test_in_a_group_the_decision_is_told_where_it_was_asked_for(
    alice: Someone, admin: Someone, group: Chat, model: FakeOpenAI
) -> None:
    admin.says("/start")
    await admin.sees_words("Hello")
    alice = alice.in_chat(group)
    model.will_say(UNSURE)
    alice.sends_photo(picture(), "/moderate@teller_bot")
    await alice.sees(english("verdict-referred"))
    admin.presses("Fine")

    await alice.sees(f"Alice (@alice): {FINE}")


@pytest.mark.usefixtures("bot")
async def test_where_no_admin_can_be_reached_nothing_is_promised(
    alice: Someone, model: FakeOpenAI
) -> None:
    model.will_say(UNSURE)
    alice.sends_photo(picture(), "/moderate")
    await alice.sees_words("VERDICT: unsure")
    alice.says("And now?")
    await alice.sees("You said: And now?")

    assert len(alice.screen) == 2


async def test_killed_in_the_middle_it_asks_the_admin_once(
    alice: Someone, admin: Someone, world: World, model: FakeOpenAI, start: Start
) -> None:
    process = await start(ADMINS=str(admin.person.id))
    admin.says("/start")
    await admin.sees_words("Hello")
    growing = model.hold()
    alice.sends_photo(picture(), "/moderate")
    await model.wait_asked(1)
    growing.say("**Alt text**: a teal")
    await alice.sees_words("a teal")
    await kill(process)
    model.will_say(UNSURE)
    process = await start(ADMINS=str(admin.person.id))
    await alice.sees(english("verdict-referred"))
    assert await stop(process) == 0

    assert sum(CARD in words for words in admin.screen) == 1
    assert alice.screen.count(english("verdict-referred")) == 1
