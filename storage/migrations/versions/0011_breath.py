"""What each of the messages says that ask something together, so that one can be edited."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("replies", sa.Column("asked_words", sa.JSON(), nullable=True))
