"""`backup`, `restore-check`, `restore`: all data as one proven file, and back."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask.cli import with_appcontext

from vodokanal.cli import connected, current_database, current_moment
from vodokanal.copy_proofs import looked_at, opened, proven
from vodokanal.formats.copies import Manifest, NotACopyError, copy_name
from vodokanal.gateways.archives import (
    NoRoomError,
    duplicate,
    files_under,
    pack,
    refuse_small_disk,
    rotate,
)
from vodokanal.models.accounts import Account
from vodokanal.models.copying import (
    FILE,
    NotAllowedError,
    OtherEngineError,
    applied_migrations,
    copy_database,
    database_size,
    write_over,
)
from vodokanal.models.database import BusyDatabaseError, is_sqlite
from vodokanal.models.migrating import migrate
from vodokanal.operations.copies import MadeCopy, keep_copy
from vodokanal.operations.signins import end_everybodys_sign_ins
from vodokanal.operations.transactions import writes
from vodokanal.settings import Settings
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import settings

FOLDER, UPLOADS = "copies", "uploads"
MEBIBYTE = 1024 * 1024
# The copy itself, its log while it is proven, and its archive.
ROOM_FACTOR = 2.2
MOST_SAID = 20
NO_DATABASE_BESIDE = (
    "The copy cannot be proven: PostgreSQL does not let this user create a database beside its own."
    " `ALTER ROLE … CREATEDB` allows it."
)


@click.command("backup")
@click.option("--recount", is_flag=True, help="Count everything in the copy's ledger again.")
@with_appcontext
@click.pass_context
def backup_command(context: click.Context, *, recount: bool) -> None:
    """Copy database and uploads to one file, prove it, remove the copies that had their time."""
    with alone(settings()) as folder, current_database():
        made = make_copy(settings(), folder, recount=recount)
        gone = rotate(folder)
        second = settings().second_copies
        if second is not None:
            rotate(second)
    if gone:
        click.echo(f"Removed: {', '.join(gone)}")
    if made.faults or made.second_refusal:
        context.exit(1)


@click.command("restore-check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore_check_command(file: Path) -> None:
    """Load a copy beside the portal's own data, prove it and say what is in it."""
    with alone(settings()) as folder, connected(), workplace(folder) as work:
        manifest = _whole(file, work)
    _tell_contents(manifest)
    click.echo(f"{file.name} is whole: it can be restored.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Although the database holds accounts already.")
@with_appcontext
def restore_command(file: Path, *, replace: bool) -> None:
    """Put a copy in the place of everything there is; what was there is copied first."""
    chosen = settings()
    with alone(chosen) as folder, connected():
        if _holds_accounts():
            if not replace:
                raise click.ClickException(
                    "The database holds accounts. `restore --replace` puts the copy in their"
                    " place, after a copy of what is there now."
                )
            make_copy(chosen, folder)
        with workplace(folder) as work:
            manifest = _whole(file, work)
            _put_back(work, chosen)
    _tell_contents(manifest)
    click.echo(f"{file.name} is restored. Run `flask --app app migrate` before you serve it.")


def make_copy(chosen: Settings, folder: Path, *, recount: bool = False) -> MadeCopy:
    """Makes, proves and keeps one copy, here and in the second folder; says so.

    Raises:
        click.ClickException: there is no room for it, or no way to prove it.
    """
    began, made_at = time.monotonic(), _free_moment(folder, chosen)
    target = folder / copy_name(made_at)
    with workplace(folder) as work:
        try:
            refuse_small_disk(folder, wanted=int(database_size() * ROOM_FACTOR))
            copy_database(work)
            members = {each.name: each for each in sorted(work.iterdir())}
            members |= files_under(chosen.instance / UPLOADS)
            when = made_at.isoformat()
            with looked_at(work, chosen, made_at=when, recount=recount) as found:
                manifest = pack(target, found, members=members)
        except NoRoomError as error:
            raise click.ClickException(
                f"A copy needs {error.wanted // MEBIBYTE} MB; the disk of {folder} has"
                f" {error.free // MEBIBYTE} MB left."
            ) from None
        except NotAllowedError:
            raise click.ClickException(NO_DATABASE_BESIDE) from None
    made = MadeCopy(
        target.name,
        size=target.stat().st_size,
        seconds=time.monotonic() - began,
        faults=len(manifest.faults),
        second_refusal=_second_copy(target, chosen.second_copies),
    )
    keep_copy(made, real_now=real_now(), at=current_moment(chosen))
    _tell_made(made, manifest)
    return made


