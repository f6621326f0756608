"""A job that goes to the provider's batches: offered with its price, handed in, waited for."""

from collections.abc import Sequence

from bot.lanes import Postponed
from bot.llm import ModelError
from bot.llm import errors as model
from bot.llm.batches import Batch
from bot.replies import LiveReply
from bot.words import Words
from handlers import amounts, errors
from handlers.context import Services
from handlers.job_presses import Describe, Halt
from handlers.views import View
from storage import job_photos, jobs
from storage.records import Job, JobPhoto, JobState, PhotoState

ENDED = {
    "expired": "job-expired",
    "failed": "job-failed",
}
LONGEST_BACKOFF = 15  # times the pause

# What will pass, or what somebody may yet mend: the batch goes on meanwhile.
PASSING = (
    model.KeyRefused,
    model.ModelBusy,
    model.ModelSilent,
    model.ModelUnavailable,
    model.NoCredit,
    model.NoEndpoint,
)


async def offer(services: Services, job: Job, reply: LiveReply, words: Words) -> None:
    """Let people choose when, and at which price."""
    listed = await services.database.run(job_photos.of, job.id)

    def label(told: str, *, is_later: bool) -> str:
        nanos = services.deferrer.likely(job, listed, is_later=is_later)
        if nanos is None:
            return told
        return words("job-about", label=told, money=amounts.money(nanos, words))

    rows = (
        ((label(words("job-now"), is_later=False), Describe(job.id, is_later=False)),),
        ((label(words("job-later"), is_later=True), Describe(job.id, is_later=True)),),
        ((words("job-neither"), Halt(job.id)),),
    )
    view = View(words("job-choice", count=_left(listed)), rows)
    await reply.finish(view.words, view.markup)


async def submit(services: Services, job: Job, reply: LiveReply, words: Words) -> Job:
    """Hand a job in."""
    run = services.database.run
    listed = await run(job_photos.of, job.id)
    reply.show(words("job-submitting", count=_left(listed)))
    try:
        return await services.deferrer.submit(job, listed)
    except errors.TOLD as error:
        reason = errors.worded(error, services.clock(), words)
        return await run(jobs.move, job, state=JobState.READY, reason=reason)


async def wait(services: Services, job: Job, reply: LiveReply, words: Words) -> Job:
    """Look now and then whether a batch is over, and take what it has to say."""
    pause = services.settings.batch_pause
    listed = await services.database.run(job_photos.of, job.id)
    reply.show(words("job-waiting", count=_left(listed)))
    patience, is_cancelled = 1, False
    while True:
        if not is_cancelled and await is_stopped(services, job):
            await services.deferrer.cancel(job)
            reply.show(words("job-stopping-later"))
            is_cancelled = True
        try:
            batch = await services.deferrer.look(job)
            if batch.is_over:
                reason = _reason(batch, words)
                return await services.deferrer.collect(job, listed, batch, reason)
            patience = 1
        except PASSING:
            patience = min(2 * patience, LONGEST_BACKOFF)
        except ModelError as error:
            reason = errors.worded(error, services.clock(), words)
            return await services.deferrer.drop(job, reason)
        await services.naps.sleep(job.id, pause * patience)
        if services.naps.is_over:
            raise Postponed


async def is_stopped(services: Services, job: Job) -> bool:
    """Whether somebody has stopped a job.

    Raises:
        Postponed: The program ends.
    """
    if services.naps.is_over:
        raise Postponed
    return (await services.database.run(jobs.get, job.id)).is_stopped


def _left(listed: Sequence[JobPhoto]) -> int:
    return sum(each.state is PhotoState.PREPARED for each in listed)


def _reason(batch: Batch, words: Words) -> str:
    """Why a batch that is over has not all its answers, where that is known."""
    return words(ENDED[batch.state]) if batch.state in ENDED else ""
