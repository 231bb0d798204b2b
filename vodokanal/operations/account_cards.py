"""An account as its card shows it: everything that a caller may ask, in a dozen statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN, fn

from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import Service
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.fields import MomentField
from vodokanal.models.looks import CardOpening
from vodokanal.models.meters import Meter
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.people import AccountAccess, Employee, Relation, Resident
from vodokanal.models.places import District, House, Premises
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.models.signins import SignIn
from vodokanal.operations.accounts import AccountNotFoundError, known_key
from vodokanal.operations.consumption import KeptReading, kept_readings
from vodokanal.operations.issued_months import CLOSED
from vodokanal.operations.looks import SAME_OPENING
from vodokanal.operations.meters import MeterStory
from vodokanal.operations.waiting_corrections import any_waiting

MONTHS_SHOWN = 3


@dataclass(frozen=True)
class Card:
    """An account with what there is one of: who holds it, who lives there, its note, the last money."""

    account: Account
    holder: Holder | None
    occupancy: Occupancy | None
    note: AccountNote | None
    last_payment: Payment | None
    # Whether this employee has opened it a moment ago.
    was_open: bool
    # Whether a question about a removed meter is open, and a correction waits for its receipt.
    asks_of_removed: bool
    has_corrections: bool


@dataclass(frozen=True)
class CardLine:
    """What one service of a month was charged by."""

    service: Service
    method: Method
    volume: Decimal
    amount: Decimal


@dataclass(frozen=True)
class CardMonth:
    """An issued month of the account in rubles, with its lines."""

    period: Period
    charged: Decimal
    corrected: Decimal
    lines: Sequence[CardLine]


@dataclass(frozen=True)
class CardAccess:
    """Somebody who may open the account, and when they were last there."""

    resident_id: int
    name: str
    relation: Relation
    seen_at: datetime | None
    is_disabled: bool


def _holds_today(table: Any) -> Any:
    day = slot("today", table.starts_on)
    return (table.starts_on <= day) & (table.ends_on.is_null() | (table.ends_on >= day))


def _of_the_day(table: Any) -> Any:
    return (table.account == Account.id) & _holds_today(table)


def _last_payment() -> Any:
    paid = Payment.alias()
    taken_back = PaymentReversal.select(PaymentReversal.id).where(
        PaymentReversal.payment == paid.id
    )
    return (
        paid.select(paid.id)
        .where(paid.account == Account.id, ~fn.EXISTS(taken_back))
        .order_by(paid.received_on.desc(), paid.id.desc())
        .limit(1)
    )


def _last_opening() -> Any:
    opened = CardOpening.alias()
    return (
        opened.select(opened.id)
        .where(
            opened.account == Account.id,
            opened.opened_at > slot("since", CardOpening.opened_at),
            opened.employee == slot("employee", CardOpening.employee),
        )
        .order_by(opened.opened_at.desc())
        .limit(1)
    )


def _asked_of_removed() -> Any:
    asked, removed = Reading.alias(), Meter.alias()
    return (
        asked.select(asked.id)
        .join(removed, on=(asked.meter == removed.id))
        .where(
            removed.account == Account.id,
            removed.removed_on <= slot("today", Meter.removed_on),
            asked.state == ReadingState.ASKED,
        )
        .limit(1)
    )


# What there is at most one of, besides whose it is and who lives there.
ONE_OF = (AccountNote, Employee, Payment, CardOpening, Reading, Correction)
CARD: Prepared[Any] = Prepared(
    lambda: (
        Account.select(Account, Premises, House, District, Holder, Occupancy, *ONE_OF)
        .join(Premises)
        .join(House)
        .join(District)
        .switch(Account)
        .join(Holder, JOIN.LEFT_OUTER, on=_of_the_day(Holder), attr="held_by")
        .switch(Account)
        .join(Occupancy, JOIN.LEFT_OUTER, on=_of_the_day(Occupancy), attr="lived_in")
        .switch(Account)
        .join(
            AccountNote,
            JOIN.LEFT_OUTER,
            on=(AccountNote.account == Account.id) & AccountNote.removed_at.is_null(),
            attr="noted",
        )
        .join(Employee, JOIN.LEFT_OUTER, on=(AccountNote.employee == Employee.id))
        .switch(Account)
        .join(Payment, JOIN.LEFT_OUTER, on=(Payment.id == _last_payment()), attr="paid_last")
        .switch(Account)
        .join(
            CardOpening, JOIN.LEFT_OUTER, on=(CardOpening.id == _last_opening()), attr="opened_last"
        )
        .switch(Account)
        .join(Reading, JOIN.LEFT_OUTER, on=(Reading.id == _asked_of_removed()), attr="asked_once")
        .switch(Account)
        .join(
            Correction,
            JOIN.LEFT_OUTER,
            on=(Correction.id == any_waiting()),
            attr="corrected",
        )
        .where(Account.number_key == slot("number_key", Account.number_key))
        .order_by(Holder.starts_on.desc())
    )
)


def _months() -> Any:
    issued = (
        BillingMonth.select(BillingMonth.period)
        .where(BillingMonth.state.in_(sorted(CLOSED)))
        .order_by(BillingMonth.period.desc())
        .limit(MONTHS_SHOWN)
    )
    of_receipt = (ChargeLine.period == Receipt.period) & (ChargeLine.account == Receipt.account)
    return (
        Receipt.select(
            Receipt.period,
            Receipt.charged,
            Receipt.corrected,
            ChargeLine.service,
            ChargeLine.method,
            ChargeLine.volume,
            ChargeLine.amount,
        )
        .join(ChargeLine, JOIN.LEFT_OUTER, on=of_receipt)
        .where(Receipt.account == slot("account", Receipt.account), Receipt.period.in_(issued))
        .order_by(Receipt.period.desc(), ChargeLine.service, ChargeLine.part)
        .tuples()
    )


MONTHS: Prepared[tuple[Any, ...]] = Prepared(_months)
ACCESSES: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        AccountAccess.select(
            Resident.id,
            Resident.name,
            AccountAccess.relation,
            SignIn.select(fn.MAX(SignIn.last_seen_at)).where(SignIn.resident == Resident.id),
            Resident.disabled_at,
        )
        .join(Resident)
        .where(
            AccountAccess.account == slot("account", AccountAccess.account),
            AccountAccess.revoked_at.is_null(),
        )
        .order_by(AccountAccess.relation, AccountAccess.id)
        .tuples()
    )
)
SERVICES: Prepared[AccountService] = Prepared(
    lambda: (
        AccountService.select()
        .where(
            AccountService.account == slot("account", AccountService.account),
            _holds_today(AccountService),
        )
        .order_by(AccountService.service)
    )
)
# Their questions are answered like any other.
ASKED_OF_REMOVED: Prepared[Reading] = Prepared(
    lambda: (
        Reading.select(Reading, Meter)
        .join(Meter)
        .where(
            Meter.account == slot("account", Account.id),
            Meter.removed_on <= slot("today", Meter.removed_on),
            Reading.state == ReadingState.ASKED,
        )
        .order_by(Reading.received_at, Reading.id)
    )
)


def get_card(number: str, *, employee_id: int, today: date, at: datetime) -> Card:
    """The account of that number as it stands on a day; one statement.

    Raises:
        AccountNotFoundError: there is no such account.
    """
    row = CARD.first(
        number_key=known_key(number), employee=employee_id, today=today, since=at - SAME_OPENING
    )
    if row is None:
        raise AccountNotFoundError
    return Card(
        row,
        row.held_by,
        row.lived_in,
        row.noted,
        row.paid_last,
        was_open=row.opened_last is not None,
        asks_of_removed=row.asked_once is not None,
        has_corrections=row.corrected is not None,
    )


def services_of(account_id: int, *, today: date) -> list[AccountService]:
    """The services that the account has on a day; one statement."""
    return SERVICES.rows(account=account_id, today=today)


def last_months_of(account_id: int) -> list[CardMonth]:
    """The last issued months of the account, the newest first; one statement."""
    found: dict[Period, CardMonth] = {}
    for period, charged, corrected, *line in MONTHS.rows(account=account_id):
        month = found.setdefault(period, CardMonth(period, charged, corrected, []))
        if line[0] is not None:
            found[period] = CardMonth(period, charged, corrected, [*month.lines, CardLine(*line)])
    return list(found.values())


def accesses_to(account_id: int) -> list[CardAccess]:
    """Who may open the account now, and when each was last seen; one statement."""
    as_moment = MomentField().python_value
    return [
        CardAccess(resident_id, name, relation, as_moment(seen), disabled_at is not None)
        for resident_id, name, relation, seen, disabled_at in ACCESSES.rows(account=account_id)
    ]


def asked_about(card: Card, stories: Sequence[MeterStory], *, today: date) -> list[KeptReading]:
    """The questions still open in an account, oldest first; no statement, rarely two.

    `stories` are those of its working meters.
    """
    working = [
        KeptReading(story, reading)
        for story in stories
        for reading in story.readings
        if reading.state == ReadingState.ASKED
    ]
    removed = (
        kept_readings(ASKED_OF_REMOVED.rows(account=card.account.id, today=today))
        if card.asks_of_removed
        else []
    )
    return sorted([*working, *removed], key=lambda each: each.reading.received_at)
