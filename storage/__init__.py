"""What the bot remembers.

Functions on a connection, which `Database.run` runs in a transaction each.
"""

from storage.database import Database, DatabaseFailed, DatabaseUnusable, opened

__all__ = ["Database", "DatabaseFailed", "DatabaseUnusable", "opened"]
