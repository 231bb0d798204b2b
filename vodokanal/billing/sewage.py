"""By what sewage is found on a run of days.

ПП 354 п. 42: by the volumes of cold and hot water where meters say them, or else by its own norm,
never multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vodokanal.billing.methods import Method
from vodokanal.billing.month_rates import Days
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.rates import MixedSewage
from vodokanal.billing.segments import AccountMonth
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.troubles import OrganisationWithoutReadingError
from vodokanal.billing.waters import Found, person_norm, quantity_norms


def sewage_on(account: AccountMonth, waters: Sequence[Found], *, days: Days) -> Found:
    """Return what the sewage of some days is found by, given the waters supplied on them.

    All by meters or averages: their sum. None: its own norm. One of each: by the policy the
    volume of the one and the norm of the other, or its own norm.
    """
    metered = [each for each in waters if each.is_from_meters]
    normed = [each for each in waters if not each.is_from_meters]
    meters = tuple([use for each in waters for use in each.meters])
    is_split = account.month.policy.mixed_sewage is MixedSewage.PARTS
    if metered and (is_split or not normed):
        # What gardens and livestock drink does not come back.
        norms = [use for each in normed for use in each.norms if use.basis is NormBasis.PERSON]
        return Found(Method.SUM, days, meters, tuple(norms))
    if account.facts.group is not CustomerGroup.POPULATION:
        raise OrganisationWithoutReadingError(None, None)
    # Were all meters to count, their sum would take the norm's place.
    is_for_meters = bool(waters) and all(each.meters for each in waters)
    own = person_norm(account, Service.SEWAGE, days=days, for_meters=is_for_meters)
    others = () if meters else quantity_norms(account, Service.SEWAGE, days=days)
    unused = tuple([replace(use, counts=False) for use in meters])
    return Found(Method.NORM if meters else Method.NO_METER, days, unused, (own, *others))
