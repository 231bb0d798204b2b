"""What later and corrected readings make of months that have been issued.

A month charged by the average is corrected to what its meter really counted once a later reading
shows it, at the month's own price (ПП 354 п. 61 leaves months without readings open: by the
utility's policy); a month charged by a reading follows that reading when it is corrected.

`inputs` of a correction: `lines`, the lines of the month as they are now, each as `replay` keeps
them, and `meters`, those whose volume is another one: `id`, `kind`, `serial`, `by` (the method it
was charged by), `was` and `is` in m³ (`was` is null where the norm stood for it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import Any

from vodokanal.billing.account_months import (
    AccountFacts,
    CorrectionLine,
    MeterMonth,
    PostedCorrection,
)
from vodokanal.billing.correction_lines import (
    NOTHING,
    MonthService,
    Stand,
    correction,
    posted_totals,
)
from vodokanal.billing.line_inputs import LineInputs, MeterUse, ShownValue
from vodokanal.billing.meter_uses import counted_months
from vodokanal.billing.metering import Metered, Months
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.rates import LateReadings, MixedSewage, Policy
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.replay import with_volumes
from vodokanal.billing.segments import SERVICE_OF
from vodokanal.billing.services import Service
from vodokanal.billing.sewage_parts import in_parts, is_mixed
from vodokanal.billing.standing_lines import (
    KeptLine,
    StandingLine,
    StandingLines,
    lines_to_json,
    total_of,
)
from vodokanal.billing.troubles import ReadingsContradictError

REASONS = frozenset({RecalculationReason.TRUE_UP, RecalculationReason.READING_CORRECTED})
# A norm that stands for a missing reading; one for a meter out of order, or for a door that stayed
# closed, is not corrected by a reading (п. 60(1)).
MISSING = frozenset({Cause.NO_READING, Cause.TOO_YOUNG})

MeterMonths = Mapping[int, Months]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which meters of a line a reading may still correct: by the policy, or because one has.

    A policy that is switched off takes nothing back.
    """

    policy: LateReadings
    trued_up: frozenset[int]

    def corrects(self, use: MeterUse) -> bool:
        """Say whether a reading may change what the meter was charged by."""
        if use.gone:
            return False
        if use.method is Method.METER or use.id in self.trued_up:
            return True
        if use.method is Method.AVERAGE:
            return self.policy is not LateReadings.NONE and use.cause is not Cause.METER_INVALID
        return self.policy is LateReadings.ALL and use.cause in MISSING


def lines_by_readings(
    facts: AccountFacts, standing: StandingLines, *, policy: Policy
) -> dict[MonthService, list[StandingLine]]:
    """Return the lines of issued months that may be other than right by what meters have shown.

    Each as it is right. What no reading says anything new of is as it was charged; volumes are m³
    as `metering` shares them, which adds up exactly. Raises `ReadingsContradictError`.
    """
    counted = {meter.id: counted_months(meter, facts) for meter in facts.meters}
    posted = posted_totals(facts.posted, REASONS).keys() | standing.anew.keys()
    keys = [
        key
        for key, lines in standing.kept.items()
        if key[0] < facts.period
        and (key in posted or _may_differ(key, lines, meters=facts.meters, counted=counted))
    ]
    trued_up = _trued_up(facts.posted)
    now: dict[MonthService, list[StandingLine]] = {}
    for key in sorted(keys):
        found = {meter: months[key[0]] for meter, months in counted.items() if key[0] in months}
        rule = _Rule(policy.late_readings, trued_up.get(key, frozenset()))
        now[key] = [
            line.with_inputs(_inputs_now(line.inputs, found, rule=rule)) for line in standing[key]
        ]
    is_split = policy.mixed_sewage is MixedSewage.PARTS
    parted = now.keys() if is_split else _parted(facts.posted)
    for key in now.keys() & parted:
        if key[1] is Service.SEWAGE:
            now[key] = _in_parts(key, standing, now=now)
    return now


def reading_corrections(
    facts: AccountFacts,
    standing: StandingLines,
    *,
    now: Mapping[MonthService, Sequence[StandingLine]],
) -> list[CorrectionLine]:
    """Return the differences of the lines by readings, in the order in which they are given.

    Each is what is right now, less what was charged and what has been posted: a reading that
    changes again, or is taken back, corrects the correction.
    """
    posted = posted_totals(facts.posted, REASONS)
    found: list[CorrectionLine] = []
    for key, lines in now.items():
        changed = _changed(standing[key], lines)
        if changed or key in posted:
            was = total_of(standing[key]).plus(posted.get(key, NOTHING))
            explained = {"meters": list(changed.values()), "lines": lines_to_json(lines)}
            reason = _reason(changed.values(), facts.posted, key=key)
            stand = Stand(total_of(lines), was)
            found += correction(key, reason, stand=stand, explained=explained)
    return found


