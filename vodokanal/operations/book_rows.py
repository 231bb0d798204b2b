"""What the portal keeps, as rows of the utility's workbook: to be taken away, or compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import JOIN, SQL, fn

from vodokanal.billing.payments import OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.formats.book_columns import BookSheet, Value
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.models.payments import OpeningBalance
from vodokanal.models.places import District, House, NormCategory, Premises, PremisesNorm
from vodokanal.models.readings import Reading
from vodokanal.models.receipts import Receipt
from vodokanal.operations.balances import get_balance
from vodokanal.operations.issued_months import posting_month

Values = tuple[Value, ...]
EVERY = SQL("1 = 1")

HOUSE = (House.settlement, House.street, House.number, House.letter, House.building)
BY_ADDRESS = (House.sort_key, House.id, Premises.sort_key, Account.id)
METER = (
    *(Meter.kind, Meter.serial, Meter.model, Meter.place),
    *(Meter.digits_before, Meter.digits_after, Meter.installed_on, Meter.commissioned_on),
    *(Meter.verified_on, Meter.verify_by, Meter.service_life_until, Meter.failed_on),
    *(Meter.gis_number, Meter.seal_number, Meter.initial_reading),
    *(Meter.removed_on, Meter.final_reading),
)
NO_ADDRESS: Values = ("", "", "", "", "")


@dataclass(frozen=True)
class Kept:
    """The day on which the portal's rows are asked for, and the month that is open then.

    `numbers` are the compared numbers of the accounts that are asked for; None: all are.
    """

    today: date
    open_month: Period
    numbers: frozenset[str] | None = None

    @classmethod
    def on(cls, today: date, numbers: frozenset[str] | None = None) -> Kept:
        """What is kept on a day; one statement."""
        return cls(today, posting_month(today), numbers)

    def concerns(self, account: Any) -> Any:
        """Whether a row's account is among those asked for; its column is given."""
        if self.numbers is None:
            return EVERY
        own = Account.select(Account.id).where(Account.number_key.in_(sorted(self.numbers)))
        return account.in_(own)

    def concerns_meter(self, meter: Any) -> Any:
        """The same for a meter's column; the meters of houses are always asked for."""
        if self.numbers is None:
            return EVERY
        is_asked = self.concerns(Meter.account) | Meter.account.is_null()
        return meter.in_(Meter.select(Meter.id).where(is_asked))

    @property
    def last_day(self) -> date:
        """The day up to which everything is counted: the last of the month before the open one."""
        return min(self.today, self.open_month.previous.last_day)


def rows_kept(sheet: BookSheet, kept: Kept) -> Iterator[Values]:
    """What the portal keeps as the rows of a sheet, balances as they are by now."""
    return ROWS[sheet.code](kept)


def openings_kept(kept: Kept) -> Iterator[Values]:
    """The opening balances as they were entered."""
    rows = (
        OpeningBalance.select(
            Account.number,
            OpeningBalance.kind,
            OpeningBalance.period,
            OpeningBalance.amount,
            OpeningBalance.on,
        )
        .join(Account)
        .where(kept.concerns(OpeningBalance.account))
        .order_by(OpeningBalance.id)
    )
    return _plain(rows)


def owed_kept(kept: Kept) -> Iterator[Values]:
    """What those owe by now who have receipts: what was entered for them has changed since."""
    accounts = Account.select(Account.id, Account.number)
    return _owed(kept, accounts.where(has_receipts(), kept.concerns(Account.id)))


def has_receipts() -> Any:
    """Whether an account has receipts of the portal."""
    return fn.EXISTS(Receipt.select(Receipt.id).where(Receipt.account == Account.id))


def _plain(query: Any) -> Iterator[Values]:
    """Rows with the names of choices instead of the choices."""
    for row in query.tuples().iterator():
        yield tuple(getattr(value, "value", value) for value in row)


def _houses(_kept: Kept) -> Iterator[Values]:
    query = House.select(District.name, *HOUSE, House.gis_guid).join(District)
    return _plain(query.order_by(District.name, House.sort_key, House.id))


def _accounts(kept: Kept) -> Iterator[Values]:
    holders, norms = _current_holders(kept), _current_norms(kept)
    query = (
        Account.select(
            *(Account.id, Premises.id, Account.number),
            *(*HOUSE, Premises.flat, Premises.kind, Account.group),
            *(Account.opened_on, Account.closed_on),
            *(Account.contract_number, Account.contract_on),
            *(Account.receipt_delivery, Account.large_print),
            *(Account.gis_account_id, Account.gis_service_id, Premises.gis_guid),
        )
        .join(Premises)
        .join(House)
        .where(kept.concerns(Account.id))
        .order_by(*BY_ADDRESS)
    )
    for row in _plain(query):
        (key, premises, number), place = row[:3], row[3:10]
        holder = holders.get(key, NOBODY)
        account, delivery, large, gis = row[10:15], row[15], row[16], row[17:]
        yield (
            *(number, *place, norms.get(premises), *account, *holder),
            *(delivery, "1" if large else "", *gis),
        )


