"""Who changed what, and when."""

import sqlalchemy as sa

from storage.clock import now_ms
from storage.tables import audit


def note(  # noqa: PLR0913 - who, what, on whom, from, to: that is what an entry is
    connection: sa.Connection, actor: int, action: str, subject: str, *, before: str, after: str
) -> None:
    """Write down a change in the transaction that makes it."""
    connection.execute(
        sa.insert(audit).values(
            at_ms=now_ms(),
            actor=actor,
            action=action,
            subject=subject,
            before=before,
            after=after,
        )
    )
