"""What a month's charge is less for hours without a service.

ПП 354, приложение 1: a break is allowed for so many hours at once and so many in a month; each
full hour beyond, added up over the month, takes a part of the month's charge for that service.
No act says how the two limits go together: here the first hours of each break are allowed, and of
those only so many as the month allows; every other hour is beyond, and is counted once.

`inputs` of a correction: `breaks` (a list of `id`, `from`, `to` in local time, cut to the month),
`minutes` without the service in the month, `allowed_minutes` of them, `hours` beyond, `percent` an
hour, `hours_a_month`, `hours_at_once`, `charge` of the month in rubles, `is` (the reduction that is
right, not above zero) and `was` (what has been posted of it). It has no volume.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from vodokanal.billing.account_months import AccountFacts, BreakFact, CorrectionLine
from vodokanal.billing.correction_lines import NOTHING, MonthService, posted_totals
from vodokanal.billing.line_inputs import NO_MONEY
from vodokanal.billing.money import rounded, rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Timetable
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import CustomerGroup
from vodokanal.billing.terms import Term

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NO_TIME = timedelta(0)
WHOLE = Decimal(100)
TABLE = "interruption"

Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class BreakLimits:
    """How long a break may last, in hours, and what each hour beyond takes, in per cent."""

    hours_a_month: Decimal
    hours_at_once: Decimal
    percent_an_hour: Decimal

    @classmethod
    def of(cls, terms: Timetable[Term, Decimal], period: Period) -> BreakLimits:
        """Return the limits of the month's last day; raises `NoRateError` when one is missing."""
        day = period.last_day
        return cls(
            terms.on(Term.BREAK_HOURS_A_MONTH, day),
            terms.on(Term.BREAK_HOURS_AT_ONCE, day),
            terms.on(Term.BREAK_PERCENT_AN_HOUR, day),
        )


@dataclass(frozen=True, slots=True)
class BreakTime:
    """Time without a service in a month: all of it, and what of it is allowed."""

    total: timedelta
    allowed: timedelta

    @property
    def hours_beyond(self) -> int:
        """The full hours that are not allowed, all breaks of the month together."""
        return (self.total - self.allowed) // HOUR


def break_time(breaks: Iterable[BreakFact], period: Period, *, limits: BreakLimits) -> BreakTime:
    """Return the time without a service in the month, breaks of one service given in any order.

    Breaks that overlap or touch are one. A break over the end of a month belongs to both by its
    hours, and what is allowed at once is used up by its first hours, whichever month they are in.
    """
    at_once = _hours(limits.hours_at_once)
    total = allowed = NO_TIME
    for began, ended in _merged(breaks):
        total += _within((began, ended), period)
        allowed += _within((began, min(ended, began + at_once)), period)
    return BreakTime(total, min(allowed, _hours(limits.hours_a_month)))


def reduction(charge: Decimal, hours: int, *, percent_an_hour: Decimal) -> Decimal:
    """Return the rubles that a month's charge is less for the hours, rounded once, half up.

    Never more than the charge itself, and nothing of what is no charge any more.
    """
    return rounded(max(charge, NO_MONEY) * min(percent_an_hour * hours, WHOLE) / WHOLE)


def interruption_corrections(
    facts: AccountFacts,
    *,
    terms: Timetable[Term, Decimal],
    charges: Mapping[MonthService, Decimal],
) -> list[CorrectionLine]:
    """Return what breaks take from the charges, in order of month and service.

    `charges` are the rubles of each month and service as they are right by now, without breaks;
    each line is the difference to what issued months have posted already, so that a break that
    is taken back, or a charge that changes, changes it too. Only citizens have it. Raises
    `NoRateError` for a month with breaks and without limits.
    """
    if facts.group is not CustomerGroup.POPULATION:
        return []
    posted = posted_totals(facts.posted, {RecalculationReason.INTERRUPTION})
    found: list[CorrectionLine] = []
    for key in sorted(set(charges) | set(posted)):
        period, service = key
        breaks = [each for each in facts.breaks if each.service is service]
        was = posted.get(key, NOTHING).amount
        if was or _touching(breaks, period):
            limits = BreakLimits.of(terms, period)
            charge = charges.get(key, NO_MONEY)
            found.append(_line(key, breaks, limits=limits, charge=charge, was=was))
    return [line for line in found if line.amount]


def _line(
    key: MonthService,
    breaks: Sequence[BreakFact],
    *,
    limits: BreakLimits,
    charge: Decimal,
    was: Decimal,
) -> CorrectionLine:
    period, service = key
    time = break_time(breaks, period, limits=limits)
    right = -reduction(charge, time.hours_beyond, percent_an_hour=limits.percent_an_hour)
    touching = _touching(breaks, period)
    inputs = {
        "is": str(rubles(right)),
        "was": str(was),
        "charge": str(charge),
        "breaks": [_as_json(each, period) for each in touching],
        **_explained(time, limits),
    }
    return CorrectionLine(
        for_period=period,
        service=service,
        reason=RecalculationReason.INTERRUPTION,
        volume=None,
        amount=rubles(right - was),
        inputs=json.dumps(inputs),
        cause_table=TABLE,
        # Several breaks of a month have one limit together, so no single one is the cause.
        cause_id=touching[0].id if len(touching) == 1 else None,
    )


def _explained(time: BreakTime, limits: BreakLimits) -> dict[str, object]:
    return {
        "minutes": time.total // MINUTE,
        "allowed_minutes": time.allowed // MINUTE,
        "hours": time.hours_beyond,
        "percent": str(limits.percent_an_hour),
        "hours_a_month": str(limits.hours_a_month),
        "hours_at_once": str(limits.hours_at_once),
    }


def _touching(breaks: Iterable[BreakFact], period: Period) -> list[BreakFact]:
    """Return the breaks that touch a month, oldest first."""
    touching = (each for each in breaks if _within((each.began_at, each.ended_at), period))
    return sorted(touching, key=lambda each: (each.began_at, each.id))


def _merged(breaks: Iterable[BreakFact]) -> list[Moments]:
    """Return when the service was away: a house and its district may both say so."""
    merged: list[Moments] = []
    for each in sorted(breaks, key=lambda each: each.began_at):
        if merged and each.began_at <= merged[-1][1]:
            began, ended = merged.pop()
            merged.append((began, max(ended, each.ended_at)))
        else:
            merged.append((each.began_at, each.ended_at))
    return merged


def _month_of(moment: datetime, period: Period) -> Moments:
    """Return the month's first moment and the first one after it, in the moment's own zone."""
    first, after = (
        datetime(each.year, each.month, 1, tzinfo=moment.tzinfo) for each in (period, period.next)
    )
    return first, after


def _cut(span: Moments, period: Period) -> Moments:
    began, ended = span
    first, after = _month_of(began, period)
    return max(began, first), min(ended, after)


def _within(span: Moments, period: Period) -> timedelta:
    """Return how much of the time lies in the month."""
    starts, ends = _cut(span, period)
    return max(ends - starts, NO_TIME)


def _hours(hours: Decimal) -> timedelta:
    return timedelta(minutes=int(hours * 60))


def _as_json(fact: BreakFact, period: Period) -> dict[str, object]:
    starts, ends = _cut((fact.began_at, fact.ended_at), period)
    return {"id": fact.id, "from": starts.isoformat(), "to": ends.isoformat()}
