"""A copy of the database, made while the bot writes to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import DatabaseUnusable, file_of


def copy(url: str, target: Path) -> int:
    """Copy the database as it is at one moment into a new file; returns its size in bytes.

    The connection only reads: it neither writes nor checkpoints, and it takes two connections that
    do to meet the fault of SQLite before 3.51.3 (sqlite.org/wal.html#walresetbug).

    Raises:
        DatabaseUnusable: There is nothing to copy, or the copy cannot be written or read.
    """
    source, part = file_of(url), target.with_name(target.name + ".part")
    if target.exists():
        raise DatabaseUnusable(f"{target} exists already; choose another name")
    if not source.exists():
        raise DatabaseUnusable(f"there is no {source}")
    try:
        part.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(part)) as writing,
        ):
            reading.backup(writing)
            found = writing.execute("PRAGMA quick_check").fetchone()[0]
        if found != "ok":
            raise DatabaseUnusable(f"the copy is damaged: {found}")
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseUnusable(f"{target}: {error}") from error
    return target.stat().st_size
