"""The photos of jobs: prepared, described or left out."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage import shown
from storage.records import Image, JobPhoto, PhotoState
from storage.tables import images, job_photos, jobs


def of(connection: sa.Connection, job_id: int) -> list[JobPhoto]:
    """The photos of a job in their order, without image data."""
    return [_photo(row) for row in connection.execute(_OF_JOB, {"of_job": job_id})]


def add(connection: sa.Connection, job_id: int, photo: JobPhoto) -> None:
    """Write down a photo that is to be fetched, or at hand, once."""
    if photo.image is not None:
        shown.keep(connection, photo.image)
    connection.execute(_ADD, {"job_id": job_id, **_new(photo)})


def keep(connection: sa.Connection, job_id: int, photo: JobPhoto) -> None:
    """Write down a photo that is prepared, or left out."""
    if photo.image is not None:
        shown.keep(connection, photo.image)
    connection.execute(_KEEP, {"job_id": job_id, **_new(photo)})


def write(connection: sa.Connection, job_id: int, photo: JobPhoto) -> None:
    """Write down how far a photo has come."""
    row = {
        "of_job": job_id,
        "at": photo.position,
        "now": photo.state,
        "tried": photo.tries,
        "said": photo.words,
        "tagged": list(photo.tags),
    }
    connection.execute(_WRITE, row)


def _new(photo: JobPhoto) -> dict[str, Any]:
    return {
        "position": photo.position,
        "name": photo.name,
        "file_id": photo.file_id,
        "sha256": photo.image and photo.image.sha256,
        "tokens": photo.image.tokens if photo.image else 0,
        "state": photo.state,
        "tries": photo.tries,
        "words": photo.words,
        "tags": list(photo.tags),
    }


def _photo(row: sa.Row[Any]) -> JobPhoto:
    image = Image(
        sha256=row.sha256 or "",
        media_type=row.media_type or "",
        width=row.width or 0,
        height=row.height or 0,
        detail=row.detail,
        tokens=row.tokens,
    )
    return JobPhoto(
        position=row.position,
        name=row.name,
        file_id=row.file_id,
        image=image if row.sha256 else None,
        state=PhotoState(row.state),
        tries=row.tries,
        words=row.words,
        tags=tuple(row.tags),
    )


_NEW = insert(job_photos)
_ADD = _NEW.on_conflict_do_nothing()
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["job_id", "position"],
    set_={name: _NEW.excluded[name] for name in ("name", "sha256", "tokens", "state", "words")},
)
_WRITE = (
    sa.update(job_photos)
    .where(
        job_photos.c.job_id == sa.bindparam("of_job"),
        job_photos.c.position == sa.bindparam("at"),
    )
    .values(
        state=sa.bindparam("now"),
        tries=sa.bindparam("tried"),
        words=sa.bindparam("said"),
        tags=sa.bindparam("tagged"),
    )
)
_OF_JOB = (
    sa.select(job_photos, jobs.c.detail, images.c.media_type, images.c.width, images.c.height)
    .join(jobs, jobs.c.id == job_photos.c.job_id)
    .outerjoin(images, images.c.sha256 == job_photos.c.sha256)
    .where(job_photos.c.job_id == sa.bindparam("of_job"))
    .order_by(job_photos.c.position)
)
