"""`backup`, `restore-check`, `restore`: what was there is there again, and damage is never restored."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.cast import Cast, actor_of
from tests.conftest import SECRET_KEY
from tests.engines import Engine, disconnect, only_postgresql, only_sqlite
from tests.factories import make_account, make_sign_in
from tests.months import closed, make_rates, settle
from tests.tables import everything
from tests.zips import zipfile
from vodokanal import copy_proofs, copying, nightly_copies
from vodokanal.billing.periods import Period
from vodokanal.billing.seals import seal_of_month
from vodokanal.copying import backup_command, restore_check_command, restore_command
from vodokanal.gateways.archives import pack, unpack
from vodokanal.models.copies import DataCopy
from vodokanal.models.copying import NotAllowedError, OtherEngineError, write_over
from vodokanal.models.database import BusyDatabaseError, database, is_sqlite, open_connection
from vodokanal.models.jobs import JobRun
from vodokanal.models.ledger import Movement
from vodokanal.models.months import BillingMonth, MonthSlice
from vodokanal.models.receipts import Receipt
from vodokanal.models.signins import SignIn
from vodokanal.operations.copies import is_too_old, newest_copy, newest_proven_copy
from vodokanal.operations.month_rows import Range
from vodokanal.operations.payments import NewPayment, enter_payment
from vodokanal.operations.queue import open_queue
from vodokanal.operations.seals import digest_of
from vodokanal.settings import Settings
from vodokanal.web.configuration import KEY

Run = Callable[..., Result]
OCTOBER = Period(2026, 10)
TODAY, MOMENT = date(2026, 11, 12), datetime(2026, 11, 12, 8, tzinfo=UTC)


@pytest.fixture
def ledger(cast: Cast) -> Cast:
    """The cast with an issued month and a payment."""
    open_queue(SECRET_KEY)
    settle(cast.account, make_rates())
    closed(OCTOBER, "2026-11-02T10:00")
    pay(cast, "100")
    return cast


def pay(cast: Cast, amount: str) -> None:
    """A payment at the desk."""
    new = NewPayment(cast.account.id, Decimal(amount), TODAY)
    enter_payment(actor_of(cast.galina), new, key=amount, today=TODAY, at=MOMENT)


@pytest.fixture
def run(database: Engine, settings: Settings, tmp_path: Path) -> Iterator[Run]:
    """Runs a command on the database of the test, with a folder of its own."""
    app = Flask("commands")
    app.config[KEY] = replace(settings, instance=tmp_path)
    for command in (backup_command, restore_check_command, restore_command):
        app.cli.add_command(command)

    def ran(*words: str, **changed: object) -> Result:
        app.config[KEY] = replace(app.config[KEY], **changed)
        disconnect()
        result = app.test_cli_runner().invoke(args=words)
        open_connection()
        return result

    yield ran
    disconnect()


def made_in(folder: Path) -> Path:
    """The newest copy in an instance's folder."""
    return max((folder / "copies").glob("*.zip"))


def kept() -> dict[str, list[Any]]:
    """All rows but those that tell of copies."""
    return everything(but={"data_copy", "journal_entry"})


def test_copy_is_proven_and_noted(ledger: Cast, run: Run, tmp_path: Path) -> None:
    result = run("backup")
    assert result.exit_code == 0, result.output
    copy = newest_proven_copy()
    assert copy is not None
    assert (copy.file_name, copy.size) == (made_in(tmp_path).name, made_in(tmp_path).stat().st_size)
    assert f"{copy.file_name}: 0 MB in" in result.output
    assert [each.name for each in (tmp_path / "copies").glob(".work*")] == []


def test_everything_is_restored_as_it_was(ledger: Cast, run: Run, tmp_path: Path) -> None:
    (tmp_path / "uploads" / "books").mkdir(parents=True)
    (tmp_path / "uploads" / "books" / "1").write_text("uploaded")
    run("backup")
    file, before = made_in(tmp_path), kept()
    make_account(number="99-99")
    pay(ledger, "5")
    (tmp_path / "uploads" / "books" / "1").write_text("changed")
    result = run("restore", str(file), "--replace")
    assert result.exit_code == 0, result.output
    assert kept() == before
    assert (tmp_path / "uploads" / "books" / "1").read_text() == "uploaded"
    # What was there before it is a copy of its own, and rows are numbered on from the restored ones.
    assert made_in(tmp_path) != file
    assert make_account(number="99-99").id == max(row[0] for row in before["account"]) + 1


