"""The case file of an account: everything that is kept of some months, as a court wants to see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from peewee import JOIN

from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.statements import Whose
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.base import Table
from vodokanal.models.disputes import Dispute
from vodokanal.models.holder_changes import HolderChange
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter
from vodokanal.models.meters import Meter
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.people import AccountAccess, Employee, Resident
from vodokanal.models.places import Premises
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.recalculations import Absence, AccessRefusal, Correction, MeterCheck
from vodokanal.models.receipts import Receipt
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.movements import Statement, account_statement
from vodokanal.operations.receipts import BilledMonth, billed_months
from vodokanal.operations.statement_papers import whose_on
from vodokanal.operations.transactions import writes

# A longer case than this is a slip of the finger.
MOST_MONTHS = 120
# What the law lets the utility ask for: the general limitation of three years (ГК ст. 196).
USUAL_MONTHS = 36
# Rows of one account whose changes belong to its journal.
OF_ACCOUNT: tuple[Any, ...] = (
    AccountAccess,
    AccountService,
    AccessRefusal,
    Absence,
    Correction,
    Dispute,
    Holder,
    Meter,
    Occupancy,
    OpeningBalance,
    Payment,
    Submission,
)
LETTERS_ABOUT: tuple[Any, ...] = (Submission, Receipt, Dispute)
AT_A_TIME = 500


class MonthsRefusedError(Exception):
    """No case file is made of these months: they are in no order, or more than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass(frozen=True)
class CaseMeter:
    """A meter with its checks and its readings of the months, oldest first."""

    meter: Meter
    checks: Sequence[MeterCheck]
    readings: Sequence[Reading]


@dataclass(frozen=True)
class CaseLetter:
    """A letter and the row that it is about: a submission, a receipt, a dispute."""

    letter: Letter
    subject: Table


@dataclass(frozen=True)
class CaseFile:
    """What is kept of an account from the first month to the last, both included."""

    account: Account
    whose: Whose
    first: Period
    last: Period
    holders: Sequence[Holder]
    people: Sequence[Occupancy]
    services: Sequence[AccountService]
    meters: Sequence[CaseMeter]
    refusals: Sequence[AccessRefusal]
    absences: Sequence[Absence]
    months: Sequence[BilledMonth]
    statement: Statement
    payments: Sequence[Payment]
    letters: Sequence[CaseLetter]
    disputes: Sequence[Dispute]
    journal: Sequence[JournalEntry]


@writes
def record_case_file(
    actor: Actor, account: Account, *, first: Period, last: Period, at: datetime
) -> None:
    """Writes down that somebody has printed what is kept of an account."""
    told = {"from": first, "to": last}
    record(actor, "print_case_file", subject=account, at=at, changes=({}, told))


def get_case_file(account: Account, first: Period, *, last: Period, zone: ZoneInfo) -> CaseFile:
    """Everything that is kept of an account and these months; four dozen statements.

    Days of letters and deeds are those of the utility's zone.

    Raises:
        MonthsRefusedError: the last is before the first, or there are too many.
    """
    if not 0 < len(list(months_between(first, last))) <= MOST_MONTHS:
        raise MonthsRefusedError(MOST_MONTHS)
    moments = _moments(first, last, zone=zone)
    account_id = account.id
    billed = billed_months(account_id, list(months_between(first, last)))
    return CaseFile(
        account=account,
        whose=whose_on(account_id, last.last_day),
        first=first,
        last=last,
        holders=_of(Holder, account_id, order=Holder.starts_on),
        people=_of(Occupancy, account_id, order=Occupancy.starts_on),
        services=_of(AccountService, account_id, order=AccountService.starts_on),
        meters=_meters(account_id, first, last=last),
        refusals=_of(AccessRefusal, account_id, order=AccessRefusal.starts_on),
        absences=_of(Absence, account_id, order=Absence.left_on),
        months=[billed[period] for period in sorted(billed)],
        statement=account_statement(account_id, first, last=last),
        payments=_payments(account_id, first, last=last),
        letters=_letters(account_id, moments),
        disputes=[
            each
            for each in _of(Dispute, account_id, order=Dispute.id)
            if first <= each.period <= last
        ],
        journal=_journal(account, moments),
    )


def _of(table: Any, account_id: int, *, order: Any) -> list[Any]:
    return list(table.select().where(table.account == account_id).order_by(order, table.id))


