"""The commands of `flask --app app`, and what must hold before the portal is served."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import Flask
from flask.cli import with_appcontext
from peewee import PeeweeException

from vodokanal.demo.ahead import MadeAhead
from vodokanal.demo.clock import demo_start
from vodokanal.demo.closing import MONTHS_CLOSED, close_past_months
from vodokanal.demo.credentials import LOGINS, PASSWORD
from vodokanal.demo.progress import Watched
from vodokanal.demo.town import ACCOUNTS as DEMO_ACCOUNTS
from vodokanal.demo.town import (
    MONTHS_OF_A_LARGE_TOWN,
    MOST_ACCOUNTS,
    MOST_MONTHS,
    NAME,
    Town,
)
from vodokanal.models.database import (
    assert_safe,
    connect_to,
    database,
    is_sqlite,
    open_connection,
)
from vodokanal.models.migrating import is_current, migrate
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.employees import (
    LoginRefusedError,
    LoginTakenError,
    NewEmployee,
    UnknownRoleError,
    create_employee,
)
from vodokanal.operations.foundations import lay_foundations
from vodokanal.operations.passwords import SHORTEST, PasswordRefusedError, hash_password
from vodokanal.operations.towns import (
    ForeignDatabaseError,
    LoadedTown,
    find_town,
    load_town,
    role_ids,
)
from vodokanal.settings import Settings
from vodokanal.web.clock import moment_by, real_now
from vodokanal.web.configuration import settings
from vodokanal.web.progress import told

OLD_SCHEMA = "The database is not of this version: run `flask --app app migrate`."
GENERATED_BYTES = 12
# The background worker's two threads: the one that works, and the one that looks around.
BACKGROUND_CONNECTIONS = 2


class NotReadyError(click.ClickException):
    """The portal cannot be served like this; the message says why and what to do."""


def ready_to_serve(chosen: Settings) -> datetime | None:
    """Refuses what cannot be served safely; gives the moment at which a demo's clock starts.

    Afterwards the connection is closed: workers are forked, and no two may share one.

    Raises:
        NotReadyError: an old schema, too few connections, or a demo town without demo mode.
        UnsafeDatabaseError: SQLite would lose what it has acknowledged.
    """
    connect_to(chosen.database)
    with connected():
        if not is_current():
            raise NotReadyError(OLD_SCHEMA)
        assert_safe()
        _refuse_too_few_connections(chosen)
        if not chosen.demo:
            _refuse_known_passwords()
            return None
        return chosen.now or demo_start(real_now(), chosen.zone)


def install_commands(app: Flask) -> None:
    """Gives the commands to `flask --app app`."""
    for command in (migrate_command, load_demo_command, load_town_command, create_employee_command):
        app.cli.add_command(command)


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database up to this version; the only command that changes its tables."""
    with connected():
        applied = _migrate(settings())
    click.echo(f"Applied: {', '.join(applied)}" if applied else "The database is up to date.")


@click.command("load-demo")
@click.option(
    "--closed",
    type=click.IntRange(0, MONTHS_CLOSED),
    default=MONTHS_CLOSED,
    show_default=True,
    help="Months before this one that are calculated and issued.",
)
@with_appcontext
def load_demo_command(closed: int) -> None:
    """Fill an empty database with the demo town; needs VODOKANAL_DEMO=1."""
    with _empty_database() as now:
        if _is_there(DEMO_ACCOUNTS):
            return
        loaded = _load(Town(now, _demo_hashes(), role_ids()))
        with told("months", closed) as more:
            months = close_past_months(now, settings().zone, months=closed, told=more)
    click.echo(f"The demo town is loaded: {loaded.accounts} accounts, {months} closed months.")


@click.command("load-town")
@click.option("--accounts", type=click.IntRange(1, MOST_ACCOUNTS), required=True)
@click.option(
    "--months",
    type=click.IntRange(1, MOST_MONTHS),
    default=MONTHS_OF_A_LARGE_TOWN,
    show_default=True,
    help="Of readings before this month.",
)
@with_appcontext
def load_town_command(accounts: int, *, months: int) -> None:
    """Fill an empty database with a town of any size; needs VODOKANAL_DEMO=1."""
    began = time.monotonic()
    with _empty_database() as now:
        if _is_there(accounts):
            return
        town = Town(now, _demo_hashes(), role_ids(), accounts=accounts, months=months)
        loaded = _load(town, is_large=True)
    seconds = time.monotonic() - began
    rate = round(loaded.accounts / seconds)
    click.echo(
        f"The town is loaded: {loaded.accounts} accounts in {seconds:.0f} s, {rate} a second."
    )


