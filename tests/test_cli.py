"""The commands, and what must hold before the portal is served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.clock import Clock, moment
from tests.engines import Engine, disconnect, only_postgresql, only_sqlite
from tests.factories import make_account, make_employee, make_journal_entry
from vodokanal.cli import NotReadyError, install_commands, ready_to_serve
from vodokanal.demo.credentials import LOGINS, PASSWORD
from vodokanal.models.accounts import Account
from vodokanal.models.database import connect_to, open_connection
from vodokanal.models.database import database as connection
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Employee, EmployeeRole, Resident, Role
from vodokanal.models.readings import Submission
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.passwords import password_matches
from vodokanal.operations.towns import LoadedTown, find_town
from vodokanal.settings import Settings
from vodokanal.web.configuration import KEY

Run = Callable[..., Result]
OUTSIDE, INSIDE = "2026-11-21T10:00", "2026-11-12T10:00"


def runner(settings: Settings) -> Run:
    """Runs a command as `flask --app app` does, and opens the connection again afterwards."""
    app = Flask("commands")
    app.config[KEY] = settings
    install_commands(app)

    def run(*words: str, typed: str | None = None) -> Result:
        result = app.test_cli_runner().invoke(args=words, input=typed)
        open_connection()
        return result

    return run


@pytest.fixture
def run(database: Engine, settings: Settings) -> Run:
    """A command without the demo."""
    return runner(settings)


@pytest.fixture
def run_demo(database: Engine, settings: Settings) -> Run:
    """A command in the demo, on the 15th of November."""
    return runner(replace(settings, demo=True, now=moment("2026-11-15T12:00")))


@pytest.fixture
def empty_file(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings that name a database which nobody has made yet."""
    disconnect()
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    connect_to(url)
    yield replace(settings, database=url, instance=tmp_path)
    disconnect()


def ready(chosen: Settings) -> datetime | None:
    """What the parent process asks before it starts workers; it has no connection yet."""
    disconnect()
    return ready_to_serve(chosen)


def test_application_has_the_commands(session_app: Flask) -> None:
    assert {"migrate", "load-demo", "create-employee"} <= set(session_app.cli.commands)


@only_sqlite
def test_migrate_makes_tables_and_foundations(empty_file: Settings) -> None:
    result = runner(empty_file)("migrate")
    assert (result.exit_code, result.output) == (0, "Applied: 0001_first_portal\n")
    assert (Role.select().count(), ReadingWindow.select().count()) == (5, 1)


def test_migrate_twice_changes_nothing(run: Run) -> None:
    result = run("migrate")
    assert (result.exit_code, result.output) == (0, "The database is up to date.\n")


@pytest.mark.slow(reason="three hundred accounts with two years of readings")
def test_demo_town_is_loaded_once(run_demo: Run) -> None:
    assert (
        run_demo("load-demo", "--closed", "0").output
        == "The demo town is loaded: 300 accounts, 0 closed months.\n"
    )
    sent = Submission.select().count()
    again = run_demo("load-demo", "--closed", "0")
    assert (again.exit_code, again.output) == (0, "The town is there: 300 accounts.\n")
    assert Submission.select().count() == sent


@pytest.mark.slow(reason="a password is hashed for each of the demo's people")
def test_people_of_the_demo_can_sign_in_and_nobody_else(run_demo: Run) -> None:
    run_demo("load-demo", "--closed", "0")
    hashes = {
        row.login: row.password_hash
        for table in (Resident, Employee)
        for row in table.select().where(table.password_hash != "")
    }
    assert set(hashes) == set(LOGINS)
    assert all(password_matches(each, PASSWORD) for each in hashes.values())


@only_sqlite
@pytest.mark.slow(reason="three hundred accounts with two years of readings")
def test_load_demo_makes_the_tables_itself(empty_file: Settings) -> None:
    chosen = replace(empty_file, demo=True)
    assert runner(chosen)("load-demo", "--closed", "0").exit_code == 0
    assert Account.select().count() == 300


def test_demo_is_not_loaded_beside_other_rows(run_demo: Run) -> None:
    make_account()
    result = run_demo("load-demo", "--closed", "0")
    assert (result.exit_code, "not empty" in result.output) == (1, True)
    assert (Account.select().count(), find_town()) == (1, None)


@pytest.mark.slow(reason="a password is hashed for each of the demo's people")
def test_town_of_any_size_is_loaded_once(run_demo: Run) -> None:
    said = run_demo("load-town", "--accounts", "40", "--months", "2").output
    assert said.startswith("The town is loaded: 40 accounts in")
    assert (Account.select().count(), find_town()) == (40, LoadedTown("demo", 40))
    again = run_demo("load-town", "--accounts", "40")
    assert (again.exit_code, again.output) == (0, "The town is there: 40 accounts.\n")
    other = run_demo("load-town", "--accounts", "50")
    assert (other.exit_code, "a town of 40 accounts" in other.output) == (1, True)


@pytest.mark.parametrize("accounts", ["0", "-1", "1000000", "viele"])
def test_town_of_no_size_is_refused(run_demo: Run, accounts: str) -> None:
    result = run_demo("load-town", "--accounts", accounts)
    assert (result.exit_code, "--accounts" in result.output) == (2, True)


def test_town_is_not_loaded_beside_other_rows(run_demo: Run) -> None:
    make_account()
    result = run_demo("load-town", "--accounts", "40")
    assert (result.exit_code, "not empty" in result.output) == (1, True)


