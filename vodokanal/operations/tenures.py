"""How a tenure ends and how the next one begins: every row that goes over, stays or stops.

An account is one tenure; why is told in docs/decisions/017-change-of-holder.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from vodokanal.billing.findings import findings_to_json
from vodokanal.billing.holder_changes import SharedValue
from vodokanal.formats.account_numbers import LONGEST, account_key
from vodokanal.formats.search_text import folded
from vodokanal.models.accounts import (
    Account,
    AccountService,
    Holder,
    HolderKind,
    Occupancy,
    ReceiptDelivery,
)
from vodokanal.models.holder_changes import HolderChange, HolderChangeMeter
from vodokanal.models.letters import IS_OPEN, Letter, LetterState
from vodokanal.models.meters import Meter
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.readings import Submission
from vodokanal.models.recalculations import Absence, AccessRefusal
from vodokanal.models.receipts import Receipt
from vodokanal.models.signins import SignIn
from vodokanal.operations.actors import Actor
from vodokanal.operations.holder_control import ControlValue
from vodokanal.operations.holder_refusals import NoNumberLeftError
from vodokanal.operations.journal import record
from vodokanal.operations.letters import NOTHING_TO_TELL
from vodokanal.operations.touched_rows import Touched

ONE_DAY = timedelta(days=1)
# What of a meter goes over as it is; the resident's own name for it does not.
CARRIED = (
    "kind",
    "serial",
    "model",
    "place",
    "digits_before",
    "digits_after",
    "verified_on",
    "verify_by",
    "service_life_until",
    "seal_number",
    "failed_on",
)


@dataclass(frozen=True)
class NewHolder:
    """Who owes from now on."""

    name: str
    kind: HolderKind = HolderKind.PERSON
    telephone: str = ""
    email: str = ""
    inn: str = ""


@dataclass(frozen=True)
class Tenure:
    """Who holds the premises from now on, and how many live there and own.

    Without a holder the heirs are not known yet. Without a number the flat keeps its own.
    """

    holder: NewHolder | None
    registered: int = 0
    owners: int = 1
    number: str = ""


@dataclass(frozen=True)
class Moving:
    """Who changes a holder, from which day on, when it is entered, and what it has touched."""

    actor: Actor
    on: date
    at: datetime
    touched: Touched

    @property
    def last_day(self) -> date:
        """The old holder's last day."""
        return self.on - ONE_DAY


@dataclass(frozen=True)
class CarriedMeter:
    """A meter of the old account, the same one of the new account, and what it showed."""

    old: Meter
    new: Meter
    control: ControlValue


def close_tenure(account: Account, moving: Moving, *, frees_number: bool) -> None:
    """Closes the account; where the flat keeps its number, the account gets one of the past."""
    closing: dict[str, Any] = {
        "closed_on": moving.on,
        # Into that letter-box goes nothing of the former holder any more; there is no e-mail
        # either, since nobody may open the account.
        "receipt_delivery": ReceiptDelivery.EMAIL,
        "gis_account_id": None,
        "gis_service_id": None,
    }
    if frees_number:
        number = _number_of_the_past(str(account.number))
        closing |= {"number": number, "number_key": account_key(number)}
    moving.touched.change(account, **closing)


def end_household(account: Account, moving: Moving, *, frees_number: bool) -> None:
    """Ends what the account was supplied with, and lets nobody of the household in any more.

    The holder's row stays as it is: whoever left still owes what the account owes.
    """
    for table in (AccountService, Occupancy, AccessRefusal):
        for row in _holding(table, account, on=moving.on):
            moving.touched.change(row, ends_on=moving.last_day)
    # The day of coming back is not counted.
    away = (Absence.account == account.id) & (Absence.came_back_on > moving.on)
    for absence in Absence.select().where(away):
        moving.touched.change(absence, came_back_on=moving.on)
    _end_access(account, moving)
    _stop_letters(account, moving)
    if frees_number:
        _free_logins(account, moving)


def begin_tenure(account: Account, moving: Moving, *, tenure: Tenure) -> Account:
    """Opens an account for the new holder in the same premises, with the same services.

    Raises:
        IntegrityError: the number is another account's.
    """
    opened = Account(
        number=tenure.number or account.number,
        premises=account.premises_id,
        group=account.group,
        opened_on=moving.on,
        gis_account_id=account.gis_account_id,
        gis_service_id=account.gis_service_id,
    )
    moving.touched.make(opened)
    for service in _holding(AccountService, account, on=moving.on):
        carried = AccountService(
            account=opened,
            service=service.service,
            charging=service.charging,
            starts_on=moving.on,
            ends_on=service.ends_on,
        )
        moving.touched.make(carried)
    people = Occupancy(
        account=opened,
        registered=tenure.registered,
        owners=tenure.owners,
        starts_on=moving.on,
    )
    moving.touched.make(people)
    if tenure.holder is not None:
        given = vars(tenure.holder)
        moving.touched.make(Holder(account=opened, starts_on=moving.on, **given))
    return opened


def carry_meters(
    values: Mapping[int, ControlValue], moving: Moving, *, account: Account
) -> list[CarriedMeter]:
    """Lets each meter end with its value at the old account and begin with it at the new one."""
    return [_carried(each, moving, account=account) for each in values.values()]


