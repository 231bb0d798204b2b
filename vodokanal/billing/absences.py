"""What a month charged by norm is less for people who were away.

ПП 354 пп. 86-97: where there is no meter because none can be, and somebody was away for more than
so many full days in a row, the norm is not charged for those days; the day of leaving and the day
of coming back are not among them (п. 91). Sewage is recalculated together with the water (п. 88).

`inputs` of a correction: `left_on`, `came_back_on`, `people` of the absence, and `parts`, a list
of what is taken off: `norm` in m³ a month, `person_days`, `of` the days of the month, `price` in
rubles, `product`, exact; the amount is their sum, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from vodokanal.billing.account_months import AbsenceFact, AccountFacts, CorrectionLine
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
from vodokanal.billing.line_inputs import LineInputs, NormUse, calculated
from vodokanal.billing.money import rounded
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Timetable
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.segments import SERVICE_OF
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.standing_lines import StandingLines
from vodokanal.billing.terms import Term
from vodokanal.billing.volumes import billed_volume

TABLE = "absence"
ONE_DAY = timedelta(days=1)


def full_days(absence: AbsenceFact) -> tuple[date, date]:
    """Return the first and the last full day away, both inclusive; the last may be the earlier."""
    return absence.left_on + ONE_DAY, absence.came_back_on - ONE_DAY


def is_long_enough(absence: AbsenceFact, terms: Timetable[Term, Decimal]) -> bool:
    """Say whether the full days in a row are more than ПП 354 п. 86 asks for.

    Days of all months count together. Raises `NoRateError` when nothing is set for the first one.
    """
    first, last = full_days(absence)
    if last < first:
        return False
    return (last - first).days + 1 > terms.on(Term.ABSENCE_DAYS, first)


def person_days(
    absences: Iterable[AbsenceFact], people: Mapping[date, int]
) -> dict[int, dict[date, int]]:
    """Return how many people of each absence were away on each of the days, by absence and day.

    `people` are those charged for as registered, by day: on no day are more away. Where absences
    meet, the one that began earlier goes first.
    """
    found: dict[int, dict[date, int]] = {}
    left = dict(people)
    for absence in sorted(absences, key=lambda each: (each.left_on, each.id)):
        first, last = full_days(absence)
        for day in sorted(left):
            away = min(absence.people, left[day]) if first <= day <= last else 0
            if away:
                left[day] -= away
                found.setdefault(absence.id, {})[day] = away
    return found


def absence_corrections(
    facts: AccountFacts, lines: StandingLines, *, terms: Timetable[Term, Decimal]
) -> list[CorrectionLine]:
    """Return what absences take from the lines, in order of absence, month and service.

    `lines` are those of all months up to the one that is calculated, whose own part of an absence
    is among them. Each is the difference to what has been posted for the absence: one that is
    taken back or changed corrects the correction. Only citizens have it. Raises `NoRateError`.
    """
    if facts.group is not CustomerGroup.POPULATION:
        return []
    absences = {each.id: each for each in facts.absences if is_long_enough(each, terms)}
    taken = _taken_off(list(absences.values()), lines, facts=facts)
    posted_for = posted_causes(facts.posted, RecalculationReason.ABSENCE)
    found: list[CorrectionLine] = []
    for number in sorted(absences.keys() | posted_for):
        posted = posted_totals(facts.posted, {RecalculationReason.ABSENCE}, cause_id=number)
        right = taken.get(number, {})
        for key in sorted(right.keys() | posted.keys()):
            parts = right.get(key, [])
            stand = Stand(_less(parts), posted.get(key, NOTHING))
            explained = _explained(absences.get(number), parts)
            cause = Cause(TABLE, number)
            found += correction(
                key, RecalculationReason.ABSENCE, stand=stand, explained=explained, cause=cause
            )
    return found


def _taken_off(
    absences: Sequence[AbsenceFact], lines: StandingLines, *, facts: AccountFacts
) -> dict[int, dict[MonthService, list[LineInputs]]]:
    """Return what each absence takes from each month and service, as inputs of lines."""
    found: dict[int, dict[MonthService, list[LineInputs]]] = {}
    for key in sorted(key for key in lines if _is_touched(key[0], absences)):
        for line in lines[key]:
            for number, norms in _norms_of(
                absences, line.inputs, facts=facts, period=key[0]
            ).items():
                taken = replace(line.inputs, meters=(), norms=tuple(norms))
                found.setdefault(number, {}).setdefault(key, []).append(taken)
    return found


def _is_touched(period: Period, absences: Iterable[AbsenceFact]) -> bool:
    return any(
        each.left_on < period.last_day and period.first_day < each.came_back_on for each in absences
    )


def _norms_of(
    absences: Sequence[AbsenceFact], inputs: LineInputs, *, facts: AccountFacts, period: Period
) -> dict[int, list[NormUse]]:
    """Return the norms of a line for the days that each absence takes off it."""
    found: dict[int, list[NormUse]] = {}
    for norm, days in _days_of_norms(inputs, period):
        registered = int(norm.units) if norm.registered else 0
        people = {day: registered for day in days if _is_impossible(facts, norm.service, day=day)}
        for number, away in person_days(absences, people).items():
            taken = replace(norm, units=Decimal(sum(away.values())), days=1, on=())
            found.setdefault(number, []).append(taken)
    return found


def _days_of_norms(inputs: LineInputs, period: Period) -> Iterator[tuple[NormUse, list[date]]]:
    """Yield the people's norms of a line, each with its days."""
    for norm in inputs.norms:
        if norm.basis is NormBasis.PERSON and not norm.stands_for_meters:
            days = [day for first, last in norm.on or inputs.days for day in range(first, last + 1)]
            yield norm, [date(period.year, period.month, day) for day in days]


def _is_impossible(facts: AccountFacts, service: Service, *, day: date) -> bool:
    """Say whether no meter can be there that day, by an act; sewage goes with either water."""
    return any(
        service in {Service.SEWAGE, SERVICE_OF[each.kind]}
        and each.starts_on <= day
        and (each.ends_on is None or day <= each.ends_on)
        for each in facts.impossible
    )


def _less(parts: Sequence[LineInputs]) -> Total:
    """Return what is taken off together: not above zero, the rubles rounded once."""
    volume = sum((each.exact_volume for each in parts), Decimal(0))
    product = sum((calculated(each).product for each in parts), Decimal(0))
    return NOTHING.less(Total(billed_volume(volume), rounded(product)))


def _explained(absence: AbsenceFact | None, parts: Sequence[LineInputs]) -> dict[str, Any]:
    """Return why: without an absence, that it was taken back."""
    if absence is None:
        return {"parts": []}
    return {
        "left_on": absence.left_on.isoformat(),
        "came_back_on": absence.came_back_on.isoformat(),
        "people": absence.people,
        "parts": [
            {
                "norm": str(norm.norm),
                "person_days": int(norm.units),
                "of": each.of,
                "price": str(each.price.price),
                "product": f"{calculated(replace(each, norms=(norm,))).product.normalize():f}",
            }
            for each in parts
            for norm in each.norms
        ],
    }
