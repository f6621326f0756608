"""Rich messages: tables, task lists and formulas as what they are, for who wants them."""

from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import running
from bot.settings import Settings
from handlers.context import Services
from playground.faults import DoneButSilent, Fault, HangUp, Refuse
from playground.people import Chat
from playground.world import World
from storage import preferences
from storage.choices import ON, Wish
from storage.tables import messages
from tests.conftest import ALICE
from tests.fakes.openai import FakeOpenAI
from tests.fakes.speech import Speech
from tests.people import Someone, growing

TABLE = "So it is:\n\n| Name | Age |\n|---|--:|\n| **Ann** | 30 |"
SHOWN = "So it is:\nName | Age\nAnn | 30"
PLAIN = "So it is:\n\nName  Age\n────  ───\nAnn    30"


async def wants_rich(bot: Services, user_id: int = ALICE.id) -> None:
    await bot.database.run(preferences.choose, user_id, Wish.RICH, ON)


def is_rich(params: dict[str, Any]) -> bool:
    return "rich_message" in params


async def begun(someone: Someone, model: FakeOpenAI) -> Speech:
    """An answer of which the beginning is seen, "Once …", and the rest is not for a minute."""
    answer = model.hold()
    someone.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await someone.sees("Once …")
    return answer


async def sees_whole(someone: Someone, text: str) -> None:
    """Wait until an answer says this, and is no more growing."""

    def is_whole() -> bool:
        last = someone.messages[-1:]
        return bool(last) and "Retry" in str(last[0].get("reply_markup")) and text in someone.screen

    await someone.world.wait_for(is_whole)


def rich_calls(world: World) -> list[str]:
    """The calls with a rich message, in their order, also those that failed."""
    return [call.method for call in world.calls if is_rich(call.params)]


async def test_a_table_is_a_table_for_who_wants_it(
    alice: Someone, ben: Someone, bot: Services, model: FakeOpenAI, world: World
) -> None:
    await wants_rich(bot)
    for someone, shown in ((alice, SHOWN), (ben, PLAIN)):
        model.will_say(TABLE)
        someone.says("Who?")
        await someone.sees(shown)

    [message] = alice.messages
    [_words, table] = message["rich_message"]["blocks"]
    assert table["type"] == "table"
    assert table["cells"][1][0]["text"] == {"type": "bold", "text": "Ann"}
    assert "Retry" in str(message["reply_markup"])
    assert "rich_message" not in ben.messages[0]


async def test_what_needs_no_rich_message_is_none(
    alice: Someone, bot: Services, model: FakeOpenAI, world: World
) -> None:
    await wants_rich(bot)
    model.will_say("- **one**\n- two [x](https://a.example) $x$")
    alice.says("Hi")
    await alice.sees("• one\n• two x x")

    assert rich_calls(world) == []


