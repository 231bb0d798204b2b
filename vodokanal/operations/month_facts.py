"""What a month is calculated from, read for a range of accounts at a time.

The plain month asks for the readings of two months only. Where something is odd the account is
read once more, with its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vodokanal.billing.account_months import (
    AccountFacts,
    CheckedReading,
    MeterMonth,
    MeterReading,
    PeopleSpan,
)
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account
from vodokanal.models.places import Premises
from vodokanal.models.prepared import grouped
from vodokanal.operations.breaks import Breaks
from vodokanal.operations.month_rows import (
    ABSENCES,
    ACCOUNTS,
    ALL_CHECKS,
    ALL_READINGS,
    CATEGORIES,
    CHECKS,
    IMPOSSIBLE,
    METERS,
    METERS_SINCE,
    PEOPLE,
    QUANTITIES,
    READINGS,
    REFUSED,
    SERVICES,
    Range,
)

Row = Sequence[Any]
# Where among a meter's columns its own begin, its readings stand, and its checks.
OWN, BEFORE, AFTER = 1, 7, 12


def facts_of(accounts: Range, *, breaks: Breaks) -> list[AccountFacts]:
    """The accounts that were opened by the month's end, by id; a dozen statements."""
    values = accounts.values
    meters = meters_of(accounts)
    services, people = SERVICES.by_owner(**values), people_of(accounts)
    categories = CATEGORIES.by_owner(**values)
    impossible, quantities = IMPOSSIBLE.by_owner(**values), QUANTITIES.by_owner(**values)
    refused, absences = REFUSED.by_owner(**values), ABSENCES.by_owner(**values)
    return [
        AccountFacts(
            id=account_id,
            period=accounts.period,
            group=group,
            zone=zone,
            opened_on=opened_on,
            closed_on=closed_on,
            services=services.get(account_id, ()),
            people=people.get(account_id, ()),
            categories=categories.get(account_id, ()),
            meters=meters.get(account_id, ()),
            impossible=impossible.get(account_id, ()),
            quantities=quantities.get(account_id, ()),
            access_refused=refused.get(account_id, ()),
            absences=absences.get(account_id, ()),
            breaks=breaks.of(zone, house),
        )
        for account_id, group, zone, house, opened_on, closed_on in ACCOUNTS.rows(**values)
    ]


def people_of(accounts: Range) -> dict[int, list[PeopleSpan]]:
    """Who was registered and who owned during the month."""
    return PEOPLE.by_owner(**accounts.values)


def houses_of(account_ids: Iterable[int]) -> dict[int, int]:
    """The house of each account, by ids; one statement."""
    query = Account.select(Account.id, Premises.house).join(Premises)
    return dict(query.where(Account.id.in_(list(account_ids))).tuples())


def meters_since(
    account_ids: Sequence[int], *, since: Period, until: Period
) -> dict[int, list[MeterMonth]]:
    """The accounts' meters that hung between two months; three statements a hundred of them.

    With all their known readings: counting begins with the first of them.
    """
    rows = METERS_SINCE.among(account_ids, since=since.first_day, last_day=until.last_day)
    ids = [meter for _, meter, *_ in rows]
    readings = grouped(ALL_READINGS.among(ids, current=until))
    checks = grouped(ALL_CHECKS.among(ids, last_day=until.last_day))
    return _with_readings(rows, readings=readings, checks=checks)


def meters_of(accounts: Range) -> dict[int, list[MeterMonth]]:
    """The meters that hung in the last half year, with the readings of the last two months."""
    values = accounts.values
    months = {"previous": accounts.period.previous, "current": accounts.period}
    readings = READINGS.by_owner(**values, **months)
    return _with_readings(
        METERS.rows(**values), readings=readings, checks=CHECKS.by_owner(**values)
    )


def _with_readings(
    rows: Iterable[Row],
    *,
    readings: Mapping[int, Sequence[MeterReading]],
    checks: Mapping[int, Sequence[CheckedReading]],
) -> dict[int, list[MeterMonth]]:
    return grouped((row[0], _meter(row, readings=readings, checks=checks)) for row in rows)


def _meter(
    row: Row,
    *,
    readings: Mapping[int, Sequence[MeterReading]],
    checks: Mapping[int, Sequence[CheckedReading]],
) -> MeterMonth:
    read, checked = readings.get(row[OWN], ()), checks.get(row[OWN], ())
    columns = (*row[OWN:BEFORE], read, *row[BEFORE:AFTER], checked, *row[AFTER:])
    return MeterMonth(*columns)


def with_history(facts: AccountFacts, **more: Any) -> AccountFacts:
    """The same facts with what earlier months say."""
    return replace(facts, has_history=True, **more)
