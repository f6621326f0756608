"""What was dealt with long ago is found without looking at all of the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0004"


def upgrade() -> None:
    is_finished = sa.text("finished_ms IS NOT NULL")
    op.create_index(
        "ix_inbox_finished",
        "inbox",
        ["finished_ms"],
        sqlite_where=is_finished,
        postgresql_where=is_finished,
    )
