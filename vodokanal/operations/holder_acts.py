"""What the acts of a change of holder say: to each side its own, and nothing of the other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from vodokanal.billing.charges import charge_account
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.receipts import Requisites
from vodokanal.billing.troubles import CannotChargeError
from vodokanal.models.accounts import Account, Holder, Occupancy
from vodokanal.models.holder_changes import HolderChange, HolderChangeMeter
from vodokanal.models.meters import Meter
from vodokanal.models.places import House, Premises
from vodokanal.operations.balances import get_balance
from vodokanal.operations.calculation import get_basis, known_facts
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.month_rows import Range
from vodokanal.operations.settings import get_house_settings

ONE_DAY = timedelta(days=1)


class NoActError(Exception):
    """The change was taken back: there is nothing to sign."""


@dataclass(frozen=True)
class ActMeter:
    """A meter and what it showed on the day, in m³; shared by days where nobody has read it."""

    meter: Meter
    value: Decimal
    is_estimated: bool


@dataclass(frozen=True)
class OldAct:
    """What whoever left is told: `last_day` is the last day that is charged.

    `owed` is what the account owes by issued bills, payments and penalties, negative: paid ahead;
    `month_sum` what the open month `period` has come to besides; both rubles. None: nobody knows.
    """

    number: str
    holder: str
    address: str
    last_day: date
    meters: Sequence[ActMeter]
    period: Period
    owed: Decimal | None
    month_sum: Decimal | None
    requisites: Requisites

    @property
    def to_pay(self) -> Decimal | None:
        """Both together; negative: paid ahead."""
        if self.owed is None or self.month_sum is None:
            return None
        return rubles(self.owed + self.month_sum)


@dataclass(frozen=True)
class NewAct:
    """What whoever came is told: `on` is the first day that is charged.

    `people` are how many are registered and how many own, as long as somebody has noted that.
    """

    number: str
    holder: str
    address: str
    on: date
    meters: Sequence[ActMeter]
    people: tuple[int, int] | None
    requisites: Requisites


def get_old_act(change: HolderChange, *, today: date, zone: ZoneInfo) -> OldAct:
    """The act of whoever left.

    Raises:
        NoActError: the change was taken back.
    """
    account = _account(change, change.old_account_id)
    # Where the last day's month is issued, the open one corrects it by the last readings.
    period = max(posting_month(today), Period.of(change.on - ONE_DAY))
    return OldAct(
        number=str(account.number),
        holder=_holder_name(account.id),
        address=account.premises.address,
        last_day=change.on - ONE_DAY,
        meters=_meters(change),
        period=period,
        owed=_owed(account.id, today),
        month_sum=month_sum(account.id, period, zone=zone),
        requisites=_requisites(),
    )


def get_new_act(change: HolderChange) -> NewAct:
    """The act of whoever came.

    Raises:
        NoActError: the change was taken back.
    """
    account = _account(change, change.new_account_id)
    people = Occupancy.select().where(Occupancy.account == account.id)
    first = people.order_by(Occupancy.starts_on).first()
    return NewAct(
        number=str(account.number),
        holder=_holder_name(account.id),
        address=account.premises.address,
        on=change.on,
        meters=_meters(change),
        people=None if first is None else (first.registered, first.owners),
        requisites=_requisites(),
    )


def month_sum(account_id: int, period: Period, *, zone: ZoneInfo) -> Decimal | None:
    """What the open month comes to so far, in rubles, corrections included; None: nobody knows."""
    try:
        basis = get_basis(period, zone=zone)
        known = known_facts(Range(account_id, account_id, period), basis)
        charges = [charge_account(facts, basis.rates) for facts in known]
    except (CannotChargeError, NoRateError):
        return None
    lines = [each.amount for charge in charges for each in charge.lines]
    corrections = [each.amount for charge in charges for each in charge.corrections]
    return rubles(sum([*lines, *corrections], Decimal(0)))


def _account(change: HolderChange, account_id: int | None) -> Account:
    if change.reversed_at is not None:
        raise NoActError
    found: Account = (
        Account.select(Account, Premises, House)
        .join(Premises)
        .join(House)
        .where(Account.id == account_id)
        .get()
    )
    return found


def _holder_name(account_id: int) -> str:
    """Who holds the account, or held it last; empty: nobody is known."""
    query = Holder.select(Holder.name).where(Holder.account == account_id)
    return str(query.order_by(Holder.starts_on.desc()).scalar() or "")


def _meters(change: HolderChange) -> list[ActMeter]:
    rows = (
        HolderChangeMeter.select(HolderChangeMeter, Meter)
        .join(Meter, on=HolderChangeMeter.old_meter)
        .where(HolderChangeMeter.change == change.id)
        .order_by(Meter.kind, Meter.place, Meter.id)
    )
    return [ActMeter(row.old_meter, row.value, row.is_estimated) for row in rows]


def _owed(account_id: int, today: date) -> Decimal | None:
    try:
        return get_balance(account_id, today=today).amount
    except NoRateError:
        return None


def _requisites() -> Requisites:
    return Requisites.of(asdict(get_house_settings()))