def _free_moment(folder: Path, chosen: Settings) -> datetime:
    """The real moment in the utility's zone, to the second; later when a copy has that name."""
    moment = real_now().astimezone(chosen.zone).replace(microsecond=0)
    while (folder / copy_name(moment)).exists():
        moment += timedelta(seconds=1)
    return moment


@contextmanager
def alone(chosen: Settings) -> Iterator[Path]:
    """The folder of the copies, for this command alone."""
    folder = chosen.instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / ".lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException("Another command is at work on the copies.") from None
        yield folder


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A folder beside the copies, gone afterwards; what a killed command has left goes too."""
    for left in folder.glob(".work-*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(".*.part"):
        left.unlink(missing_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".work-", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _whole(file: Path, work: Path) -> Manifest:
    """Unpacks a copy into the workplace; refuses one that is not whole."""
    try:
        manifest, faults = proven(file, work, chosen=settings())
    except NotACopyError as error:
        raise click.ClickException(f"{file.name} cannot be restored: {error.why}.") from None
    except NotAllowedError:
        raise click.ClickException(NO_DATABASE_BESIDE) from None
    for fault in faults[:MOST_SAID]:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"{len(faults)} faults in {file.name}: take an earlier copy.")
    return manifest


def _put_back(work: Path, chosen: Settings) -> None:
    """Puts an unpacked copy in its place, the tables first."""
    try:
        if not is_sqlite() and not applied_migrations():
            migrate(chosen.instance)
        # What was ended since the copy was made is open in it: whoever has the cookie stays out.
        if is_sqlite() and (work / FILE).exists():
            with opened(work, chosen):
                end_everybodys_sign_ins(at=real_now())
            write_over(work)
        else:
            _write_over_signed_out(work)
    except OtherEngineError as error:
        raise click.ClickException(
            f"The copy is of {error.engine}; VODOKANAL_DATABASE names the other engine."
        ) from None
    except BusyDatabaseError:
        raise click.ClickException(
            "Somebody else was at work on the database all the time: stop the portal, and try again."
        ) from None
    uploads = chosen.instance / UPLOADS
    if (work / UPLOADS).is_dir():
        # What was uploaded since is in the copy that was made before.
        shutil.rmtree(uploads, ignore_errors=True)
        shutil.copytree(work / UPLOADS, uploads)


@writes
def _write_over_signed_out(work: Path) -> None:
    """In one transaction: nobody who was signed in writes into the restored rows."""
    write_over(work)
    end_everybodys_sign_ins(at=real_now())


def _holds_accounts() -> bool:
    return bool(applied_migrations()) and Account.select().exists()


def _second_copy(target: Path, folder: Path | None) -> str:
    """Puts the copy into the second folder too; why that failed, or an empty text."""
    if folder is None:
        return ""
    try:
        duplicate(target, folder)
    except NotACopyError as error:
        return error.why
    except OSError as error:
        return f"{folder}: {error.strerror or error}"
    return ""


def _tell_made(made: MadeCopy, manifest: Manifest) -> None:
    size = f"{made.size / MEBIBYTE:.0f} MB"
    click.echo(
        f"{made.file_name}: {size} in {made.seconds:.1f} s, {sum(manifest.rows.values())} rows."
    )
    for fault in manifest.faults[:MOST_SAID]:
        click.echo(fault)
    if manifest.faults:
        click.echo(f"{made.faults} faults: the copy is kept, but it does not prove the data.")
    if made.second_refusal:
        click.echo(f"The second folder has none: {made.second_refusal}")


def _tell_contents(manifest: Manifest) -> None:
    click.echo(f"Made on {datetime.fromisoformat(manifest.made_at):%Y-%m-%d at %H:%M}.")
    for name, count in sorted(manifest.rows.items()):
        if count:
            click.echo(f"  {name:28} {count:>10}")
