"""Workbooks that were sent in, kept below instance/ under random names until they are decided on."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import zipfile
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from vodokanal.formats.book_sources import SentFile

FOLDER = "books"
NAME_BYTES = 16
NAME = re.compile(r"[0-9a-f]{32}")
NAMES, MENDED = "names.json", "mended.xlsx"

Save = Callable[[Path], None]


class FilesGoneError(Exception):
    """The files are not here any more."""


def keep_files(instance: Path, files: Sequence[tuple[str, Save]]) -> str:
    """Keeps files, each by its own way of being saved; the random name of their folder."""
    folder = secrets.token_hex(NAME_BYTES)
    place = instance / FOLDER / folder
    place.mkdir(parents=True, mode=0o700)
    for number, (_name, save) in enumerate(files):
        save(place / str(number))
    # What a file is called is never a path here.
    names = json.dumps([name for name, _save in files], ensure_ascii=False)
    (place / NAMES).write_text(names, encoding="utf-8")
    return folder


def read_files(instance: Path, folder: str) -> list[SentFile]:
    """The files of a folder under the names that they came with.

    Raises:
        FilesGoneError: they were thrown away, or lie on another machine.
    """
    try:
        place = _place(instance, folder)
        names = json.loads((place / NAMES).read_text(encoding="utf-8"))
        return [SentFile(name, (place / str(at)).read_bytes()) for at, name in enumerate(names)]
    except OSError as error:
        raise FilesGoneError(folder) from error


def write_beside(instance: Path, folder: str, *, write: Callable[[IO[bytes]], None]) -> None:
    """Keeps the same workbook with what is to be mended beside the files."""
    with (_place(instance, folder) / MENDED).open("wb") as file:
        write(file)


def mended_file(instance: Path, folder: str) -> Path:
    """Where that workbook lies.

    Raises:
        FilesGoneError: there is none.
    """
    found = _place(instance, folder) / MENDED
    if not found.exists():
        raise FilesGoneError(folder)
    return found


def unpacked_size(instance: Path, folder: str) -> int:
    """How many bytes the files of a folder hold once they are unpacked, by their own word.

    Raises:
        FilesGoneError: they were thrown away, or lie on another machine.
    """
    place = _place(instance, folder)
    if not (place / NAMES).exists():
        raise FilesGoneError(folder)
    return sum(_unpacked(file) for file in place.iterdir() if file.name.isdecimal())


def _unpacked(file: Path) -> int:
    try:
        with zipfile.ZipFile(file) as packed:
            return sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        return file.stat().st_size


def forgotten_folders(instance: Path, named: Collection[str], *, before: datetime) -> list[str]:
    """Folders that no row names and that have not been touched since a moment."""
    kept = (instance / FOLDER).glob("*")
    return [
        place.name
        for place in kept
        if NAME.fullmatch(place.name)
        and place.name not in named
        and place.stat().st_mtime < before.timestamp()
    ]


def throw_away(instance: Path, folders: Sequence[str]) -> None:
    """Removes the files of these folders."""
    for folder in folders:
        shutil.rmtree(_place(instance, folder), ignore_errors=True)


def _place(instance: Path, folder: str) -> Path:
    if not NAME.fullmatch(folder):
        raise FilesGoneError(folder)
    return instance / FOLDER / folder
