"""Jobs: many photos to be described, and how far each has come.

A job runs as an update of our own, whose number is that of the update which set it going, below
zero: so it has a lane beside the chat's, and goes on after a crash like everything in the inbox.
What it asks the model is in the ledger as well, each portion under a number of its own. A question
about all of its photos is an update, too, of the chat's own lane.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import history, inbox, job_photos, ledger
from storage.clock import now_ms
from storage.money import Cost
from storage.records import Incoming, Job, JobPhoto, JobState, Message, Place
from storage.tables import jobs
from storage.tables import ledger as entries

# More portions than any job has: each has at least one photo, asked about a few times.
PORTIONS = 100_000
# Below the number of any portion, and of any update turned round.
QUESTIONS = -(1 << 50)
UNDER_WAY = (JobState.UNPACKING, JobState.ASKING, JobState.SUBMITTING, JobState.WAITING)
# Where it is not known what was asked before; what the provider keeps in a batch is known.
DOUBTFUL = JobState.ASKING


def key(job: Job) -> int:
    """The number under which the job's next portion is in the ledger."""
    return -(job.id * PORTIONS + job.asked)


def begin(connection: sa.Connection, job: Job, photos: Sequence[JobPhoto] = ()) -> Job:
    """Take a job on, and set it going unless it is only found; one that is here stays as it is."""
    row = {
        "update_id": job.update_id,
        "user_id": job.user_id,
        "chat_id": job.place.chat_id,
        "thread_id": job.place.thread_id or 0,
        "asked_id": job.asked_id,
        "file_id": job.file_id,
        "wish": job.wish,
        "way": job.way or None,
        "question": job.question or None,
        "asked_ids": list(job.asked_ids),
        "model": job.model,
        "detail": job.detail,
        "state": job.state,
        "left_out": job.left_out,
        "created_ms": now_ms(),
        "updated_ms": now_ms(),
    }
    connection.execute(_BEGIN, row)
    number = connection.execute(_OF_UPDATE, {"update": job.update_id}).scalar_one()
    for each in photos:
        job_photos.add(connection, number, each)
    begun = get(connection, number)
    if begun.state is JobState.UNPACKING:
        _set_going(connection, begun, job.update_id)
    return begun


def get(connection: sa.Connection, job_id: int) -> Job:
    """A job as it stands."""
    return _job(connection.execute(_JOB, {"job": job_id}).one())


def found(connection: sa.Connection, job_id: int) -> Job | None:
    """A job as it stands, if there is one."""
    row = connection.execute(_JOB, {"job": job_id}).first()
    return None if row is None else _job(row)


def of_update(taken: Incoming) -> int | None:
    """Which job an update of our own runs; None where it is Telegram's."""
    return int(json.loads(taken.payload)["job"]) if taken.update_id < 0 else None


def go_on(
    connection: sa.Connection,
    job: Job,
    state: JobState,
    update_id: int,
    shown_in: int | None = None,
) -> Job | None:
    """Set a job going from where it stands, shown in a message; None where it stands elsewhere."""
    anew: dict[str, object] = {"state": state, "is_stopped": False, "reason": ""}
    if job.state is JobState.DELIVERED:
        anew |= {"message_ids": [], "sent": 0, "batch_id": ""}
    if shown_in is not None:
        anew["message_ids"] = [shown_in]
    if not _change(connection, job, **anew):
        return None
    going = get(connection, job.id)
    _set_going(connection, going, update_id)
    return going


def ask(connection: sa.Connection, job: Job) -> Job:
    """Let a job be done, and its question be dealt with in its chat."""
    payload = json.dumps({"job": job.id})
    question = Incoming(QUESTIONS - job.id, chat_lane_of(job), payload)
    inbox.add(connection, [question])
    return move(connection, job, state=JobState.DELIVERED)


def tell(connection: sa.Connection, job: Job, told: Message) -> Job:
    """Let a job be done, and its chat's conversation keep what is told of its photos."""
    conversation = history.conversation(connection, job.place)
    history.add(connection, conversation.id, QUESTIONS - job.id, told, job.user_id)
    return move(connection, job, state=JobState.DELIVERED)


def is_question(taken: Incoming) -> bool:
    """Whether an update of our own is the question about a job's photos."""
    return taken.update_id <= QUESTIONS


def chat_lane_of(job: Job) -> str:
    """The lane of a job's chat or topic."""
    topic = f":{job.place.thread_id}" if job.place.thread_id else ""
    return f"{job.place.chat_id}{topic}"


def lane_of(job: Job) -> str:
    """The lane in which a job runs, beside that of its chat."""
    return f"{chat_lane_of(job)}#job{job.id}"


