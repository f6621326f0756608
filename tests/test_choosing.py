"""/model, /persona and /cost: who answers, as whom, and what it cost."""

from decimal import Decimal

import pytest

from bot.app import running
from bot.settings import Offer, Persona, Price, Settings
from handlers.choosing.persona import LONGEST
from handlers.context import Services
from playground.people import Chat
from storage.money import Limit, Unit, Window
from tests.conftest import ADA, picture
from tests.english import english
from tests.fakes.chat_rules import count
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone

LUNA, TERRA, BLIND = "gpt-6-luna", "gpt-6-sol", "gpt-4o-mini"
PRICES = {
    LUNA: Price(input=Decimal("0.1"), output=Decimal("0.5")),
    TERRA: Price(input=Decimal(2), output=Decimal(8)),
}
PIRATE = "You are a pirate."
OVER = "You are a\npirate, and say so."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.but(
        models={TERRA: Offer(title="Thorough"), BLIND: Offer(title="Blind", sees=False)},
        prices=PRICES,
        personas={"pirate": Persona(text=PIRATE, title="A pirate")},
    )


async def asks(someone: Someone, model: FakeOpenAI, text: str) -> tuple[str, str]:
    """Ask, and say which model was asked as whom."""
    asked = len(model.asked)
    someone.says(text)
    await someone.sees_words(f"You said: {text}")
    assert len(model.asked) == asked + 1
    return model.asked[-1]["model"], model.asked[-1]["messages"][0]["content"]


async def test_the_models_are_shown_with_their_prices_and_one_is_chosen_by_a_button(
    alice: Someone, ben: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("/model")
    card = await alice.sees_words(f"{LUNA} answers here", "0.10 and 0.50", "2 and 8")
    alice.presses("Thorough")
    await alice.sees_words("Thorough answers here")

    assert "Blind (gpt-4o-mini): no price is known, does not look at pictures" in card
    assert "✓ Thorough" in str(alice.messages[-1]["reply_markup"])
    assert (await asks(alice, model, "Hi"))[0] == TERRA
    assert (await asks(ben, model, "Hi"))[0] == LUNA


async def test_a_choice_holds_over_a_fresh_start_and_a_restart(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings):
        alice.says("/model thor")
        await alice.sees("Thorough answers here.")
        alice.says("/persona pirate")
        await alice.sees_words("Here I am: A pirate")
    async with running(settings):
        alice.says("/new")
        await alice.sees_words("fresh start")
        assert await asks(alice, model, "Hi") == (TERRA, PIRATE)


async def test_a_choice_that_is_not_offered_any_more_is_none(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings):
        alice.says("/model thorough")
        await alice.sees("Thorough answers here.")
        alice.says("/persona pirate")
        await alice.sees_words("A pirate")
        alice.says("/model")
        await alice.sees_words("In USD per million tokens")
    async with running(settings.but(models={BLIND: Offer(title="Blind")}, personas={})):
        assert await asks(alice, model, "Hi") == (LUNA, settings.persona)
        pressed = alice.presses("✓ Thorough")
        assert await alice.is_answered(pressed) == english("model-gone")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("gpt", "Several may be meant: gpt-6-luna, Thorough, Blind."),
        ("claude", english("model-nobody", name="claude")),
        ("x" * 500, english("model-nobody", name="x" * 60)),
    ],
)
async def test_a_name_that_says_too_little_or_nothing_gets_a_sentence(
    alice: Someone, bot: Services, words: str, said: str
) -> None:
    alice.says(f"/model {words}")
    await alice.sees_words(said)


async def test_where_there_is_one_model_there_is_nothing_to_choose(
    settings: Settings, alice: Someone
) -> None:
    async with running(settings.but(models={})):
        alice.says("/model")
        await alice.sees(f"{LUNA} answers here; there is no other to choose.")


