"""What an account is charged for in a month: the lines of its bill.

ПП 354 п. 37, 38, 42: a calendar month, at the prices of its days, for the services that the account
has on them. A service that somebody else bills makes no line and still counts for the sewage.
"""

from __future__ import annotations

from datetime import timedelta

from vodokanal.billing.account_months import AccountFacts, ChargedLine
from vodokanal.billing.lines import lines_of
from vodokanal.billing.meter_days import meters_on, removed_on
from vodokanal.billing.month_rates import Days, MonthRates
from vodokanal.billing.segments import (
    SERVICE_OF,
    AccountMonth,
    Supplies,
    overlap,
    segments_of,
)
from vodokanal.billing.services import SERVICES, Charging, Service
from vodokanal.billing.sewage import sewage_on
from vodokanal.billing.waters import Found, water_on

ONE_DAY = timedelta(days=1)
CHARGED = Charging.CHARGED


def charged_lines(facts: AccountFacts, month: MonthRates) -> list[ChargedLine]:
    """Return the lines of an account's month: by service, then by part from 0.

    Volumes are m³ with six decimals, amounts rubles; everything that they were made of is in
    `inputs` (see `replay`). Raises a `CannotChargeError` for what is wrong with this account and
    `NoRateError` for a day that no row of a table covers.
    """
    account = _account_month(facts, month)
    if account is None:
        return []
    found: dict[Service, list[Found]] = {service: [] for service in account.charged}
    for days in segments_of(account):
        _find(account, days, found=found)
    return [
        line
        for service in account.charged
        for line in lines_of(
            service,
            found[service],
            prices=month.prices(service, facts.group, zone=facts.zone),
            month=month,
        )
    ]


def charged_days(facts: AccountFacts, month: MonthRates) -> Days | None:
    """Return the days of the month on which the account is open; None: on none of them.

    On the day on which it is closed nothing is charged any more.
    """
    closed_on = facts.closed_on
    return month.days_of(facts.opened_on, None if closed_on is None else closed_on - ONE_DAY)


def _account_month(facts: AccountFacts, month: MonthRates) -> AccountMonth | None:
    """Return the account in the month; None where there is nothing to charge."""
    days = charged_days(facts, month)
    if days is None:
        return None
    supplies = _supplies(facts, month, days=days)
    charged = [
        service for service, spans in supplies.items() if CHARGED in [who for _, who in spans]
    ]
    if not charged:
        return None
    meters = meters_on(facts, month, days=days, supplies=supplies)
    removed = removed_on(facts, month, supplies=supplies, hung=meters)
    for kind, hung in meters.items():
        # A meter of a water that nobody has entered as a service still says what is drained,
        # on the days on which it hangs.
        own = [each for there in hung for each in there.days]
        supplies.setdefault(SERVICE_OF[kind], [(each, Charging.COUNTED) for each in own])
    for kind, gone in removed:
        meters.setdefault(kind, []).append(gone)
    return AccountMonth(facts, month, days, supplies, charged, meters)


def _supplies(facts: AccountFacts, month: MonthRates, *, days: Days) -> Supplies:
    """Return the services of the account's days, in the order of a bill."""
    found: Supplies = {}
    for span in facts.services:
        own = month.days_of(span.starts_on, span.ends_on)
        supplied = None if own is None else overlap(own, days)
        if supplied is not None:
            found.setdefault(span.service, []).append((supplied, span.charging))
    return {service: found[service] for service in SERVICES if service in found}


def _find(account: AccountMonth, days: Days, *, found: dict[Service, list[Found]]) -> None:
    """Add what a run of days is charged by, for each service billed on it."""
    waters: list[Found] = []
    is_drained = account.charging_on(Service.SEWAGE, days[0]) is CHARGED
    for kind, service in SERVICE_OF.items():
        charging = account.charging_on(service, days[0])
        if charging is None or (charging is Charging.COUNTED and not is_drained):
            continue
        water = water_on(account, kind, days=days)
        waters += water
        if charging is CHARGED:
            found[service] += water
    if is_drained:
        found[Service.SEWAGE].append(sewage_on(account, waters, days=days))
