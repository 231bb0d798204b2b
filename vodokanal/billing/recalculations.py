"""Everything that the calculation of a month corrects by itself, and months calculated anew.

Each correction is a difference: what is right now, less what has been charged and what issued
months have posted of it. So a second calculation finds the same, a later month finds nothing more,
and what changes again is corrected again. They are found in this order, each on top of the one
before: readings (TRUE_UP, READING_CORRECTED), checks, absences, interruptions. What staff have
corrected in their own words is theirs: it changes none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from vodokanal.billing.absences import absence_corrections
from vodokanal.billing.account_months import AccountFacts, ChargedLine, CorrectionLine
from vodokanal.billing.correction_lines import (
    NOTHING,
    MonthService,
    Stand,
    correction,
    posted_totals,
)
from vodokanal.billing.interruptions import interruption_corrections
from vodokanal.billing.line_inputs import MeterUse
from vodokanal.billing.meter_checks import check_corrections
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.periods import Period
from vodokanal.billing.reading_corrections import lines_by_readings, reading_corrections
from vodokanal.billing.recalculation_reasons import AUTOMATIC, RecalculationReason
from vodokanal.billing.standing_lines import (
    StandingLine,
    StandingLines,
    lines_to_json,
    total_of,
)

INTERRUPTION = RecalculationReason.INTERRUPTION
# What a break takes its part of; its own part, and what staff corrected, are not.
CHARGES = (AUTOMATIC | {RecalculationReason.RATES}) - {INTERRUPTION}


def corrections_of(
    facts: AccountFacts, month: MonthRates, *, lines: Sequence[ChargedLine]
) -> list[CorrectionLine]:
    """Return the corrections that belong into the month, given the lines of the month itself.

    Amounts are rubles, volumes m³, both signed: less to pay is negative; neither is ever a line of
    nothing. Months whose lines are not in `facts.billed` are left as they are. Without history only
    the month's own checks, absences and breaks are seen. Raises `NoRateError` for a number of the law that is
    needed and not set, and `ReadingsContradictError`.
    """
    if not _may_be_corrected(facts):
        return []
    facts = _with_known_months(facts)
    terms = month.rates.terms
    standing = StandingLines(facts, lines)
    now = lines_by_readings(facts, standing, policy=month.policy)
    right = standing.with_lines(now)
    found = [
        *reading_corrections(facts, standing, now=now),
        *check_corrections(facts, right),
        *absence_corrections(facts, right, terms=terms),
    ]
    if not facts.breaks and not any(each.reason is INTERRUPTION for each in facts.posted):
        return found
    charges = _charges(facts, standing, found=found)
    return [*found, *interruption_corrections(facts, terms=terms, charges=charges)]


def difference(
    facts: AccountFacts, anew: Mapping[Period, Sequence[ChargedLine]]
) -> list[CorrectionLine]:
    """Return by how much issued months would cost something else if charged as they are anew.

    One line for each month and service that differs, less what such recalculations have posted
    already. Volumes that readings alone have changed stay as billed: their own corrections say
    them. A service that is only on one side was, or is, nothing: so is a month of which nothing
    was billed, because the account could not be charged then. `inputs` has `lines`, those anew, as `replay` keeps them.
    """
    before = StandingLines(replace(facts, posted=()))
    posted = posted_totals(facts.posted, {RecalculationReason.RATES})
    now: dict[MonthService, list[StandingLine]] = {}
    for period in sorted(anew):
        for line in anew[period]:
            key = (period, line.service)
            made = _with_old_readings(StandingLine.of(line), before.get(key, ()))
            now.setdefault(key, []).append(made)
    found: list[CorrectionLine] = []
    for key in sorted({key for key in before if key[0] in anew} | now.keys()):
        lines = now.get(key, [])
        was = total_of(before.get(key, ())).plus(posted.get(key, NOTHING))
        found += correction(
            key,
            RecalculationReason.RATES,
            stand=Stand(total_of(lines), was),
            explained={"lines": lines_to_json(lines)},
        )
    return found


def _may_be_corrected(facts: AccountFacts) -> bool:
    """Say whether anything could be found at all: nearly every account has nothing."""
    is_checked = any(meter.checks for meter in facts.meters)
    return bool(facts.billed or facts.posted or facts.absences or facts.breaks or is_checked)


def _with_known_months(facts: AccountFacts) -> AccountFacts:
    """Return the facts without what was posted to months whose lines are not among them.

    Nothing can be said of those: they are no longer corrected, and neither taken back.
    """
    known = {each.period for each in facts.billed} | {facts.period}
    posted = [each for each in facts.posted if each.for_period in known]
    return replace(facts, posted=posted)


def _charges(
    facts: AccountFacts, standing: StandingLines, *, found: Iterable[CorrectionLine]
) -> dict[MonthService, Decimal]:
    """Return what each month costs for each service, corrected, before breaks."""
    totals = posted_totals([*facts.posted, *found], CHARGES)
    return {
        key: total_of(standing.kept.get(key, ())).plus(totals.get(key, NOTHING)).amount
        for key in standing.kept.keys() | totals.keys()
    }


def _with_old_readings(line: StandingLine, before: Iterable[StandingLine]) -> StandingLine:
    """Return a line made anew with the volumes of the meters as billed, where both read them."""
    billed = {(use.id, use.gone): use for each in before for use in each.inputs.meters}
    meters = tuple(_as_billed(use, billed.get((use.id, use.gone))) for use in line.inputs.meters)
    return line.with_inputs(replace(line.inputs, meters=meters))


def _as_billed(use: MeterUse, billed: MeterUse | None) -> MeterUse:
    """Return what the meter was billed by, if only a reading has made it another volume."""
    if billed is None or billed.volume is None or use.method is not Method.METER:
        return use
    # No reading corrects these months, so that the meter was in order after all is said here.
    if billed.cause is Cause.METER_INVALID:
        return use
    return replace(billed, spread=use.spread, of=use.of, counts=use.counts)