async def test_a_dearer_model_is_held_to_the_limits_at_its_own_price(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    limit = Limit(subject="", unit=Unit.USD, window=Window.DAY, amount=5_000_000)
    async with running(settings.but(limits=(limit,))):
        await asks(alice, model, "One")
        alice.says("/model thorough")
        await alice.sees("Thorough answers here.")
        await asks(alice, model, "Two")

    luna, terra = (asked["max_completion_tokens"] for asked in model.asked)
    assert luna == settings.answer_tokens
    assert terra < 625


async def test_photos_are_counted_as_the_chosen_model_counts_them(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.sends_photo(picture(size=(2000, 1500)), "What is it?")
    await alice.sees("I see 1 image.")
    alice.says("/model thorough")
    await alice.sees("Thorough answers here.")
    alice.sends_photo(picture("red", size=(2000, 1500)), "And this?")
    await alice.sees_messages(3)

    assert model.asked[-1]["model"] == TERRA
    assert str(model.asked[-1]).count("image_url'") >= 1


async def test_a_photo_for_a_chosen_model_that_does_not_see_gets_a_sentence(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("/model blind")
    await alice.sees("Blind answers here.")
    alice.sends_photo(picture(), "What is it?")
    await alice.sees_words("does not look at pictures", "/model")

    assert model.asked == []


async def test_a_persona_in_ones_own_words_is_who_answers_and_is_counted(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says(f"/persona {OVER}")
    await alice.sees_words("Here I am who you said", OVER)
    _, persona = await asks(alice, model, "Hi")
    alice.presses("As usual")
    await alice.sees_words("Here I am: the usual one")

    assert persona == OVER
    assert (
        model.bill[0].prompt
        == 3 + count("system") + count(OVER) + 3 + count("user") + count("Hi") + 3
    )
    assert (await asks(alice, model, "Ho"))[1] == bot.settings.persona


async def test_a_description_that_is_too_long_gets_a_sentence(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says(f"/persona {'a' * (LONGEST + 1)}")
    await alice.sees_words("2,001 characters", "2,000 at the most")

    assert (await asks(alice, model, "Hi"))[1] == bot.settings.persona


async def test_in_a_group_only_its_admins_choose(
    alice: Someone, admin: Someone, group: Chat, bot: Services, model: FakeOpenAI
) -> None:
    here, ada = alice.in_chat(group), admin.in_chat(group)
    here.says("/model thorough")
    await here.sees(english("choice-admins-only"))
    here.says("/persona pirate")
    await alice.world.wait_for(lambda: here.screen.count(english("choice-admins-only")) == 2)
    here.says("/model")
    await here.sees_words("In USD per million tokens")
    pressed = here.presses("Thorough")
    assert await here.is_answered(pressed) == english("choice-admins-only")
    ada.says("/model thorough")
    await ada.sees("Thorough answers here.")
    here.says("@teller_bot Hi")
    await model.wait_asked(1)

    assert ADA.id in group.members
    assert model.asked[0]["model"] == TERRA


async def test_an_answer_shows_its_cost_to_who_wants_to_see_it(
    alice: Someone, ben: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("/cost")
    await alice.sees_words("not shown")
    alice.presses("Show it")
    await alice.sees_words("stands what it cost")
    alice.says("Hi")
    said = await alice.sees_words("You said: Hi", "usd", "tokens")
    [charge] = model.bill
    ben.says("Hi")
    await ben.sees("You said: Hi")
    alice.says("Ho")
    await alice.sees_words("You said: Ho", "usd")

    nanos = charge.prompt * 100 + charge.completion * 500
    tokens = charge.prompt + charge.completion
    assert said == f"You said: Hi\n\n{nanos / 1e9:.6f} usd · {tokens} tokens"
    assert model.asked[-1]["messages"][2]["content"] == "You said: Hi"


async def test_without_a_known_price_the_tokens_alone_are_shown(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(prices={})):
        alice.says("/cost")
        await alice.sees_words("not shown")
        alice.presses("Show it")
        await alice.sees_words("stands what it cost")
        alice.says("Hi")
        said = await alice.sees_words("You said: Hi", "tokens")

    assert "usd" not in said
