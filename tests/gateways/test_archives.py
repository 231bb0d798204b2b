"""Archives of copies: whole or not at all, refused for a single byte, two in two folders."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.zips import zipfile
from vodokanal.formats.copies import Manifest, NotACopyError, copy_name
from vodokanal.gateways.archives import (
    DAMAGE,
    NoRoomError,
    copies_in,
    duplicate,
    files_under,
    pack,
    refuse_small_disk,
    rotate,
    unpack,
)

NAME = "portal-2026-11-22-031205.zip"
MANIFEST = Manifest("2026-11-22T03:12:05+03:00", "sqlite", ("0001",), {"account": 3}, {})


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A copy with a file of its own and an uploaded one."""
    uploads = tmp_path / "uploads"
    (uploads / "photos").mkdir(parents=True)
    (uploads / "photos" / "1.jpg").write_bytes(Random(1).randbytes(30_000))
    database = tmp_path / "portal.db"
    database.write_bytes(b"pages" * 10_000 + Random(2).randbytes(20_000))
    target = tmp_path / NAME
    pack(target, lambda: MANIFEST, members={"portal.db": database, **files_under(uploads)})
    return target


def test_archive_gives_back_what_was_packed(archive: Path, tmp_path: Path) -> None:
    manifest = unpack(archive, tmp_path / "out")
    assert set(manifest.members) == {"portal.db", "uploads/photos/1.jpg"}
    for name in manifest.members:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / name).read_bytes()
    assert archive.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("has_digest", [True, False])
def test_hundred_archives_each_with_one_other_byte_are_all_refused(
    archive: Path, tmp_path: Path, *, has_digest: bool
) -> None:
    whole, dice = archive.read_bytes(), Random(100)
    places, pages = range(len(whole)), pages_of(archive)
    if not has_digest:
        archive.with_name(f"{NAME}.sha256").unlink()
        # What is said of a file in its head is said again at the end: its data are said once.
        places = range(whole.index(b"portal.db") + 40, whole.index(b"PK\3\4", 4))
    for _ in range(100):
        place = dice.choice(places)
        archive.write_bytes(
            whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :]
        )
        if has_digest or pages_of(archive) != pages:
            with pytest.raises(NotACopyError):
                unpack(archive, tmp_path / "out")


def pages_of(archive: Path) -> bytes | None:
    """What the packing gives, if anything: another bit of it may unpack to the very same."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.read("portal.db")
    except DAMAGE:
        return None


def test_what_is_no_archive_is_refused_with_a_reason(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "letter.zip"
    for text in (b"", b"PK", b"a letter", archive.read_bytes()[:-40]):
        other.write_bytes(text)
        with pytest.raises(NotACopyError) as refused:
            unpack(other, tmp_path / "out")
        assert refused.value.why


def test_archive_with_a_file_that_nobody_listed_is_refused(archive: Path, tmp_path: Path) -> None:
    archive.with_name(f"{NAME}.sha256").unlink()
    with zipfile.ZipFile(archive, "a") as added:
        added.writestr("../outside", "x")
    with pytest.raises(NotACopyError, match="list of contents"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("name", ["../outside", "uploads/../../outside", "{folder}/outside"])
def test_archive_never_writes_beside_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "letter").write_bytes(b"x")
    target, named = tmp_path / "made.zip", name.format(folder=tmp_path)
    pack(target, lambda: MANIFEST, members={named: tmp_path / "letter"})
    with pytest.raises(NotACopyError):
        unpack(target, tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def test_archive_without_a_list_of_contents_is_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(bare, "w") as made:
        made.writestr("portal.db", "x")
    with pytest.raises(NotACopyError, match="no list of contents"):
        unpack(bare, tmp_path / "out")


def test_archive_that_would_fill_the_disk_is_not_unpacked(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: little)
    with pytest.raises(NotACopyError, match="more than the disk has left"):
        unpack(archive, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_packing_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pack(tmp_path / NAME, lambda: MANIFEST, members={"portal.db": tmp_path / "gone.db"})
    assert list(tmp_path.iterdir()) == []


def test_second_folder_has_the_same_and_is_read_back(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    duplicate(archive, second)
    assert (second / NAME).read_bytes() == archive.read_bytes()
    monkeypatch.setattr(shutil, "copyfileobj", lambda _read, written, _n: written.write(b"x"))
    with pytest.raises(NotACopyError):
        duplicate(archive, second)


def test_second_folder_that_is_not_there_is_said(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        duplicate(archive, tmp_path / "unplugged")


def test_copies_that_had_their_time_go_with_their_digests(archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    names = [copy_name(datetime(2026, 11, 22, 3) - timedelta(days=each)) for each in range(40)]
    for name in names:
        (folder / name).touch()
        (folder / f"{name}.sha256").touch()
    (folder / "notes.txt").touch()
    gone = rotate(folder)
    assert copies_in(folder) == sorted({*names} - {*gone})
    assert len(copies_in(folder)) == 14 + 1
    assert {each.name for each in folder.iterdir()} == {"notes.txt"} | {
        f"{name}{suffix}" for name in copies_in(folder) for suffix in ("", ".sha256")
    }
    assert copies_in(tmp_path / "nowhere") == []


def test_disk_that_is_too_small_is_said_before_it_fills(tmp_path: Path) -> None:
    refuse_small_disk(tmp_path, wanted=1)
    with pytest.raises(NoRoomError) as refused:
        refuse_small_disk(tmp_path, wanted=2**60)
    assert refused.value.free < refused.value.wanted == 2**60
