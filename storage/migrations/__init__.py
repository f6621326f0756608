"""The steps that led to today's schema, run at start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the database up to `revision`."""
    command.upgrade(config(connection), revision)


def config(connection: sa.Connection) -> Config:
    """Alembic's settings, with the connection that its environment shall use."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["connection"] = connection
    return settings
