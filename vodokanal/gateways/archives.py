"""Copies on disks: packed with the digest of each file, unpacked only as they were packed."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from vodokanal.formats.copies import (
    Manifest,
    NotACopyError,
    copy_moment,
    kept_copies,
    read_manifest,
)

if sys.version_info >= (3, 14):
    import zipfile

    from compression.zstd import ZstdError
else:
    from backports.zstd import ZstdError, zipfile

MANIFEST = "contents.json"
DIGEST_SUFFIX = ".sha256"
# Large, so that whoever counts beside is seldom asked to let go of the interpreter.
CHUNK = 16 * 1024 * 1024
# Three times as fast as the usual packing, and smaller: a night is short, and so is a disk.
LEVEL = 1
ONLY_OWNER = 0o600
# What may come out of a file that is not as it was written.
DAMAGE = (
    *(zipfile.BadZipFile, ZstdError, zlib.error),
    *(EOFError, NotImplementedError, RuntimeError, OSError),
)


class NoRoomError(Exception):
    """The disk has `free` bytes and a copy may need `wanted`."""

    def __init__(self, free: int, wanted: int) -> None:
        super().__init__(free, wanted)
        self.free, self.wanted = free, wanted


def pack(
    target: Path, manifest: Callable[[], Manifest], *, members: Mapping[str, Path]
) -> Manifest:
    """Writes the files and what is said of them as one archive, whole or not at all.

    What is said is asked for last: it may be found out meanwhile. The manifest with the digests of
    its members.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with _private(part) as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
            digests = {name: _add(archive, name, path=path) for name, path in members.items()}
            written = replace(manifest(), members=digests)
            archive.writestr(_entry(MANIFEST), written.to_json())
        _keep(part, target)
    finally:
        part.unlink(missing_ok=True)
    _write_digest(target)
    return written


def unpack(source: Path, folder: Path) -> Manifest:
    """Puts an archive's files into a folder; its manifest.

    Raises:
        NotACopyError: it is no archive of ours, or a byte of it is not what was written.
    """
    _compare_digest(source)
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = read_manifest(archive.read(MANIFEST).decode("utf-8"))
            if {*archive.namelist()} != {*manifest.members, MANIFEST}:
                raise NotACopyError("its files are not those of its list of contents")
            _refuse_swelling(archive, folder)
            for name, digest in manifest.members.items():
                if not _stays_inside(name):
                    raise NotACopyError("a file of it would be put elsewhere")
                if _extract(archive, name, path=folder / name) != digest:
                    raise NotACopyError(f"{name} is not as it was written")
    except KeyError:
        raise NotACopyError("it has no list of contents") from None
    except (UnicodeDecodeError, *DAMAGE) as error:
        raise NotACopyError(str(error) or type(error).__name__) from error
    return manifest


def copies_in(folder: Path) -> list[str]:
    """The names of the copies in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(each.name for each in folder.iterdir() if copy_moment(each.name) is not None)


def rotate(folder: Path) -> list[str]:
    """Removes the copies that have had their time; their names."""
    names = copies_in(folder)
    gone = sorted({*names} - kept_copies(names))
    for name in gone:
        for path in (folder / name, folder / f"{name}{DIGEST_SUFFIX}"):
            path.unlink(missing_ok=True)
    return gone


def duplicate(source: Path, folder: Path) -> None:
    """Puts a second copy of an archive into another folder and reads it back.

    Raises:
        NotACopyError: what was read back is not what was written.
        OSError: the folder is not there, is full or may not be written.
    """
    target = folder / source.name
    part = folder / f".{source.name}.part"
    try:
        with source.open("rb") as read, _private(part) as written:
            shutil.copyfileobj(read, written, CHUNK)
        _keep(part, target)
    finally:
        part.unlink(missing_ok=True)
    shutil.copyfile(_digest_path(source), _digest_path(target))
    _compare_digest(target)


def refuse_small_disk(folder: Path, *, wanted: int) -> None:
    """Refuses to begin what would fill the disk.

    Raises:
        NoRoomError: there is less room than is wanted.
    """
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise NoRoomError(free, wanted)


def files_under(folder: Path) -> dict[str, Path]:
    """Every file below a folder by its name in an archive; none where there is no folder."""
    return {f"{folder.name}/{path.relative_to(folder)}": path for path in _walked(folder)}


def size_of(paths: Iterable[Path]) -> int:
    """How many bytes these files have together."""
    return sum(path.stat().st_size for path in paths)


def _walked(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _add(archive: zipfile.ZipFile, name: str, *, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(_entry(name), "w", force_zip64=True) as target:
        while part := source.read(CHUNK):
            digest.update(part)
            target.write(part)
    return digest.hexdigest()


def _stays_inside(name: str) -> bool:
    """Whether a member's name leads nowhere but below the folder that it is put into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _refuse_swelling(archive: zipfile.ZipFile, folder: Path) -> None:
    """Refuses what would fill the disk when it is unpacked."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sum(each.file_size for each in archive.infolist())
    if wanted > shutil.disk_usage(folder).free:
        raise NotACopyError(f"unpacked it has {wanted} bytes, more than the disk has left")


def _extract(archive: zipfile.ZipFile, name: str, *, path: Path) -> str:
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, path.open("wb") as target:
        while part := source.read(CHUNK):
            digest.update(part)
            target.write(part)
    return digest.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    # Without the moment of the file: equal data make equal archives.
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_ZSTANDARD
    entry.compress_level = LEVEL
    return entry


def _private(path: Path) -> IO[bytes]:
    """A new file that nobody else may read: it holds personal data."""
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, ONLY_OWNER)
    return os.fdopen(number, "w+b")


def _keep(part: Path, target: Path) -> None:
    """Gives a file its name once all of it is on the disk."""
    for path, is_last in ((part, False), (target.parent, True)):
        if is_last:
            part.replace(target)
        number: Any = os.open(path, os.O_RDONLY)
        os.fsync(number)
        os.close(number)


def _write_digest(path: Path) -> None:
    with _private(_digest_path(path)) as file:
        file.write(f"{_digest(path)}  {path.name}\n".encode())


def _compare_digest(path: Path) -> None:
    """Refuses a file that is not the one whose digest lies beside it, where one does."""
    beside = _digest_path(path)
    if beside.is_file():
        said = beside.read_text(encoding="utf-8", errors="replace").partition(" ")[0]
        if said != _digest(path):
            raise NotACopyError("it is not the file whose digest lies beside it")


def _digest_path(path: Path) -> Path:
    return path.with_name(path.name + DIGEST_SUFFIX)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