NOBODY: Values = ("person", None, None, "", "", "", "")


def _current_holders(kept: Kept) -> Mapping[Any, Values]:
    """Who owes by account: the one who came last."""
    query = Holder.select(
        *(Holder.account, Holder.kind, Holder.name, Holder.starts_on),
        *(Holder.inn, Holder.kpp, Holder.telephone, Holder.email),
    ).where(kept.concerns(Holder.account))
    rows = _plain(query.order_by(Holder.starts_on, Holder.id))
    return {row[0]: row[1:] for row in rows}


def _current_norms(kept: Kept) -> Mapping[Any, Value]:
    query = (
        PremisesNorm.select(PremisesNorm.premises, NormCategory.name)
        .join(NormCategory)
        .where(_of_places(kept))
        .order_by(PremisesNorm.starts_on, PremisesNorm.id)
    )
    return dict(query.tuples().iterator())


def _of_places(kept: Kept) -> Any:
    if kept.numbers is None:
        return EVERY
    own = Account.select(Account.premises).where(kept.concerns(Account.id))
    return PremisesNorm.premises.in_(own)


def _residents(kept: Kept) -> Iterator[Values]:
    query = Occupancy.select(
        Account.number,
        Occupancy.registered,
        Occupancy.owners,
        Occupancy.starts_on,
        Occupancy.ends_on,
    ).join(Account)
    query = query.where(kept.concerns(Occupancy.account))
    return _plain(query.order_by(Account.id, Occupancy.starts_on))


def _services(kept: Kept) -> Iterator[Values]:
    query = AccountService.select(
        Account.number,
        AccountService.service,
        AccountService.charging,
        AccountService.starts_on,
        AccountService.ends_on,
    ).join(Account)
    query = query.where(kept.concerns(AccountService.account))
    return _plain(query.order_by(Account.id, AccountService.service, AccountService.starts_on))


def _meters(kept: Kept) -> Iterator[Values]:
    """Meters with the reading up to which they are charged."""
    readings = last_readings(kept)
    query = (
        Meter.select(Meter.id, Account.number, *HOUSE, *METER)
        .join(Account, JOIN.LEFT_OUTER)
        .switch(Meter)
        .join(House, JOIN.LEFT_OUTER)
        .where(kept.concerns_meter(Meter.id))
        .order_by(Meter.account, Meter.house, Meter.id)
    )
    for row in _plain(query):
        key, number, place, meter = row[0], row[1], row[2:7], row[7:]
        owner = (number, *NO_ADDRESS) if number is not None else ("", *place)
        yield (*owner, *meter, *readings.get(key, (None, None)))


def last_readings(kept: Kept) -> Mapping[Any, Values]:
    """Value and day of each meter's last accepted reading before the open month."""
    counts = (Reading.state == ReadingState.ACCEPTED) & (Reading.period < kept.open_month)
    last = (
        Reading.select(Reading.meter.alias("meter"), fn.MAX(Reading.period).alias("period"))
        .where(counts, kept.concerns_meter(Reading.meter))
        .group_by(Reading.meter)
    )
    on = (Reading.meter == last.c.meter) & (Reading.period == last.c.period)
    query = Reading.select(Reading.meter, Reading.value, Reading.taken_on).join(last, on=on)
    rows = query.where(Reading.state == ReadingState.ACCEPTED)
    own = {row[0]: row[1:] for row in _plain(rows)}
    common = HouseReading.select(HouseReading.meter, HouseReading.value, HouseReading.taken_on)
    rows = common.where(HouseReading.period < kept.open_month).order_by(HouseReading.period)
    return own | {row[0]: row[1:] for row in _plain(rows)}


def _balances(kept: Kept) -> Iterator[Values]:
    """What is owed by month, penalties apart, or paid ahead."""
    return _owed(kept, Account.select(Account.id, Account.number))


def _owed(kept: Kept, accounts: Any) -> Iterator[Values]:
    for key, number in accounts.order_by(Account.id).tuples():
        balance = get_balance(key, today=kept.today)
        for debt in balance.debts:
            parts = ((OpeningKind.DEBT, debt.principal), (OpeningKind.PENALTY, debt.penalty))
            for kind, amount in parts:
                if amount > 0:
                    yield number, kind.value, debt.period, amount, kept.last_day
        if balance.advance > Decimal(0):
            yield number, OpeningKind.ADVANCE.value, None, balance.advance, kept.last_day


ROWS: Mapping[str, Callable[[Kept], Iterator[Values]]] = {
    "houses": _houses,
    "accounts": _accounts,
    "residents": _residents,
    "services": _services,
    "meters": _meters,
    "balances": _balances,
}
