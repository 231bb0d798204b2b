"""What a meter gives to its month: by its readings, by its average, or nothing: then the norm.

ПП 354 п. 59, 60: without a usable value the monthly average stands in, for at most three months in
a row (п. 59); after that, and where no average can be made, it is the norm. A meter that was taken
down is stood for in the same way, until another one counts (п. 59 а).
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from vodokanal.billing.account_months import AccountFacts, MeterMonth, MeterReading
from vodokanal.billing.consumption import monthly_average
from vodokanal.billing.line_inputs import MeterUse, ShownValue
from vodokanal.billing.metering import (
    Metered,
    Months,
    goes_on,
    is_sound,
    known_values,
    last_charged_by,
    metered_months,
    months_to_average,
)
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.months import months_silent
from vodokanal.billing.periods import Period
from vodokanal.billing.terms import Term
from vodokanal.billing.troubles import ReadingsContradictError, ReadingWithoutPreviousError
from vodokanal.billing.volumes import billed_volume, volume_from

TWO = 2
ONE_DAY = timedelta(days=1)
# An average of six months that ended before three without a value, and some more.
MONTHS_THAT_MATTER = 10


class Silence(NamedTuple):
    """Since when a meter has given nothing usable, and why.

    It was last charged by in the month `last`; its average is made of whole months before `until`.
    """

    last: Period
    until: Period
    cause: Cause
    gone: bool = False

    @property
    def since(self) -> Period:
        """The last month that was the meter's alone; the silent ones are counted from it."""
        return min(self.last, self.until.previous)


def meter_use(meter: MeterMonth, facts: AccountFacts, *, month: MonthRates, days: int) -> MeterUse:
    """Return what the meter gives to the month, of which it is charged by for so many days.

    Raises `ReadingsContradictError` and `ReadingWithoutPreviousError`.
    """
    pair = plain_pair(meter, month)
    if pair is not None:
        before, last = pair
        return MeterUse(
            meter.id,
            meter.kind,
            meter.serial,
            Method.METER,
            volume_from(before.value, last.value),
            (
                ShownValue(before.value, before.taken_on, before.source),
                ShownValue(last.value, last.taken_on, last.source),
            ),
        )
    _refuse_without_previous(meter, month.period)
    months = counted_months(meter, facts)
    found = months.get(month.period)
    if found is not None and found.is_usable:
        return _by_meter(meter, found)
    return _without_value(meter, facts, months=months, month=month, days=days)


def gone_use(
    meter: MeterMonth, facts: AccountFacts, *, month: MonthRates, days: int
) -> MeterUse | None:
    """Return what stands for a removed meter on so many days after its removal; None: nothing.

    П. 59 а: its average, from the event until a meter counts again, in no more than three months
    in a row, that of the event among them; then (п. 60) there is no meter.
    """
    removed_on, begun = meter.removed_on, meter.commissioned_on
    if removed_on is None or begun is None:
        return None
    months = counted_months(meter, facts)
    last = last_charged_by(months, Period.of(removed_on).next) or _before_all(meter)
    # Of the month in which it was taken down it did not count the whole.
    silence = Silence(last, Period.of(removed_on + ONE_DAY), Cause.METER_INVALID, gone=True)
    if months_silent(silence.since, month.period) > month.term(Term.MONTHS_BY_AVERAGE):
        return None
    return _in_its_place(meter, silence, months=months, month=month, days=days)


def plain_pair(meter: MeterMonth, month: MonthRates) -> tuple[MeterReading, MeterReading] | None:
    """Return the readings of the month before and of this one, where nothing at all is odd."""
    readings = meter.readings
    if len(readings) < TWO or meter.checks or meter.removed_on is not None:
        return None
    before, last = readings[-2], readings[-1]
    if (
        last.period != month.period
        or before.period != month.previous
        or not (last.is_accepted and before.is_accepted)
        or last.value < before.value
    ):
        return None
    begun = meter.commissioned_on
    if begun is None or begun > before.taken_on or not is_sound(meter, month.last):
        return None
    return before, last