def keep_meters(change: HolderChange, carried: Iterable[CarriedMeter]) -> None:
    """Writes what each meter showed, and whether it was read."""
    for each in carried:
        judgement, shared = each.control.judgement, each.control.shared
        HolderChangeMeter.create(
            change=change.id,
            old_meter=each.old.id,
            new_meter=each.new.id,
            value=each.control.value,
            is_estimated=shared is not None,
            findings="[]" if judgement is None else findings_to_json(judgement.findings),
            shared="{}" if shared is None else json.dumps(_as_values(shared)),
        )


def _as_values(shared: SharedValue) -> dict[str, object]:
    """What an estimate was made of, so that anybody can count it once more."""
    later = shared.later
    return {
        "previous": str(shared.previous.value),
        "previous_on": shared.previous.on.isoformat(),
        "days": shared.days,
        "per_day": None if shared.per_day is None else str(shared.per_day),
        "later": None if later is None else str(later.value),
        "later_on": None if later is None else later.on.isoformat(),
    }


def _carried(control: ControlValue, moving: Moving, *, account: Account) -> CarriedMeter:
    old = control.story.meter
    begun, failed_on = old.commissioned_on, old.failed_on
    opened = Meter(
        account=account,
        installed_on=moving.on,
        # On the account's first day, so that it is charged by from that day on.
        commissioned_on=None if begun is None else max(begun, moving.on),
        initial_reading=control.value,
        **{name: old.__data__[name] for name in CARRIED},
    )
    moving.touched.make(opened)
    ending = {"removed_on": moving.last_day, "final_reading": control.value}
    if begun is not None and begun >= moving.on:
        ending["commissioned_on"] = None
    if failed_on is not None and failed_on >= moving.on:
        ending["failed_on"] = None
    moving.touched.change(old, **ending)
    told = {"value": control.value, "is_estimated": control.shared is not None}
    for subject in (old, opened):
        record(moving.actor, "change_holder", subject=subject, at=moving.at, changes=({}, told))
    return CarriedMeter(old, opened, control)


def _end_access(account: Account, moving: Moving) -> None:
    """Revokes every access; whoever may open no other account is signed out everywhere."""
    own = (AccountAccess.account == account.id) & AccountAccess.revoked_at.is_null()
    residents = set()
    for access in AccountAccess.select().where(own).order_by(AccountAccess.id):
        residents.add(access.resident_id)
        moving.touched.change(access, revoked_at=moving.at)
        changes = ({"revoked_at": None}, {"revoked_at": moving.at})
        record(moving.actor, "revoke_access", subject=access, at=moving.at, changes=changes)
    still = AccountAccess.select(AccountAccess.resident).where(
        AccountAccess.resident.in_(sorted(residents)), AccountAccess.revoked_at.is_null()
    )
    # Not to be put back: what has been ended once never opens again, whoever has the cookie.
    SignIn.update(ended_at=moving.at).where(
        SignIn.resident.in_(sorted(residents)),
        SignIn.resident.not_in(still),
        SignIn.ended_at.is_null(),
    ).execute()


def _stop_letters(account: Account, moving: Moving) -> None:
    """Drops what is about to be written about the account; the letters of others go out."""
    of_account = [
        (Submission._meta.table_name, Submission.select(Submission.id), Submission.account),
        (Receipt._meta.table_name, Receipt.select(Receipt.id), Receipt.account),
    ]
    for name, rows, owner in of_account:
        about = (Letter.subject_table == name) & Letter.subject_id.in_(
            rows.where(owner == account.id)
        )
        for letter in Letter.select().where(IS_OPEN, about):
            moving.touched.change(letter, state=LetterState.DROPPED, last_error=NOTHING_TO_TELL)


def _free_logins(account: Account, moving: Moving) -> None:
    """Lets the number be somebody else's login: whoever had it gets the old account's new one."""
    was = str(account.number)
    fresh = Account.get_by_id(account.id)
    logins = {folded(was), folded(str(account.number_key))}
    for resident in Resident.select().where(Resident.login.in_(sorted(logins))):
        login = _free_login(folded(str(fresh.number)))
        moving.touched.change(resident, login=login)
        record(
            moving.actor,
            "free_login",
            subject=resident,
            at=moving.at,
            changes=({"login": resident.login}, {"login": login}),
        )


def _free_login(wished: str) -> str:
    found, sign = wished, 1
    while Resident.select().where(Resident.login == found).exists():
        sign += 1
        found = f"{wished}-{sign}"
    return found


def _number_of_the_past(number: str) -> str:
    """The first free number that tells the old account from the one that keeps its number."""
    sign = 1
    while len(found := f"{number}-{sign}") <= LONGEST:
        if not Account.select().where(Account.number_key == account_key(found)).exists():
            return found
        sign += 1
    raise NoNumberLeftError


def _holding(table: Any, account: Account, *, on: date) -> Any:
    """The account's dated rows that hold on a day."""
    return table.select().where(
        table.account == account.id,
        table.starts_on <= on,
        table.ends_on.is_null() | (table.ends_on >= on),
    )
