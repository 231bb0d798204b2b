"""A database on a disk that is full or may only be read: honest answers, and nothing lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from peewee import OperationalError

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.conftest import SECRET_KEY
from tests.engines import SUFFIXES, Engine, disconnect, only_sqlite
from tests.factories import make_setting
from tests.faults.conftest import cookie_of
from tests.faults.disks import Disk, NoDiskError, small_disk
from tests.faults.ledger import counted, kept_numbers
from tests.faults.senders import PATH
from tests.servers import Answer, Server, served
from vodokanal.models.database import (
    connect_to,
    leave_connection,
    open_connection,
    write_tx,
)
from vodokanal.models.settings import Setting
from vodokanal.operations.submission_keys import new_key

pytestmark = only_sqlite
PATIENCE = 5.0
BLANKS = re.compile(r"\s+|\u00a0")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A small disk of this test's own."""
    try:
        with small_disk(tmp_path / "disk") as made:
            yield made
    except NoDiskError as error:
        pytest.skip(str(error))


@pytest.fixture
def form(cast: Cast) -> dict[str, str]:
    """What Anna sends."""
    return {
        f"meter-{cast.cold.id}": COLD_NEXT,
        f"meter-{cast.hot.id}": HOT_NEXT,
        "key": new_key(),
    }


def words(answer: Answer) -> str:
    return BLANKS.sub(" ", re.sub(r"<[^>]+>", " ", answer.body))


@pytest.fixture
def moved(app: Flask, cast: Cast, database: Engine, disk: Disk) -> Iterator[dict[str, str]]:
    """The database on that disk, as a crash would leave it, and Anna's session."""
    cookie, token = cookie_of(app, cast)
    folder = database.folder
    for suffix in SUFFIXES:
        shutil.copyfile(folder / f"portal.db{suffix}", disk.folder / f"portal.db{suffix}")
    disconnect()
    yield {"cookie": cookie, "token": token, "url": f"sqlite:///{disk.folder / 'portal.db'}"}
    disconnect()


@pytest.fixture
def start(moved: dict[str, str], database: Engine) -> Iterator[Server]:
    """The portal on that disk."""
    with served(database.folder, moved["url"], VODOKANAL_SECRET_KEY=SECRET_KEY) as server:
        server.cookies = {"session": moved["cookie"]}
        server.form = {"csrf_token": moved["token"]}
        yield server


def test_full_disk_is_said_and_survived(
    start: Server, form: dict[str, str], disk: Disk, moved: dict[str, str]
) -> None:
    disk.fill()
    assert disk.is_full()
    refused, page = start.post(PATH, form), start.get(PATH)
    assert (refused.status, refused.seconds < PATIENCE) == (503, True)
    assert "Пока не знаем" in words(refused)
    assert f'value="{COLD_NEXT}"' in refused.body
    assert page.status == 200
    disk.empty()
    assert start.post(PATH, form).status == 303
    connect_to(moved["url"])
    open_connection()
    assert (len(kept_numbers()), counted()) == (1, 2)


@contextmanager
def reading_elsewhere(*, gives_back: bool) -> Iterator[None]:
    """Another thread of this process has read, and has given its connection back or still has it."""
    has_read, may_end = Event(), Event()

    def read() -> None:
        open_connection()
        Setting.select().exists()
        if gives_back:
            leave_connection()
        has_read.set()
        may_end.wait(PATIENCE)
        leave_connection()

    reader = Thread(target=read)
    reader.start()
    assert has_read.wait(PATIENCE)
    yield
    may_end.set()
    reader.join()


def write() -> None:
    open_connection()
    with write_tx():
        make_setting("utility_name", "Родник")


def test_thread_that_has_read_meanwhile_keeps_nobody_from_writing_later(
    moved: dict[str, str], disk: Disk
) -> None:
    disk.forbid_writing()
    connect_to(moved["url"])
    with reading_elsewhere(gives_back=True):
        disk.allow_writing()
        write()
    assert Setting.get(Setting.name == "utility_name").value == "Родник"


def test_connection_that_could_not_write_beside_a_reader_is_not_kept(
    moved: dict[str, str], disk: Disk
) -> None:
    disk.forbid_writing()
    connect_to(moved["url"])
    with reading_elsewhere(gives_back=False):
        disk.allow_writing()
        with pytest.raises(OperationalError, match="readonly database"):
            write()
        leave_connection()
    write()
    assert Setting.get(Setting.name == "utility_name").value == "Родник"


def test_disk_that_may_only_be_read_is_said_and_survived(
    moved: dict[str, str], database: Engine, form: dict[str, str], disk: Disk
) -> None:
    disk.forbid_writing()
    with served(database.folder, moved["url"], VODOKANAL_SECRET_KEY=SECRET_KEY) as server:
        server.cookies = {"session": moved["cookie"]}
        server.form = {"csrf_token": moved["token"]}
        refused, page = server.post(PATH, form), server.get(PATH)
        assert (refused.status, page.status) == (503, 200)
        assert "Не принято" in words(refused)
        assert f'value="{COLD_NEXT}"' in refused.body
        disk.allow_writing()
        assert server.post(PATH, form).status == 303
    connect_to(moved["url"])
    open_connection()
    assert (len(kept_numbers()), counted()) == (1, 2)
