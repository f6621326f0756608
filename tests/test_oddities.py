"""Endpoints and Telegrams that behave as nobody should: still one answer, or one sentence."""

import json
import time
from typing import Any

import pytest
import sqlalchemy as sa

from bot.answers import Ending
from bot.app import running
from bot.lanes import MOST_DOUBTS
from bot.llm import ATTEMPTS, errors
from bot.settings import Settings
from handlers.context import Services
from handlers.errors import ENDINGS, WORDS
from playground.faults import Delay, DoneButSilent, Refuse, Status
from playground.world import World
from storage.tables import ledger
from tests.conftest import ALICE, picture
from tests.english import english
from tests.fakes.openai import FakeOpenAI
from tests.people import Someone, growing


def chunk(content: object = None, finish: str | None = None, **more: object) -> str:
    delta = {} if content is None else {"content": content}
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more})


async def states(bot: Services) -> list[tuple[str, int]]:
    query = sa.select(ledger.c.state, ledger.c.tokens)
    rows: list[Any] = await bot.database.run(lambda connection: list(connection.execute(query)))
    return [(row.state, row.tokens) for row in rows]


async def test_an_emoji_that_comes_in_two_halves_is_whole(
    bot: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.will_send(chunk("Hi \ud83d"), chunk("\ude00!", "stop"), "[DONE]")
    alice.says("Hi")
    await alice.sees("Hi 😀!")
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert len(model.asked) == 2


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": "12", "completion_tokens": "3"},
        {"prompt_tokens": 12.5, "completion_tokens": -3_000_000},
        {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": [1]},
        [12, 3],
    ],
    ids=["words", "no numbers", "a list of details", "a list"],
)
async def test_a_usage_that_is_none_is_counted_here(
    bot: Services, alice: Someone, model: FakeOpenAI, usage: object
) -> None:
    model.will_send(chunk("Hello."), chunk(finish="stop", usage=usage), "[DONE]")
    alice.says("Hi")
    await alice.sees("Hello.")
    alice.says("Bye")
    await alice.sees("You said: Bye")
    [(state, tokens), _] = await states(bot)

    assert (state, tokens > 0) == ("settled", True)
    assert len(model.asked) == 2


