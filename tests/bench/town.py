"""The town that is measured: loaded once, copied for every run; its people and what they send."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import psutil
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from tests.source import ROOT
from vodokanal import create_app
from vodokanal.billing.periods import Period
from vodokanal.demo.stories import STORIES
from vodokanal.models.accounts import Account
from vodokanal.models.database import database, open_connection, write_tx
from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Employee, Resident
from vodokanal.models.places import House, Premises
from vodokanal.models.readings import Reading
from vodokanal.operations.signins import person_of, start_sign_in
from vodokanal.settings import Settings, read_settings
from vodokanal.web.clock import real_now

# Made before the windows open, so that nearly everybody still has this month's readings to send.
MADE_AT, SERVED_AT = "2026-11-09T12:00", "2026-11-17T10:42"
TODAY, THIS_MONTH = date(2026, 11, 17), Period(2026, 11)
FAR_DISTRICT = 4
MONTHS_LOOKED_BACK = 6
KEY = "a secret of the bench alone, thirty-two bytes"
RATE = re.compile(r"([0-9]+) a second")
# All of a larger town would only take longer to sign in.
MOST_PEOPLE = 12_000
MEBIBYTE = 1024 * 1024


class TownNotLoadedError(Exception):
    """The town could not be loaded; the command's words are in the message."""


@dataclass(frozen=True)
class BenchTown:
    """A loaded town: its folder, its size, at what rate and with how much memory it was loaded."""

    folder: Path
    accounts: int
    loaded_at: float
    megabytes: float

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.folder / 'portal.db'}"

    def settings(self) -> Settings:
        """The settings under which the bench itself looks into it."""
        return read_settings(self.environment())

    def environment(self) -> dict[str, str]:
        """What a process needs to know to serve it."""
        return {
            "VODOKANAL_INSTANCE": str(self.folder),
            "VODOKANAL_DATABASE": self.url,
            "VODOKANAL_DEMO": "1",
            "VODOKANAL_NOW": SERVED_AT,
            "VODOKANAL_SECRET_KEY": KEY,
            "VODOKANAL_SITE_URL": "http://localhost",
        }


