"""Turns: what is written down at each step, and what a second attempt finds."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from bot import grammar, quota
from storage import Database, history, inbox, limits, redo, shown, tables, turns
from storage.clock import now_ms
from storage.money import NOTHING, Cost, Notice, Quota, Unit
from storage.records import Admission, Begun, Circumstances, Incoming, Question
from tests.storage.questions import (
    ALICE,
    BEN,
    BILLED,
    GROUP,
    HELD,
    LOST,
    PHOTO,
    admit,
    admit_guest,
    begun,
    finished,
    never,
    question,
    refuse,
    spent,
    told,
)
from tests.storage.rows import Refused, Row, everything, rows

TAKEN = Incoming(1, str(ALICE), "{}")
ME = f"user:{ALICE}"


async def test_a_turn_is_written_down_step_by_step(database: Database) -> None:
    taken = Incoming(1, str(ALICE), "{}")
    await database.run(inbox.add, [taken])
    turn = await begun(database, question(images=(PHOTO,)))
    assert await spent(database, ME) == HELD
    assert await database.run(turns.sent, turn, [70])
    assert await finished(database, turn) == []
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
    assert await spent(database, ME) == BILLED.cost


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
    assert await database.run(shown.data, ["a1"]) == {"a1": b"a photo"}


async def test_what_the_model_said_of_a_photo_is_told_with_it(database: Database) -> None:
    turn = await begun(database, question(images=(PHOTO, PHOTO)))
    seen = (replace(PHOTO, description="A cat."), PHOTO)
    message = replace(turn.question.message, images=seen)
    await finished(database, replace(turn, question=replace(turn.question, message=message)))
    later = await begun(database, question(2, "Which breed?"))

    assert later.admission is not None
    lines = [image.description for image in later.admission.history[0].images]
    assert lines == ["A cat.", ""]


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
    def cut(seen: Circumstances) -> Admission:
        return replace(admit(seen), history=seen.history[-1:])

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
    [row] = before["replies"]
    assert await database.run(everything) == before | {"replies": [row | {"attempt": 2}]}


async def test_where_an_answer_is_shown_again_is_remembered_too(database: Database) -> None:
    await finished(database, await begun(database, question()))
    second = await begun(database, question(attempt=2), never)
    is_noted = await database.run(turns.sent, second, [72])
    third = await begun(database, question(attempt=3), never)

    assert is_noted
    assert third.message_ids == (72,)
    assert not await database.run(turns.sent, second, [73])


async def test_an_older_attempt_changes_nothing_any_more(database: Database) -> None:
    older = await begun(database, question())
    await database.run(turns.sent, older, [70])
    await database.run(turns.again, [TAKEN])
    newer = await begun(database, question(attempt=2))
    before = await database.run(everything)

    assert newer.message_ids == (70,)
    assert await finished(database, older, "Too late.", lost=[LOST]) is None
    assert not await database.run(turns.sent, older, [71])
    await database.run(turns.fail, older, [LOST])
    await database.run(turns.put_off, older, [LOST])
    assert await database.run(everything) == before
    assert await finished(database, newer) == []


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

    assert await spent(database, ME) == NOTHING
    assert await spent(database, "bot") == HELD
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_turn_that_fails_costs_nothing_and_is_not_told_again(database: Database) -> None:
    await database.run(turns.fail, await begun(database, question()))

    assert await spent(database, ME) == NOTHING
    assert [row["state"] for row in await database.run(rows, tables.replies)] == ["failed"]
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_turn_that_is_buried_costs_nothing_and_is_not_told_again(
    database: Database,
) -> None:
    await database.run(inbox.add, [Incoming(1, str(ALICE), "{}")])
    await begun(database, question())
    await database.run(turns.bury, [Incoming(1, str(ALICE), "{}", attempt=3)])

    assert await spent(database, ME) == NOTHING
    assert await spent(database, "bot") == HELD
    assert [row["state"] for row in await database.run(rows, tables.inbox)] == ["dead"]
    assert await told(database, question(2, "And now?")) == ["And now?"]


async def test_a_question_that_failed_is_told_when_it_is_tried_again(database: Database) -> None:
    await database.run(turns.fail, await begun(database, question()))

    assert await told(database, question(attempt=2)) == ["What is this?"]
    assert await spent(database, ME) == HELD


async def test_an_answer_without_words_is_paid_for_and_not_told(database: Database) -> None:
    await finished(database, await begun(database, question()), " \n")

    assert await spent(database, ME) == BILLED.cost
    assert await told(database, question(2, "And now?")) == ["And now?"]


def times(count: int, cost: Cost) -> Cost:
    """A cost so many times over."""
    assert cost.nanos is not None
    return Cost(
        requests=count * cost.requests,
        tokens=count * cost.tokens,
        images=count * cost.images,
        nanos=count * cost.nanos,
    )


async def test_a_rerun_does_not_count_what_it_held_itself(database: Database) -> None:
    def used(seen: Circumstances) -> Admission:
        found.append(seen.spent([(ME, Unit.TOKENS, None)])[0])
        return admit(seen)

    found: list[int] = []
    await begun(database, question(1), used)
    await begun(database, question(2), used)
    await database.run(turns.again, [TAKEN])
    await begun(database, question(1, attempt=2), used)

    assert found == [0, HELD.tokens, HELD.tokens]
    assert await spent(database, ME) == times(2, HELD)
    assert await spent(database, "bot") == times(3, HELD)


async def test_many_at_once_never_pass_a_limit(database: Database) -> None:
    def consider(asked: Question, seen: Circumstances) -> Admission:
        allowed = grammar.read_limits("1700 tokens/day", "bot")
        standing = [quota.Left(one, seen.spent([("bot", one.unit, 0)])[0], None) for one in allowed]
        quota.afford(standing, lambda _answer: HELD, longest=460, model=asked.model)
        return admit(seen)

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
    await begun(database, question(3, user=BEN, chat=GROUP), admit_guest)

    requests = {
        subject: (await spent(database, subject, since_ms=before)).requests
        for subject in (ME, f"user:{BEN}", f"group:{GROUP}", "group:-5", "guests", "bot")
    }
    assert list(requests.values()) == [2, 1, 2, 0, 1, 3]
    assert (await spent(database, "bot", since_ms=now_ms() + 1)).requests == 0


async def test_what_has_no_known_price_counts_as_nothing_in_money(database: Database) -> None:
    def unpriced(seen: Circumstances) -> Admission:
        return replace(admit(seen), reserved=replace(HELD, nanos=None))

    await begun(database, question(1), unpriced)

    assert await spent(database, "bot") == replace(HELD, nanos=0)


async def test_an_attempt_that_died_is_lost_to_the_bot_and_charged_to_nobody(
    database: Database,
) -> None:
    await database.run(inbox.add, [Incoming(1, str(ALICE), "{}")])
    await begun(database, question(1, chat=GROUP), admit_guest)
    await database.run(turns.resume, 4)

    for subject in (ME, f"group:{GROUP}", "guests"):
        assert await spent(database, subject) == NOTHING
    assert await spent(database, "bot") == HELD
    [row] = await database.run(rows, tables.ledger)
    assert (row["state"], row["number"], row["is_estimated"]) == ("lost", 1, True)


async def test_a_question_that_is_answered_in_the_end_is_charged_once(database: Database) -> None:
    for attempt in (1, 2):
        await begun(database, question(attempt=attempt))
        await database.run(turns.again, [replace(TAKEN, attempt=attempt)])
    await finished(database, await begun(database, question(attempt=3)))

    assert await spent(database, ME) == BILLED.cost
    entries = await database.run(rows, tables.ledger)
    assert sorted((row["number"], row["state"]) for row in entries) == [
        (0, "settled"),
        (1, "lost"),
        (2, "lost"),
    ]


async def test_attempts_before_the_answer_are_written_down_with_it(database: Database) -> None:
    await finished(database, await begun(database, question()), lost=[LOST, LOST])

    assert await spent(database, ME) == BILLED.cost
    assert await spent(database, "bot") == Cost(tokens=128, images=1, nanos=14_500)
    states = [
        (row["number"], row["state"], row["price"])
        for row in await database.run(rows, tables.ledger)
    ]
    assert states == [
        (0, "settled", BILLED.price),
        (1, "lost", LOST.price),
        (2, "lost", LOST.price),
    ]


async def test_a_turn_that_fails_charges_its_attempts_to_the_bot(database: Database) -> None:
    await database.run(turns.fail, await begun(database, question(chat=GROUP)), [LOST])

    assert await spent(database, ME) == await spent(database, f"group:{GROUP}") == NOTHING
    assert await spent(database, "bot") == LOST.cost


async def test_a_turn_that_is_put_off_is_begun_again_for_no_more_money(database: Database) -> None:
    await database.run(inbox.add, [Incoming(1, str(ALICE), "{}")])
    await database.run(turns.put_off, await begun(database, question()), [LOST])
    assert await spent(database, ME) == NOTHING
    assert await database.run(turns.resume, 4) == [str(ALICE)]
    assert await spent(database, "bot") == LOST.cost
    turn = await begun(database, question(attempt=2))
    assert turn.admission is not None
    assert [message.text for message in turn.admission.history] == ["What is this?"]
    await finished(database, turn)

    assert await spent(database, ME) == BILLED.cost
    [row] = [row for row in await database.run(rows, tables.ledger) if row["number"] == 0]
    assert (row["state"], row["is_estimated"]) == ("settled", False)


async def test_an_admission_is_made_from_all_that_holds_for_the_one_who_asks(
    database: Database,
) -> None:
    wanted = {
        subject: Quota(limits=grammar.read_limits("5 usd/month", subject))
        for subject in (ME, f"group:{GROUP}", "guests", "bot", "plan:family")
    }
    for subject in (*wanted, f"user:{BEN}", "group:-5"):
        limit = Quota(limits=grammar.read_limits("5 usd/month", subject))
        await database.run(limits.allow, subject, limit, by=BEN)
    asked = question(chat=GROUP)

    def judge(seen: Circumstances) -> Circumstances:
        return seen

    seen = await database.run(turns.look, asked.place, asked.user_id, judge)
    assert seen.quotas == wanted
    assert (seen.person, seen.history) == (None, ())


async def test_to_look_writes_nothing(database: Database) -> None:
    asked = question()
    before = await database.run(everything)

    def used(seen: Circumstances) -> int:
        return seen.spent([(ME, Unit.TOKENS, None)])[0]

    assert await database.run(turns.look, asked.place, asked.user_id, used) == 0
    assert await database.run(everything) == before


async def test_limits_are_watched_when_the_answer_is_settled_and_told_of_once(
    database: Database,
) -> None:
    def watch(seen: Circumstances) -> list[Notice]:
        found.append((seen.spent([(ME, Unit.TOKENS, None)])[0], seen.held(ME, Unit.TOKENS)))
        return [notice]

    found: list[tuple[int, int]] = []
    [limit] = grammar.read_limits("100 tokens", ME)
    notice = Notice(limit=limit, began_ms=0, percent=80)
    first = await begun(database, question(1))
    second = await begun(database, question(2))

    assert await finished(database, first, watch=watch) == [notice]
    assert await finished(database, second, watch=watch) == []
    assert found == [(548, 500), (96, 0)]


async def test_a_question_to_which_more_belongs_is_asked_in_other_words(
    database: Database,
) -> None:
    await database.run(inbox.add, [TAKEN])
    asked = replace(question(text="Is that true?", images=(PHOTO,)), asked_ids=(5,))
    turn = await begun(database, asked)
    await database.run(turns.put_off, turn, [LOST])
    await database.run(turns.widen, [TAKEN])
    assert await database.run(redo.asked_by, 1) == ()
    wider = question(text="Is that true?\nCats can fly.", attempt=2)
    again = await begun(database, replace(wider, asked_ids=(5, 6)))
    await finished(database, again)
    after = await database.run(everything)

    assert await database.run(redo.asked_by, 1) == (5, 6)
    assert [(row["text"], row["is_hidden"]) for row in after["messages"]] == [
        ("Is that true?\nCats can fly.", False),
        ("A cat.", False),
    ]
    assert [row["attempt"] for row in after["inbox"]] == [2]
    assert sorted(row["state"] for row in after["ledger"]) == ["lost", "settled"]
    assert await spent(database, ME) == BILLED.cost


async def test_a_question_that_is_answered_stays_as_it_was_asked(database: Database) -> None:
    await database.run(inbox.add, [TAKEN])
    turn = await begun(database, replace(question(), asked_ids=(5,)))
    await finished(database, turn)
    await database.run(turns.widen, [TAKEN])
    again = await begun(database, question(attempt=2, text="What is this? And that?"), never)

    assert again.text == "A cat."
    assert await database.run(redo.asked_by, 1) == (5,)
    assert [row["text"] for row in await database.run(rows, tables.messages)] == [
        "What is this?",
        "A cat.",
    ]
