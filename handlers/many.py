"""Many photos at once: taken on, offered, set going and stopped; `jobs` does the work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import Document, Message

from bot import images, zips
from handlers import photos, results
from handlers.context import Context, Pressed, replied_to
from handlers.job_presses import Describe, Halt
from handlers.mentions import spoken, together
from handlers.views import Outcome, View
from storage import job_photos, jobs
from storage.records import Job, JobPhoto, JobState, PhotoState

# What comes next where somebody says that it shall.
NEXT = {
    JobState.FOUND: JobState.UNPACKING,
    JobState.OFFERED: JobState.ASKING,
    JobState.DELIVERED: JobState.UNPACKING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done with each photo: `wish` says more of it, or in a `way` all of it.

    `question` is about all of them together; without a `detail` they are looked at as is set.
    """

    wish: str = ""
    way: str = ""
    detail: str = ""
    question: str = ""


def is_zip(message: Message) -> bool:
    """Whether a message is a ZIP file."""
    return _is_zip(message.document)


def are_many(context: Context) -> bool:
    """Whether more pictures came at once than are looked at in one question."""
    return sum(map(photos.is_picture, context.album)) > photos.MOST


async def answer(context: Context, words: Sequence[str]) -> None:
    """Describe many pictures, each with what is asked about them in view, then answer that."""
    asked = spoken(context, words)
    wish = together(words)
    await _begin_with_pictures(context, Task(wish=wish, question=asked if wish else ""))


async def takes(context: Context, task: Task) -> bool:
    """Take on many pictures, or a ZIP file that is sent or replied to; says whether any are."""
    if are_many(context):
        await _begin_with_pictures(context, task)
        return True
    message = context.message
    replied = replied_to(message) or message.external_reply
    found = [each.document for each in (message, replied) if each and _is_zip(each.document)]
    if found and found[0]:
        await _take_on(context, found[0], JobState.UNPACKING, task)
    return bool(found)


async def offer(context: Context) -> None:
    """Say what can be done with a ZIP file, and offer to do it."""
    assert context.message.document is not None
    task = Task(wish=context.message.caption or "")
    await _take_on(context, context.message.document, JobState.FOUND, task)


async def on_describe(pressed: Pressed, press: Describe) -> Outcome:
    """Set a job going that waits for a word."""
    run, words = pressed.services.database.run, pressed.words
    job = await run(jobs.found, press.job_id)
    if job is None:
        return Outcome(words("job-gone"))
    if not _may(pressed, job):
        return Outcome(words("job-not-yours"))
    if job.state not in NEXT:
        return Outcome(words("job-under-way"))
    listed = await run(job_photos.of, job.id)
    if job.state is JobState.DELIVERED and not results.is_undone(job, listed):
        return Outcome(words("job-gone"))
    state = JobState.SUBMITTING if press.is_later else NEXT[job.state]
    # What offered it becomes what shows how far it is.
    is_found = job.state is JobState.FOUND
    shown_in = pressed.message.message_id if pressed.message and is_found else None
    going = await run(jobs.go_on, job, state, pressed.update_id, shown_in)
    if going is None:
        return Outcome(words("job-under-way"))
    pressed.services.wake(jobs.lane_of(going))
    return Outcome()


async def on_halt(pressed: Pressed, press: Halt) -> Outcome:
    """Stop a job, or put away one that waits for a word."""
    run, words = pressed.services.database.run, pressed.words
    job = await run(jobs.found, press.job_id)
    if job is None:
        return Outcome(words("job-over"))
    if not _may(pressed, job):
        return Outcome(words("job-not-yours"))
    if job.state in {JobState.FOUND, JobState.OFFERED}:
        await run(jobs.move, job, state=JobState.DELIVERED)
        return Outcome(view=View(words("job-put-away")))
    if not await run(jobs.stop, job.id):
        return Outcome(words("job-over"))
    pressed.services.naps.wake(job.id)
    return Outcome(words("job-stopping"))


async def stopped_here(context: Context) -> bool:
    """Stop the jobs in a place that someone may stop; says whether there was one."""
    run = context.services.database.run
    mine = [each for each in await run(jobs.running, context.place) if _may(context, each)]
    for job in mine:
        await run(jobs.stop, job.id)
        context.services.naps.wake(job.id)
    if mine:
        await context.say(context.words("job-stopping"))
    return bool(mine)


async def _begin_with_pictures(context: Context, task: Task) -> None:
    """Look at all pictures that came at once."""
    pictures = list(filter(photos.is_picture, context.album))
    most = context.services.settings.most_photos
    job = _job(context, task, left_out=len(pictures[most:]))
    listed = [
        await _listed(context, job, message, position)
        for position, message in enumerate(pictures[:most])
    ]
    await _begin(context, job, listed)


async def _listed(context: Context, job: Job, message: Message, position: int) -> JobPhoto:
    """A picture of a job: prepared already, if it could be done ahead."""
    file = photos.file_of(message)
    listed = JobPhoto(position=position, name=_name(context, message, position))
    if file is None:
        return replace(listed, state=PhotoState.LEFT_OUT, words=results.NO_STILL)
    image = await photos.at_hand(context, file, detail=job.detail, model=job.model)
    state = PhotoState.NEW if image is None else PhotoState.PREPARED
    return replace(listed, file_id=file.file_id, image=image, state=state)


async def _take_on(context: Context, document: Document, state: JobState, task: Task) -> None:
    words = context.words
    if (document.file_size or 0) > zips.MOST_BYTES:
        await context.say(words("error-zip-too-heavy"))
        return
    job = await _begin(context, _job(context, task, file_id=document.file_id, state=state))
    if job.state is JobState.FOUND:
        name = document.file_name or words("job-that-file")
        describe = (words("job-describe-all"), Describe(job.id, is_later=False))
        await context.show(View(words("job-offer", name=name), ((describe,),)))


async def _begin(context: Context, job: Job, listed: Sequence[JobPhoto] = ()) -> Job:
    begun = await context.services.database.run(jobs.begin, job, listed)
    if begun.state is JobState.UNPACKING:
        context.services.wake(jobs.lane_of(begun))
    return begun


def _job(
    context: Context,
    task: Task,
    *,
    file_id: str = "",
    left_out: int = 0,
    state: JobState = JobState.UNPACKING,
) -> Job:
    settings = context.services.settings
    return Job(
        update_id=context.update_id,
        place=context.place,
        user_id=context.person.user_id,
        asked_id=context.message.message_id,
        model=context.services.models.standard.name,
        detail=task.detail or settings.image_detail,
        file_id=file_id,
        wish=task.wish,
        way=task.way,
        question=task.question,
        asked_ids=tuple(each.message_id for each in context.album),
        left_out=left_out,
        state=state,
    )


def _name(context: Context, message: Message, position: int) -> str:
    """What a photo is called: Telegram gives names to files alone."""
    name = message.document and message.document.file_name
    return (name or "")[: zips.LONGEST_NAME] or context.words("job-photo", number=str(position + 1))


def _is_zip(document: Document | None) -> bool:
    if document is None or images.is_named_like_one(document.file_name or ""):
        return False
    return zips.is_zip(document.mime_type, document.file_name or "")


def _may(by: Context | Pressed, job: Job) -> bool:
    return job.user_id == by.person.user_id or by.is_admin
