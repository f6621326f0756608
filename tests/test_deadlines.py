"""What takes long says so, and what takes too long ends."""

import pytest

from bot.app import running
from bot.settings import Settings
from storage import ledger
from storage.money import Unit
from tests.conftest import ALICE
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing

SOON = 0.3
NEVER = 60.0


async def test_what_takes_long_says_so(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(slow_after=SOON)):
        answer = model.hold()
        alice.says("Think")
        slow = await alice.sees(english("answer-slow"))
        answer.say("Done.").finish()
        done = await alice.sees("Done.")

    assert "Stop" in str(slow["reply_markup"])
    assert done["message_id"] == slow["message_id"]
    assert alice.screen == ["Done."]


async def test_what_takes_too_long_ends_with_what_there_is(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(answer_time=SOON)):
        await growing(alice, model)
        await alice.sees_words("Once", "took too long")
        model.will_say("upon a time.")
        await alice.world.wait_for(lambda: "Continue" in str(alice.messages[0]["reply_markup"]))
        alice.presses("Continue")
        await alice.sees("upon a time.")

    assert model.asked[1]["messages"][2]["content"] == "Once"


@pytest.mark.parametrize("slow_after", [SOON / 3, NEVER], ids=["said to be slow", "in silence"])
async def test_what_never_begins_ends_in_a_sentence(
    settings: Settings, alice: Someone, model: FakeOpenAI, slow_after: float
) -> None:
    async with running(settings.but(answer_time=SOON, slow_after=slow_after)):
        model.hold()
        alice.says("Think")
        await alice.sees_words("took too long to answer")

    assert len(alice.screen) == 1


async def test_the_bot_pays_for_what_was_asked_and_never_began(
    settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    async with running(settings.but(answer_time=SOON)) as services:
        model.hold()
        alice.says("Think")
        await alice.sees_words("took too long to answer")
        await model.wait_until(lambda: len(model.bill) == 1)
        spent = [
            await services.database.run(ledger.spent, subject, Unit.TOKENS, None)
            for subject in (f"user:{ALICE.id}", "bot")
        ]

    assert spent == [0, model.bill[0].prompt]
