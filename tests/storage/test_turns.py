"""Turns: what is written down at each step, and what a second attempt finds."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from bot import quota
from storage import Database, history, inbox, ledger, tables, turns
from storage.clock import now_ms
from storage.records import (
    Admission,
    Begun,
    Circumstances,
    Cost,
    Image,
    Incoming,
    Message,
    Place,
    Question,
    Settlement,
    Unit,
    Usage,
)
from tests.storage.rows import Refused, Row, everything, rows

TAKEN = Incoming(1, "7", "{}")

ALICE, BEN = 1002, 1003
GROUP = -1001234567890
PHOTO = Image(
    sha256="a1",
    media_type="image/jpeg",
    width=640,
    height=480,
    detail="high",
    tokens=300,
    data=b"a photo",
    file_unique_id="AQAD",
)
HELD = Cost(tokens=500, images=1, nanos=70_000)
BILLED = Settlement(
    usage=Usage(prompt=40, completion=8, cached=10, cache_written=5),
    cost=Cost(tokens=48, images=1, nanos=6_500),
    price={"input": "0.10"},
)


def question(  # noqa: PLR0913 - what may differ between two questions
    number: int = 1,
    text: str = "What is this?",
    *,
    attempt: int = 1,
    user: int = ALICE,
    chat: int | None = None,
    thread: int | None = None,
    images: tuple[Image, ...] = (),
) -> Question:
    place = Place(chat_id=chat or user, thread_id=thread)
    group = (f"group:{place.chat_id}",) if place.chat_id < 0 else ()
    return Question(
        update_id=number,
        attempt=attempt,
        place=place,
        user_id=user,
        message=Message(role="user", text=text, tokens=10, images=images),
        model="gpt-6-luna",
        endpoint="https://api.openai.com/v1",
        subjects=(f"user:{user}", *group, "bot"),
    )


def admit(circumstances: Circumstances) -> Admission:
    return Admission(reserved=HELD, prompt_tokens=40, max_tokens=460, history=circumstances.history)


def refuse(_circumstances: Circumstances) -> Admission:
    raise Refused


def never(_circumstances: Circumstances) -> Admission:
    raise AssertionError("this was decided before")


async def begun(
    database: Database,
    asked: Question,
    consider: Callable[[Circumstances], Admission] = admit,
) -> Begun:
    return await database.run(turns.begin, asked, consider)


async def finished(database: Database, turn: Begun, text: str = "A cat.") -> bool:
    answer = Message(role="assistant", text=text, tokens=4)
    return await database.run(turns.finish, turn, answer, "whole", BILLED)


async def told(database: Database, asked: Question) -> list[str]:
    """What the model is told with a question."""
    turn = await begun(database, asked)
    assert turn.admission is not None
    return [message.text for message in turn.admission.history]


async def spent(database: Database, subject: str, since_ms: int | None = None) -> Cost:
    """What a subject has used, in every unit."""
    requests, tokens, images, nanos = [
        await database.run(ledger.spent, subject, unit, since_ms) for unit in Unit
    ]
    return Cost(requests=requests, tokens=tokens, images=images, nanos=nanos)


async def test_a_turn_is_written_down_step_by_step(database: Database) -> None:
    taken = Incoming(1, str(ALICE), "{}")
    await database.run(inbox.add, [taken])
    turn = await begun(database, question(images=(PHOTO,)))
    assert await spent(database, f"user:{ALICE}") == HELD
    assert await database.run(turns.sent, turn, [70])
    assert await finished(database, turn)
    [ready] = await database.run(rows, tables.replies)
    await database.run(inbox.take, str(ALICE), [taken])
    after = await database.run(everything)

    assert (ready["state"], ready["message_ids"], ready["text"]) == ("ready", [70], "A cat.")
    assert [row["state"] for row in after["replies"]] == ["delivered"]
    assert [(row["role"], row["text"]) for row in after["messages"]] == [
        ("user", "What is this?"),
        ("assistant", "A cat."),
    ]
    [entry] = after["ledger"]
    assert (entry["state"], entry["price"]) == ("settled", {"input": "0.10"})
    assert (entry["prompt_tokens"], entry["cached_tokens"]) == (40, 10)
    assert (entry["cache_written_tokens"], entry["completion_tokens"]) == (5, 8)
    assert await spent(database, f"user:{ALICE}") == BILLED.cost


async def test_what_was_said_and_seen_is_told_again(database: Database) -> None:
    await finished(database, await begun(database, question(images=(PHOTO,))))
    turn = await begun(database, question(2, "Which breed?"))
    assert turn.admission is not None
    first, second, third = turn.admission.history

    assert [each.text for each in (first, second, third)] == [
        "What is this?",
        "A cat.",
        "Which breed?",
    ]
    assert first.images == (replace(PHOTO, data=b""),)
    assert second.images == third.images == ()
    assert await database.run(history.data, ["a1"]) == {"a1": b"a photo"}


async def test_each_chat_and_topic_has_its_own_conversation(database: Database) -> None:
    places: list[Row] = [
        {"user": ALICE},
        {"user": BEN},
        {"user": ALICE, "chat": GROUP},
        {"user": ALICE, "chat": GROUP, "thread": 5},
    ]
    for number, place in enumerate(places):
        assert await told(database, question(number, f"secret {number}", **place)) == [
            f"secret {number}"
        ]


async def test_a_conversation_ends_where_it_is_begun_afresh(database: Database) -> None:
    asked = question()
    assert not await database.run(history.begin_afresh, asked.place)
    await finished(database, await begun(database, asked))
    assert await database.run(history.begin_afresh, asked.place)

    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_what_was_cut_off_once_stays_cut_off(database: Database) -> None:
    def cut(circumstances: Circumstances) -> Admission:
        return replace(admit(circumstances), history=circumstances.history[-1:])

    await finished(database, await begun(database, question(1, "One")))
    await finished(database, await begun(database, question(2, "Two"), cut))

    assert await told(database, question(3, "Three")) == ["Two", "A cat.", "Three"]


@pytest.mark.parametrize("is_delivered", [False, True], ids=["ready", "delivered"])
async def test_an_answer_that_is_there_is_not_asked_for_again(
    database: Database, *, is_delivered: bool
) -> None:
    first = await begun(database, question())
    await database.run(turns.sent, first, [70, 71])
    await finished(database, first)
    if is_delivered:
        await database.run(inbox.finish, [Incoming(1, str(ALICE), "{}")])
    before = await database.run(everything)
    second = await begun(database, question(attempt=2), never)

    assert second.admission is None
    assert (second.text, second.ending, second.message_ids) == ("A cat.", "whole", (70, 71))
    assert await database.run(everything) == before


async def test_an_older_attempt_changes_nothing_any_more(database: Database) -> None:
    older = await begun(database, question())
    await database.run(turns.sent, older, [70])
    newer = await begun(database, question(attempt=2))
    before = await database.run(everything)

    assert newer.message_ids == (70,)
    assert not await finished(database, older, "Too late.")
    assert not await database.run(turns.sent, older, [71])
    await database.run(turns.fail, older)
    assert await database.run(everything) == before
    assert await finished(database, newer)


async def test_a_refusal_leaves_nothing_behind(database: Database) -> None:
    before = await database.run(everything)
    with pytest.raises(Refused):
        await begun(database, question(images=(PHOTO,)), refuse)

    assert await database.run(everything) == before
    assert before["messages"] == before["ledger"] == before["replies"] == []


async def test_a_refusal_gives_back_what_a_former_attempt_held(database: Database) -> None:
    await begun(database, question())
    await database.run(turns.again, [TAKEN])
    with pytest.raises(Refused):
        await begun(database, question(attempt=2), refuse)

    assert await spent(database, f"user:{ALICE}") == Cost(requests=0)
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_turn_that_fails_costs_nothing_and_is_not_told_again(database: Database) -> None:
    await database.run(turns.fail, await begun(database, question()))

    assert await spent(database, f"user:{ALICE}") == Cost(requests=0)
    assert [row["state"] for row in await database.run(rows, tables.replies)] == ["failed"]
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_turn_that_is_buried_costs_nothing_and_is_not_told_again(
    database: Database,
) -> None:
    await database.run(inbox.add, [Incoming(1, str(ALICE), "{}")])
    await begun(database, question())
    await database.run(turns.bury, [Incoming(1, str(ALICE), "{}", attempt=3)])

    assert await spent(database, f"user:{ALICE}") == Cost(requests=0)
    assert [row["state"] for row in await database.run(rows, tables.inbox)] == ["dead"]
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_question_that_failed_is_told_when_it_is_tried_again(database: Database) -> None:
    await database.run(turns.fail, await begun(database, question()))

    assert await told(database, question(attempt=2)) == ["What is this?"]
    assert await spent(database, f"user:{ALICE}") == HELD


async def test_an_answer_without_words_is_paid_for_and_not_told(database: Database) -> None:
    await finished(database, await begun(database, question()), " \n")

    assert await spent(database, f"user:{ALICE}") == BILLED.cost
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_rerun_does_not_count_what_it_held_itself(database: Database) -> None:
    def used(circumstances: Circumstances) -> Admission:
        found.append(circumstances.spent(f"user:{ALICE}", Unit.TOKENS, None))
        return admit(circumstances)

    found: list[int] = []
    await begun(database, question(1), used)
    await begun(database, question(2), used)
    await database.run(turns.again, [TAKEN])
    await begun(database, question(1, attempt=2), used)

    assert found == [0, HELD.tokens, HELD.tokens]
    assert await spent(database, f"user:{ALICE}") == Cost(
        requests=2, tokens=1000, images=2, nanos=140_000
    )


async def test_many_at_once_never_pass_a_limit(database: Database) -> None:
    def consider(asked: Question, circumstances: Circumstances) -> Admission:
        allowed = quota.read_limits("1700 tokens/day", "bot")
        standing = [
            quota.Left(one, circumstances.spent("bot", one.unit, 0), None) for one in allowed
        ]
        quota.afford(standing, lambda _answer: HELD, longest=460, model=asked.model)
        return admit(circumstances)

    asked = [question(number, user=number) for number in range(1, 21)]
    ended = await asyncio.gather(
        *(begun(database, each, partial(consider, each)) for each in asked), return_exceptions=True
    )

    assert sum(isinstance(each, Begun) for each in ended) == 3  # of 500 tokens each
    assert sum(isinstance(each, quota.QuotaExceeded) for each in ended) == 17


async def test_what_is_spent_is_counted_for_each_it_concerns(database: Database) -> None:
    before = now_ms()
    await begun(database, question(1, user=ALICE))
    await begun(database, question(2, user=ALICE, chat=GROUP))
    await begun(database, question(3, user=BEN, chat=GROUP))

    requests = {
        subject: (await spent(database, subject, since_ms=before)).requests
        for subject in (f"user:{ALICE}", f"user:{BEN}", f"group:{GROUP}", "group:-5", "bot")
    }
    assert list(requests.values()) == [2, 1, 2, 0, 3]
    assert (await spent(database, "bot", since_ms=now_ms() + 1)).requests == 0


async def test_what_has_no_known_price_counts_as_nothing_in_money(database: Database) -> None:
    def unpriced(circumstances: Circumstances) -> Admission:
        return replace(admit(circumstances), reserved=replace(HELD, nanos=None))

    await begun(database, question(1), unpriced)

    assert await spent(database, "bot") == replace(HELD, nanos=0)
