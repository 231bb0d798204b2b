"""The statements by which a month's facts are read, for a range of accounts at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import Expression

from vodokanal.billing.account_months import (
    AbsenceFact,
    AccessRefusalSpan,
    CategorySpan,
    CheckedReading,
    ImpossibleSpan,
    MeterReading,
    PeopleSpan,
    QuantitySpan,
    ServiceSpan,
)
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account, AccountService, Occupancy
from vodokanal.models.meters import Meter
from vodokanal.models.places import (
    House,
    MeterPossibility,
    Premises,
    PremisesNorm,
    PremisesQuantity,
    QuantityKind,
)
from vodokanal.models.prepared import Owned, Prepared, among, slot
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import Absence, AccessRefusal, MeterCheck
from vodokanal.operations.meters import KNOWN
from vodokanal.operations.taken_over import IS_TAKEN_OVER

# An absence is applied for within a month of it; what was corrected since is looked at anew.
MONTHS_OF_ABSENCES = 12
# Twice as long as the average may stand for a removed meter (ПП 354 п. 59).
MONTHS_OF_REMOVALS = 6

# The source and the state as they are kept: nothing asks for more than their names.
READ = (
    Reading.meter,
    Reading.period,
    Reading.value,
    Reading.taken_on,
    Reading.source.alias("source"),
    Reading.state.alias("state"),
)
# In the order of `MeterMonth`, its readings and its checks left out.
HUNG = (
    Meter.account,
    Meter.id,
    Meter.kind,
    Meter.serial,
    Meter.digits_before,
    Meter.installed_on,
    Meter.initial_reading,
    Meter.commissioned_on,
    Meter.verify_by,
    Meter.failed_on,
    Meter.removed_on,
    Meter.final_reading,
    Meter.digits_after,
    Meter.place,
    IS_TAKEN_OVER,
)
CHECKED = (MeterCheck.meter, MeterCheck.id, MeterCheck.checked_on, MeterCheck.found)


@dataclass(frozen=True)
class Range:
    """Accounts from one id to another, both inclusive, in a month."""

    first: int
    last: int
    period: Period

    @property
    def values(self) -> dict[str, Any]:
        """What the statements below are given."""
        return {
            "first": self.first,
            "last": self.last,
            "first_day": self.period.first_day,
            "last_day": self.period.last_day,
            "before": self.period.previous.first_day,
            "removed": self.period.plus(-MONTHS_OF_REMOVALS).first_day,
            "long_before": self.period.plus(-MONTHS_OF_ABSENCES).first_day,
        }


def _in_range(column: Any) -> Expression:
    found: Expression = column.between(slot("first", Account.id), slot("last", Account.id))
    return found


def _holds(table: Any) -> Expression:
    """Whether a dated row holds on some day of the month."""
    first, last = slot("first_day", table.starts_on), slot("last_day", table.starts_on)
    found: Expression = (table.starts_on <= last) & (
        table.ends_on.is_null() | (table.ends_on >= first)
    )
    return found


def _of_premises(table: Any, *columns: Any) -> Any:
    """The dated rows of the range's premises, each with its account."""
    return (
        table.select(Account.id, *columns, table.starts_on, table.ends_on)
        .join(Premises)
        .join(Account)
        .where(_in_range(Account.id), _holds(table))
        .order_by(Account.id, table.starts_on)
        .tuples()
    )


def _of_account(table: Any, *columns: Any) -> Any:
    return (
        table.select(table.account, *columns, table.starts_on, table.ends_on)
        .where(_in_range(table.account), _holds(table))
        .order_by(table.account, table.starts_on)
        .tuples()
    )


def _reading(*row: Any) -> MeterReading:
    period, value, taken_on, source, state = row
    return MeterReading(period, value, taken_on, source, state == ReadingState.ACCEPTED)


def _quantity(kind: QuantityKind, *row: Any) -> QuantitySpan:
    return QuantitySpan(NormBasis(kind.value), *row)


