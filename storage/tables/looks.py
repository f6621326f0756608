"""Pictures that somebody has yet to say about how to look at them, or whether they are fine."""

import sqlalchemy as sa

from storage.tables.schema import Id, metadata

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("update_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("pictures", sa.JSON, nullable=False),  # where each is, and how large
    sa.Column("wish", sa.Text, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),  # how many looks there have been
    sa.Column("taken_by", sa.BigInteger),  # the update of the latest
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("update_id", sa.BigInteger, nullable=False, unique=True),  # of the question
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),  # 0: no topic
    sa.Column("is_known", sa.Boolean, nullable=False),  # an admin was told of it
    sa.Column("finding", sa.String(10), nullable=False),
    sa.Column("decided_by", sa.BigInteger),
    sa.Column("decided_in", sa.BigInteger),  # the update that brought the finding
    sa.Column("opened_ms", sa.BigInteger, nullable=False),
    sa.Column("decided_ms", sa.BigInteger),
)
