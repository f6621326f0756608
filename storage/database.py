"""One transaction per call, on one connection; the only place that opens the database."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from alembic.util import CommandError

from storage import migrations

P = ParamSpec("P")
T = TypeVar("T")

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged update must survive a power cut
    "busy_timeout=5000",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)


class DatabaseUnusable(Exception):
    """The database cannot be opened; `reason` says why, for the one who runs the bot."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseFailed(Exception):
    """A transaction could not be made, for a reason outside of it, such as a full disk."""


class Database:
    """Runs functions on the one connection, in a thread of its own, a transaction each."""

    def __init__(self, connection: sa.Connection, thread: Executor) -> None:
        self._connection = connection
        self._thread = thread

    async def run(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work(connection, …)` in a transaction: all of it is written, or nothing.

        A transaction that has begun is not interrupted when the one who waits is cancelled.
        """
        transaction = partial(self._transaction, work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)

    def _transaction(
        self, work: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            with self._connection.begin():
                return work(self._connection, *args, **kwargs)
        except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError):
            raise  # a mistake of ours
        except sa.exc.DBAPIError as error:
            raise DatabaseFailed(str(error.orig)) from error


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open the database, bring its schema up to date, and keep other processes out.

    Raises:
        DatabaseUnusable: It cannot be opened, or another process holds it.
    """
    with _locked(file_of(url)), ThreadPoolExecutor(1, "database") as thread:
        run = partial(asyncio.get_running_loop().run_in_executor, thread)
        connection = await run(_connected, file_of(url))
        try:
            yield Database(connection, thread)
        finally:
            await run(connection.close)


def _connected(path: Path) -> sa.Connection:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=sa.NullPool,
        hide_parameters=True,  # what people said does not belong into a log
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin_immediately)
    try:
        connection = engine.connect()
        with connection.begin():
            migrations.upgrade(connection)
    except (sa.exc.DatabaseError, CommandError) as error:
        raise DatabaseUnusable(f"{path}: {getattr(error, 'orig', error)}") from error
    return connection


def file_of(url: str) -> Path:
    """The file that an address names.

    Raises:
        DatabaseUnusable: It names none.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise DatabaseUnusable("it is not the address of a database") from error
    path = Path(parsed.database or "")
    is_file = path.name not in {"", "..", ":memory:"}
    if parsed.drivername != "sqlite" or parsed.host or not is_file:
        raise DatabaseUnusable("it must be sqlite:/// and the path of a file")
    return path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two writers can damage a file of an SQLite before 3.51.3 (sqlite.org/wal.html)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock").open("w")
    except OSError as error:
        raise DatabaseUnusable(f"{path}: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DatabaseUnusable(f"{path}: another process is using it") from error
        yield


def _prepare(connection: Any, _record: Any) -> None:
    # We say BEGIN ourselves; the driver must not say it for us.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: sa.Connection) -> None:
    # A deferred transaction that reads first fails at once when it then writes after another's
    # commit; an immediate one waits.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
