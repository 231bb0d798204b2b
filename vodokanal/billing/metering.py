"""What a meter counted month by month: from one known value to the next.

ПП 354, приложение 2, формула 1: a month's volume is the difference of the readings. Months between
two readings share it equally and the last of them takes the exact rest, so that the parts of the
months always are the whole: no litre is lost, none is invented. Only where a new holder has not
read a meter in the first month, of which a part was the old one's, they share it by their days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from vodokanal.billing.account_months import MeterMonth, MeterReading
from vodokanal.billing.consumption import likely_volume
from vodokanal.billing.months import months_silent
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.values import value_class
from vodokanal.billing.volumes import CUBIC_CENTIMETRE, billed_volume, cubic_metres

# What a known value comes from, besides the sources of readings.
INITIAL, CHECK, FINAL = "initial", "check", "final"
NOTHING = cubic_metres(0)
Interval = tuple[MeterReading, MeterReading]
# Of one day: what was read before the check, and the last value last of all.
_RANKS = {INITIAL: 0, CHECK: 2, FINAL: 3}


@value_class
class Metered:
    """What a meter counted in a month.

    `volume` is m³, None where the readings contradict each other. `intervals` are the pairs of
    values that it was counted between, `shared_by` the months that shared it. `has_value` says
    that a value of this very month is known, `is_usable` that the month is charged by the meter,
    `is_whole` that it counted the whole month, so that it may enter an average. Months that share
    by days have `by_days`: their own days, and all of them.
    """

    period: Period
    volume: Decimal | None
    intervals: tuple[Interval, ...]
    shared_by: int = 1
    has_value: bool = True
    is_usable: bool = True
    is_whole: bool = True
    by_days: tuple[int, ...] = ()

    @property
    def previous(self) -> MeterReading:
        """The value that counting began from."""
        return self.intervals[0][0]

    @property
    def last(self) -> MeterReading:
        """The value that counting ended with."""
        return self.intervals[-1][1]


# What a meter counted by months, oldest first.
Months = dict[Period, Metered]


def metered_months(
    meter: MeterMonth, *, since: Period | None = None, oldest: Period | None = None
) -> Months:
    """Return what the meter counted in each month, oldest first; a month without a part is absent.

    Counting begins with the initial reading and ends with the last known value; at a check it goes
    on from what was found. `since` is the first month that was ever charged: what was used before
    it and read only afterwards belongs to the months from it on. Of months before `oldest` only
    those with a value of their own are given. Volumes are m³ with up to six
    decimals, and those between two values add up to their difference exactly.
    """
    found: Months = {}
    values = known_values(meter)
    _add(found, _nothing_yet(meter, values[0]))
    for earlier, later in pairwise(values):
        if later.source == CHECK:
            _add(found, _nothing_yet(meter, later))
            continue
        for part in _parts(meter, (earlier, later), since=since, oldest=oldest):
            _add(found, part)
    return found


def known_values(meter: MeterMonth) -> list[MeterReading]:
    """Return the meter's known values in the order in which it had them, counting from the first.

    They are readings, and what it showed at an act. The first is the initial reading, or the last one noted before the meter was commissioned; it
    stands in the month of commissioning. A reading noted before the meter hung is left out.
    """
    values = [each for each in meter.readings if each.taken_on >= meter.installed_on]
    values += [
        MeterReading(Period.of(each.checked_on), each.found, each.checked_on, CHECK)
        for each in meter.checks
        if each.checked_on >= meter.installed_on
    ]
    if meter.removed_on is not None and meter.final_reading is not None:
        removed = Period.of(meter.removed_on)
        values.append(MeterReading(removed, meter.final_reading, meter.removed_on, FINAL))
    values.sort(key=_place)
    return _from_the_beginning(meter, values)


def is_usable(meter: MeterMonth, period: Period) -> bool:
    """Return whether the month may be charged by the meter, whatever was read.

    It is commissioned (ПП 354 п. 81), and on the last day that it hung in the month it neither had
    failed nor was overdue for verification (п. 59 а).
    """
    begun, last_day = meter.commissioned_on, period.last_day
    return begun is not None and begun <= last_day and is_sound(meter, last_day)


def is_sound(meter: MeterMonth, last_day: date) -> bool:
    """Return whether the meter neither failed nor was overdue on the month's last day.

    Of a meter that was removed in the month, the day of its removal counts.
    """
    day = last_day
    if meter.removed_on is not None and meter.removed_on < day:
        day = meter.removed_on
    if meter.failed_on is not None and meter.failed_on <= day:
        return False
    return meter.verify_by is None or meter.verify_by >= day


def last_charged_by(months: Months, period: Period) -> Period | None:
    """Return the last month before that had a usable value; None where there never was one."""
    for month in reversed(months):
        each = months[month]
        if each.has_value and each.is_usable and month < period:
            return month
    return None


def months_to_average(months: Months, period: Period, *, most: int) -> list[tuple[Period, Decimal]]:
    """Return the last whole months before that the meter counted, and the m³ of each.

    So many at most, oldest first.
    """
    found: list[tuple[Period, Decimal]] = []
    for month in reversed(months):
        each = months[month]
        if each.is_usable and each.is_whole and each.volume is not None and month < period:
            found.append((month, each.volume))
            if len(found) == most:
                break
    return found[::-1]


def _place(known: MeterReading) -> tuple[int, date, int, Decimal]:
    """Return by what known values are put in order."""
    return known.period.as_int, known.taken_on, _RANKS.get(known.source, 1), known.value


def _from_the_beginning(meter: MeterMonth, values: list[MeterReading]) -> list[MeterReading]:
    """Return the values from the one on that counting begins with."""
    begun = meter.commissioned_on or meter.installed_on
    later = [each for each in values if each.taken_on >= begun]
    # A meter that goes on has been known since the end of the month before: its first month is
    # silent like any other (ПП 354 п. 59 б), not the month in which it begins to count.
    period = Period.of(begun).previous if goes_on(meter) else Period.of(begun)
    # A reading sent in the first days of a month may be that of the month before.
    if later and later[0].period < period:
        period = later[0].period
    initial = MeterReading(period, meter.initial_reading, begun, INITIAL)
    earlier = [each for each in values if each.taken_on < begun]
    return [replace(earlier[-1], period=period) if earlier else initial, *later]


def goes_on(meter: MeterMonth) -> bool:
    """Return whether the meter was counting already when the account took it over.

    Then its first month without a reading is one without a reading (ПП 354 п. 59 б), which goes by
    the norm, since a new holder has no average of three months (п. 59(2)). One that is really new,
    also to a new holder, has counted nothing yet.
    """
    return meter.is_taken_over and meter.commissioned_on == meter.installed_on


def _nothing_yet(meter: MeterMonth, value: MeterReading) -> Metered:
    """Return the month in which counting begins: charged by the meter, if only for nothing yet.

    Of a new meter (ПП 354 п. 81): the next reading brings what it counted in this month too. Of
    one that goes on for a new holder it is the month before, which is not the account's.
    """
    return Metered(
        value.period,
        NOTHING,
        ((value, value),),
        is_usable=is_usable(meter, value.period),
        is_whole=False,
    )


def _parts(
    meter: MeterMonth,
    interval: Interval,
    *,
    since: Period | None,
    oldest: Period | None,
) -> Iterator[Metered]:
    """Yield the parts that the months between two known values have in what was counted."""
    earlier, later = interval
    last = later.period
    first, shared_by, is_whole = _shared(earlier.period, last, since=since)
    begun = meter.installed_on
    # The new holder's first month: part of it was the old one's.
    cut = Period.of(begun) if goes_on(meter) and begun.day > 1 else None
    whole = likely_volume(earlier.value, later.value, digits_before=meter.digits_before)
    days = _days_of(begun, later) if cut == first and shared_by > 1 else ()
    for number, volume in enumerate(_volumes(whole, shared_by, days=days)):
        month = first.plus(number)
        if oldest is not None and month < min(oldest, last):
            continue
        yield Metered(
            month,
            volume,
            (interval,),
            shared_by,
            has_value=month == last,
            is_usable=later.is_accepted and is_usable(meter, month),
            is_whole=is_whole and month != cut,
            by_days=(days[number], sum(days)) if days else (),
        )


def _days_of(begun: date, later: MeterReading) -> tuple[int, ...]:
    """Return the days of each month from a day on, that day included, until a value's month ends.

    The last month of a meter that was removed ends with it.
    """
    until = later.taken_on if later.source == FINAL else later.period.last_day
    months = months_between(Period.of(begun), later.period)
    return tuple(
        (min(month.last_day, until) - max(month.first_day, begun)).days + 1 for month in months
    )


def _volumes(
    whole: Decimal | None, shared_by: int, *, days: tuple[int, ...]
) -> list[Decimal | None]:
    """Return the parts of a volume, equal or by days; the last one is the exact rest."""
    if whole is None:
        return [None] * shared_by
    if days:
        shares = [_down(whole * each / sum(days)) for each in days[:-1]]
    else:
        shares = [_share(whole, shared_by)] * (shared_by - 1) if shared_by > 1 else []
    return [*shares, whole - sum(shares, NOTHING) if shares else whole]


def _shared(earlier: Period, last: Period, *, since: Period | None) -> tuple[Period, int, bool]:
    """Return the first of the months that share a volume, their number, and whether it is all."""
    months = months_silent(earlier, last)
    if months <= 1:
        return last, 1, True
    if since is None or not earlier.next < since <= last:
        return earlier.next, months, True
    return since, months_silent(since, last) + 1, False


def _share(whole: Decimal, months: int) -> Decimal:
    """Return the equal part of a volume; never so much that nothing is left for the last month."""
    share = billed_volume(whole / months)
    if share * (months - 1) > whole:
        return _down(whole / months)
    return share


def _down(volume: Decimal) -> Decimal:
    return cubic_metres(volume.quantize(CUBIC_CENTIMETRE, rounding=ROUND_DOWN))


def _add(found: Months, part: Metered) -> None:
    """Add a part to its month: two readings, or a reading and the last value, of one month."""
    before = found.get(part.period)
    if before is None:
        found[part.period] = part
        return
    if part.volume is None or before.volume is None:
        volume = None
    else:
        volume = cubic_metres(before.volume + part.volume)
    intervals = [pair for pair in (*before.intervals, *part.intervals) if pair[0] is not pair[1]]
    found[part.period] = replace(
        before,
        volume=volume,
        intervals=tuple(intervals) or before.intervals,
        shared_by=max(before.shared_by, part.shared_by),
        has_value=before.has_value or part.has_value,
        is_usable=before.is_usable and part.is_usable,
        is_whole=before.is_whole and part.is_whole,
    )
