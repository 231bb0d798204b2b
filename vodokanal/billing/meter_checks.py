"""What a check of a sound meter found beyond what has been charged.

ПП 354 п. 61: the difference is charged or credited for the month of the check, at its price:
unless the consumer proves otherwise, that is when the water was used.

`inputs` of a correction: `meter` (`id`, `kind`, `serial`), `previous` and `found` ([m³, day,
source]), `volume` in m³ between them, `charged` ([[month, m³], …]: the months between them without
a reading have been charged so much of it already), `price` in rubles and `product`, exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from vodokanal.billing.account_months import AccountFacts, CorrectionLine, MeterMonth, MeterReading
from vodokanal.billing.check_differences import CheckDifference, check_differences
from vodokanal.billing.correction_lines import (
    NOTHING,
    Cause,
    MonthService,
    Stand,
    Total,
    correction,
    posted_causes,
    posted_totals,
)
from vodokanal.billing.line_inputs import (
    NO_WATER,
    ONE,
    LineInputs,
    MeterUse,
    NormUse,
    calculated,
)
from vodokanal.billing.metering import is_usable
from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.segments import SERVICE_OF
from vodokanal.billing.services import Service
from vodokanal.billing.standing_lines import StandingLine, StandingLines
from vodokanal.billing.volumes import billed_volume

TABLE = "meter_check"


@dataclass(frozen=True, slots=True)
class _Right:
    """What a check comes to for one service, and how."""

    total: Total
    explained: dict[str, Any]


def check_corrections(facts: AccountFacts, lines: StandingLines) -> list[CorrectionLine]:
    """Return what checks up to this month add or take, in order of check, month and service.

    `lines` are those of all months as they are right by readings. The sewage that follows the
    water has a line of its own. Where in the month of the check a norm stands for the meter,
    nothing is corrected; nor is a month that was never billed.
    """
    oldest = min((period for period, _ in lines), default=facts.period)
    is_all = facts.first_charged is None or facts.first_charged >= oldest
    posted = posted_causes(facts.posted, RecalculationReason.CHECK)
    found: dict[int, tuple[MeterMonth, CheckDifference]] = {}
    for meter in facts.meters:
        for difference in check_differences(meter):
            # Of a check that was settled when more was known of it, nothing is said any more.
            if not is_all and difference.check in posted and difference.months[0] < oldest:
                posted.discard(difference.check)
            elif _counts(meter, difference.months[-1], current=facts.period):
                found[difference.check] = (meter, difference)
    corrections: list[CorrectionLine] = []
    for check in sorted(found.keys() | posted):
        right = dict(_by_service(*found[check], lines=lines)) if check in found else {}
        corrections += _of_check(facts, check, right=right)
    return corrections


def _of_check(
    facts: AccountFacts, check: int, *, right: dict[MonthService, _Right]
) -> Iterator[CorrectionLine]:
    """Yield what a check comes to less what has been posted for it."""
    posted = posted_totals(facts.posted, {RecalculationReason.CHECK}, cause_id=check)
    for key in sorted(right.keys() | posted.keys()):
        found = right.get(key, _Right(NOTHING, {}))
        stand = Stand(found.total, posted.get(key, NOTHING))
        yield from correction(
            key,
            RecalculationReason.CHECK,
            stand=stand,
            explained=found.explained,
            cause=Cause(TABLE, check),
        )


def _counts(meter: MeterMonth, month: Period, *, current: Period) -> bool:
    """Say whether a check of that month corrects anything: only a sound meter is believed."""
    return month <= current and is_usable(meter, month)


def _by_service(
    meter: MeterMonth, difference: CheckDifference, *, lines: StandingLines
) -> Iterator[tuple[MonthService, _Right]]:
    """Yield what a check comes to for its water, and for the sewage that follows it."""
    for service in (SERVICE_OF[meter.kind], Service.SEWAGE):
        key = (difference.months[-1], service)
        line = _line_on(lines.get(key, ()), meter.id, day=difference.found.taken_on)
        if line is not None:
            charged = list(_charged(meter, difference, service=service, lines=lines))
            volume = difference.volume - sum((each for _, each in charged), NO_WATER)
            inputs = _one_meter(line.inputs, meter, volume=billed_volume(volume))
            come_to = calculated(inputs)
            explained = _explained(meter, difference, charged=charged, inputs=inputs)
            yield key, _Right(Total(come_to.volume, come_to.amount), explained)


def _line_on(lines: Iterable[StandingLine], meter: int, *, day: date) -> StandingLine | None:
    """Return the line that the meter was charged by on the day; a month may have two prices."""
    charged = [each for each in lines if any(use.counts for use in _uses(each, meter))]
    return max(charged, key=lambda line: _has_day(line.inputs, day.day), default=None)


def _has_day(inputs: LineInputs, day: int) -> bool:
    return any(first <= day <= last for first, last in inputs.days)


def _uses(line: StandingLine, meter: int) -> list[MeterUse]:
    return [use for use in line.inputs.meters if use.id == meter and not use.gone]


def _charged(
    meter: MeterMonth, difference: CheckDifference, *, service: Service, lines: StandingLines
) -> Iterator[tuple[Period, Decimal]]:
    """Yield what the months of a difference have been charged for the meter already."""
    for month in difference.months:
        is_last = month == difference.months[-1]
        volume = NO_WATER
        for line in lines.get((month, service), ()):
            for use in _uses(line, meter.id):
                # What was read in the month of the check lies outside of the difference.
                if not is_last or use.method is not Method.METER:
                    volume += _of_use(line.inputs, use)
        if volume:
            yield month, billed_volume(volume)


def _of_use(inputs: LineInputs, use: MeterUse) -> Decimal:
    """Return what a line has charged for a meter, or its part of the norm in its place."""
    # A norm that stood for the meter has charged what it would have been charged by itself.
    return _part_of_norms(inputs, use) if use.volume is None else _by_itself(use)


def _by_itself(use: MeterUse) -> Decimal:
    return replace(use, counts=True).counted


def _part_of_norms(inputs: LineInputs, use: MeterUse) -> Decimal:
    """Return what norms come to for one of the silent meters that they stand for.

    What the others have said by now is theirs, and the rest is shared equally by those that are
    silent, so that all of them together always are the norms.
    """
    norms = [norm for norm in inputs.norms if _stands_for(norm, use)]
    meters = [
        each
        for each in inputs.meters
        if not each.counts and any(_stands_for(norm, each) for norm in norms)
    ]
    rest = sum((_of_meters(norm, len(meters)) for norm in norms), NO_WATER) / inputs.of
    rest -= sum((_by_itself(each) for each in meters if each.volume is not None), NO_WATER)
    silent = [each for each in meters if each.volume is None]
    before = silent.index(use)
    first, last = (billed_volume(rest * part / len(silent)) for part in (before, before + 1))
    return last - first


def _stands_for(norm: NormUse, use: MeterUse) -> bool:
    return norm.service is Service.SEWAGE or norm.service is SERVICE_OF[use.kind]


def _of_meters(norm: NormUse, meters: int) -> Decimal:
    """Return what is for so many meters of a norm, in m³ times days."""
    # The norm of sewage is also for a water that has no meter.
    parts = meters if norm.stands_for_meters else meters + 1
    return norm.units * norm.norm * norm.days * meters / parts


def _one_meter(inputs: LineInputs, meter: MeterMonth, *, volume: Decimal) -> LineInputs:
    """Return the inputs of a line at the same price that only the meter's volume is charged by."""
    use = MeterUse(meter.id, meter.kind, meter.serial, Method.METER, volume)
    return replace(inputs, method=Method.METER, meters=(use,), norms=(), multiplier=ONE)


def _explained(
    meter: MeterMonth,
    difference: CheckDifference,
    *,
    charged: Sequence[tuple[Period, Decimal]],
    inputs: LineInputs,
) -> dict[str, Any]:
    return {
        "meter": {"id": meter.id, "kind": meter.kind.value, "serial": meter.serial},
        "previous": _known(difference.previous),
        "found": _known(difference.found),
        "volume": str(difference.volume),
        "charged": [[str(month), str(volume)] for month, volume in charged],
        "price": str(inputs.price.price),
        "product": f"{calculated(inputs).product.normalize():f}",
    }


def _known(value: MeterReading) -> list[str]:
    return [str(value.value), value.taken_on.isoformat(), value.source]