def move(connection: sa.Connection, /, job: Job, **changes: object) -> Job:
    """Let a job stand elsewhere than it did, unless it does already."""
    _change(connection, job, **changes)
    return get(connection, job.id)


def shown(connection: sa.Connection, job_id: int, message_ids: Sequence[int]) -> bool:
    """Remember where a job is shown."""
    connection.execute(_WRITE, {"job": job_id, "message_ids": list(message_ids)})
    return True


def stop(connection: sa.Connection, job_id: int) -> bool:
    """Let a job end where it is; says whether it was under way."""
    asked_to = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(UNDER_WAY))
    return bool(connection.execute(asked_to.values(is_stopped=True)).rowcount)


def running(connection: sa.Connection, place: Place) -> list[Job]:
    """The jobs under way in a place."""
    query = sa.select(jobs).where(
        jobs.c.chat_id == place.chat_id,
        jobs.c.thread_id == (place.thread_id or 0),
        jobs.c.state.in_(UNDER_WAY),
        ~jobs.c.is_stopped,
    )
    return [_job(row) for row in connection.execute(query.order_by(jobs.c.id))]


def cost(connection: sa.Connection, job: Job) -> Cost:
    """What a job has cost the one who asked for it."""
    mine = {"below": -(job.id + 1) * PORTIONS, "top": -job.id * PORTIONS}
    row = connection.execute(_COST, mine).one()
    return Cost(requests=row.requests, tokens=row.tokens, images=row.images, nanos=row.nanos)


def give_up(connection: sa.Connection, taken: Sequence[Incoming] | None = None) -> None:
    """Count as lost what jobs have asked of which no answer came: all of them, or those taken."""
    query = sa.select(jobs).where(jobs.c.state == DOUBTFUL)
    if taken is not None:
        query = query.where(jobs.c.id.in_(_numbers(taken)))
    doubtful = [key(_job(row)) for row in connection.execute(query)]
    if doubtful:
        ledger.give_up(connection, doubtful)


def bury(connection: sa.Connection, taken: Sequence[Incoming]) -> None:
    """Put jobs away that cannot be gone on with, and give back what is held for them."""
    for number in _numbers(taken):
        job = get(connection, number)
        ledger.give_up(connection, [key(job)])
        _change(connection, job, state=JobState.DELIVERED)


def _numbers(taken: Sequence[Incoming]) -> list[int]:
    return [number for each in taken if (number := of_update(each)) is not None]


def _set_going(connection: sa.Connection, job: Job, update_id: int) -> None:
    payload = json.dumps({"job": job.id})
    inbox.add(connection, [Incoming(-update_id, lane_of(job), payload)])


def _change(connection: sa.Connection, job: Job, **changes: object) -> bool:
    """Change a job, if it still is in the state in which it was seen."""
    seen = {"job": job.id, "seen": job.state, "at": now_ms()}
    return bool(connection.execute(_MOVE.values(**changes), seen).rowcount)


def _job(row: sa.Row[Any]) -> Job:
    return Job(
        id=row.id,
        update_id=row.update_id,
        place=Place(chat_id=row.chat_id, thread_id=row.thread_id or None),
        user_id=row.user_id,
        asked_id=row.asked_id,
        model=row.model,
        detail=row.detail,
        file_id=row.file_id,
        wish=row.wish,
        way=row.way or "",
        question=row.question or "",
        asked_ids=tuple(row.asked_ids or ()),
        state=JobState(row.state),
        is_stopped=row.is_stopped,
        reason=row.reason,
        asked=row.asked,
        left_out=row.left_out,
        batch_id=row.batch_id,
        message_ids=tuple(row.message_ids),
        sent=row.sent,
        created_ms=row.created_ms,
    )


_BEGIN = (
    insert(jobs)
    .values(is_stopped=False, reason="", asked=0, batch_id="", message_ids=[], sent=0)
    .on_conflict_do_nothing()
)
_JOB = sa.select(jobs).where(jobs.c.id == sa.bindparam("job"))
_OF_UPDATE = sa.select(jobs.c.id).where(jobs.c.update_id == sa.bindparam("update"))
_WRITE = sa.update(jobs).where(jobs.c.id == sa.bindparam("job"))
_MOVE = _WRITE.where(jobs.c.state == sa.bindparam("seen")).values(updated_ms=sa.bindparam("at"))
_COST = sa.select(
    *(
        sa.func.coalesce(sa.func.sum(entries.c[name]), 0).label(name)
        for name in ("requests", "tokens", "images")
    ),
    sa.func.sum(entries.c.nanos).label("nanos"),
).where(
    entries.c.update_id > sa.bindparam("below"),
    entries.c.update_id <= sa.bindparam("top"),
    entries.c.state == "settled",
)
