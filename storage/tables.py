"""The schema. Times are epoch milliseconds, money is nano-dollars (1e-9 USD), states are words."""

import sqlalchemy as sa

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

# SQLite numbers rows by itself only where the key is called INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),  # 0: no topic
    sa.Column("persona", sa.Text),
    sa.Column("model", sa.String(120)),
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
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # 0: the answer; the others came to nothing
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("is_guest", sa.Boolean, nullable=False),
    sa.Column("endpoint", sa.String(200), nullable=False),
    sa.Column("model", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # reserved, settled, released, lost
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("images", sa.Integer, nullable=False),
    sa.Column("nanos", sa.BigInteger),  # null: no price is known
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("cached_tokens", sa.Integer, nullable=False),
    sa.Column("cache_written_tokens", sa.Integer, nullable=False),
    sa.Column("completion_tokens", sa.Integer, nullable=False),
    sa.Column("is_estimated", sa.Boolean, nullable=False),
    sa.Column("price", sa.JSON),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("settled_ms", sa.BigInteger),
    sa.UniqueConstraint("update_id", "number"),
    sa.Index(None, "user_id", "created_ms"),
    sa.Index(None, "chat_id", "created_ms"),
    sa.Index(None, "created_ms"),
)
sa.Index(
    "ix_ledger_reserved",
    ledger.c.update_id,
    sqlite_where=ledger.c.state == "reserved",
    postgresql_where=ledger.c.state == "reserved",
)
sa.Index(
    "ix_ledger_aside",  # what sums do not say: what was lost, is only reserved, has no price
    ledger.c.created_ms,
    sqlite_where=sa.or_(ledger.c.state != "settled", ledger.c.nanos.is_(None)),
    postgresql_where=sa.or_(ledger.c.state != "settled", ledger.c.nanos.is_(None)),
)

# What the ledger adds up to, so that admission need not: a row for each subject and each quarter
# of an hour or day of UTC in which it spent something.
totals = sa.Table(
    "totals",
    metadata,
    sa.Column("subject", sa.String(140), primary_key=True),  # also model:…
    sa.Column("span", sa.String(10), primary_key=True),  # quarter, day
    sa.Column("began_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("images", sa.BigInteger, nullable=False),
    sa.Column("nanos", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

limits = sa.Table(
    "limits",
    metadata,
    sa.Column("subject", sa.String(60), primary_key=True),
    sa.Column("unit", sa.String(10), primary_key=True),
    sa.Column("window", sa.String(10), primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)

quotas = sa.Table(
    "quotas",
    metadata,
    sa.Column("subject", sa.String(60), primary_key=True),
    sa.Column("is_unlimited", sa.Boolean, nullable=False),
    sa.Column("set_by", sa.BigInteger, nullable=False),
    sa.Column("set_ms", sa.BigInteger, nullable=False),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(80), nullable=False, unique=True),  # what makes it happen once
    sa.Column("subject", sa.String(60), nullable=False),
    sa.Column("unit", sa.String(10), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("given_by", sa.BigInteger, nullable=False),
    sa.Column("given_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger),
    sa.Column("told_ms", sa.BigInteger),  # when the one whom it is for heard of it
    sa.Index(None, "subject", "unit"),
)

# What of a grant went into which question.
draws = sa.Table(
    "draws",
    metadata,
    sa.Column("grant_id", sa.ForeignKey(grants.c.id), primary_key=True),
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),  # that of the ledger's row
    sa.Index(None, "update_id"),
)

asks = sa.Table(
    "asks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),  # 0: no topic
    sa.Column("subject", sa.String(60), nullable=False),
    sa.Column("unit", sa.String(10), nullable=False),
    sa.Column("window", sa.String(10), nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),  # open, granted, raised, declined
    sa.Column("asked_ms", sa.BigInteger, nullable=False),
    sa.Column("decided_by", sa.BigInteger),
    sa.Column("decided_ms", sa.BigInteger),
)
sa.Index(
    "uq_asks_open",
    asks.c.user_id,
    asks.c.subject,
    asks.c.unit,
    asks.c.window,
    unique=True,
    sqlite_where=asks.c.verdict == "open",
    postgresql_where=asks.c.verdict == "open",
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("subject", sa.String(60), primary_key=True),
    sa.Column("unit", sa.String(10), primary_key=True),
    sa.Column("window", sa.String(10), primary_key=True),
    sa.Column("began_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("percent", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("amount", sa.BigInteger, primary_key=True, autoincrement=False),  # of the limit
    sa.Column("claimed_ms", sa.BigInteger, nullable=False),  # by one who is about to tell it
    sa.Column("told_ms", sa.BigInteger),
)

groups = sa.Table(
    "groups",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("title", sa.String(140), nullable=False),
    sa.Column("first_seen_ms", sa.BigInteger, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.BigInteger, nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(60), nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Index(None, "subject", "at_ms"),
)
