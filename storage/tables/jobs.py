"""Work that takes longer than an answer: many photos, described in portions."""

import sqlalchemy as sa

from storage.tables.schema import Id, metadata
from storage.tables.talk import images

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("update_id", sa.BigInteger, nullable=False, unique=True),  # that asked for it
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),  # 0: no topic
    sa.Column("asked_id", sa.BigInteger, nullable=False),  # the message that asked for it
    sa.Column("file_id", sa.String(200), nullable=False),  # of the ZIP file; "": single photos
    sa.Column("wish", sa.Text, nullable=False),  # what else the person said
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("detail", sa.String(10), nullable=False),
    # found, unpacking, offered, asking, submitting, waiting, ready, delivered
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("is_stopped", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),  # why it ends before all is done
    sa.Column("asked", sa.Integer, nullable=False),  # portions that are settled
    sa.Column("left_out", sa.Integer, nullable=False),  # photos beyond the most
    sa.Column("batch_id", sa.String(80), nullable=False),  # of the provider; "": none
    sa.Column("message_ids", sa.JSON, nullable=False),  # that show how far it is
    sa.Column("sent", sa.Integer, nullable=False),  # files of the result
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("updated_ms", sa.BigInteger, nullable=False),
    sa.Column("way", sa.String(20)),  # of looking; null: described, with tags
    sa.Column("question", sa.Text),  # about all of them, which is answered in the end
    sa.Column("asked_ids", sa.JSON),  # the messages that the photos came in
    sa.Index(None, "chat_id", "thread_id", "id"),
)

job_photos = sa.Table(
    "job_photos",
    metadata,
    sa.Column("job_id", sa.ForeignKey(jobs.c.id), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("file_id", sa.String(200), nullable=False),  # "": it is in the job's ZIP file
    sa.Column("sha256", sa.ForeignKey(images.c.sha256)),  # null: not prepared
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # new, prepared, described, left_out
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # or why it is left out
    sa.Column("tags", sa.JSON, nullable=False),
)
