"""Disks that are full or may only be read, made where the machine lets us."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BLOCK = 64 * 1024
SIZE = "12M"


class NoDiskError(Exception):
    """No disk can be made here: it takes root and the right to mount."""


class Disk:
    """A small disk in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leaves no room at all, not even the rest of a block."""
        with self._ballast.open("ab", buffering=0) as file:
            for block in (BLOCK, 4096, 1):
                with suppress(OSError):
                    while True:
                        file.write(b"x" * block)

    def empty(self) -> None:
        """Gives the room back."""
        self._ballast.unlink()

    def forbid_writing(self) -> None:
        """Makes it a disk that may only be read."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def allow_writing(self) -> None:
        """Makes it an ordinary disk again."""
        _run("mount", "-o", "remount,rw", str(self.folder))

    def is_full(self) -> bool:
        """Whether a byte more is refused."""
        try:
            (self.folder / "one-more").write_bytes(b"x" * BLOCK)
        except OSError as error:
            return error.errno == errno.ENOSPC
        finally:
            (self.folder / "one-more").unlink(missing_ok=True)
        return False


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A disk of a few megabytes at that folder.

    Raises:
        NoDiskError: this machine or this user does not let us.
    """
    if os.geteuid() != 0:
        raise NoDiskError("only root may mount a disk")
    folder.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder))
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoDiskError(done.stderr.strip())