def test_town_needs_demo_mode(run: Run) -> None:
    result = run("load-town", "--accounts", "40")
    assert (result.exit_code, "VODOKANAL_DEMO=1" in result.output) == (1, True)


def test_demo_needs_demo_mode(run: Run) -> None:
    result = run("load-demo", "--closed", "0")
    assert (result.exit_code, "VODOKANAL_DEMO=1" in result.output) == (1, True)
    assert Account.select().count() == 0


@only_sqlite
@pytest.mark.slow(reason="three hundred accounts with two years of readings")
def test_town_made_outside_the_window_is_made_for_its_middle(
    database: Engine, settings: Settings, clock: Clock
) -> None:
    clock.really_at(OUTSIDE)
    runner(replace(settings, demo=True))("load-demo", "--closed", "0")
    assert JournalEntry.get().at == moment("2026-11-15T12:00")


def test_first_chief_gets_in(run: Run) -> None:
    result = run("create-employee", "olga", "--name", "Ольга Ветрова", "--generate")
    *_, password = result.output.split()
    chief = Employee.get()
    assert (result.exit_code, chief.login, chief.name) == (0, "olga", "Ольга Ветрова")
    assert password_matches(chief.password_hash, password)
    assert EmployeeRole.get().role.code == "chief"


def test_password_is_asked_twice(run: Run) -> None:
    typed = "пароль длинный\nпароль длинный\n"
    result = run("create-employee", "galina", "--name", "Г", "--role", "office", typed=typed)
    assert result.exit_code == 0
    assert "пароль" not in result.output
    assert password_matches(Employee.get().password_hash, "пароль длинный")


def test_passwords_that_differ_are_asked_again(run: Run) -> None:
    typed = "первый пароль\nвторой пароль\nтретий пароль\nтретий пароль\n"
    assert run("create-employee", "galina", "--name", "Г", typed=typed).exit_code == 0
    assert password_matches(Employee.get().password_hash, "третий пароль")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["olga", "--generate"], "Somebody has the login olga."),
        (["OLGA", "--generate"], "Somebody has the login olga."),
        (["o lga", "--generate"], "A login has up to 60 characters and no blanks."),
        (["vera", "--role", "king", "--generate"], "No role king; there are"),
    ],
)
def test_employee_who_cannot_be_is_refused(run: Run, words: list[str], sentence: str) -> None:
    make_employee("chief", login="olga")
    result = run("create-employee", *words, "--name", "Н")
    assert (result.exit_code, sentence in result.output) == (1, True)
    assert Employee.select().count() == 1


def test_short_password_is_refused(run: Run) -> None:
    result = run("create-employee", "vera", "--name", "В", typed="short\nshort\n")
    assert (result.exit_code, "at least 8 characters" in result.output) == (1, True)
    assert Employee.select().count() == 0


@only_sqlite
def test_employee_needs_the_tables(empty_file: Settings) -> None:
    result = runner(empty_file)("create-employee", "vera", "--name", "В", "--generate")
    assert (result.exit_code, "flask --app app migrate" in result.output) == (1, True)


def test_current_database_is_ready_and_left_closed(database: Engine, settings: Settings) -> None:
    assert ready(settings) is None
    assert connection.is_closed()


@only_sqlite
def test_old_schema_is_refused_with_the_command_that_helps(empty_file: Settings) -> None:
    with pytest.raises(NotReadyError, match="flask --app app migrate"):
        ready(empty_file)
    assert connection.is_closed()


@pytest.mark.slow(reason="three hundred accounts with two years of readings")
def test_town_with_known_passwords_is_served_as_demo_only(
    run_demo: Run, settings: Settings
) -> None:
    run_demo("load-demo", "--closed", "0")
    with pytest.raises(NotReadyError, match="whose passwords everybody knows"):
        ready(settings)


def test_clock_that_the_operator_set_is_kept(database: Engine, settings: Settings) -> None:
    now = moment("2027-05-01T08:00")
    assert ready(replace(settings, demo=True, now=now)) == now


def test_demo_clock_starts_in_the_window(
    database: Engine, settings: Settings, clock: Clock
) -> None:
    clock.really_at(OUTSIDE)
    assert ready(replace(settings, demo=True)) == moment("2026-11-15T12:00")


def test_demo_clock_runs_on_from_the_last_deed(
    database: Engine, settings: Settings, clock: Clock
) -> None:
    clock.really_at(OUTSIDE)
    make_journal_entry(at=moment("2026-11-17T08:15"))
    assert ready(replace(settings, demo=True)) == moment("2026-11-17T08:15")


def test_demo_clock_is_the_real_one_inside_the_window(
    database: Engine, settings: Settings, clock: Clock
) -> None:
    clock.really_at(INSIDE)
    assert ready(replace(settings, demo=True)) is None


@only_postgresql
def test_more_threads_than_connections_are_refused(database: Engine, settings: Settings) -> None:
    with pytest.raises(NotReadyError, match="need 4002 connections"):
        ready(replace(settings, workers=4, threads=1000))


@only_sqlite
def test_threads_are_many_where_nobody_counts_them(database: Engine, settings: Settings) -> None:
    assert ready(replace(settings, workers=4, threads=1000)) is None


@only_sqlite
def test_database_that_cannot_be_opened_is_named(settings: Settings, tmp_path: Path) -> None:
    lost = replace(settings, database=f"sqlite:///{tmp_path / 'nowhere' / 'portal.db'}")
    with pytest.raises(NotReadyError, match="cannot be opened"):
        ready(lost)
