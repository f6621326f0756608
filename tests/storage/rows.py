"""What stands in a database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import tables

Row = dict[str, Any]


class Refused(Exception):
    """What a test raises in the middle of a transaction."""


def rows(connection: sa.Connection, table: sa.Table) -> list[Row]:
    return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def everything(connection: sa.Connection) -> dict[str, list[Row]]:
    """All that is remembered, by table."""
    return {table.name: rows(connection, table) for table in tables.metadata.sorted_tables}


def dump(file: Path) -> list[str]:
    """All that a closed file holds."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
