"""/settings: what people set for themselves."""

from handlers.context import Services
from playground.people import Chat
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing


async def test_what_is_switched_on_is_on_wherever_one_writes(
    alice: Someone, ben: Someone, group: Chat, bot: Services
) -> None:
    alice.says("/settings")
    card = await alice.sees_words("Rich messages: off", "Cost: off", "/model", "/persona")
    alice.presses("Cost: switch on")
    await alice.sees_words("Rich messages: off", "Cost: on")
    alice.presses("Rich messages: switch on")
    await alice.sees_words("Rich messages: on", "Cost: on")
    alice.in_chat(group).says("@teller_bot Hi")
    await alice.in_chat(group).sees_words("You said: Hi", "tokens")
    ben.says("/settings")
    await ben.sees(card)
    alice.presses("Cost: switch off")
    await alice.sees_words("Rich messages: on", "Cost: off")
    alice.says("Ho")
    await alice.sees("You said: Ho")

    assert len(alice.screen) == 2


async def test_drafts_are_for_who_switches_them_on(
    alice: Someone, ben: Someone, bot: Services, model: FakeOpenAI
) -> None:
    alice.says("/settings")
    await alice.sees_words("Drafts: off")
    alice.presses("Drafts: switch on")
    await alice.sees_words("Drafts: on")
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await alice.world.wait_for(lambda: alice.world.screen.draft(alice.chat_id))
    answer.finish()
    await alice.sees("Once")
    (await growing(ben, model)).finish()
    await ben.sees("Once")

    assert ben.world.screen.draft(ben.chat_id) is None


async def test_in_a_group_the_card_comes_in_private(
    alice: Someone, ben: Someone, group: Chat, bot: Services
) -> None:
    alice.says("/start")
    await alice.sees_words("Hello")
    alice.in_chat(group).says("/settings")
    await alice.sees_words("Rich messages: off")
    await alice.in_chat(group).sees("I have answered you in private.")
    ben.in_chat(group).says("/settings")
    await ben.in_chat(group).sees_words("send me /start first")
