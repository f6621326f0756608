"""A turn, from question to answer: the transactions that make a re-run harmless.

`begin` before the model is asked, `sent` as soon as a message is in the chat, `finish` when the
answer is whole, `fail` when there is none. `inbox.take` closes it. A former attempt of the same
update is recognised by its number: what it still writes is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import (
    grants,
    history,
    inbox,
    jobs,
    ledger,
    limits,
    notices,
    people,
    redo,
    shown,
    totals,
)
from storage.clock import now_ms
from storage.money import Notice, Settlement
from storage.records import (
    ANSWERED,
    Admission,
    Begun,
    Circumstances,
    Incoming,
    Message,
    Place,
    Question,
    ReplyState,
)
from storage.tables import inbox as waiting
from storage.tables import replies

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bills:
    """What a turn cost: its answer, and the attempts before it that came to nothing.

    `before` are looks by other models that who asked pays for, too. `watch` says which limits are
    now used so far that somebody ought to know.
    """

    settled: Settlement
    before: Sequence[Settlement] = ()
    lost: Sequence[Settlement]
    watch: Callable[[Circumstances], Sequence[Notice]]


def begin(
    connection: sa.Connection,
    question: Question,
    consider: Callable[[Circumstances], Admission],
) -> Begun:
    """Take a question on: adopt what a former attempt left, or admit it and reserve its cost.

    What `consider` raises undoes everything.
    """
    if question.attempt > 1:
        where = {"update": question.update_id, "mine": question.attempt}
        row = connection.execute(_TAKE_OVER, where).first()
        if row is not None:
            return _begun(row, question)
    conversation = history.conversation(connection, question.place)
    if question.replaces is not None:
        history.hide(connection, [question.replaces])
    history.add(connection, conversation.id, question.update_id, question.message, question.user_id)
    said = history.said(connection, conversation.id, conversation.window_start)
    admission = consider(circumstances(connection, question.place, question.user_id, said))
    if admission.history[0].id > said[0].id:
        history.forget_before(connection, conversation.id, admission.history[0].id)
    ledger.reserve(connection, question, admission)
    return _begun(_adopted(connection, question, conversation.id), question, admission)


def circumstances(
    connection: sa.Connection, place: Place, user_id: int, said: tuple[Message, ...] = ()
) -> Circumstances:
    """All that a decision on someone's money in some place is made from."""
    subjects = [f"user:{user_id}", f"group:{place.chat_id}", "guests", "bot"]
    return Circumstances(
        person=people.known(connection, user_id),
        history=said,
        quotas=limits.of(connection, subjects),
        spent=partial(ledger.spent_each, connection),
        held=partial(ledger.held, connection),
        granted=partial(grants.usable_by, connection),
    )


def look(
    connection: sa.Connection, place: Place, user_id: int, judge: Callable[[Circumstances], T]
) -> T:
    """Let `judge` see how someone stands, without asking anything."""
    return judge(circumstances(connection, place, user_id))


def sent(connection: sa.Connection, begun: Begun, message_ids: Sequence[int]) -> bool:
    """Remember where the answer appears, so that a re-run edits it there."""
    return _write(connection, begun, message_ids=list(message_ids))


def pass_on(
    connection: sa.Connection,
    begun: Begun,
    question: Question,
    consider: Callable[[Circumstances], Admission],
    lost: Sequence[Settlement],
) -> Begun | None:
    """Let another model answer a question; None where another attempt has taken over.

    What was held for the first is given back, and what this one may cost is held in its place.
    What `consider` raises undoes everything.
    """
    assert begun.admission is not None
    if not _write(connection, begun):
        return None
    ledger.release(connection, [question.update_id])
    _lose(connection, begun, lost)
    since = begun.admission.history[0].id
    said = history.said(connection, begun.conversation_id, since)
    admission = consider(circumstances(connection, question.place, question.user_id, said))
    ledger.reserve(connection, question, admission)
    return replace(begun, question=question, admission=admission)


def finish(
    connection: sa.Connection,
    begun: Begun,
    answer: Message,
    ending: str,
    bills: Bills,
) -> list[Notice] | None:
    """Keep the whole answer and what it cost; None where another attempt has taken over.

    So are the descriptions of the question's images. Returns what is to be told of the limits,
    each thing once.
    """
    question = begun.question
    if not _write(connection, begun, state=ReplyState.READY, text=answer.text, ending=ending):
        return None
    ledger.settle(connection, question.update_id, bills.settled, bills.before)
    _lose(connection, begun, bills.lost)
    if answer.text.strip():
        history.add(connection, begun.conversation_id, question.update_id, answer)
        shown.describe(connection, question.update_id, question.message.images)
    else:
        history.hide(connection, [question.update_id])
    is_limited = begun.admission is None or begun.admission.is_limited
    return due(connection, question, bills.watch) if is_limited else []


def due(
    connection: sa.Connection,
    question: Question,
    watch: Callable[[Circumstances], Sequence[Notice]],
) -> list[Notice]:
    """What is to be told of limits after a question, each thing once."""
    seen = circumstances(connection, question.place, question.user_id)
    return notices.fresh(connection, watch(seen))


