"""Sign-ins: who is meant by a typed name, and one row a device until it is ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN

from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.formats.search_text import folded
from vodokanal.models.accounts import Account
from vodokanal.models.configuration import Configuration
from vodokanal.models.people import AccountAccess, Employee, Relation, Resident
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.signins import SignIn
from vodokanal.operations.actors import Actor, ActorKind
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

TOKEN_BYTES = 32
DEVICE_LENGTH = 200
NAME_LENGTH = 200
MOST_PEOPLE = 20
# Asked with every page of somebody signed in.
PRESENT: Prepared[Any] = Prepared(
    lambda: (
        SignIn.select(SignIn, Resident, Employee, Configuration)
        .join(Resident, JOIN.LEFT_OUTER)
        .switch(SignIn)
        .join(Employee, JOIN.LEFT_OUTER)
        .switch(SignIn)
        # A single row.
        .join(Configuration, JOIN.LEFT_OUTER, on=(Configuration.id > 0), attr="configuration")
        .where(
            SignIn.token_hash == slot("token_hash", SignIn.token_hash), SignIn.ended_at.is_null()
        )
    )
)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in: a resident or an employee."""

    kind: ActorKind
    id: int
    name: str
    password_hash: str = field(default="", repr=False)
    is_disabled: bool = False

    @property
    def code(self) -> str:
        """The person as other rows name it, such as resident:17."""
        return f"{self.kind.value}:{self.id}"

    @property
    def table(self) -> type[Resident | Employee]:
        """The table with the person's row."""
        return Resident if self.kind is ActorKind.RESIDENT else Employee


@dataclass(frozen=True)
class Presence:
    """A sign-in that has not been ended, with its person; whether it is too old is not said."""

    id: int
    person: Person
    language: str
    remembered: bool
    started_at: datetime
    last_seen_at: datetime
    # What the configuration's token was at that moment.
    configuration: str


def person_of(row: Resident | Employee) -> Person:
    """The person of a resident's or an employee's row."""
    kind = ActorKind.RESIDENT if isinstance(row, Resident) else ActorKind.EMPLOYEE
    return Person(
        kind=kind,
        id=row.id,
        name=str(row.name),
        password_hash=str(row.password_hash),
        is_disabled=row.disabled_at is not None,
    )


def login_key(text: str) -> str:
    """A login as it is kept and compared: folded; empty when nobody could have typed it."""
    return folded(text[:NAME_LENGTH]) if text.isprintable() else ""


def find_resident(typed: str) -> Person | None:
    """The resident whose login was typed, or the only one who may act for that account.

    One statement whatever was typed, so that a name's existence does not show in the time.
    """
    login, key = login_key(typed), _key(typed)
    by_account = (
        AccountAccess.select(AccountAccess.resident)
        .join(Account)
        .where(
            Account.number_key == key,
            AccountAccess.revoked_at.is_null(),
            AccountAccess.relation != Relation.TRUSTED,
        )
    )
    logins = [login, folded(key)]
    by_login = Resident.select(Resident.id).where(Resident.login.in_(logins))
    # A union: PostgreSQL reads every resident to answer an OR of a login and a subquery.
    found = list(Resident.select().where(Resident.id.in_(by_login | by_account)).limit(MOST_PEOPLE))
    for each in logins:
        for resident in found:
            if each and resident.login == each:
                return person_of(resident)
    return _only(person_of(resident) for resident in found)


def find_employee(typed: str) -> Person | None:
    """The employee with that login."""
    row = Employee.get_or_none(Employee.login == login_key(typed))
    return None if row is None else person_of(row)


@writes
def start_sign_in(person: Person, *, device: str, remembered: bool, at: datetime) -> str:
    """Signs the person in on a device; gives the token for its cookies."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    SignIn.create(
        token_hash=_hash(token),
        resident=person.id if person.kind is ActorKind.RESIDENT else None,
        employee=person.id if person.kind is ActorKind.EMPLOYEE else None,
        device=device[:DEVICE_LENGTH],
        remembered=remembered,
        started_at=at,
        last_seen_at=at,
    )
    return token


def find_presence(token: str) -> Presence | None:
    """The sign-in of that token unless it was ended or its person disabled; one statement."""
    row = PRESENT.first(token_hash=_hash(token))
    if row is None:
        return None
    owner = row.resident or row.employee
    person = person_of(owner)
    if person.is_disabled:
        return None
    return Presence(
        id=row.id,
        person=person,
        language=getattr(owner, "language", ""),
        remembered=row.remembered,
        started_at=row.started_at,
        last_seen_at=row.last_seen_at,
        configuration="" if row.configuration is None else row.configuration.token,
    )


@writes
def touch_sign_in(sign_in_id: int, *, at: datetime) -> None:
    """Notes that the device was seen; an ended sign-in stays ended."""
    SignIn.update(last_seen_at=at).where(
        SignIn.id == sign_in_id, SignIn.last_seen_at < at
    ).execute()


@writes
def end_sign_in(sign_in_id: int, *, at: datetime) -> None:
    """Ends one device's sign-in; ending it twice changes nothing."""
    SignIn.update(ended_at=at).where(SignIn.id == sign_in_id, SignIn.ended_at.is_null()).execute()


@writes
def end_all_sign_ins(person: Person, *, at: datetime) -> int:
    """Ends the person's sign-ins on every device; gives how many there were."""
    column = SignIn.resident if person.kind is ActorKind.RESIDENT else SignIn.employee
    ended = SignIn.update(ended_at=at).where(column == person.id, SignIn.ended_at.is_null())
    return int(ended.execute())


@writes
def end_everybodys_sign_ins(*, at: datetime) -> int:
    """Signs everybody out everywhere, such as after older data were put back; how many devices."""
    return int(SignIn.update(ended_at=at).where(SignIn.ended_at.is_null()).execute())


@writes
def disable_person(actor: Actor, person: Person, *, at: datetime) -> None:
    """Takes the right to sign in away and ends every sign-in; doing it twice changes nothing."""
    row = person.table.get_by_id(person.id)
    if row.disabled_at is None:
        row.disabled_at = at
        row.save()
        end_all_sign_ins(person, at=at)
        record(
            actor,
            "disable",
            subject=row,
            at=at,
            changes=({"disabled_at": None}, {"disabled_at": at}),
        )


def _key(typed: str) -> str:
    try:
        return account_key(typed[:NAME_LENGTH])
    except InvalidAccountNumberError:
        return ""


def _only(people: Iterable[Person]) -> Person | None:
    able = [person for person in people if not person.is_disabled]
    return able[0] if len(able) == 1 else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
