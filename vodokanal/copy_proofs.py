"""A copy as the database of this process, beside the portal's own: that is how it is proven."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from vodokanal.formats.copies import Manifest, NotACopyError
from vodokanal.gateways.archives import unpack
from vodokanal.models.copying import (
    FILE,
    applied_migrations,
    create_database,
    database_size,
    drop_database,
    engine_name,
    known_migrations,
    read_as_memory,
    row_counts,
    write_over,
)
from vodokanal.models.database import connect_to, database, open_connection
from vodokanal.models.migrating import migrate
from vodokanal.operations.verification import (
    recounted_faults,
    storage_faults,
    verify_ledger,
    verify_sealed_ledger,
)
from vodokanal.operations.verified_accounts import Fault
from vodokanal.settings import Settings

# Up to this size SQLite looks at everything each night: some ten seconds.
MOST_BYTES = 512 * 1024 * 1024


@contextmanager
def looked_at(
    work: Path, chosen: Settings, *, made_at: str, recount: bool
) -> Iterator[Callable[[], Manifest]]:
    """Begins to prove a copy that was just made, beside whatever is done with its files.

    What it gives waits for the end and says what is to be said of the copy, faults included; the
    digests of its files come later. That nothing of issued months has changed is said by their
    seals, of a large utility by those of the newest months; only where that is wanted are all
    looked at and everything counted again. SQLite looks at a large file quickly otherwise.

    Raises:
        NotAllowedError: the copy cannot be loaded beside.
    """
    with opened(work, chosen), ThreadPoolExecutor() as pool:
        is_quick = not recount and database_size() > MOST_BYTES
        # SQLite looks at its own file without holding Python up.
        stored = pool.submit(_in_a_connection, partial(storage_faults, is_quick=is_quick))
        ledger = pool.submit(_in_a_connection, verify_sealed_ledger)
        counted = pool.submit(_in_a_connection, recounted_faults if recount else list)
        schema, rows = applied_migrations(), row_counts()
        yield lambda: Manifest(
            made_at=made_at,
            engine=engine_name(),
            schema=schema,
            rows=rows,
            members={},
            faults=_told(*stored.result(), *ledger.result(), *counted.result()),
        )


def _told(*faults: Fault) -> tuple[str, ...]:
    """Each fault once, however many have found it."""
    return tuple(dict.fromkeys(map(str, faults)))


def _in_a_connection(look: Callable[[], Iterable[Fault]]) -> list[Fault]:
    open_connection()
    read_as_memory()
    try:
        return list(look())
    finally:
        database.close()


def proven(file: Path, work: Path, *, chosen: Settings) -> tuple[Manifest, list[str]]:
    """Unpacks a copy and loads it beside: what it says of itself, and what does not hold in it.

    Raises:
        NotACopyError: it is none of ours, of a later version, or a byte of it is another one.
        NotAllowedError: it cannot be loaded beside.
    """
    manifest = unpack(file, work)
    refuse_later_version(manifest)
    with opened(work, chosen):
        rows = row_counts() if applied_migrations() == known_migrations() else None
        if rows is None:
            # Of an earlier version: SQLite's own look at its file is all that can be had.
            return manifest, [str(fault) for fault in manifest.faults]
        faults = [str(fault) for fault in verify_ledger()]
    wrong = sorted(name for name in rows if rows[name] != manifest.rows.get(name, 0))
    faults += [f"{name}: {rows[name]} rows, not {manifest.rows.get(name, 0)}" for name in wrong]
    return manifest, faults


def refuse_later_version(manifest: Manifest) -> None:
    """Refuses a copy whose tables this version does not know.

    Raises:
        NotACopyError: it was made by a later version.
    """
    unknown = sorted({*manifest.schema} - {*known_migrations()})
    if unknown:
        raise NotACopyError(f"its tables are of a later version ({unknown[0]})")


@contextmanager
def opened(work: Path, chosen: Settings) -> Iterator[None]:
    """The copy as the database of this process; the portal's own is back afterwards.

    Raises:
        NotAllowedError: it cannot be loaded beside.
    """
    if (work / FILE).exists():
        with _connected(f"sqlite:///{work / FILE}", chosen):
            yield
        return
    name = f"portal_check_{os.getpid()}"
    create_database(name)
    try:
        beside = urlunsplit(urlsplit(chosen.database)._replace(path=f"/{name}"))
        with _connected(beside, chosen):
            migrate(work)
            write_over(work)
            yield
    finally:
        drop_database(name)


@contextmanager
def _connected(url: str, chosen: Settings) -> Iterator[None]:
    database.close()
    connect_to(url)
    open_connection()
    try:
        yield
    finally:
        database.close()
        connect_to(chosen.database)
        open_connection()
