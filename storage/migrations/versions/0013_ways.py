"""How the photos of a job are looked at, and what is asked about all of them together."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("way", sa.String(length=20), nullable=True))
    op.add_column("jobs", sa.Column("question", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("asked_ids", sa.JSON(), nullable=True))