ACCOUNTS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Account.select(
            Account.id,
            Account.group,
            House.district,
            House.id,
            Account.opened_on,
            Account.closed_on,
        )
        .join(Premises)
        .join(House)
        .where(_in_range(Account.id), Account.opened_on <= slot("last_day", Account.opened_on))
        .order_by(Account.id)
        .tuples()
    )
)
SERVICES = Owned(
    lambda: _of_account(AccountService, AccountService.service, AccountService.charging),
    ServiceSpan,
)
PEOPLE = Owned(lambda: _of_account(Occupancy, Occupancy.registered, Occupancy.owners), PeopleSpan)
REFUSED = Owned(lambda: _of_account(AccessRefusal), AccessRefusalSpan)
CATEGORIES = Owned(lambda: _of_premises(PremisesNorm, PremisesNorm.category), CategorySpan)
# Also those that hold no more: absences of earlier months go by them.
IMPOSSIBLE = Owned(
    lambda: (
        MeterPossibility.select(
            Account.id, MeterPossibility.kind, MeterPossibility.starts_on, MeterPossibility.ends_on
        )
        .join(Premises)
        .join(Account)
        .where(
            _in_range(Account.id),
            ~MeterPossibility.possible,
            MeterPossibility.starts_on <= slot("last_day", MeterPossibility.starts_on),
        )
        .order_by(Account.id, MeterPossibility.starts_on)
        .tuples()
    ),
    ImpossibleSpan,
)
QUANTITIES = Owned(
    lambda: _of_premises(
        PremisesQuantity, PremisesQuantity.kind, PremisesQuantity.what, PremisesQuantity.quantity
    ),
    _quantity,
)
# Also those that hang no more: their average may still stand.
METERS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Meter.select(*HUNG)
        .where(
            _in_range(Meter.account),
            Meter.installed_on <= slot("last_day", Meter.installed_on),
            Meter.removed_on.is_null() | (Meter.removed_on >= slot("removed", Meter.removed_on)),
        )
        .order_by(Meter.account, Meter.id)
        .tuples()
    )
)
# The meters are named: by the month alone everybody's readings would be looked through.
READINGS = Owned(
    lambda: (
        Reading.select(*READ)
        .where(
            Reading.meter.in_(Meter.select(Meter.id).where(_in_range(Meter.account))),
            Reading.period.in_([slot("previous", Reading.period), slot("current", Reading.period)]),
            Reading.state.in_(KNOWN),
        )
        .order_by(Reading.meter, Reading.period)
        .tuples()
    ),
    _reading,
    alike=False,
)
CHECKS = Owned(
    lambda: (
        MeterCheck.select(*CHECKED)
        .join(Meter)
        .where(
            _in_range(Meter.account),
            MeterCheck.checked_on.between(
                slot("before", MeterCheck.checked_on), slot("last_day", MeterCheck.checked_on)
            ),
        )
        .order_by(MeterCheck.checked_on, MeterCheck.id)
        .tuples()
    ),
    CheckedReading,
)
ABSENCES = Owned(
    lambda: (
        Absence.select(
            Absence.account, Absence.id, Absence.people, Absence.left_on, Absence.came_back_on
        )
        .where(
            _in_range(Absence.account),
            Absence.left_on <= slot("last_day", Absence.left_on),
            Absence.came_back_on >= slot("long_before", Absence.came_back_on),
        )
        .order_by(Absence.left_on, Absence.id)
        .tuples()
    ),
    AbsenceFact,
)
# With history: all that hung since a day, and all that is known of them.
METERS_SINCE: Prepared[tuple[Any, ...]] = Prepared(
    lambda: (
        Meter.select(*HUNG)
        .where(
            among(Meter.account),
            Meter.installed_on <= slot("last_day", Meter.installed_on),
            Meter.removed_on.is_null() | (Meter.removed_on >= slot("since", Meter.removed_on)),
        )
        .order_by(Meter.account, Meter.id)
        .tuples()
    )
)
ALL_READINGS = Owned(
    lambda: (
        Reading.select(*READ)
        .where(
            among(Reading.meter),
            Reading.period <= slot("current", Reading.period),
            Reading.state.in_(KNOWN),
        )
        .order_by(Reading.meter, Reading.period)
        .tuples()
    ),
    _reading,
    alike=False,
)
ALL_CHECKS = Owned(
    lambda: (
        MeterCheck.select(*CHECKED)
        .where(
            among(MeterCheck.meter),
            MeterCheck.checked_on <= slot("last_day", MeterCheck.checked_on),
        )
        .order_by(MeterCheck.checked_on, MeterCheck.id)
        .tuples()
    ),
    CheckedReading,
)