@contextmanager
def _empty_database() -> Iterator[datetime]:
    """A database that may be filled, of this version; gives the moment that it is there."""
    chosen = settings()
    if not chosen.demo:
        raise click.ClickException(
            "Everybody knows the demo's passwords: set VODOKANAL_DEMO=1 if that is meant."
        )
    with connected():
        _migrate(chosen)
        yield current_moment(chosen)


def _is_there(accounts: int) -> bool:
    town = find_town()
    if town is None:
        return False
    if town.accounts != accounts:
        raise click.ClickException(
            f"The database holds a town of {town.accounts} accounts already."
        )
    click.echo(f"The town is there: {town.accounts} accounts.")
    return True


def _demo_hashes() -> dict[str, str]:
    """Before the transaction: hashing is slow on purpose."""
    return {login: hash_password(PASSWORD) for login in LOGINS}


def _load(town: Town, *, is_large: bool = False) -> LoadedTown:
    batches = Watched(MadeAhead(town), town.accounts) if is_large else town
    try:
        return load_town(batches, name=NAME, at=town.now, is_large=is_large)
    except ForeignDatabaseError as error:
        raise click.ClickException(
            f"The database is not empty (table {error.table}): the demo town needs its own."
        ) from None


@click.command("create-employee")
@click.argument("login")
@click.option("--name", required=True, help="As the journal shows it.")
@click.option("--role", default="chief", show_default=True, help="The code of a role.")
@click.option("--generate", is_flag=True, help="Make up a password and print it once.")
@with_appcontext
def create_employee_command(login: str, *, name: str, role: str, generate: bool) -> None:
    """Add an employee; this is how the first chief gets in."""
    password = secrets.token_urlsafe(GENERATED_BYTES) if generate else _asked_password()
    try:
        password_hash = hash_password(password)
    except PasswordRefusedError:
        raise click.ClickException(f"A password has at least {SHORTEST} characters.") from None
    with current_database():
        try:
            new = NewEmployee(login, name, role, password_hash)
            employee = create_employee(SYSTEM, new, at=current_moment(settings()))
        except LoginTakenError as error:
            raise click.ClickException(f"Somebody has the login {error.login}.") from None
        except LoginRefusedError:
            raise click.ClickException("A login has up to 60 characters and no blanks.") from None
        except UnknownRoleError as error:
            known = ", ".join(role_ids())
            raise click.ClickException(f"No role {error.code}; there are {known}.") from None
    click.echo(f"{employee.name} may sign in as {employee.login}.")
    if generate:
        click.echo(f"Password, shown only now: {password}")


def _asked_password() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


@contextmanager
def current_database() -> Iterator[None]:
    """A connection to a database of this version."""
    with connected():
        if not is_current():
            raise NotReadyError(OLD_SCHEMA)
        yield


@contextmanager
def connected() -> Iterator[None]:
    """A connection, whatever the database holds."""
    try:
        open_connection()
    except PeeweeException as error:
        raise NotReadyError(f"The database cannot be opened: {error}") from error
    try:
        yield
    finally:
        database.close()


def current_moment(chosen: Settings) -> datetime:
    """What time a command takes it for: in the demo, the moment at which its clock starts."""
    start = demo_start(real_now(), chosen.zone) if chosen.demo and not chosen.now else None
    return start or moment_by(chosen)


def _migrate(chosen: Settings) -> list[str]:
    applied = migrate(chosen.instance)
    lay_foundations()
    return applied


def _refuse_too_few_connections(chosen: Settings) -> None:
    if is_sqlite():
        return
    (limit,) = database.execute_sql("SHOW max_connections").fetchone()
    # Kept for whoever has to look into a server that is full.
    (kept_back,) = database.execute_sql("SHOW superuser_reserved_connections").fetchone()
    wanted = chosen.workers * chosen.threads + BACKGROUND_CONNECTIONS
    most = int(limit) - int(kept_back)
    if wanted > most:
        raise NotReadyError(
            f"{chosen.workers} workers of {chosen.threads} threads and the one in the background"
            f" need {wanted} connections; PostgreSQL gives {most}:"
            " lower VODOKANAL_THREADS or raise max_connections."
        )


def _refuse_known_passwords() -> None:
    if find_town() is not None:
        raise NotReadyError(
            "The database holds the demo town, whose passwords everybody knows:"
            " set VODOKANAL_DEMO=1 or name another VODOKANAL_DATABASE."
        )
