"""A job at work: pictures unpacked, described in portions, and sent as files, wherever it stands.

It runs beside its chat, whose people go on talking, and begins anew where it was after a crash.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest

from bot import images, outgoing, portions, zips
from bot.image_tokens import image_tokens
from bot.replies import Growth, LiveReply
from bot.words import Words
from handlers import closing, deferred, errors, notices, photos, results
from handlers.context import Services
from handlers.deferred import is_stopped
from handlers.job_presses import Halt
from handlers.views import View
from storage import job_photos, jobs
from storage.records import Image, Incoming, Job, JobPhoto, JobState, PhotoState

MOST_NAMED = 100  # files that are no pictures; more fill no report

Step = Callable[[Services, Job, LiveReply, Words], Awaitable[Job]]


async def work(taken: Incoming, services: Services) -> None:
    """Go on with a job until it is done, or waits for a word."""
    number = jobs.of_update(taken)
    assert number is not None
    run = services.database.run
    job = await run(jobs.get, number)
    words = await services.words_of(job.user_id)
    reply = _reply(services, job, words)
    reply.begin(job.message_ids, lambda shown_in: run(jobs.shown, number, shown_in))
    try:
        while job.state in STEPS:
            job = await STEPS[job.state](services, job, reply, words)
        if job.state is JobState.OFFERED:
            await deferred.offer(services, job, reply, words)
    finally:
        await reply.abandon()
    await closing.warn(services, job)
    await notices.tell_news(services)


def _reply(services: Services, job: Job, words: Words) -> LiveReply:
    """Where it is shown how far a job is, with a button to stop it."""
    is_group = job.place.is_group
    growth = Growth(
        interval=services.interval(job.place),
        buttons=View("", (((words("job-stop"), Halt(job.id)),),)).markup,
        slow_after=0.0,  # it is not quick, and says so at once
        slow=words("job-fetching"),
    )
    return LiveReply(
        services.bot,
        services.outgoing,
        place=job.place,
        quoted=job.asked_id if is_group else None,
        growth=growth,
    )


async def _unpack(services: Services, job: Job, reply: LiveReply, words: Words) -> Job:
    """Make all pictures of a job fit for the model, those that are not yet."""
    run = services.database.run
    reply.show(words("job-fetching"))
    try:
        left_out = await (_unzip if job.file_id else _fetch)(services, job, reply, words)
    except errors.TOLD as error:
        reason = errors.worded(error, services.clock(), words)
        return await run(jobs.move, job, state=JobState.READY, reason=reason)
    except BadRequest:
        return await run(jobs.move, job, state=JobState.READY, reason=words("photo-gone"))
    is_blind = not portions.portion(await run(job_photos.of, job.id))
    has_ended = await is_stopped(services, job)
    if is_blind and not has_ended:
        return await run(jobs.move, job, state=JobState.READY, reason=words("job-none-usable"))
    # Who asks something waits for the answer.
    is_choice = not (has_ended or job.question) and await services.deferrer.is_offered()
    state = JobState.OFFERED if is_choice else JobState.ASKING
    return await run(jobs.move, job, state=state, left_out=left_out)


async def _unzip(services: Services, job: Job, reply: LiveReply, words: Words) -> int:
    """Unpack a ZIP file; returns how many of its pictures are left out for being too many."""
    data = await _downloaded(services, job.file_id)
    known = {each.position for each in await services.database.run(job_photos.of, job.id)}
    with zips.opened(data) as opened:
        entries = opened.entries()
        pictures = [each for each in entries if each.fault is None]
        most = services.settings.most_photos
        for entry in [each for each in entries if each.fault][:MOST_NAMED]:
            await _leave_out(services, job, entry.index, entry.name, str(entry.fault))
        for count, entry in enumerate(pictures[:most], 1):
            if await is_stopped(services, job):
                break
            if entry.index not in known:
                unpacked = await asyncio.to_thread(opened.read, entry)
                await _develop(services, job, entry.index, entry.name, unpacked)
            reply.show(words("job-unpacking", done=count, all=len(pictures[:most])))
    return len(pictures[most:])


async def _fetch(services: Services, job: Job, reply: LiveReply, words: Words) -> int:
    """Fetch pictures that came one by one."""
    listed = await services.database.run(job_photos.of, job.id)
    for count, photo in enumerate(listed, 1):
        if await is_stopped(services, job):
            break
        if photo.state is PhotoState.NEW:
            await _fetch_one(services, job, photo)
        reply.show(words("job-fetched", done=count, all=len(listed)))
    return job.left_out


async def _fetch_one(services: Services, job: Job, photo: JobPhoto) -> None:
    try:
        data = await _downloaded(services, photo.file_id)
    except BadRequest as error:
        why = images.ImageTooHeavy.__name__ if photos.is_too_big(error) else results.GONE
        await _leave_out(services, job, photo.position, photo.name, why)
    else:
        await _develop(services, job, photo.position, photo.name, data)


async def _downloaded(services: Services, file_id: str) -> bytes:
    fetch = partial(photos.downloaded, services, file_id)
    return await outgoing.insist(fetch, is_repeatable=True)


async def _develop(
    services: Services, job: Job, position: int, name: str, data: bytes | zips.Fault
) -> None:
    """Make a picture fit for the model and keep it; or write down why not."""
    if isinstance(data, zips.Fault):
        await _leave_out(services, job, position, name, str(data))
        return
    try:
        async with services.darkroom:
            made = await asyncio.to_thread(images.prepare, data, detail=job.detail, model=job.model)
    except images.ImageError as error:
        await _leave_out(services, job, position, name, type(error).__name__)
        return
    image = Image(
        sha256=made.sha256,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        detail=job.detail,
        tokens=image_tokens(job.model, made.width, made.height, job.detail),
        data=made.data,
    )
    photo = JobPhoto(position=position, name=name, image=image, state=PhotoState.PREPARED)
    await services.database.run(job_photos.keep, job.id, photo)


async def _leave_out(services: Services, job: Job, position: int, name: str, why: str) -> None:
    photo = JobPhoto(position=position, name=name, state=PhotoState.LEFT_OUT, words=why)
    await services.database.run(job_photos.keep, job.id, photo)


async def _ask(services: Services, job: Job, reply: LiveReply, words: Words) -> Job:
    """Have all pictures described, a portion at a time, as far as that goes."""
    run = services.database.run
    listed = await run(job_photos.of, job.id)
    while (portion := portions.portion(listed)) and not await is_stopped(services, job):
        reply.show(_told(job, listed, words))
        try:
            await services.describer.describe(await run(jobs.get, job.id), portion)
        except errors.TOLD as error:
            reason = errors.worded(error, services.clock(), words)
            return await run(jobs.move, job, state=JobState.READY, reason=reason)
        listed = await run(job_photos.of, job.id)
    return await run(jobs.move, job, state=JobState.READY)


async def _deliver(services: Services, job: Job, reply: LiveReply, words: Words) -> Job:
    """Send what there is, each file once, and say so."""
    run = services.database.run
    listed = await run(job_photos.of, job.id)
    summary = results.summary(job, listed, await run(jobs.cost, job), words)
    buttons = results.buttons(job, listed, words)
    files = results.files(job, listed, words)
    for index, (name, data) in list(enumerate(files))[job.sent :]:
        is_last = index == len(files) - 1
        await _send(services, job, name, data, (summary, buttons) if is_last else None)
        job = await run(jobs.move, job, sent=index + 1)
    await reply.finish(
        results.ending(job, listed, words) if files else summary, None if files else buttons
    )
    return await closing.close(services, job, listed)


async def _send(
    services: Services,
    job: Job,
    name: str,
    data: bytes,
    last: tuple[str, InlineKeyboardMarkup | None] | None,
) -> None:
    """Send a file; the last one has words and buttons, and is the one that is heard."""
    caption, buttons = last or ("", None)
    send = partial(
        services.bot.send_document,
        job.place.chat_id,
        data,
        filename=name,
        caption=caption or None,
        reply_markup=buttons,
        disable_notification=last is None,
        message_thread_id=job.place.thread_id,
    )
    await services.outgoing.send(send, to=job.place.chat_id, is_repeatable=False)


def _told(job: Job, listed: Sequence[JobPhoto], words: Words) -> str:
    """How far it is."""
    of_use = [each for each in listed if each.image is not None]
    done = [each for each in of_use if each.state is not PhotoState.PREPARED]
    message = "job-looking" if job.way else "job-describing"
    return words(message, done=len(done), all=len(of_use))


STEPS: dict[JobState, Step] = {
    JobState.UNPACKING: _unpack,
    JobState.ASKING: _ask,
    JobState.SUBMITTING: deferred.submit,
    JobState.WAITING: deferred.wait,
    JobState.READY: _deliver,
}