def _meters(account_id: int, first: Period, *, last: Period) -> list[CaseMeter]:
    """The meters that hung in these months; three statements."""
    hung = Meter.select().where(
        Meter.account == account_id,
        Meter.installed_on <= last.last_day,
        Meter.removed_on.is_null() | (Meter.removed_on >= first.first_day),
    )
    meters = list(hung.order_by(Meter.kind, Meter.installed_on, Meter.id))
    ids = [each.id for each in meters]
    checks: dict[int, list[MeterCheck]] = defaultdict(list)
    for check in MeterCheck.select().where(MeterCheck.meter.in_(ids)).order_by(MeterCheck.id):
        checks[check.meter_id].append(check)
    readings: dict[int, list[Reading]] = defaultdict(list)
    rows = (
        Reading.select(Reading, Resident, Employee)
        .join(Resident, JOIN.LEFT_OUTER)
        .switch(Reading)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(Reading.meter.in_(ids), Reading.period >= first, Reading.period <= last)
    )
    for reading in rows.order_by(Reading.period, Reading.id):
        readings[reading.meter_id].append(reading)
    return [CaseMeter(each, checks[each.id], readings[each.id]) for each in meters]


def _payments(account_id: int, first: Period, *, last: Period) -> list[Payment]:
    """What was paid on these days; `reversal` of each says whether it was taken back."""
    rows = (
        Payment.select(Payment, PaymentReversal)
        .join(PaymentReversal, JOIN.LEFT_OUTER, attr="reversal")
        .where(
            Payment.account == account_id,
            Payment.received_on.between(first.first_day, last.last_day),
        )
    )
    return list(rows.order_by(Payment.received_on, Payment.id))


def _letters(account_id: int, moments: tuple[datetime, datetime]) -> list[CaseLetter]:
    """Letters about the account to whoever could ever open it; five statements."""
    residents = AccountAccess.select(AccountAccess.resident).where(
        AccountAccess.account == account_id
    )
    begun, ended = moments
    rows = (
        Letter.select(Letter, Resident)
        .join(Resident)
        .where(
            Letter.resident.in_([resident for (resident,) in residents.tuples()]),
            Letter.created_at.between(begun, ended),
        )
        .order_by(Letter.id)
    )
    letters = list(rows)
    subjects: dict[str, set[int]] = defaultdict(set)
    for letter in letters:
        subjects[letter.subject_table].add(letter.subject_id)
    own = {
        table._meta.table_name: _own(table, account_id, ids=subjects[table._meta.table_name])
        for table in LETTERS_ABOUT
    }
    return [
        CaseLetter(each, own[each.subject_table][each.subject_id])
        for each in letters
        if each.subject_id in own.get(each.subject_table, ())
    ]


def _own(table: Any, account_id: int, *, ids: Collection[int]) -> dict[int, Table]:
    """Those of the rows that are the account's, by their ids."""
    if not ids:
        return {}
    rows = table.select().where(table.id.in_(sorted(ids)), table.account == account_id)
    return {row.id: row for row in rows}


def _journal(account: Account, moments: tuple[datetime, datetime]) -> list[JournalEntry]:
    """What people did to the account and to its rows in these months, in order."""
    begun, ended = moments
    begun = max(begun, _begun_at(account) or begun)
    found: list[JournalEntry] = []
    for name, ids in _subjects(account).items():
        for start in range(0, len(ids), AT_A_TIME):
            rows = JournalEntry.select().where(
                JournalEntry.subject_table == name,
                JournalEntry.subject_id.in_(ids[start : start + AT_A_TIME]),
                JournalEntry.at.between(begun, ended),
            )
            # Added by "+", they would be a compound of two queries.
            found.extend(rows)
    return sorted(found, key=lambda each: int(each.id))


def _begun_at(account: Account) -> datetime | None:
    """When a change of holder has begun the account; None: it began in another way."""
    change = HolderChange.get_or_none(HolderChange.new_account == account)
    return None if change is None else change.entered_at


def _subjects(account: Account) -> Mapping[str, list[int]]:
    """The account's rows by table, by their ids; a statement a table."""
    row: Any = account
    found = {_name(Account): [row.id], _name(Premises): [row.premises_id]}
    for table in OF_ACCOUNT:
        rows = table.select(table.id).where(table.account == row.id)
        found[_name(table)] = [key for (key,) in rows.tuples()]
    found[_name(Reading)] = list(_ids(Reading, Reading.meter, owners=found[_name(Meter)]))
    found[_name(MeterCheck)] = list(_ids(MeterCheck, MeterCheck.meter, owners=found[_name(Meter)]))
    payments = found[_name(Payment)]
    found[_name(PaymentReversal)] = list(
        _ids(PaymentReversal, PaymentReversal.payment, owners=payments)
    )
    return found


def _ids(table: Any, column: Any, *, owners: Sequence[int]) -> Iterator[int]:
    for start in range(0, len(owners), AT_A_TIME):
        rows = table.select(table.id).where(column.in_(owners[start : start + AT_A_TIME]))
        yield from (key for (key,) in rows.tuples())


def _name(table: type[Table]) -> str:
    name: str = table._meta.table_name
    return name


def _moments(first: Period, last: Period, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the last one of the last."""
    begun = datetime.combine(first.first_day, time.min, zone)
    return begun, datetime.combine(last.last_day, time.max, zone)
