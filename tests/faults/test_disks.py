"""A database on a disk that is full or may only be read: honest answers, and nothing lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.conftest import SECRET_KEY
from tests.engines import SUFFIXES, Engine, disconnect, only_sqlite
from tests.faults.conftest import cookie_of
from tests.faults.disks import Disk, NoDiskError, small_disk
from tests.faults.ledger import counted, kept_numbers
from tests.faults.senders import PATH
from tests.servers import Answer, Server, served
from vodokanal.models.database import connect_to, open_connection
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
