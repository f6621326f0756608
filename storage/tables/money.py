"""What may be spent, what was, and who decided it."""

import sqlalchemy as sa

from storage.tables.schema import Id, metadata

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
