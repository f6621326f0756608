"""Plans, grants, wishes for more, notices; a ledger with lost attempts, and its totals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# What the ledger adds up to so far, counted as each entry is from now on.
COUNT = """
    INSERT INTO totals (subject, span, began_ms, requests, tokens, images, nanos)
    SELECT {subject}, '{span}', created_ms - created_ms % {length},
           SUM(requests), SUM(tokens), SUM(images), COALESCE(SUM(nanos), 0)
    FROM ledger WHERE {where} AND created_ms >= {since}
    GROUP BY {subject}, created_ms - created_ms % {length}
"""
SUBJECTS = {
    "'user:' || user_id": "TRUE",
    "'group:' || chat_id": "chat_id < 0",
    "'bot'": "TRUE",
    "'model:' || model": "TRUE",
}
SPANS = {"quarter": 900_000, "day": 86_400_000}
# Older quarters than these no window asks for.
SINCE = {"quarter": "(SELECT MAX(created_ms) - 32 * 86400000 FROM ledger)", "day": "0"}


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table("ledger") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("is_guest", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.drop_constraint(op.f("uq_ledger_update_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_ledger_update_id_number"), ["update_id", "number"])
    with op.batch_alter_table("ledger") as batch:
        batch.alter_column("number", server_default=None)
        batch.alter_column("is_guest", server_default=None)
    op.create_index(
        "ix_ledger_reserved",
        "ledger",
        ["update_id"],
        sqlite_where=sa.text("state = 'reserved'"),
        postgresql_where=sa.text("state = 'reserved'"),
    )
    op.create_index(
        "ix_ledger_aside",
        "ledger",
        ["created_ms"],
        sqlite_where=sa.text("state != 'settled' OR nanos IS NULL"),
        postgresql_where=sa.text("state != 'settled' OR nanos IS NULL"),
    )
    for subject, where in SUBJECTS.items():
        for span, length in SPANS.items():
            op.execute(
                COUNT.format(
                    subject=subject, where=where, span=span, length=length, since=SINCE[span]
                )
            )


def _make_tables() -> None:
    op.create_table(
        "asks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("window", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index(
        op.f("uq_asks_open"),
        "asks",
        ["user_id", "subject", "unit", "window"],
        unique=True,
        sqlite_where=sa.text("verdict = 'open'"),
        postgresql_where=sa.text("verdict = 'open'"),
    )

    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        sa.Column("given_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("told_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.UniqueConstraint("key", name=op.f("uq_grants_key")),
    )
    op.create_index(op.f("ix_grants_subject_unit"), "grants", ["subject", "unit"], unique=False)

    op.create_table(
        "groups",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=140), nullable=False),
        sa.Column("first_seen_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_groups")),
    )
    op.create_table(
        "notices",
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("window", sa.String(length=10), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("percent", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("claimed_ms", sa.BigInteger(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "subject", "unit", "window", "began_ms", "percent", "amount", name=op.f("pk_notices")
        ),
    )
    op.create_table(
        "totals",
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("span", sa.String(length=10), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("images", sa.BigInteger(), nullable=False),
        sa.Column("nanos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "span", "began_ms", name=op.f("pk_totals")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "draws",
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_draws_grant_id_grants")),
        sa.PrimaryKeyConstraint("grant_id", "update_id", name=op.f("pk_draws")),
    )
    op.create_index(op.f("ix_draws_update_id"), "draws", ["update_id"], unique=False)
