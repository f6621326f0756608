"""The few things that are said of the whole database."""

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from storage.tables import facts


def once(connection: sa.Connection, name: str, value: str) -> str:
    """Write a fact down unless it stands there already; returns what stands there."""
    connection.execute(insert(facts).values(name=name, value=value).on_conflict_do_nothing())
    query = sa.select(facts.c.value).where(facts.c.name == name)
    return str(connection.execute(query).scalar_one())


def stands(connection: sa.Connection, name: str) -> bool:
    """Whether a fact is written down."""
    query = sa.select(facts.c.name).where(facts.c.name == name)
    return connection.execute(query).first() is not None
