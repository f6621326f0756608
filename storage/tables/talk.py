"""Who writes, what is said, and what has yet to be dealt with."""

import sqlalchemy as sa

from storage.tables.schema import Id, metadata

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("lane", sa.String(80), nullable=False),
    sa.Column("album", sa.String(80), nullable=False),  # media_group_id, where it has one
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("starts", sa.Integer, nullable=False),  # of the program, with this one waiting
    sa.Column("received_ms", sa.BigInteger, nullable=False),
    sa.Column("finished_ms", sa.BigInteger),
)
sa.Index(
    "ix_inbox_waiting",
    inbox.c.lane,
    inbox.c.update_id,
    sqlite_where=inbox.c.state == "new",
    postgresql_where=inbox.c.state == "new",
)
sa.Index(
    "ix_inbox_finished",
    inbox.c.finished_ms,
    sqlite_where=inbox.c.finished_ms.is_not(None),
    postgresql_where=inbox.c.finished_ms.is_not(None),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(140), nullable=False),
    sa.Column("username", sa.String(40)),
    sa.Column("handle", sa.String(40), index=True),  # the username in lower case, to be found by
    sa.Column("standing", sa.String(10), nullable=False),
    sa.Column("plan", sa.String(40)),
    sa.Column("language", sa.String(10)),
    sa.Column("first_seen_ms", sa.BigInteger, nullable=False),
)

preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("value", sa.String(40), nullable=False),
)

groups = sa.Table(
    "groups",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("title", sa.String(140), nullable=False),
    sa.Column("first_seen_ms", sa.BigInteger, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),  # 0: no topic
    sa.Column("window_start", sa.BigInteger, nullable=False),
    sa.Column("started_ms", sa.BigInteger, nullable=False),
    sa.Column("ended_ms", sa.BigInteger),
)
sa.Index(
    "uq_conversations_open",
    conversations.c.chat_id,
    conversations.c.thread_id,
    unique=True,
    sqlite_where=conversations.c.ended_ms.is_(None),
    postgresql_where=conversations.c.ended_ms.is_(None),
)

# What was chosen for a chat or topic, whichever conversation is open there.
choices = sa.Table(
    "choices",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("thread_id", sa.BigInteger, primary_key=True, autoincrement=False),  # 0: no topic
    sa.Column("model", sa.String(120)),
    sa.Column("persona", sa.String(40)),
    sa.Column("words", sa.Text),  # a persona of one's own
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey(conversations.c.id), nullable=False),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("user_id", sa.BigInteger),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("image_count", sa.Integer, nullable=False),
    sa.Column("is_hidden", sa.Boolean, nullable=False),  # a question that got no answer
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("update_id", "role"),
    sa.Index(None, "conversation_id", "id"),
)

images = sa.Table(
    "images",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("media_type", sa.String(40), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)

message_images = sa.Table(
    "message_images",
    metadata,
    sa.Column("message_id", sa.ForeignKey(messages.c.id), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.ForeignKey(images.c.sha256), nullable=False),
    sa.Column("file_unique_id", sa.String(80), nullable=False),
    sa.Column("detail", sa.String(10), nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("file_id", sa.String(200)),  # by which Telegram hands the file out again
    sa.Index(None, "file_unique_id"),
)

replies = sa.Table(
    "replies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("update_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("conversation_id", sa.ForeignKey(conversations.c.id), nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("message_ids", sa.JSON, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("ending", sa.String(20), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("updated_ms", sa.BigInteger, nullable=False),
    sa.Column("asked_ids", sa.JSON),  # of the messages that asked
    sa.Column("asked_words", sa.JSON),  # what each of these says
    sa.Column("replaces", sa.BigInteger),  # the update whose reply it takes the place of
    sa.Index(None, "conversation_id", "id"),
)
sa.Index(
    "ix_replies_replacing",
    replies.c.replaces,
    sqlite_where=replies.c.replaces.is_not(None),
    postgresql_where=replies.c.replaces.is_not(None),
)