async def test_a_page_in_another_encoding_is_no_endpoint(
    bot: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.will_answer_html("Zugriff für Sie verweigert".encode("latin-1"))
    alice.says("Hi")

    await alice.sees(english(WORDS[errors.NoEndpoint]))


async def test_an_answer_that_was_all_thought_says_so(
    bot: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.will_send(chunk(""), chunk(finish="length"), "[DONE]")
    alice.says("Hi")

    await alice.sees(english(ENDINGS[Ending.USED_UP]))


async def test_a_stream_of_nothing_is_asked_for_again_and_costs_who_asked_nothing(
    bot: Services, alice: Someone, model: FakeOpenAI
) -> None:
    for _ in range(ATTEMPTS):
        model.will_send()
    alice.says("Hi")
    await alice.sees(english(WORDS[errors.ModelUnavailable]))

    assert len(model.asked) == ATTEMPTS
    [asked, *attempts] = await states(bot)
    assert asked == ("released", 0)
    assert [state for state, _ in attempts] == ["lost"] * ATTEMPTS  # the provider may bill them


async def test_content_of_another_kind_is_no_content(
    bot: Services, alice: Someone, model: FakeOpenAI
) -> None:
    model.will_send(chunk([{"type": "text", "text": "?"}]), chunk("Hello.", "stop"), "[DONE]")
    alice.says("Hi")

    await alice.sees("Hello.")


async def test_half_a_letter_in_a_message_stops_nothing(
    bot: Services, alice: Someone, world: World
) -> None:
    person = {"id": ALICE.id, "is_bot": False, "first_name": "A\udc00lice"}
    chat = {"id": ALICE.id, "type": "private"}
    message = {"message_id": 77, "date": 1, "chat": chat, "from": person, "text": "Hi \ud83d"}
    world.started.add(ALICE.id)
    world.put_update({"message": message})

    await alice.sees("You said: Hi �")


async def test_a_proxy_that_answers_for_telegram_loses_nothing(
    bot: Services, alice: Someone, world: World
) -> None:
    world.faults.add(kind=Status(200), method="sendMessage", times=5)
    alice.says("Hi")
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert alice.screen == ["You said: Hi", "You said: Bye"]


async def test_what_may_have_arrived_is_not_sent_for_ever(
    bot: Services, alice: Someone, world: World
) -> None:
    world.faults.add(kind=DoneButSilent(), method="sendMessage", times=2 * MOST_DOUBTS + 1)
    alice.says("Hi")
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert set(alice.screen) == {"You said: …", english("error-apology"), "You said: Bye"}
    assert alice.screen.count(english("error-apology")) == 1


async def test_an_answer_that_cannot_be_edited_comes_anew(
    bot: Services, alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = await growing(alice, model)
    refusal = Refuse(400, "Bad Request: message can't be edited")
    world.faults.add(kind=refusal, method="editMessageText", times=100)
    answer.say(" upon a time.").finish()

    await alice.sees("Once upon a time.")


async def test_a_photo_that_is_not_there_any_more_keeps_nothing_waiting(
    bot: Services, alice: Someone, world: World
) -> None:
    alice.sends_photo(picture(), "What is this?")
    world.files.forget()
    alice.says("Bye")
    await alice.sees("You said: Bye")

    assert alice.screen == [english("photo-gone"), "You said: Bye"]


async def test_what_is_said_wrongly_is_not_said_back_at_length(
    bot: Services, admin: Someone
) -> None:
    admin.says(f"/quota @ada {'9' * 4_000}")
    await admin.sees_words("say for example", "…")
    admin.says(f"/approve {'a' * 4_000}")
    await admin.sees_words("has written to me yet")


async def test_a_stop_does_not_wait_for_a_telegram_that_is_slow(
    settings: Settings, alice: Someone, world: World, model: FakeOpenAI
) -> None:
    answer = model.hold()
    async with running(settings.but(stop_grace=0.2)):
        alice.says("Tell me")
        await model.wait_asked(1)
        world.faults.add(kind=Delay(20), method="sendMessage")
        answer.say("Once")  # which is on its way when the grace is over
        started = time.monotonic()

    assert time.monotonic() - started < 5


async def test_what_an_answer_leaves_that_may_have_arrived_is_plainly_no_answer(
    bot: Services, alice: Someone, ben: Someone, world: World, model: FakeOpenAI
) -> None:
    world.faults.add(
        kind=DoneButSilent(),
        method="sendMessage",
        times=3,
        where=lambda params: bool(params["chat_id"] == ALICE.id),
    )
    answer = model.hold()
    alice.says("Tell me")
    await model.wait_asked(1)
    answer.say("Once")
    await alice.sees("Once …")
    for word in (" upon", " a", " time"):
        answer.say(word)
        ben.says(word)  # whose answer takes longer than a look at hers
        await ben.sees(f"You said: {word}")
    answer.say(".").finish()
    await alice.sees("Once upon a time.")

    assert alice.screen == ["Once …", *["Once upon …"] * 2, "Once upon a time."]


@pytest.mark.parametrize(
    "corrupt",
    ['{"choices": 5}', '{"choices": ["?"]}', '{"choices": [{"delta": "?"}]}'],
)
async def test_a_chunk_of_no_known_shape_is_a_failure_of_the_model(
    bot: Services, alice: Someone, model: FakeOpenAI, corrupt: str
) -> None:
    model.will_send(corrupt)
    model.will_say("Hello.")
    alice.says("Hi")
    await alice.sees("Hello.")

    assert len(model.asked) == 2
    assert [state for state, _ in await states(bot)] == ["settled", "lost"]
