"""By what cold or hot water is found on a run of days.

ПП 354 п. 42, 59, 60: by the meters, or by the norm: times the multiplier where a meter could be
and there is none, or where the meter is not in order or was not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from vodokanal.billing.account_months import QuantitySpan
from vodokanal.billing.line_inputs import ONE, MeterUse, NormUse
from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.month_rates import Days, MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.readings import Kind
from vodokanal.billing.segments import LAST, SERVICE_OF, AccountMonth, MeterDays, Span, number_of
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.troubles import (
    NobodyKnownError,
    NoCategoryError,
    OrganisationWithoutReadingError,
)
from vodokanal.billing.values import value_class

# What a norm is multiplied for (п. 60(1)); without readings it is not, too young by the policy.
MULTIPLIED = frozenset({Cause.METER_INVALID, Cause.NO_ACCESS})
METERED = frozenset({Method.METER})
FROM_METERS = frozenset({Method.METER, Method.AVERAGE})


Held = TypeVar("Held", bound=Span)


@value_class
class Found:
    """By what the water of some days was found, and from what."""

    method: Method
    days: Days
    meters: tuple[MeterUse, ...] = ()
    norms: tuple[NormUse, ...] = ()
    multiplier: Decimal = ONE

    @property
    def is_from_meters(self) -> bool:
        """Whether it was found by meters or their averages."""
        return self.method in FROM_METERS


def water_on(account: AccountMonth, kind: Kind, *, days: Days) -> list[Found]:
    """Return what the water of some days is found by; gardens and livestock apart from people.

    Nothing changes on these days. Without a multiplier of its own if somebody else bills it.
    Raises a `CannotChargeError` where norms are needed and something about them is not known, and
    for an organisation without usable readings.
    """
    meters = [each for each in account.meters.get(kind, ()) if _is_there(each, days)]
    uses = tuple([_part(each, days) for each in meters])
    methods = {each.method for each in uses}
    if methods == METERED:
        return [Found(Method.METER, days, uses)]
    if uses and Method.NORM not in methods:
        _refuse_organisation(account, kind, meters=uses)
        return [Found(Method.AVERAGE, days, uses)]
    _refuse_organisation(account, kind, meters=uses)
    people = person_norm(account, SERVICE_OF[kind], days=days, for_meters=bool(uses))
    multiplier = _multiplier(account, kind, days=days, meters=uses)
    if uses:
        unused = tuple([replace(each, counts=False) for each in uses])
        return [Found(Method.NORM, days, unused, (people,), multiplier)]
    found = [Found(Method.NO_METER, days, norms=(people,), multiplier=multiplier)]
    others = quantity_norms(account, SERVICE_OF[kind], days=days)
    # П. 49: gardens and livestock are charged by their norms as they are.
    return [*found, Found(Method.NO_METER, days, norms=others)] if others else found


def person_norm(
    account: AccountMonth, service: Service, *, days: Days, for_meters: bool = False
) -> NormUse:
    """Return the norm of a service for who is registered, or else for the owners (п. 56(2)).

    Raises `NobodyKnownError`, `NoCategoryError`, `NoNormError`.
    """
    month, facts = account.month, account.facts
    day = month.day(days[0])
    people = _on(facts.people, day)
    if people is None or not (people.registered or people.owners):
        raise NobodyKnownError(day)
    category = _on(facts.categories, day)
    if category is None:
        raise NoCategoryError(day)
    norm = month.norm_on(NormBasis.PERSON, category.category, service=service, day=days[0])
    return NormUse(
        service,
        NormBasis.PERSON,
        "",
        Decimal(people.registered or people.owners),
        norm,
        days[1] - days[0] + 1,
        registered=people.registered > 0,
        stands_for_meters=for_meters,
    )


def quantity_norms(account: AccountMonth, service: Service, *, days: Days) -> tuple[NormUse, ...]:
    """Return the norms of gardens and livestock, in order, without those that are out of season.

    What has norms for other services only uses nothing of this one; without any norm, cold water
    raises `NoNormError`.
    """
    month = account.month
    day = month.day(days[0])
    found = []
    for each in account.facts.quantities:
        if _on([each], day) is None or _is_for_others(each, month, service=service):
            continue
        norm = month.norm_on(each.basis, each.what, service=service, day=days[0])
        if norm:
            number = days[1] - days[0] + 1
            found.append(NormUse(service, each.basis, each.what, each.quantity, norm, number))
    return tuple(sorted(found, key=lambda use: (use.basis, use.what, use.units)))


def _is_for_others(span: QuantitySpan, month: MonthRates, *, service: Service) -> bool:
    if service is Service.COLD:
        return False
    return not month.norms(span.basis, span.what, service=service)


def _is_there(meter: MeterDays, days: Days) -> bool:
    begun, ended = days
    return any(first <= begun and ended <= last for first, last in meter.days)


def _part(meter: MeterDays, days: Days) -> MeterUse:
    """Return what the meter gives to these of its days."""
    if len(meter.days) == 1 and meter.days[0] == days:
        return meter.use
    of = number_of(meter.days, until=LAST)
    until = number_of(meter.days, until=days[1])
    return replace(meter.use, spread=((until - (days[1] - days[0] + 1), until),), of=of)


def _multiplier(
    account: AccountMonth, kind: Kind, *, days: Days, meters: Sequence[MeterUse]
) -> Decimal:
    """Return what the norm of people is multiplied by on these days."""
    month = account.month
    # One that its average still stands in for (п. 59) multiplies nothing.
    causes = {each.cause for each in meters if each.method is Method.NORM}
    if not meters:
        acts = [each for each in account.facts.impossible if each.kind is kind]
        applies = _on(acts, month.day(days[0])) is None
    else:
        too_young = Cause.TOO_YOUNG in causes and month.policy.multiplies_too_young
        applies = too_young or bool(causes & MULTIPLIED)
    return month.multiplier(SERVICE_OF[kind]) if applies else ONE


def _refuse_organisation(account: AccountMonth, kind: Kind, *, meters: Sequence[MeterUse]) -> None:
    """Refuse what is for citizens only."""
    if account.facts.group is not CustomerGroup.POPULATION:
        serials = [each.serial for each in meters if each.method is not Method.METER]
        raise OrganisationWithoutReadingError(kind, serials[0] if serials else None)


def _on(spans: Sequence[Held], day: date) -> Held | None:
    """Return the span that a day lies in."""
    for span in spans:
        if span.starts_on <= day and (span.ends_on is None or day <= span.ends_on):
            return span
    return None
