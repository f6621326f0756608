"""What people were told of their limits, so that they are told it once in a window."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.money import Notice
from storage.tables import notices


def fresh(connection: sa.Connection, due: Sequence[Notice]) -> list[Notice]:
    """Those that nobody was told yet; from now on they count as told."""
    return [notice for notice in due if _is_new(connection, notice)]


def _is_new(connection: sa.Connection, notice: Notice) -> bool:
    limit = notice.limit
    row = {
        "subject": limit.subject,
        "unit": limit.unit,
        "window": limit.window,
        "began_ms": notice.began_ms,
        "percent": notice.percent,
        "amount": limit.amount,
    }
    return connection.execute(_TELL, row).rowcount == 1


_TELL = insert(notices).on_conflict_do_nothing()
