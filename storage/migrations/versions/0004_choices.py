"""What was chosen for a chat or topic holds over /new: it is its own, not a conversation's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=120), nullable=True),
        sa.Column("persona", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", name=op.f("pk_choices")),
    )
    op.drop_column("conversations", "model")
    op.drop_column("conversations", "persona")
