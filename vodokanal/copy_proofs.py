"""A copy as the database of this process, beside the portal's own: that is how it is proven."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from vodokanal.formats.copies import Manifest, NotACopyError
from vodokanal.gateways.archives import unpack
from vodokanal.models.copying import (
    FILE,
    applied_migrations,
    create_database,
    drop_database,
    engine_name,
    known_migrations,
    row_counts,
    settle_file,
    write_over,
)
from vodokanal.models.database import connect_to, database, open_connection
from vodokanal.models.migrating import migrate
from vodokanal.operations.verification import verify_ledger
from vodokanal.settings import Settings


def manifest_of(work: Path, chosen: Settings, *, made_at: str) -> Manifest:
    """What is to be said of a copy that was just made, faults included; its files come later.

    Raises:
        NotAllowedError: the copy cannot be loaded beside.
    """
    with opened(work, chosen):
        return Manifest(
            made_at=made_at,
            engine=engine_name(),
            schema=applied_migrations(),
            rows=row_counts(),
            members={},
            faults=tuple(str(fault) for fault in verify_ledger()),
        )


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
        _leave_one_file(work)
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


def _leave_one_file(work: Path) -> None:
    """Undoes what opening has left: a log beside the file, and the locks of writers."""
    settle_file(work / FILE)
    for lock in work.glob("*.lock"):
        lock.unlink()
