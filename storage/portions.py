"""What a job asks the model, a portion at a time: held before, settled after, in a transaction.

A portion's number in the ledger follows from how many were settled before it, so that one which
was not is held again under the same.
"""

from collections.abc import Callable, Sequence
from functools import partial

import sqlalchemy as sa

from storage import job_photos, jobs, ledger, turns
from storage.money import Notice, Settlement
from storage.records import Admission, Circumstances, Job, JobPhoto, JobState, Message, Question
from storage.tables import jobs as table

Consider = Callable[[Question, Circumstances], Admission]
Watch = Callable[[Question, Circumstances], Sequence[Notice]]


def hold(
    connection: sa.Connection, job: Job, endpoint: str, consider: Consider
) -> tuple[Question, Admission]:
    """Hold what a portion may cost; what `consider` raises undoes everything."""
    question = _question(job, endpoint)
    admission = consider(question, turns.circumstances(connection, job.place, job.user_id))
    ledger.reserve(connection, question, admission)
    return question, admission


def due(connection: sa.Connection, job: Job, endpoint: str, watch: Watch) -> list[Notice]:
    """What is to be told of limits after a job, each thing once."""
    question = _question(job, endpoint)
    return turns.due(connection, question, partial(watch, question))


def hold_once(connection: sa.Connection, job: Job, endpoint: str, consider: Consider) -> None:
    """Hold what a batch may cost, unless that is held already."""
    if not ledger.is_reserved(connection, jobs.key(job)):
        hold(connection, job, endpoint, consider)


def drop(connection: sa.Connection, job: Job, reason: str) -> Job:
    """Charge nothing for a batch; the job is ready then."""
    ledger.release(connection, [jobs.key(job)])
    return jobs.move(connection, job, state=JobState.READY, reason=reason)


def finish(
    connection: sa.Connection, job: Job, photos: Sequence[JobPhoto], bill: Settlement, reason: str
) -> Job:
    """Keep what came of a batch, and charge what it cost; the job is ready then."""
    settle(connection, job, photos, bill)
    return jobs.move(connection, job, state=JobState.READY, reason=reason)


def settle(
    connection: sa.Connection,
    job: Job,
    photos: Sequence[JobPhoto],
    bill: Settlement,
) -> None:
    """Keep what came of a portion, and charge what it cost; once, whoever comes later."""
    mine = sa.update(table).where(table.c.id == job.id, table.c.asked == job.asked)
    if not connection.execute(mine.values(asked=job.asked + 1)).rowcount:
        return
    ledger.settle(connection, jobs.key(job), bill)
    for photo in photos:
        job_photos.write(connection, job.id, photo)


def lose(
    connection: sa.Connection,
    job: Job,
    held: tuple[Question, Admission],
    bills: Sequence[Settlement],
    photos: Sequence[JobPhoto] = (),
) -> None:
    """Charge nothing for a portion without an answer; what its attempts cost is the bot's."""
    question, admission = held
    ledger.release(connection, [jobs.key(job)])
    for bill in bills:
        ledger.lose(connection, question, admission.at_ms, bill)
    for photo in photos:
        job_photos.write(connection, job.id, photo)


def _question(job: Job, endpoint: str) -> Question:
    return Question(
        update_id=jobs.key(job),
        attempt=1,
        place=job.place,
        user_id=job.user_id,
        message=Message(role="user", text="", tokens=0),
        model=job.model,
        endpoint=endpoint,
    )