def _may_differ(
    key: MonthService,
    lines: Sequence[KeptLine],
    *,
    meters: Iterable[MeterMonth],
    counted: MeterMonths,
) -> bool:
    """Say whether it is worth reading what the lines of a month were made of.

    Not where no meter of theirs has anything to say of the month, nor where all of them together
    say the volume that was charged.
    """
    period, service = key
    uses = [
        counted[meter.id].get(period)
        for meter in meters
        if service in {Service.SEWAGE, SERVICE_OF[meter.kind]}
    ]
    if not any(uses):
        return False
    if not all(line.method in {Method.METER, Method.SUM} for line in lines):
        return True
    volumes = [each.volume if each is not None and each.is_usable else None for each in uses]
    known = [each for each in volumes if each is not None]
    return len(known) < len(volumes) or sum(known) != sum(line.volume for line in lines)


def _trued_up(posted: Iterable[PostedCorrection]) -> dict[MonthService, frozenset[int]]:
    """Return the meters whose months without a reading have been corrected before."""
    found: dict[MonthService, frozenset[int]] = {}
    for each in posted:
        if each.reason is RecalculationReason.TRUE_UP and each.service is not None:
            key = (each.for_period, each.service)
            meters = {meter["id"] for meter in json.loads(each.inputs).get("meters", ())}
            found[key] = found.get(key, frozenset()) | meters
    return found


def _parted(posted: Iterable[PostedCorrection]) -> set[MonthService]:
    """Return the sewage that has been put together of a meter and a norm before."""
    return {
        (each.for_period, each.service)
        for each in posted
        if each.reason is RecalculationReason.TRUE_UP and each.service is Service.SEWAGE
        if any(line["method"] == Method.SUM and "norms" in line for line in _lines(each))
    }


def _lines(posted: PostedCorrection) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(posted.inputs).get("lines", [])
    return found


def _in_parts(
    key: MonthService, standing: StandingLines, *, now: Mapping[MonthService, list[StandingLine]]
) -> list[StandingLine]:
    """Return sewage by its own norm as the parts that its waters are now.

    What a reading has changed nothing of stays; so does a norm that the policy of its day has put
    in the place of a meter that was read.
    """
    waters = {
        each: [line.inputs for line in now.get((key[0], each)) or standing.get((key[0], each), ())]
        for each in SERVICE_OF.values()
    }
    return [
        line
        if line is was or is_mixed(was.inputs)
        else line.with_inputs(in_parts(line.inputs, waters))
        for was, line in zip(standing[key], now[key], strict=True)
    ]


def _inputs_now(inputs: LineInputs, counted: Mapping[int, Metered], *, rule: _Rule) -> LineInputs:
    """Return the inputs of a line with what its meters have counted in its month by now."""
    found: dict[int, Metered] = {}
    volumes: dict[int, Decimal] = {}
    for use in inputs.meters:
        metered = counted.get(use.id)
        if metered is None or not metered.is_usable or not rule.corrects(use):
            continue
        volume = _volume(use, metered)
        if volume != use.volume:
            found[use.id], volumes[use.id] = metered, volume
    if not found:
        return inputs
    anew = with_volumes(inputs, volumes)
    return replace(anew, meters=tuple(_shown(use, found.get(use.id)) for use in anew.meters))


def _volume(use: MeterUse, metered: Metered) -> Decimal:
    """Return what the meter counted; contradicting readings would move water that never was."""
    if metered.volume is None:
        previous, last = next(pair for pair in metered.intervals if pair[1].value < pair[0].value)
        raise ReadingsContradictError(
            use.serial, previous=str(previous.value), last=str(last.value)
        )
    return metered.volume


def _shown(use: MeterUse, metered: Metered | None) -> MeterUse:
    """Return the meter with the values that its month was counted between."""
    if metered is None or use.gone:
        return use
    known = chain.from_iterable(metered.intervals)
    values = tuple(ShownValue(each.value, each.taken_on, each.source) for each in known)
    return replace(use, values=values, shared_by=metered.shared_by, by_days=metered.by_days)


def _changed(
    before: Sequence[StandingLine], now: Sequence[StandingLine]
) -> dict[int, dict[str, Any]]:
    """Return the meters whose month is another one, by their ids; a line's parts say the same."""
    return {
        use.id: {
            "id": use.id,
            "kind": use.kind.value,
            "serial": use.serial,
            "by": use.method.value,
            "was": None if use.volume is None else str(use.volume),
            "is": str(other.volume),
        }
        for line, line_now in zip(before, now, strict=True)
        for use, other in zip(line.inputs.meters, line_now.inputs.meters, strict=True)
        if use.volume != other.volume
    }


def _reason(
    changed: Iterable[Mapping[str, Any]], posted: Sequence[PostedCorrection], *, key: MonthService
) -> RecalculationReason:
    """Return what the correction is called: of a month all by readings, a corrected reading."""
    methods = {each["by"] for each in changed}
    if methods:
        is_by_readings = methods == {Method.METER.value}
        return (
            RecalculationReason.READING_CORRECTED if is_by_readings else RecalculationReason.TRUE_UP
        )
    # Nothing is other than charged any more: what was posted is taken back under its own name.
    reasons = {each.reason for each in posted if (each.for_period, each.service) == key}
    return max(reasons & REASONS)
