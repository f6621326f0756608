"""What comes after a job: its photos are known, its question is answered, limits are told."""

from collections.abc import Sequence

from telegram import Chat, Message

from bot import portions
from handlers import access, answering, notices, results
from handlers.context import Context, Services
from storage import choices, job_photos, jobs, people
from storage.records import Incoming, Job, JobPhoto, JobState, Person


async def close(services: Services, job: Job, listed: Sequence[JobPhoto]) -> Job:
    """Let a job be done; what was seen of photos that came in a chat belongs to what was said.

    In a file it was seen for the file's sake, and in a way of looking for the way's.
    """
    run = services.database.run
    if job.file_id or job.way or not results.is_whole(job, listed):
        return await run(jobs.move, job, state=JobState.DELIVERED)
    if not job.question:
        return await run(jobs.tell, job, portions.telling(listed))
    closed = await run(jobs.ask, job)
    services.wake(jobs.chat_lane_of(job))
    return closed


async def answer(taken: Incoming, services: Services) -> None:
    """Answer what was asked about photos, out of what was seen of each."""
    number = jobs.of_update(taken)
    assert number is not None
    run = services.database.run
    job = await run(jobs.get, number)
    context = await _context(services, job, taken)
    if access.may_speak(services, context.person):
        told = portions.telling(await run(job_photos.of, job.id), job.question)
        await answering.answer(context, (told.text,))


async def warn(services: Services, job: Job) -> None:
    """Tell what is to be told of limits after a job has cost something."""
    if not job.asked:
        return
    due = await services.describer.due(job)
    if due:
        await notices.tell(await _context(services, job), due)


async def _context(services: Services, job: Job, taken: Incoming | None = None) -> Context:
    """The place of a job and who asked for it, as if a button of the bot's stood there."""
    run = services.database.run
    message = Message(
        job.asked_id,
        services.clock(),
        Chat(job.place.chat_id, Chat.SUPERGROUP if job.place.is_group else Chat.PRIVATE),
        from_user=services.me,
        message_thread_id=job.place.thread_id,
        is_topic_message=job.place.thread_id is not None,
    )
    known = await run(people.known, job.user_id)
    return Context(
        services=services,
        update_id=taken.update_id if taken else job.update_id,
        attempt=taken.attempt if taken else 1,
        person=known or Person(user_id=job.user_id, name=""),
        message=message,
        album=(message,),
        choice=await run(choices.of, job.place, job.user_id),
    )