def test_sign_in_that_was_ended_since_is_not_open_again(
    ledger: Cast, run: Run, tmp_path: Path
) -> None:
    make_sign_in(resident=ledger.anna)
    run("backup")
    SignIn.update(ended_at=MOMENT).execute()
    run("restore", str(made_in(tmp_path)), "--replace")
    assert SignIn.get().ended_at is not None


def test_database_that_holds_accounts_is_not_replaced_by_a_slip(
    ledger: Cast, run: Run, tmp_path: Path
) -> None:
    run("backup")
    before = kept()
    result = run("restore", str(made_in(tmp_path)))
    assert (result.exit_code, kept()) == (1, before)
    assert "The database holds accounts." in result.output


def test_check_says_what_is_in_a_copy(ledger: Cast, run: Run, tmp_path: Path) -> None:
    run("backup")
    result = run("restore-check", str(made_in(tmp_path)))
    words = {tuple(line.split()) for line in result.output.splitlines()}
    assert {("account", "2"), ("payment", "1"), ("receipt", "2")} <= words
    assert result.output.endswith("is whole: it can be restored.\n")


def test_copy_of_a_ledger_that_does_not_hold_is_kept_and_says_so(
    ledger: Cast, run: Run, tmp_path: Path
) -> None:
    drop_guards("movement")
    Movement.update(amount=751).where(Movement.kind == "charge").execute()
    result = run("backup")
    assert result.exit_code == 1
    assert "faults: the copy is kept, but it does not prove the data." in result.output
    copy = newest_copy()
    assert copy is not None
    assert copy.faults > 0
    assert newest_proven_copy() is None
    refused = run("restore-check", str(made_in(tmp_path)))
    assert refused.exit_code == 1
    assert "take an earlier copy" in refused.output


def test_what_was_sealed_wrong_is_found_when_everything_is_counted_again(
    ledger: Cast, run: Run
) -> None:
    for table in ("receipt", "month_slice", "billing_month"):
        drop_guards(table)
    more = {"charged": Receipt.charged + 1, "closing": Receipt.closing + 1}
    Receipt.update(more).where(Receipt.id == 1).execute()
    for each in MonthSlice.select():
        accounts = Range(each.first_account, each.last_account, OCTOBER)
        MonthSlice.update(digest=digest_of(accounts)).where(MonthSlice.id == each.id).execute()
    sealed = seal_of_month(each.digest for each in MonthSlice.select().order_by(MonthSlice.id))
    BillingMonth.update(seal=sealed).execute()
    assert run("backup").exit_code == 0
    recounted = run("backup", "--recount")
    assert recounted.exit_code == 1
    assert "receipt 1: charged is" in recounted.output


def drop_guards(table: str) -> None:
    if is_sqlite():
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        for (name,) in database.execute_sql(query, (table,)).fetchall():
            database.execute_sql(f"DROP TRIGGER {name}")
    else:
        database.execute_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


@only_sqlite
@pytest.mark.slow("proves ten copies")
def test_one_byte_of_a_used_page_is_never_overlooked(
    ledger: Cast, run: Run, tmp_path: Path
) -> None:
    run("backup")
    source = made_in(tmp_path)
    whole, dice = source.read_bytes(), Random(7)
    begun = whole.index(b"portal.db") + 40
    for number in range(10):
        place = dice.randrange(begun, whole.index(b"PK\3\4", 4))
        other = tmp_path / f"damaged-{number}.zip"
        other.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        result = run("restore-check", str(other))
        # Now and then another bit of the packing unpacks to the very same pages.
        assert "cannot be restored" in result.output or pages_in(other) == pages_in(source)


def pages_in(copy: Path) -> bytes:
    with zipfile.ZipFile(copy) as archive:
        return archive.read("portal.db")


