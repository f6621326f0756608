"""Rules that send a question to a model by itself: pure, and as people see it."""

from decimal import Decimal

import pytest

from bot.app import running
from bot.models import Model, Models, Rule
from bot.settings import Offer, Price, Settings
from bot.settings import Rule as Told
from tests.conftest import picture
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone


def model(key: str, *, sees: bool = True) -> Model:
    url = "https://api.openai.com/v1"
    return Model(key=key, name=key, title=key, endpoint="main", base_url=url, sees=sees)


LUNA, SOL, TERRA, BLIND = model("luna"), model("sol"), model("terra"), model("blind", sees=False)
MODELS = Models(
    offered=(LUNA, SOL, TERRA, BLIND),
    rules=(
        Rule(model=BLIND, words=("prove", "step by step")),
        Rule(model=SOL, words=("prove",), photos=True),
        Rule(model=TERRA, photos=True),
        Rule(model=TERRA, over_tokens=100, under_tokens=200),
        Rule(model=SOL, under_tokens=5, photos=False),
    ),
)
QUESTIONS = {
    "a word": (("Please PROVE it.", 50, False), 0),
    "a part of a word": (("What do you disapprove of?", 50, False), None),
    "several words": (("Do it step by step!", 50, False), 0),
    "a word with a photo": (("Prove it.", 50, True), 1),
    "a photo": (("What is this?", 50, True), 2),
    "long": (("What?", 101, False), 3),
    "as long as that": (("What?", 100, False), None),
    "too long": (("What?", 200, False), None),
    "short": (("What?", 4, False), 4),
    "none of them": (("What?", 50, False), None),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_first_rule_that_fits_decides(name: str) -> None:
    (text, tokens, has_photos), number = QUESTIONS[name]
    rule = MODELS.rule(text, tokens=tokens, has_photos=has_photos)

    assert rule == (None if number is None else MODELS.rules[number])


def test_a_picture_is_made_fit_for_the_model_that_will_see_it() -> None:
    assert MODELS.eye(None) == TERRA
    assert MODELS.eye("sol") == SOL
    assert MODELS.eye("gone") == TERRA
    assert Models(offered=(BLIND, LUNA), fallbacks=(LUNA,)).eye(None) == LUNA
    assert Models(offered=(BLIND,)).eye(None) == BLIND


@pytest.fixture
def settings(settings: Settings) -> Settings:
    cheap, dear = Price(input=Decimal("0.1"), output=Decimal("0.5")), Price(input=2, output=8)
    return settings.but(
        models={"gpt-6-sol": Offer(title="Thinker"), "gpt-4o": Offer(title="Seer")},
        rules=(
            Told(model="gpt-6-sol", words=("prove",), effort="high"),
            Told(model="gpt-4o", photos=True),
        ),
        prices={"gpt-6-luna": cheap, "gpt-6-sol": dear, "gpt-4o": dear},
    )


async def test_a_question_goes_to_the_model_of_its_rule_and_thinks_as_long_as_it_says(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings):
        alice.says("Hello there")
        await alice.sees("You said: Hello there")
        alice.says("Prove it")
        await alice.sees("You said: Prove it")
        alice.sends_photo(picture(), "And this?")
        await alice.sees("I see 1 image.")

    asked = [(each["model"], each.get("reasoning_effort")) for each in model.asked]
    assert asked == [("gpt-6-luna", "none"), ("gpt-6-sol", "high"), ("gpt-4o", None)]


async def test_no_rule_overrides_what_somebody_has_chosen(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings):
        alice.says("/model seer")
        await alice.sees("Seer answers here.")
        alice.says("Prove it")
        await alice.sees("You said: Prove it")
        alice.says("/model")
        await alice.sees_words("In USD per million")
        alice.presses("By itself")
        await alice.sees_words("Here I choose by myself")
        alice.says("Prove that")
        await alice.sees("You said: Prove that")

    assert [each["model"] for each in model.asked] == ["gpt-4o", "gpt-6-sol"]


async def test_where_the_model_of_a_rule_fails_a_fallback_answers(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(fallbacks=("gpt-6-luna",))):
        model.will_fail(404, code="model_not_found")
        alice.says("Prove it")
        await alice.sees("You said: Prove it")

    asked = [(each["model"], each.get("reasoning_effort")) for each in model.asked]
    assert asked == [("gpt-6-sol", "high"), ("gpt-6-luna", "none")]
