"""The schema. Times are epoch milliseconds, money is nano-dollars (1e-9 USD), states are words."""

from storage.tables.looks import cases, looks
from storage.tables.money import asks, audit, draws, grants, ledger, limits, notices, quotas, totals
from storage.tables.schema import metadata
from storage.tables.talk import (
    conversations,
    facts,
    groups,
    images,
    inbox,
    message_images,
    messages,
    people,
    preferences,
    replies,
)

__all__ = [
    "asks",
    "audit",
    "cases",
    "conversations",
    "draws",
    "facts",
    "grants",
    "groups",
    "images",
    "inbox",
    "ledger",
    "limits",
    "looks",
    "message_images",
    "messages",
    "metadata",
    "notices",
    "people",
    "preferences",
    "quotas",
    "replies",
    "totals",
]