def counted_months(meter: MeterMonth, facts: AccountFacts) -> dict[Period, Metered]:
    """Return what the meter counted in the months that matter for the account's month.

    Those of an average, and those that a reading may still correct.
    """
    billed = min((each.period for each in facts.billed), default=facts.period)
    since = facts.first_charged or billed
    oldest = min(billed, facts.period.plus(-MONTHS_THAT_MATTER))
    return metered_months(meter, since=since, oldest=oldest)


def _by_meter(meter: MeterMonth, found: Metered) -> MeterUse:
    volume = found.volume
    if volume is None:
        previous, last = next(pair for pair in found.intervals if pair[1].value < pair[0].value)
        raise ReadingsContradictError(
            meter.serial, previous=str(previous.value), last=str(last.value)
        )
    return MeterUse(
        meter.id,
        meter.kind,
        meter.serial,
        Method.METER,
        volume,
        tuple(map(_shown, chain.from_iterable(found.intervals))),
        shared_by=found.shared_by,
        by_days=found.by_days,
    )


def _without_value(
    meter: MeterMonth,
    facts: AccountFacts,
    *,
    months: Months,
    month: MonthRates,
    days: int,
) -> MeterUse:
    last = last_charged_by(months, month.period) or _before_all(meter)
    silence = Silence(last, month.period, _cause(meter, facts, month=month))
    return _in_its_place(meter, silence, months=months, month=month, days=days)


def _in_its_place(
    meter: MeterMonth,
    silence: Silence,
    *,
    months: Months,
    month: MonthRates,
    days: int,
) -> MeterUse:
    """Return the average while it may stand, or else that the norm is charged, and why."""
    silent, cause = months_silent(silence.since, month.period), silence.cause
    volume, averaged = None, []
    if silent <= month.term(Term.MONTHS_BY_AVERAGE):
        most = month.term(Term.AVERAGE_MONTHS)
        averaged = months_to_average(months, silence.until, most=most)
        worked = months_silent(_begun(meter), silence.since)
        volume = _average([each for _, each in averaged], worked, month=month, days=days)
        cause = cause if volume is not None else Cause.TOO_YOUNG
    return MeterUse(
        meter.id,
        meter.kind,
        meter.serial,
        Method.NORM if volume is None else Method.AVERAGE,
        volume,
        _last_shown(meter, silence.last),
        averaged=() if volume is None else tuple(averaged),
        silent=silent,
        cause=cause,
        gone=silence.gone,
    )


def _begun(meter: MeterMonth) -> Period:
    return Period.of(meter.commissioned_on or meter.installed_on)


def _before_all(meter: MeterMonth) -> Period:
    """Return the month after which a meter is silent that was never charged by."""
    return _begun(meter).previous if goes_on(meter) else _begun(meter)


def _average(
    volumes: list[Decimal], worked: int, *, month: MonthRates, days: int
) -> Decimal | None:
    """Return the monthly average for the days that the meter was charged by in the month."""
    average = monthly_average(
        volumes,
        months_worked=worked,
        months_needed=month.term(Term.AVERAGE_MONTHS),
        months_needed_when_young=month.term(Term.AVERAGE_MONTHS_YOUNG),
    )
    if average is None or days == month.days:
        return average
    return billed_volume(average * days / month.days)


def _cause(meter: MeterMonth, facts: AccountFacts, *, month: MonthRates) -> Cause:
    """Return why there is no usable value (п. 59 а, в, б): the gravest, if there are several."""
    if not is_sound(meter, month.last):
        return Cause.METER_INVALID
    refused = [month.days_of(each.starts_on, each.ends_on) for each in facts.access_refused]
    return Cause.NO_ACCESS if any(refused) else Cause.NO_READING


def _last_shown(meter: MeterMonth, last: Period) -> tuple[ShownValue, ...]:
    """Return the last value that was usable."""
    for each in reversed(known_values(meter)):
        if each.is_accepted and each.period <= last:
            return (_shown(each),)
    return ()


def _shown(known: MeterReading) -> ShownValue:
    return ShownValue(known.value, known.taken_on, known.source)


def _refuse_without_previous(meter: MeterMonth, period: Period) -> None:
    for each in meter.readings:
        if each.taken_on < meter.installed_on and each.is_accepted and each.period == period:
            raise ReadingWithoutPreviousError(meter.serial, each.taken_on)
