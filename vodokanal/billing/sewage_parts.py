"""Sewage charged by its own norm, put together of its waters once a meter of theirs has spoken.

ПП 354 п. 42 and 59: had the meter been read in time, the sewage would have been its volume and the
norm of the water that is silent still, where the utility's policy is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from vodokanal.billing.line_inputs import LineInputs, NormUse
from vodokanal.billing.methods import Method
from vodokanal.billing.month_rates import Days
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.segments import SERVICE_OF, days_in, overlap, without
from vodokanal.billing.services import Service
from vodokanal.billing.waters import FROM_METERS

# The lines of a month's waters as they are now.
Waters = Mapping[Service, Sequence[LineInputs]]


def in_parts(sewage: LineInputs, waters: Waters) -> LineInputs:
    """Return the sewage of the same days, as the volumes of the meters and the norms of the rest.

    As it is where it is not by its own norm, where no meter of it is charged by, and where the
    lines of a water, which others may bill, do not say by what it goes on all of its days.
    """
    if sewage.method is not Method.NORM or not _say_all(sewage, waters):
        return sewage
    lines = [line for each in waters.values() for line in each if _in_both(line.days, sewage.days)]
    read = {
        (use.id, use.gone) for line in lines for use in line.meters if line.method in FROM_METERS
    }
    silent = {(use.id, use.gone) for line in lines for use in line.meters if not use.counts}
    silent |= {(use.id, use.gone) for use in sewage.meters if use.volume is None}
    if not read or read & silent:
        return sewage
    return replace(
        sewage,
        method=Method.SUM,
        meters=tuple(replace(use, counts=(use.id, use.gone) in read) for use in sewage.meters),
        norms=tuple(_norms(lines, days=sewage.days)),
    )


def is_mixed(sewage: LineInputs) -> bool:
    """Say whether one of the sewage's waters was known when it was charged."""
    silent = {use.kind for use in sewage.meters if use.volume is None}
    return bool({use.kind for use in sewage.meters} - silent)


def _say_all(sewage: LineInputs, waters: Waters) -> bool:
    """Say whether every water of the sewage has lines on all of its days."""
    needed = {SERVICE_OF[use.kind] for use in sewage.meters}
    # Its norm is also for a water that has no meter.
    if not all(norm.stands_for_meters for norm in sewage.norms):
        needed = set(SERVICE_OF.values())
    return not any(
        without(run, [days for line in waters.get(each, ()) for days in line.days])
        for each in needed
        for run in sewage.days
    )


def _norms(lines: Iterable[LineInputs], *, days: Sequence[Days]) -> Iterator[NormUse]:
    """Yield the norms of people on the days; what gardens and livestock drink does not come back."""
    for line in lines:
        for norm in line.norms:
            own = _in_both(norm.on or line.days, days)
            if own and norm.basis is NormBasis.PERSON:
                on = () if own == tuple(days) else own
                yield replace(norm, days=days_in(own), on=on)


def _in_both(ones: Iterable[Days], others: Sequence[Days]) -> tuple[Days, ...]:
    both = [overlap(one, other) for one in ones for other in others]
    return tuple(each for each in both if each is not None)