async def test_the_model_is_told_its_own_words_again(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await wants_rich(bot)
    model.will_say(TABLE)
    alice.says("Who?")
    await alice.sees(SHOWN)
    alice.says("And?")
    await alice.sees("You said: And?")

    assert model.asked[-1]["messages"][2]["content"] == TABLE
    said = await bot.database.run(
        lambda con: con.execute(sa.select(messages.c.text)).scalars().all()
    )
    assert TABLE in said


async def test_what_was_streamed_becomes_the_rich_message_where_it_stands(
    alice: Someone, bot: Services, model: FakeOpenAI, world: World
) -> None:
    await wants_rich(bot)
    answer = await growing(alice, model)
    answer.say(f" upon\n\n{TABLE}")
    answer.finish()
    await alice.sees(f"Once upon\n{SHOWN}")

    assert len(alice.messages) == 1
    assert rich_calls(world) == ["editMessageText"]


async def test_what_took_several_messages_while_it_grew_is_one(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await wants_rich(bot)
    answer = await growing(alice, model)
    answer.say(f"\n\n{'word ' * 1000}")
    await alice.sees_messages(2)
    answer.say(f"\n\n{TABLE}").finish()
    await alice.sees_words("Ann | 30")
    await alice.world.wait_for(lambda: len(alice.messages) == 1)


async def test_an_answer_is_had_anew_where_the_rich_one_stands(
    alice: Someone, bot: Services, model: FakeOpenAI
) -> None:
    await wants_rich(bot)
    for words, shown in ((TABLE, SHOWN), ("Just words.", "Just words."), (TABLE, SHOWN)):
        model.will_say(words)
        if alice.messages:
            alice.presses("Retry")
        else:
            alice.says("Who?")
        await sees_whole(alice, shown)

    assert len(alice.messages) == 1


async def test_in_a_group_it_is_seen_whose_question_is_answered(
    alice: Someone, group: Chat, bot: Services, model: FakeOpenAI
) -> None:
    await wants_rich(bot)
    here = alice.in_chat(group)
    model.will_say(TABLE)
    asked = here.says("@teller_bot Who?")
    await here.sees(SHOWN)

    assert here.messages[0]["reply_to_message"]["message_id"] == asked


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: RICH_MESSAGE_URL_INVALID",
        "Bad Request: RICH_MESSAGE_EMAIL_INVALID",
        "Bad Request: Rich message must be non-empty",
        "Bad Request: message can't be edited to a rich message",
    ],
)
async def test_what_telegram_does_not_take_goes_plain(
    words: str, alice: Someone, bot: Services, model: FakeOpenAI, world: World
) -> None:
    await wants_rich(bot)
    world.faults.add(kind=Refuse(400, words), where=is_rich)
    answer = await growing(alice, model)
    answer.say(f"\n\n{TABLE}").finish()
    await sees_whole(alice, f"Once\n\n{PLAIN}")
    model.will_say(TABLE)
    alice.says("Who?")
    await alice.sees(SHOWN)

    assert len(alice.messages) == 2
    assert len(rich_calls(world)) == 2


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("sendRichMessage", Refuse(404, "Not Found")),
        ("editMessageText", Refuse(400, "Bad Request: message text is empty")),
    ],
)
async def test_a_server_that_knows_no_rich_messages_is_asked_once(
    method: str, error: Fault, settings: Settings, alice: Someone, model: FakeOpenAI
) -> None:
    alice.world.faults.add(kind=error, method=method, times=1000, where=is_rich)
    async with running(
        settings.but(edit_interval=60.0)
    ) as bot:  # so that the only edit is the last
        await wants_rich(bot)
        answer = await begun(alice, model)
        if method == "sendRichMessage":
            alice.deletes(alice.messages[0]["message_id"])
        answer.say(f"\n\n{TABLE}").finish()
        await sees_whole(alice, f"Once\n\n{PLAIN}")
        asked = rich_calls(alice.world)
        model.will_say(TABLE)
        alice.says("Who?")
        await sees_whole(alice, PLAIN)

    assert asked.count(method) == 1
    assert rich_calls(alice.world) == asked
    assert len(alice.messages) == 2


@pytest.mark.parametrize("fault", [HangUp(), DoneButSilent()])
async def test_an_edit_of_which_nobody_knows_is_made_again(
    fault: Fault, alice: Someone, bot: Services, model: FakeOpenAI, world: World
) -> None:
    await wants_rich(bot)
    world.faults.add(kind=fault, method="editMessageText", where=is_rich)
    answer = await growing(alice, model)
    answer.say(f"\n\n{TABLE}").finish()
    await alice.sees(f"Once\n{SHOWN}")
    alice.says("Hi")
    await alice.sees("You said: Hi")

    assert len(alice.messages) == 2
    assert rich_calls(world) == ["editMessageText"] * 2
    assert len(model.asked) == 2


async def test_a_message_that_somebody_deleted_is_sent_anew(
    settings: Settings, alice: Someone, model: FakeOpenAI, world: World
) -> None:
    async with running(settings.but(edit_interval=60.0)) as bot:
        await wants_rich(bot)
        answer = await begun(alice, model)
        alice.deletes(alice.messages[0]["message_id"])
        answer.say(f"\n\n{TABLE}").finish()
        await alice.sees(f"Once\n{SHOWN}")

    assert len(alice.messages) == 1
    assert rich_calls(world) == ["editMessageText", "sendRichMessage"]


async def test_after_a_crash_the_same_rich_message_is_shown_and_no_other(
    settings: Settings, alice: Someone, model: FakeOpenAI, world: World
) -> None:
    world.faults.add(kind=HangUp(), method="editMessageText", times=1000, where=is_rich)
    async with running(settings.but(stop_grace=0.0)) as bot:
        await wants_rich(bot)
        answer = await growing(alice, model)
        answer.say(f"\n\n{TABLE}").finish()
        await world.wait_for(lambda: rich_calls(world) or None)
    world.faults.clear()
    async with running(settings):
        await alice.sees(f"Once\n{SHOWN}")
        alice.says("Hi")
        await alice.sees("You said: Hi")

    assert len(alice.messages) == 2
    assert len(model.asked) == 2
