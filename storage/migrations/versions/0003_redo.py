"""Which message a reply answers, and which reply it takes the place of; what people prefer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("replies", sa.Column("asked_ids", sa.JSON(), nullable=True))
    op.add_column("replies", sa.Column("replaces", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_replies_conversation_id_id"), "replies", ["conversation_id", "id"])
    op.create_index(
        "ix_replies_replacing",
        "replies",
        ["replaces"],
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "name", name=op.f("pk_preferences")),
    )