def put_off(connection: sa.Connection, begun: Begun, bills: Sequence[Settlement]) -> None:
    """Leave a question for a later attempt; what this one has cost is written down."""
    if _write(connection, begun):
        ledger.release(connection, [begun.question.update_id])
        _lose(connection, begun, bills)


def resume(connection: sa.Connection, most: int) -> list[str]:
    """Each lane with something to do at start; what was under way is to be begun again.

    Of the starts of an update no more than `most` are counted here (`inbox.resume`).
    """
    _give_back(connection, sa.select(waiting.c.update_id).where(waiting.c.state == "new"))
    jobs.give_up(connection)
    totals.forget_quarters(connection, now_ms())
    return inbox.resume(connection, most)


def again(connection: sa.Connection, taken: Sequence[Incoming]) -> list[Incoming]:
    """Count another attempt at updates; what the former one held is to be held anew."""
    _give_back(connection, [update.update_id for update in taken])
    jobs.give_up(connection, taken)
    return inbox.again(connection, taken)


def widen(connection: sa.Connection, taken: Sequence[Incoming]) -> None:
    """Count another attempt at updates to which more belongs: they are to be asked anew with it.

    What has its answer stays as it was asked.
    """
    again(connection, taken)
    unanswered = _unanswered([update.update_id for update in taken])
    history.take_back(connection, unanswered)
    connection.execute(_EACH.where(replies.c.update_id.in_(unanswered)).values(asked_ids=[]))


def bury(connection: sa.Connection, taken: Sequence[Incoming]) -> None:
    """Put away updates that cannot be dealt with, and give back what is held for them."""
    updates = [update.update_id for update in taken]
    _give_back(connection, updates)
    jobs.bury(connection, taken)
    unanswered = replies.c.update_id.in_(_unanswered(updates))
    connection.execute(_EACH.where(unanswered).values(state=ReplyState.FAILED))
    inbox.finish(connection, taken, "dead")


def fail(connection: sa.Connection, begun: Begun, bills: Sequence[Settlement] = ()) -> None:
    """There is no answer: who asked is charged nothing, and the question leaves the history."""
    if _write(connection, begun, state=ReplyState.FAILED):
        ledger.release(connection, [begun.question.update_id])
        _give_back(connection, [begun.question.update_id])
        _lose(connection, begun, bills)


def _write(connection: sa.Connection, begun: Begun, **values: object) -> bool:
    """Change the reply's row, unless a later attempt has taken it over."""
    mine = {"row": begun.reply_id, "mine": begun.question.attempt, "updated_ms": now_ms()}
    return bool(connection.execute(_WRITE, {**mine, **values}).rowcount)


def _give_back(connection: sa.Connection, updates: Sequence[int] | sa.Select[tuple[int]]) -> None:
    """Free what is held for questions without an answer, and leave them out of the history.

    A former attempt may have asked the model, so the bot as a whole is charged the worst of it.
    What they would have replaced stands again.
    """
    unanswered = _unanswered(updates)
    ledger.give_up(connection, unanswered)
    history.hide(connection, unanswered)
    history.show(connection, redo.replaced_by(unanswered))


def _unanswered(updates: Sequence[int] | sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    is_one = (replies.c.update_id.in_(updates), replies.c.state.not_in(ANSWERED))
    return sa.select(replies.c.update_id).where(*is_one)


def _lose(connection: sa.Connection, begun: Begun, bills: Sequence[Settlement]) -> None:
    assert begun.admission is not None
    for bill in bills:
        ledger.lose(connection, begun.question, begun.admission.at_ms, bill)


def _adopted(connection: sa.Connection, question: Question, conversation_id: int) -> sa.Row[Any]:
    row = {
        "update_id": question.update_id,
        "message_ids": redo.messages_of(connection, question.replaces),
        "asked_ids": list(question.asked_ids),
        "asked_words": list(question.asked_words),
        "replaces": question.replaces,
        "conversation_id": conversation_id,
        "user_id": question.user_id,
        "attempt": question.attempt,
        "created_ms": now_ms(),
        "updated_ms": now_ms(),
    }
    return connection.execute(_ADOPT, row).one()


def _begun(row: sa.Row[Any], question: Question, admission: Admission | None = None) -> Begun:
    return Begun(
        question=question,
        reply_id=row.id,
        conversation_id=row.conversation_id,
        text=row.text,
        ending=row.ending,
        message_ids=tuple(row.message_ids),
        admission=admission,
    )


_EACH = sa.update(replies)
_TAKE_OVER = (
    _EACH.where(replies.c.update_id == sa.bindparam("update"), replies.c.state.in_(ANSWERED))
    .values(attempt=sa.bindparam("mine"))
    .returning(replies)
)
_NEW = insert(replies).values(state=ReplyState.STARTED, text="", ending="")
_ADOPT = _NEW.on_conflict_do_update(
    index_elements=["update_id"],
    set_={
        name: _NEW.excluded[name]
        for name in ("attempt", "state", "asked_ids", "asked_words", "updated_ms")
    },
).returning(replies)
_WRITE = _EACH.where(replies.c.id == sa.bindparam("row"), replies.c.attempt == sa.bindparam("mine"))