@only_sqlite
def test_copy_with_other_rows_than_it_says_is_refused(
    ledger: Cast, run: Run, tmp_path: Path
) -> None:
    run("backup")
    file = repacked(made_in(tmp_path), tmp_path)
    result = run("restore-check", str(file))
    assert result.exit_code == 1
    assert "account_access: 3 rows, not 4" in result.output


def repacked(source: Path, folder: Path) -> Path:
    """A copy that somebody has packed again, with a row less and the digests of what is there."""
    work = folder / "work"
    manifest = unpack(source, work)
    with closing(sqlite3.connect(work / "portal.db")) as changed:
        changed.execute(
            "DELETE FROM account_access WHERE id = (SELECT max(id) FROM account_access)"
        )
        changed.commit()
    target = folder / "repacked.zip"
    pack(target, lambda: manifest, members={"portal.db": work / "portal.db"})
    return target


def test_copy_of_the_other_engine_is_refused(run: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    if not is_sqlite():
        sqlite3.connect(work / "portal.db").close()
    with pytest.raises(OtherEngineError) as refused:
        write_over(work)
    assert refused.value.engine == ("postgresql" if is_sqlite() else "sqlite")


def test_copy_of_a_later_version_is_refused(ledger: Cast, run: Run, tmp_path: Path) -> None:
    run("backup")
    work, target = tmp_path / "work", tmp_path / "later.zip"
    manifest = unpack(made_in(tmp_path), work)
    members = {name: work / name for name in manifest.members}
    later = replace(manifest, schema=(*manifest.schema, "0999_later"))
    pack(target, lambda: later, members=members)
    result = run("restore", str(target), "--replace")
    assert "its tables are of a later version (0999_later)" in result.output


def test_database_that_others_hold_is_not_replaced(
    ledger: Cast, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_work: Path) -> None:
        raise BusyDatabaseError

    run("backup")
    monkeypatch.setattr(copying, "write_over", held)
    before = kept()
    result = run("restore", str(made_in(tmp_path)), "--replace")
    assert "Somebody else was at work on the database all the time" in result.output
    assert (result.exit_code, kept()) == (1, before)


@only_sqlite
def test_large_file_is_looked_at_quickly_but_for_the_recount(
    ledger: Cast, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_proofs, "MOST_BYTES", 0)
    database.execute_sql("PRAGMA ignore_check_constraints = 1")
    database.execute_sql("UPDATE account SET receipt_delivery = 'pigeon' WHERE id = 1")
    assert run("backup").exit_code == 0
    recounted = run("backup", "--recount")
    assert recounted.exit_code == 1
    assert "database: CHECK constraint failed in account" in recounted.output


def test_second_folder_gets_one_too_and_its_absence_is_said(
    ledger: Cast, run: Run, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    result = run("backup", second_copies=second)
    assert result.exit_code == 1
    assert f"The second folder has none: {second}: No such file or directory" in result.output
    second.mkdir()
    assert run("backup", second_copies=second).exit_code == 0
    assert [each.name for each in second.glob("*.zip")] == [made_in(tmp_path).name]
    refusals = [each.second_refusal for each in DataCopy.select().order_by(DataCopy.id)]
    assert refusals == [f"{second}: No such file or directory", ""]


def test_disk_without_room_is_said_and_nothing_is_left(
    ledger: Cast, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ROOM_FACTOR", 10**9)
    result = run("backup")
    assert result.exit_code == 1
    assert "A copy needs" in result.output
    assert DataCopy.select().count() == 0
    assert [each.name for each in (tmp_path / "copies").iterdir()] == [".lock"]


def test_two_commands_never_work_on_the_copies_at_once(run: Run, tmp_path: Path) -> None:
    chosen = Settings(tmp_path, "sqlite://", "x" * 32)
    with copying.alone(chosen):
        assert "Another command is at work" in run("backup").output


def test_what_a_killed_command_left_is_cleared_away(ledger: Cast, run: Run, tmp_path: Path) -> None:
    (tmp_path / "copies" / ".work-x").mkdir(parents=True)
    (tmp_path / "copies" / ".portal-2026-01-01-000000.zip.part").touch()
    run("backup")
    left = {each.suffix or each.name for each in (tmp_path / "copies").iterdir()}
    assert left == {".lock", ".zip", ".sha256"}


@only_postgresql
def test_server_that_allows_no_database_beside_is_said(
    ledger: Cast, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_name: str) -> None:
        raise NotAllowedError

    monkeypatch.setattr("vodokanal.copy_proofs.create_database", refuse)
    assert "PostgreSQL does not let this user create a database" in run("backup").output


@pytest.mark.parametrize(("hours", "is_red"), [(25, False), (26, False), (27, True)])
def test_copy_is_too_old_after_26_hours(database: Engine, hours: int, *, is_red: bool) -> None:
    made_at = datetime(2026, 11, 22, 3, tzinfo=UTC)
    copy = DataCopy.create(file_name="x", made_at=made_at, size=1, seconds=1)
    assert is_too_old(copy, made_at + timedelta(hours=hours)) is is_red
    assert is_too_old(None, made_at)


def nights() -> list[tuple[str, bool]]:
    rows = JobRun.select().where(JobRun.job == "copy")
    return [(row.date.isoformat(), row.finished_at is not None) for row in rows]


@pytest.mark.parametrize(
    ("code", "is_done"), [(0, True), (1, False), (None, False)], ids=["made", "failed", "stopped"]
)
def test_night_makes_one_copy_and_tries_again_when_it_fails(
    app: Flask, monkeypatch: pytest.MonkeyPatch, *, code: int | None, is_done: bool
) -> None:
    made: list[int | None] = []

    def pretend(_chosen: object, _goes_on: object, *, recount: bool) -> int | None:
        made.append(code)
        return code

    monkeypatch.setattr(nightly_copies, "run_backup", pretend)
    with app.app_context():
        app.config[KEY] = replace(app.config[KEY], nightly_copies=True)
        nightly_copies.make_nightly_copy(lambda: True)
        assert [done for _night, done in nights()] == [is_done]
        # What was broken off is gone on with at once, what has failed only after an hour.
        assert nightly_copies.is_copy_due() is (code is None)
        nightly_copies.make_nightly_copy(lambda: True)
        app.config[KEY] = replace(app.config[KEY], nightly_copies=False)
    assert len(made) == (2 if code is None else 1)


@pytest.mark.parametrize(
    ("day", "is_recounted"), [("2026-11-22", True), ("2026-11-23", False)], ids=["Sunday", "Monday"]
)
def test_everything_is_counted_again_once_a_week(
    app: Flask, monkeypatch: pytest.MonkeyPatch, *, day: str, is_recounted: bool
) -> None:
    asked: list[bool] = []

    def pretend(_chosen: object, _goes_on: object, *, recount: bool) -> int:
        asked.append(recount)
        return 0

    moment = datetime.fromisoformat(f"{day}T04:00+00:00")
    monkeypatch.setattr(nightly_copies, "real_now", lambda: moment)
    monkeypatch.setattr(nightly_copies, "run_backup", pretend)
    with app.app_context():
        app.config[KEY] = replace(app.config[KEY], nightly_copies=True)
        nightly_copies.make_nightly_copy(lambda: True)
        app.config[KEY] = replace(app.config[KEY], nightly_copies=False)
    assert asked == [is_recounted]


def test_command_runs_in_a_process_of_its_own_and_ends_with_the_worker(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(nightly_copies, "COMMAND", words)
    monkeypatch.setattr(nightly_copies, "LOOK_SECONDS", 0.05)
    going_on = iter([True, True, False])
    assert nightly_copies.run_backup(settings, lambda: next(going_on), recount=False) is None
    monkeypatch.setattr(nightly_copies, "COMMAND", (*words[:2], "raise SystemExit(3)"))
    assert nightly_copies.run_backup(settings, lambda: True, recount=False) == 3
    monkeypatch.setattr(
        nightly_copies,
        "COMMAND",
        (*words[:2], "import sys; raise SystemExit(sys.argv[1:] == ['--recount'])"),
    )
    assert nightly_copies.run_backup(settings, lambda: True, recount=True) == 1
