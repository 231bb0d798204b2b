"""On which days of a month a water goes by which meters, and what they give to it.

A meter counts from the day after its commissioning to the day of its removal (ПП 354 п. 81); after
that its average may stand for it, until another one counts (п. 59 а).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from vodokanal.billing.account_months import AccountFacts, MeterMonth
from vodokanal.billing.meter_uses import gone_use, meter_use
from vodokanal.billing.month_rates import Days, MonthRates
from vodokanal.billing.readings import Kind
from vodokanal.billing.segments import (
    SERVICE_OF,
    MeterDays,
    Supplies,
    days_in,
    overlap,
    without,
)

ONE_DAY = timedelta(days=1)
Meters = dict[Kind, list[MeterDays]]


def meters_on(facts: AccountFacts, month: MonthRates, *, days: Days, supplies: Supplies) -> Meters:
    """Return the meters that the account's waters go by while they hang, by the days of each.

    The same whatever the order in which the meters were read. Raises what `meter_use` raises.
    """
    found: Meters = {}
    for meter in sorted(facts.meters, key=lambda each: each.id):
        there = _meter_days(meter, facts, month=month)
        own = [] if there is None else _parts(there, _supplied(supplies, meter.kind, days=days))
        if own:
            use = meter_use(meter, facts, month=month, days=days_in(own))
            found.setdefault(meter.kind, []).append(MeterDays(use, own))
    return found


def removed_on(
    facts: AccountFacts, month: MonthRates, *, supplies: Supplies, hung: Meters
) -> list[tuple[Kind, MeterDays]]:
    """Return what stands for removed meters on the days on which none of their kind hangs.

    Only where a service says that there still is such a water.
    """
    found = []
    gone = [each for each in facts.meters if each.removed_on and each.removed_on < month.last]
    for meter in sorted(gone, key=lambda each: each.id):
        own = [each for there in hung.get(meter.kind, ()) for each in there.days]
        waiting = _waiting(meter, month, others=[*own, *_impossible(facts, month, kind=meter.kind)])
        supplied = [each for each, _ in supplies.get(SERVICE_OF[meter.kind], ())]
        bare = sorted([part for run in waiting for part in _parts(run, supplied)])
        use = gone_use(meter, facts, month=month, days=days_in(bare)) if bare else None
        if use is not None:
            found.append((meter.kind, MeterDays(use, bare)))
    return found


def _meter_days(meter: MeterMonth, facts: AccountFacts, *, month: MonthRates) -> Days | None:
    """Return the days on which the meter is charged by: from the day after its commissioning.

    From the account's first day, where it is commissioned on that day: nothing was used before.
    """
    begun = meter.commissioned_on
    if begun is None:
        return None
    if begun != facts.opened_on:
        begun += ONE_DAY
    return month.days_of(begun, meter.removed_on)


def _waiting(meter: MeterMonth, month: MonthRates, *, others: Iterable[Days]) -> list[Days]:
    """Return the days after the removal of a meter on which there is nothing in its place."""
    removed = meter.removed_on
    after = None if removed is None else month.days_of(removed + ONE_DAY, None)
    return [] if after is None else without(after, others)


def _impossible(facts: AccountFacts, month: MonthRates, *, kind: Kind) -> list[Days]:
    """Return the days on which by an act there cannot be a meter: none is waited for."""
    acts = [each for each in facts.impossible if each.kind is kind]
    spans = [month.days_of(each.starts_on, each.ends_on) for each in acts]
    return [each for each in spans if each is not None]


def _supplied(supplies: Supplies, kind: Kind, *, days: Days) -> list[Days]:
    """Return the days on which a water is supplied: all, where no service says so."""
    service = SERVICE_OF[kind]
    if service not in supplies:
        return [days]
    return sorted([each for each, _ in supplies[service]])


def _parts(there: Days, supplied: Sequence[Days]) -> list[Days]:
    """Return the days of the meter on which its water is supplied."""
    return [each for each in [overlap(there, days) for days in supplied] if each is not None]
