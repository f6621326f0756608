"""What the page uploads: photos and files, checked before they become messages."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import UploadFile
from starlette.requests import Request

from playground.files import NotAPhoto, photo_sizes
from playground.rules import MAX_CAPTION, MAX_DOCUMENT
from playground.text import units

MAX_FILES = 100  # more in one go is a slip of the hand
NOT_A_PHOTO = "That is not a photo that Telegram would take; send it as a file."


class Wrong(Exception):
    """A request that the page's API does not take, and a sentence that says why."""

    def __init__(self, sentence: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file that someone chose."""

    name: str
    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Files that someone sends in one go, with a caption."""

    files: tuple[Chosen, ...]
    caption: str | None
    is_as_file: bool
    reply_to: int | None


async def upload_of(request: Request) -> Upload:
    async with request.form(max_files=MAX_FILES) as form:
        files = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
        upload = Upload(
            files=tuple([await _chosen(file) for file in files]),
            caption=str(form.get("caption") or "").strip() or None,
            is_as_file=form.get("as_file") == "1",
            reply_to=_number(form.get("reply_to")),
        )
    await _check(upload)
    return upload


async def _chosen(file: UploadFile) -> Chosen:
    if (file.size or 0) > MAX_DOCUMENT:
        raise Wrong(f"{file.filename} is too large: the playground takes files of up to 50 MB.")
    mime_type = file.content_type or "application/octet-stream"
    return Chosen(file.filename or "file", mime_type, await file.read())


def _number(field: object) -> int | None:
    try:
        return int(str(field)) if field else None
    except ValueError:
        raise Wrong("What to reply to is told by a message's number.") from None


async def _check(upload: Upload) -> None:
    if not upload.files:
        raise Wrong("Choose a photo or a file first.")
    if upload.caption and units(upload.caption) > MAX_CAPTION:
        raise Wrong(f"A caption has at most {MAX_CAPTION:,} characters.")
    if not all(chosen.data for chosen in upload.files):
        raise Wrong("An empty file cannot be sent.")
    if not upload.is_as_file:
        await _check_photos(upload)


async def _check_photos(upload: Upload) -> None:
    """Try all of them, so that either each is sent or none."""
    try:
        for chosen in upload.files:
            await asyncio.to_thread(photo_sizes, chosen.data)  # what it made is remembered
    except NotAPhoto as error:
        raise Wrong(NOT_A_PHOTO) from error
