"""Answers that grow as drafts, for who has chosen so: Telegram's own preview, with its own Stop."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from bot.app import running
from bot.replies.drafts import LARGEST_NUMBER, number_of
from bot.settings import Settings
from handlers.context import Services
from playground.faults import Delay, DoneButSilent, HangUp, Refuse, Status
from playground.people import Chat
from playground.screen import Draft
from playground.world import Call, World
from storage import preferences
from storage.choices import ON, Wish
from tests.conftest import ALICE, Clock
from tests.doors import DOORS, through
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech
from tests.people import Someone, growing

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def door() -> str:
    """The way in which updates come."""
    return "polling"


@pytest.fixture
async def bot(settings: Settings, clock: Clock, door: str) -> AsyncIterator[Services]:
    """The bot, with drafts."""
    async with running(through(door, settings.but(drafts=True)), clock=clock) as services:
        yield services


def calls(world: World, *methods: str) -> list[Call]:
    """What the bot has called, of some methods."""
    return [call for call in world.calls if call.method in methods]


async def sees_draft(someone: Someone, text: str) -> Draft:
    """Wait until the draft in someone's chat says exactly this."""

    def found() -> Draft | None:
        draft = someone.world.screen.draft(someone.chat_id)
        return draft if draft and draft.text == text else None

    return await someone.world.wait_for(found)


async def drafted(someone: Someone, model: FakeOpenAI, *, question: str = "Tell me") -> Speech:
    """An answer that has begun to grow as a draft: its first word, "Once", is seen."""
    asked = len(model.asked)
    answer = model.hold()
    someone.says(question)
    await model.wait_asked(asked + 1)
    answer.say("Once")
    await sees_draft(someone, "Once")
    return answer


