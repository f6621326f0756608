"""What came of a job: its files, and what is said of it; pure."""

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot import catalogue, zips
from bot.catalogue import Row
from bot.describing import UNDESCRIBED
from bot.images import ImageTooHeavy, ImageTooLarge, UnreadableImage
from handlers import amounts
from handlers.job_presses import Describe
from handlers.views import View, lines
from storage.money import Cost
from storage.records import Job, JobPhoto, PhotoState

GO_ON = "Go on"
TITLE = "Photos"
LEFT_OUT_TITLE = "Left out"
MARKDOWN, TABLE = "photos.md", "photos.csv"
LONGEST_CAPTION = 1024  # core.telegram.org/bots/api, sendDocument

DONE = "Described: {done} of {all}."
STOPPED = "Stopped."
LEFT_OUT = "Left out: {count}; the file says why."
TOO_MANY = "I describe {most} pictures at once, so {count} more are left out."
UNDONE = "Not looked at yet: {count}."
COST = "It cost {money}."
WHY = {
    zips.Fault.NO_IMAGE: "not a picture",
    zips.Fault.NESTED: "an archive in the archive; please send it by itself",
    zips.Fault.ENCRYPTED: "encrypted",
    zips.Fault.BOMB: "too large when it is unpacked",
    zips.Fault.DAMAGED: "damaged, or packed in a way that I cannot open",
    ImageTooHeavy.__name__: "larger than 20 MB",
    ImageTooLarge.__name__: "too many pixels",
    UnreadableImage.__name__: "not readable as a picture",
    UNDESCRIBED: "could not be described",
}


def files(listed: Sequence[JobPhoto]) -> list[tuple[str, bytes]]:
    """The files of a job by name, if anything is described."""
    rows = [_row(each) for each in listed if each.state in SETTLED]
    if all(row.is_left_out for row in rows):
        return []
    text = catalogue.markdown(TITLE, rows, LEFT_OUT_TITLE)
    return [(MARKDOWN, text.encode()), (TABLE, catalogue.table(rows).encode())]


def summary(job: Job, listed: Sequence[JobPhoto], cost: Cost) -> str:
    """How many, what was left out and why, what it cost."""
    left_out, undone = _count(listed, PhotoState.LEFT_OUT), _undone(listed)
    done = _count(listed, PhotoState.DESCRIBED)
    told = lines(
        job.reason or (STOPPED if job.is_stopped else ""),
        ending(job, listed) if done or not job.reason else "",
        UNDONE.format(count=undone) if undone else "",
        LEFT_OUT.format(count=left_out) if left_out and done else "",
        TOO_MANY.format(most=len(listed) - _strangers(listed), count=job.left_out)
        if job.left_out
        else "",
        COST.format(money=amounts.money(cost.nanos)) if cost.nanos else "",
    )
    return told[:LONGEST_CAPTION]


def ending(_job: Job, listed: Sequence[JobPhoto]) -> str:
    """How many are described."""
    done = _count(listed, PhotoState.DESCRIBED)
    return DONE.format(done=done, all=len(listed) - _strangers(listed))


def buttons(job: Job, listed: Sequence[JobPhoto]) -> InlineKeyboardMarkup | None:
    """A button to go on, where something is left."""
    go_on = ((GO_ON, Describe(job.id, is_later=False)),) if is_undone(job, listed) else ()
    return View("", (go_on,)).markup


def is_undone(job: Job, listed: Sequence[JobPhoto]) -> bool:
    """Whether something of a job is left to be done."""
    return job.is_stopped or bool(_undone(listed))


def _row(photo: JobPhoto) -> Row:
    is_left_out = photo.state is PhotoState.LEFT_OUT
    words = WHY.get(photo.words, WHY[zips.Fault.DAMAGED]) if is_left_out else photo.words
    return Row(name=photo.name, words=words, tags=photo.tags, is_left_out=is_left_out)


def _count(listed: Sequence[JobPhoto], state: PhotoState) -> int:
    return sum(each.state is state for each in listed)


def _undone(listed: Sequence[JobPhoto]) -> int:
    return _count(listed, PhotoState.PREPARED) + _count(listed, PhotoState.NEW)


def _strangers(listed: Sequence[JobPhoto]) -> int:
    """How many of the files never were pictures."""
    return sum(each.words in {zips.Fault.NO_IMAGE, zips.Fault.NESTED} for each in listed)


SETTLED = (PhotoState.DESCRIBED, PhotoState.LEFT_OUT)
