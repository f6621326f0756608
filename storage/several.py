"""A few subjects at once in one statement, however many they are.

SQLAlchemy would put a list of unknown length into the statement anew each time, which costs more
than it costs SQLite to look for some that are not there.
"""

from collections.abc import Collection

import sqlalchemy as sa

MOST = 4  # who concerns a question: its author, the group, all guests, the bot


def one_of(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of the subjects that `named` binds."""
    return sa.or_(*(column == sa.bindparam(f"of{number}") for number in range(MOST)))


def named(subjects: Collection[str]) -> dict[str, str]:
    """Subjects as `one_of` takes them, at most `MOST`."""
    padded = [*subjects, *[""] * MOST][:MOST]
    assert len(subjects) <= MOST
    return {f"of{number}": subject for number, subject in enumerate(padded)}