async def test_words_appear_in_a_draft_and_the_whole_takes_its_place(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = await drafted(alice, model)
    answer.say(" upon **a** time.")
    draft = await sees_draft(alice, "Once upon a time.")
    so_far = list(alice.screen)
    changed = calls(world, "sendMessage", "editMessageText", "sendChatAction")
    answer.finish()
    whole = await alice.sees("Once upon a time.")
    alice.says("And then?")  # what comes late would come before the next answer
    await alice.sees("You said: And then?")

    assert [each["type"] for each in draft.entities] == ["bold"]
    assert draft.can_stop
    assert not so_far
    assert not changed
    assert alice.screen == ["Once upon a time.", "You said: And then?"]
    assert whole["entities"] == list(draft.entities)
    # Each whole message begins as half of itself, which a crash may leave there.
    assert len(calls(world, "sendMessage")) == len(calls(world, "editMessageText")) == 2


async def test_a_draft_may_end_as_a_rich_message(
    alice: Someone, bot: Services, world: World, model: FakeOpenAI
) -> None:
    await bot.database.run(preferences.choose, alice.person.id, Wish.RICH, ON)
    answer = await drafted(alice, model)
    answer.say("\n\n| Name | Age |\n|---|---|\n| Ann | 30 |\n").finish()
    await alice.world.wait_for(lambda: any("rich_message" in each for each in alice.messages))
    alice.says("And then?")
    await alice.sees("You said: And then?")

    [message, _next] = alice.messages
    assert [block["type"] for block in message["rich_message"]["blocks"]] == ["paragraph", "table"]
    assert not any(call.error for call in world.calls)


async def test_before_the_first_word_telegram_shows_that_somebody_thinks(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = model.hold()
    alice.says("Tell me")
    await sees_draft(alice, "")
    answer.say("Once.").finish()
    await alice.sees("Once.")

    assert calls(world, "sendChatAction") == []


async def test_a_frame_that_is_late_comes_before_the_answer_and_not_after_it(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    is_on_its_way = asyncio.Event()

    def note(params: dict[str, Any]) -> bool:
        is_late = bool(params["text"] == "Once upon")
        if is_late:
            is_on_its_way.set()
        return is_late

    answer = await drafted(alice, model)
    world.faults.add(kind=Delay(0.2), method="sendMessageDraft", where=note)
    answer.say(" upon")
    await is_on_its_way.wait()
    answer.finish()
    await alice.sees("Once upon")
    await world.wait_for(lambda: calls(world, "sendMessageDraft")[-1].params["text"] == "Once upon")

    assert world.drafts == {}


@pytest.mark.parametrize("door", DOORS)
async def test_telegrams_own_stop_ends_an_answer_and_keeps_what_was_said(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    await drafted(alice, model)
    world.stop_draft(ALICE)
    await alice.sees_words("Once", "Stopped.")
    model.will_say("upon a time.")
    alice.presses("Continue")
    await alice.sees("upon a time.")

    assert model.asked[1]["messages"][2]["content"] == "Once"
    assert len(alice.screen) == 2


async def test_what_was_stopped_by_telegrams_button_is_charged_as_counted(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    await drafted(alice, model)
    world.stop_draft(ALICE)
    await alice.sees_words("Once", "Stopped.")
    alice.says("/usage")

    await alice.sees_words("1 request")


@pytest.mark.parametrize(
    "told",
    [
        {"chat": {"id": ALICE.id, "type": "private"}, "draft_id": 77},  # of an answer before it
        {"chat": {"id": 1003, "type": "private"}, "draft_id": 0},
        {"chat": {"id": ALICE.id, "type": "private"}, "draft_id": "many"},
        {"chat": None},
        {},
        "stop",
    ],
)
async def test_a_stop_of_something_else_stops_nothing(
    told: object, alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = await drafted(alice, model)
    world.put_update({"stopped_message_generation": told})
    asked = world.messages(ALICE.id)[0]["message_id"]
    await alice.is_answered(world.press(ALICE, asked, "nothing", stale=True))  # comes after it
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")
    alice.says("Hi")
    await alice.sees("You said: Hi")

    assert alice.screen == ["Once upon a time.", "You said: Hi"]


async def test_the_stop_command_ends_a_draft_too(alice: Someone, model: FakeOpenAI) -> None:
    await drafted(alice, model)
    alice.says("/stop")

    await alice.sees_words("Once", "Stopped.")


async def test_in_a_topic_a_draft_grows_and_is_stopped_there(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = model.hold()
    alice.says("Tell me", topic=7)
    await model.wait_asked(1)
    answer.say("Once")
    draft = await sees_draft(alice, "Once")
    world.stop_draft(ALICE)
    await alice.sees_words("Once", "Stopped.")

    assert draft.thread_id == alice.messages[0]["message_thread_id"] == 7


async def test_when_drafts_are_too_many_nothing_else_comes_in_their_place(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    world.faults.add(kind=Refuse(429, retry_after=3600), method="sendMessageDraft")
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await world.wait_for(lambda: calls(world, "sendMessageDraft"))
    answer.say(" upon")
    answer.say(" a time.").finish()
    await alice.sees("Once upon a time.")  # and not in an hour

    assert len(calls(world, "sendMessageDraft")) == 1
    assert len(calls(world, "sendMessage")) == len(calls(world, "editMessageText")) == 1
    assert calls(world, "sendChatAction") == []


async def test_a_group_is_shown_edits(
    ben: Someone, group: Chat, world: World, model: FakeOpenAI
) -> None:
    in_group = ben.in_chat(group)
    answer = model.hold()
    in_group.says("@teller_bot Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await in_group.sees("Once")
    answer.say(" upon a time.").finish()
    await in_group.sees("Once upon a time.")

    assert calls(world, "sendMessageDraft") == []


async def test_who_has_switched_drafts_off_is_shown_edits(
    alice: Someone, ben: Someone, world: World, model: FakeOpenAI
) -> None:
    alice.says("/settings")
    await alice.sees_words("Drafts: on")
    alice.presses("Drafts: switch off")
    await alice.sees_words("Drafts: off")
    answer = await growing(alice, model)
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")
    assert not calls(world, "sendMessageDraft")

    (await drafted(ben, model)).finish()
    await ben.sees("Once")


async def test_an_answer_anew_grows_where_the_old_one_was(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    model.will_say("Once.")
    alice.says("Tell me")
    old = await alice.sees("Once.")
    frames = len(calls(world, "sendMessageDraft"))
    answer = model.hold()
    alice.presses("Retry")
    await model.wait_asked(2)
    answer.say("Upon")
    await alice.sees("Upon")
    answer.say(" a time.").finish()
    new = await alice.sees("Upon a time.")

    assert new["message_id"] == old["message_id"]
    assert len(calls(world, "sendMessageDraft")) == frames


async def test_of_a_long_answer_only_what_is_not_finished_is_a_draft(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    words = [f"word{number}" for number in range(900)]
    answer = model.hold()
    alice.says("Write a lot")
    await model.wait_asked(1)
    answer.say(" ".join(words[:600]))
    first = await world.wait_for(
        lambda: next((text for text in alice.screen if not text.endswith(" …")), None)
    )
    tail = world.screen.draft(ALICE.id)
    answer.say(" " + " ".join(words[600:])).finish()
    await alice.sees_words("word899")

    assert tail is not None
    assert f"{first} {tail.text}".split() == words[:600]
    assert " ".join(alice.screen).split() == words
    assert alice.screen[0] == first


@pytest.mark.parametrize("fault", [Status(502), HangUp(), DoneButSilent()])
async def test_a_frame_that_is_lost_is_not_missed(
    fault: Status | HangUp | DoneButSilent, alice: Someone, world: World, model: FakeOpenAI
) -> None:
    world.faults.add(kind=fault, method="sendMessageDraft")
    answer = await drafted(alice, model)
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")

    assert alice.screen == ["Once upon a time."]


async def test_markup_that_telegram_refuses_is_left_out_of_the_draft(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    refusal = Refuse(400, "Bad Request: can't parse MessageEntity: something is wrong")

    def is_marked(params: dict[str, Any]) -> bool:
        return bool(params.get("entities"))

    world.faults.add(kind=refusal, method="sendMessageDraft", times=99, where=is_marked)
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("**Once**")
    draft = await sees_draft(alice, "Once")
    answer.finish()
    await alice.sees("Once")

    assert draft.entities == ()


async def test_a_bot_api_without_drafts_is_not_asked_again_and_answers_grow_by_edits(
    alice: Someone, world: World, model: FakeOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="bot.replies")
    world.faults.add(kind=Refuse(404, "Not Found"), method="sendMessageDraft", times=99)
    for number in range(3):
        answer = model.hold()
        alice.says("Tell me")
        await model.wait_asked(number + 1)
        answer.say(f"Once {number}")
        await alice.sees(f"Once {number}")
        answer.say(" upon a time.").finish()
        await alice.sees(f"Once {number} upon a time.")

    assert len(calls(world, "sendMessageDraft")) == 1
    assert [record.message for record in caplog.records] == [
        "this Bot API has no drafts, so answers grow by edits"
    ]


async def test_where_telegram_refuses_a_draft_that_answer_grows_by_edits(
    alice: Someone, world: World, model: FakeOpenAI
) -> None:
    refusal = Refuse(400, "Bad Request: TEXTDRAFT_PEER_INVALID")
    world.faults.add(kind=refusal, method="sendMessageDraft")
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await alice.sees("Once")
    answer.say(" upon a time.").finish()
    await alice.sees("Once upon a time.")
    await drafted(alice, model)  # the next one is tried again


def test_a_draft_has_a_number_that_telegram_takes_and_a_later_attempt_finds_again() -> None:
    updates: Sequence[int] = [0, 1, 846_285_213, LARGEST_NUMBER - 1, LARGEST_NUMBER, 2**63 - 1]

    assert all(1 <= number_of(update) <= LARGEST_NUMBER for update in updates)
    assert number_of(846_285_213) != number_of(846_285_214)
