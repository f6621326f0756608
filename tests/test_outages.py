"""Telegram fails, refuses, or takes its time: each answer still comes, whole and once."""

import pytest

from handlers.context import Services
from playground.faults import Fault, HangUp, Refuse, Status
from playground.world import World
from tests.conftest import ALICE
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing

pytestmark = pytest.mark.usefixtures("bot")

FAULTS = [Status(502), HangUp()]
IDS = ["502", "hang-up"]
SENDING = ("sendMessage", "editMessageText", "sendChatAction")
BLOCKED = Refuse(403, "Forbidden: bot was blocked by the user")


def failed(world: World, method: str) -> int:
    """How many calls of a method have failed so far."""
    calls = (call for call in world.calls if call.error is not None)
    return sum(call.method.lower() == method.lower() for call in calls)


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
async def test_updates_come_again_after_telegram_was_down(
    alice: Someone, world: World, fault: Fault
) -> None:
    world.faults.add(kind=fault, method="getUpdates")
    alice.says("One")
    await alice.sees("You said: One")
    alice.says("Two")
    await alice.sees("You said: Two")

    assert failed(world, "getUpdates") == 1
    assert alice.screen == ["You said: One", "You said: Two"]


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
async def test_an_answer_that_cannot_be_sent_is_sent_later(
    alice: Someone, world: World, model: FakeOpenAI, fault: Fault
) -> None:
    for method in SENDING:
        world.faults.add(kind=fault, method=method, times=1000)
    alice.says("Hi")
    await world.wait_for(lambda: failed(world, "sendMessage") >= 15)
    world.faults.clear()
    await alice.sees("You said: Hi")
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert alice.screen == ["You said: Hi", "You said: Bye"]
    assert len(model.asked) == 2


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
async def test_an_answer_that_cannot_be_finished_is_finished_later(
    alice: Someone, world: World, model: FakeOpenAI, fault: Fault
) -> None:
    answer = await growing(alice, model)
    world.faults.add(kind=fault, method="editMessageText", times=2)
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")

    assert failed(world, "editMessageText") == 2
    assert len(alice.screen) == len(model.asked) == 1


async def test_too_many_edits_are_no_loss_for_the_whole(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = await growing(alice, model)
    world.faults.add(kind=Refuse(429, retry_after=1), method="editMessageText", times=2)
    answer.say(" upon")
    await world.wait_for(lambda: failed(world, "editMessageText") == 1)
    answer.say(" a time.").finish()
    await alice.sees("Once upon a time.")

    [*_, refused, whole] = (call.at for call in world.calls if call.method == "editMessageText")
    assert whole - refused >= 1
    assert len(alice.screen) == 1


async def test_a_chat_that_must_wait_keeps_no_other_waiting(
    alice: Someone, ben: Someone, world: World
) -> None:
    is_alices = {"chat_id": ALICE.id}.items()
    world.faults.add(
        kind=Refuse(429, retry_after=1),
        method="sendMessage",
        times=2,
        where=lambda params: is_alices <= params.items(),
    )
    alice.says("Hi")
    await world.wait_for(lambda: failed(world, "sendMessage") == 2)
    ben.says("Hi")
    await ben.sees("You said: Hi")
    early = list(alice.screen)
    await alice.sees("You said: Hi")

    assert early == []


async def test_markup_that_telegram_refuses_is_left_out(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    refusal = Refuse(400, "Bad Request: can't parse entities: no such thing")
    for method in ("sendMessage", "editMessageText"):
        world.faults.add(
            kind=refusal, method=method, times=1000, where=lambda params: bool(params["entities"])
        )
    model.will_say("This is **bold**", " and `code`.")
    alice.says("Show me")
    shown = await alice.sees("This is bold and code.")

    assert "entities" not in shown
    assert len(alice.screen) == 1


async def test_who_blocks_the_bot_stops_nobody_else(
    alice: Someone,
    ben: Someone,
    world: World,
    model: FakeOpenAI,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await growing(alice, model)
    world.block(ALICE)
    answer.say(" upon a time.").finish()
    ben.says("Hi")
    await ben.sees("You said: Hi")
    alice.says("I am back")
    await alice.sees("You said: I am back")

    assert len(model.asked) == 3
    assert "ERROR" not in caplog.text  # that is their right


async def test_a_message_that_is_deleted_while_it_grows_comes_anew(
    alice: Someone, model: FakeOpenAI
) -> None:
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    alice.deletes((await alice.sees("Once"))["message_id"])
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")

    assert len(alice.screen) == 1


async def test_an_update_that_comes_twice_is_answered_once(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    alice.says("Hi")
    world.put_update(world.updates.pending[-1])
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert alice.screen == ["You said: Hi", "You said: Bye"]
    assert len(model.asked) == 2


async def test_an_answer_grows_although_typing_could_not_be_shown(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    world.faults.add(kind=Status(502), method="sendChatAction")
    answer = model.hold()
    alice.says("Tell me")
    await world.wait_for(lambda: failed(world, "sendChatAction"))
    await model.wait_asked(1)
    answer.say("Once")
    try:
        await world.wait_for(lambda: alice.screen == ["Once"], timeout=1.0)
    finally:
        answer.finish()


async def test_an_answer_grows_on_after_an_edit_was_lost(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = await growing(alice, model)
    world.faults.add(kind=HangUp(), method="editMessageText")
    answer.say(" upon")
    await world.wait_for(lambda: failed(world, "editMessageText"))
    answer.say(" a time.")
    try:
        await world.wait_for(lambda: alice.screen == ["Once upon a time."], timeout=1.0)
    finally:
        answer.finish()


async def test_an_answer_outlives_a_proxy_that_does_not_know_telegram(
    alice: Someone, world: World
) -> None:
    world.faults.add(kind=Status(404), method="sendMessage", times=4)
    alice.says("Hi")
    await alice.sees_messages(1)

    assert alice.screen == ["You said: Hi"]


async def test_an_apology_that_nobody_wants_holds_nothing_up(
    alice: Someone, world: World, bot: Services
) -> None:
    alice.says("Hi")
    await alice.sees("You said: Hi")
    world.faults.add(kind=BLOCKED, method="sendMessage")
    world.put_update({"message": {"chat": {"id": ALICE.id, "type": "private"}}})
    alice.says("Still there?")
    await world.wait_for(lambda: alice.screen[1:] == ["You said: Still there?"], timeout=1.0)

    assert alice.screen == ["You said: Hi", "You said: Still there?"]
