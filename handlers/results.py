"""What came of a job: its files, and what is said of it; pure."""

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot import catalogue, looks, zips
from bot.catalogue import Row
from bot.describing import UNDESCRIBED
from bot.images import ImageTooHeavy, ImageTooLarge, UnreadableImage
from bot.looks import Way
from bot.words import Words
from handlers import amounts
from handlers.job_presses import Describe
from handlers.views import View, lines
from storage.money import Cost
from storage.records import Job, JobPhoto, PhotoState

MARKDOWN, TABLE = "photos.md", "photos.csv"
COLUMNS = ("job-column-name", "job-column-description", "job-column-tags")
LONGEST_CAPTION = 1024  # units of UTF-16 (core.telegram.org/bots/api, sendDocument)
UTF_16 = "utf-16-le"

GONE, NO_STILL = "gone", "no_still"
WHY = {
    GONE: "job-why-gone",
    NO_STILL: "job-why-no-still",
    zips.Fault.NO_IMAGE: "job-why-no-picture",
    zips.Fault.NESTED: "job-why-nested",
    zips.Fault.ENCRYPTED: "job-why-encrypted",
    zips.Fault.BOMB: "job-why-too-large",
    zips.Fault.DAMAGED: "job-why-damaged",
    ImageTooHeavy.__name__: "job-why-too-heavy",
    ImageTooLarge.__name__: "job-why-too-many-pixels",
    UnreadableImage.__name__: "job-why-unreadable",
    UNDESCRIBED: "job-why-undescribed",
}


def files(job: Job, listed: Sequence[JobPhoto], words: Words) -> list[tuple[str, bytes]]:
    """The files of a job by name, if anything is described."""
    rows = [_row(job, each, words) for each in listed if each.state in SETTLED]
    if all(row.is_left_out for row in rows):
        return []
    text = catalogue.markdown(words("job-title"), rows, words("job-left-out-title"))
    table = catalogue.table([words(each) for each in COLUMNS], rows)
    return [(MARKDOWN, text.encode()), (TABLE, table.encode())]


def summary(job: Job, listed: Sequence[JobPhoto], cost: Cost, words: Words) -> str:
    """How many, what was left out and why, what it cost."""
    left_out, undone = _count(listed, PhotoState.LEFT_OUT), _undone(listed)
    done = _count(listed, PhotoState.DESCRIBED)
    told = lines(
        job.reason or (words("job-stopped") if job.is_stopped else ""),
        ending(job, listed, words) if done or not job.reason else "",
        words("job-undone", count=undone) if undone else "",
        words("job-left-out", count=left_out) if left_out and done else "",
        words("job-too-many", most=len(listed) - _strangers(listed), count=job.left_out)
        if job.left_out
        else "",
        words("job-cost", money=amounts.money(cost.nanos, words)) if cost.nanos else "",
        _doubts(job, listed, words),
    )
    return told.encode(UTF_16)[: 2 * LONGEST_CAPTION].decode(UTF_16, errors="ignore")


def ending(job: Job, listed: Sequence[JobPhoto], words: Words) -> str:
    """How many are described."""
    done = _count(listed, PhotoState.DESCRIBED)
    message = "job-looked" if job.way else "job-done"
    return words(message, done=done, all=len(listed) - _strangers(listed))


def buttons(job: Job, listed: Sequence[JobPhoto], words: Words) -> InlineKeyboardMarkup | None:
    """A button to go on, where something is left."""
    if not is_undone(job, listed):
        return None
    return View("", (((words("job-go-on"), Describe(job.id, is_later=False)),),)).markup


def is_undone(job: Job, listed: Sequence[JobPhoto]) -> bool:
    """Whether something of a job is left to be done."""
    return job.is_stopped or bool(_undone(listed))


def is_whole(job: Job, listed: Sequence[JobPhoto]) -> bool:
    """Whether a job has come to its end, with something described."""
    has_ended = not (job.reason or is_undone(job, listed))
    return has_ended and bool(_count(listed, PhotoState.DESCRIBED))


def _doubts(job: Job, listed: Sequence[JobPhoto], words: Words) -> str:
    """Which pictures a person should look at."""
    if job.way != Way.MODERATE:
        return ""
    named = [
        each.name
        for each in listed
        if each.state is PhotoState.DESCRIBED and looks.is_unsure(each.words)
    ]
    return words("job-unsure", count=len(named), names=", ".join(named)) if named else ""


def _row(job: Job, photo: JobPhoto, words: Words) -> Row:
    is_left_out = photo.state is PhotoState.LEFT_OUT
    why = WHY.get(photo.words, WHY[zips.Fault.DAMAGED])
    return Row(
        name=photo.name,
        words=words(why) if is_left_out else photo.words,
        tags=photo.tags,
        is_left_out=is_left_out,
        is_markdown=bool(job.way) and not is_left_out,
    )


def _count(listed: Sequence[JobPhoto], state: PhotoState) -> int:
    return sum(each.state is state for each in listed)


def _undone(listed: Sequence[JobPhoto]) -> int:
    return _count(listed, PhotoState.PREPARED) + _count(listed, PhotoState.NEW)


def _strangers(listed: Sequence[JobPhoto]) -> int:
    """How many of the files never were pictures."""
    return sum(each.words in {zips.Fault.NO_IMAGE, zips.Fault.NESTED} for each in listed)


SETTLED = (PhotoState.DESCRIBED, PhotoState.LEFT_OUT)