def loaded_town(accounts: int) -> BenchTown:
    """The town of that size below instance/, loaded when it is not there or of an older portal."""
    folder = ROOT / "instance" / f"bench-{accounts}"
    note = folder / "loaded.json"
    made_of = _source_stamp()
    if note.exists():
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["made_of"] == made_of:
            return BenchTown(folder, accounts, known["rate"], known["megabytes"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rate, megabytes = load(folder, accounts)
    known = {"made_of": made_of, "rate": rate, "megabytes": megabytes}
    note.write_text(json.dumps(known), encoding="utf-8")
    return BenchTown(folder, accounts, rate, megabytes)


def _source_stamp() -> str:
    """What a loaded town depends on: the schema and its makers."""
    digest = hashlib.sha256()
    for folder in ("demo", "migrations"):
        for path in sorted((ROOT / "vodokanal" / folder).glob("*.*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def load(folder: Path, accounts: int, database: str = "") -> tuple[float, float]:
    """Loads a town of that size: how many accounts a second, with how many megabytes."""
    environment = {
        **os.environ,
        "VODOKANAL_INSTANCE": str(folder),
        "VODOKANAL_DATABASE": database or f"sqlite:///{folder / 'portal.db'}",
        "VODOKANAL_DEMO": "1",
        "VODOKANAL_NOW": MADE_AT,
    }
    command = ["-m", "flask", "--app", "app", "load-town", "--accounts", str(accounts)]
    said = folder / "loaded.log"
    with said.open("wb") as words:
        loader = psutil.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=words, stderr=words
        )
        megabytes = largest(loader)
    found = RATE.search(said.read_text(encoding="utf-8"))
    if loader.returncode or found is None:
        raise TownNotLoadedError(said.read_text(encoding="utf-8"))
    return float(found[1]), megabytes


def largest(process: psutil.Popen) -> float:
    """The most memory that a process and its children had at once, in megabytes."""
    most = 0
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            every = [process, *process.children(recursive=True)]
            most = max(most, sum(each.memory_info().rss for each in every))
        time.sleep(0.2)
    return most / MEBIBYTE


@contextmanager
def copied(town: BenchTown) -> Iterator[BenchTown]:
    """The town in a folder of its own on the same disk, gone afterwards."""
    folder = town.folder.with_name(f"{town.folder.name}-run")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(town.folder / "portal.db", folder / "portal.db")
    try:
        yield replace(town, folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(town: BenchTown) -> Iterator[Flask]:
    """The application on the town, in this process, telling nobody of every request."""
    logging.disable(logging.WARNING)
    app = create_app(town.settings())
    open_connection()
    try:
        yield app
    finally:
        database.close()
        logging.disable(logging.NOTSET)


@dataclass(frozen=True)
class Flat:
    """An account with somebody signed in: what this month's readings are likely to be."""

    number: str
    cookie: str
    values: Mapping[int, tuple[Decimal, int]]

    @property
    def path(self) -> str:
        """Its page of readings."""
        return f"/personal/{self.number}/readings/"

    def form(self, *, more: int = 0) -> dict[str, str]:
        """What is typed into the fields; `more` is added in the last digit."""
        return {
            f"meter-{meter}": f"{value + Decimal(more).scaleb(-digits):.{digits}f}".replace(
                ".", ","
            )
            for meter, (value, digits) in self.values.items()
        }


@dataclass(frozen=True)
class Signature:
    """Cookies as the portal makes them, and the token that all their forms carry."""

    app: Flask
    raw: str
    token: str

    @classmethod
    def of(cls, app: Flask) -> Signature:
        """The signature of the portal's key."""
        with app.test_request_context():
            token = generate_csrf()
            return cls(app, session["csrf_token"], token)

    def cookie(self, person: Resident | Employee) -> str:
        """The session of somebody who has just signed in."""
        token = start_sign_in(person_of(person), device="bench", remembered=False, at=real_now())
        content = {"_user_id": token, "_fresh": True, "csrf_token": self.raw}
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        cookie: str = serializer.dumps(content)
        return cookie


def signed_in_flats(signature: Signature, *, most: int = MOST_PEOPLE) -> list[Flat]:
    """Accounts that have not sent anything this month and may now, their residents signed in."""
    values = _next_values(most * 2)
    found = []
    # One transaction: what a sign-in costs is not measured here.
    with write_tx():
        for account_id, number, resident in _accounts(most):
            if account_id in values:
                cookie = signature.cookie(resident)
                found.append(Flat(number, cookie, values[account_id]))
    return found


def _accounts(most: int) -> list[tuple[int, str, Resident]]:
    rows = (
        AccountAccess.select(AccountAccess, Account, Resident)
        .join(Account)
        .join(Premises)
        .join(House)
        .switch(AccountAccess)
        .join(Resident)
        .where(
            Account.id > len(STORIES),
            Account.id <= most * 2,
            Account.closed_on.is_null(),
            House.district != FAR_DISTRICT,
        )
        .order_by(Account.id)
        .limit(most)
    )
    return [(row.account.id, str(row.account.number), row.resident) for row in rows]


def _next_values(last: int) -> dict[int, dict[int, tuple[Decimal, int]]]:
    """By account and meter: what the usual use leads to today, and how many decimals it shows."""
    past = defaultdict(list)
    rows = (
        Reading.select(Reading.meter, Reading.taken_on, Reading.value, Reading.state)
        .join(Meter)
        .where(
            Meter.account <= last,
            Reading.period >= THIS_MONTH.plus(-MONTHS_LOOKED_BACK),
        )
        .order_by(Reading.meter, Reading.taken_on)
        .tuples()
    )
    for meter, taken_on, value, state in rows:
        if state == "accepted":
            past[meter].append((taken_on, value))
    found: dict[int, dict[int, tuple[Decimal, int]]] = defaultdict(dict)
    meters = Meter.select(Meter.id, Meter.account, Meter.digits_after).where(
        Meter.account <= last, Meter.removed_on.is_null()
    )
    for meter in meters:
        if len(past[meter.id]) > 1:
            found[meter.account_id][meter.id] = (_expected(past[meter.id]), meter.digits_after)
    return found


def _expected(past: Sequence[tuple[date, Decimal]]) -> Decimal:
    (first_on, first), (last_on, last) = past[0], past[-1]
    daily = (last - first) / max((last_on - first_on).days, 1)
    return last + daily * (TODAY - last_on).days
