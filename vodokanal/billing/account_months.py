"""What is known of an account when its month is calculated, and what the calculation gives.

Days are inclusive, volumes m³, amounts rubles.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from vodokanal.billing.methods import Method
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.billing.values import value_class


@value_class
class ServiceSpan:
    """A service that the account has from a day to a day."""

    service: Service
    charging: Charging
    starts_on: date
    ends_on: date | None = None


@value_class
class PeopleSpan:
    """How many are registered and how many own, from a day to a day."""

    registered: int
    owners: int
    starts_on: date
    ends_on: date | None = None


@value_class
class CategorySpan:
    """The norm category of the premises, by its id, from a day to a day."""

    category: int
    starts_on: date
    ends_on: date | None = None


@value_class
class ImpossibleSpan:
    """That by an act no meter of that water can be installed, from a day to a day."""

    kind: Kind
    starts_on: date
    ends_on: date | None = None


@value_class
class QuantitySpan:
    """Square metres of garden or heads of livestock of a kind, from a day to a day."""

    basis: NormBasis
    what: str
    quantity: Decimal
    starts_on: date
    ends_on: date | None = None


@value_class
class AccessRefusalSpan:
    """That by an act the utility was not let in to check, from a day to a day."""

    starts_on: date
    ends_on: date | None = None


@value_class
class MeterReading:
    """A value that the meter really had; only an accepted one is charged by."""

    period: Period
    value: Decimal
    taken_on: date
    source: str
    is_accepted: bool = True


@value_class
class CheckedReading:
    """What a check found on a sound meter (ПП 354 п. 61)."""

    id: int
    checked_on: date
    found: Decimal


@value_class
class MeterMonth:
    """A meter that hung during some of the month, and its readings, oldest first.

    Without history only the readings of this month and the one before are there. One that
    `is_taken_over` began the account together with a change of holder: it had counted for whoever
    left.
    """

    id: int
    kind: Kind
    serial: str
    digits_before: int
    installed_on: date
    initial_reading: Decimal
    readings: Sequence[MeterReading]
    commissioned_on: date | None = None
    verify_by: date | None = None
    failed_on: date | None = None
    removed_on: date | None = None
    final_reading: Decimal | None = None
    checks: Sequence[CheckedReading] = ()
    digits_after: int = 3
    place: str = ""
    is_taken_over: bool = False


@value_class
class AbsenceFact:
    """People who were away; the days of leaving and coming back are not counted."""

    id: int
    people: int
    left_on: date
    came_back_on: date


@value_class
class BreakFact:
    """Hours without a service, in local time."""

    id: int
    service: Service
    began_at: datetime
    ended_at: datetime


@value_class
class BilledLine:
    """A line of an issued month; `inputs` is its JSON."""

    period: Period
    service: Service
    part: int
    method: Method
    volume: Decimal
    price: Decimal
    amount: Decimal
    inputs: str


@value_class
class PostedCorrection:
    """A correction that an issued month holds already; `inputs` is its JSON."""

    for_period: Period
    service: Service | None
    reason: RecalculationReason
    volume: Decimal | None
    amount: Decimal
    cause_table: str = ""
    cause_id: int | None = None
    inputs: str = "{}"


@value_class
class AccountFacts:
    """Everything that an account's month is calculated from, besides the rates.

    On `closed_on` nothing is charged any more. `billed` and `posted` hold issued months only, and
    are there only with history: those that a reading of this month may still correct. The first
    month that anything was charged for is `first_charged`; None: this one.
    """

    id: int
    period: Period
    group: CustomerGroup
    zone: int
    opened_on: date
    closed_on: date | None
    services: Sequence[ServiceSpan]
    people: Sequence[PeopleSpan]
    categories: Sequence[CategorySpan]
    meters: Sequence[MeterMonth]
    impossible: Sequence[ImpossibleSpan] = ()
    quantities: Sequence[QuantitySpan] = ()
    access_refused: Sequence[AccessRefusalSpan] = ()
    absences: Sequence[AbsenceFact] = ()
    breaks: Sequence[BreakFact] = ()
    has_history: bool = False
    first_charged: Period | None = None
    billed: Sequence[BilledLine] = ()
    posted: Sequence[PostedCorrection] = ()


@value_class
class ChargedLine:
    """A service at one price; `inputs` is the JSON that it can be replayed from."""

    service: Service
    part: int
    method: Method
    volume: Decimal
    price: Decimal
    multiplier: Decimal
    amount: Decimal
    excess: Decimal
    vat: Decimal | None
    inputs: str


@value_class
class CorrectionLine:
    """An amount of an earlier month (or of this one) corrected in this month; less is negative."""

    for_period: Period
    service: Service | None
    reason: RecalculationReason
    volume: Decimal | None
    amount: Decimal
    inputs: str
    cause_table: str = ""
    cause_id: int | None = None


@value_class
class AccountCharge:
    """What a month costs an account."""

    lines: Sequence[ChargedLine]
    corrections: Sequence[CorrectionLine] = ()
