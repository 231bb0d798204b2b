"""What a month is calculated from, read for a range of accounts at a time.

The plain month asks for the readings of two months only. Where something is odd the account is
read once more, with its history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from vodokanal.billing.account_months import (
    AbsenceFact,
    AccessRefusalSpan,
    AccountFacts,
    CategorySpan,
    CheckedReading,
    ImpossibleSpan,
    MeterMonth,
    MeterReading,
    PeopleSpan,
    QuantitySpan,
    ServiceSpan,
)
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.models.places import Premises
from vodokanal.models.prepared import Prepared
from vodokanal.models.readings import Reading
from vodokanal.models.recalculations import MeterCheck
from vodokanal.operations.breaks import Breaks
from vodokanal.operations.meters import KNOWN
from vodokanal.operations.month_rows import (
    ABSENCES,
    ACCOUNTS,
    CATEGORIES,
    CHECKED,
    CHECKS,
    HUNG,
    IMPOSSIBLE,
    METERS,
    PEOPLE,
    QUANTITIES,
    READ,
    READINGS,
    REFUSED,
    SERVICES,
    Range,
)

Row = Sequence[Any]
# Where among a meter's columns its readings stand, and where its checks.
BEFORE, AFTER = 5, 10


def facts_of(accounts: Range, *, breaks: Breaks) -> list[AccountFacts]:
    """The accounts that were opened by the month's end, by id; a dozen statements."""
    values = accounts.values
    meters = meters_of(accounts)
    services = _grouped(SERVICES, values, make=_service)
    people = people_of(accounts)
    categories = _grouped(CATEGORIES, values, make=_category)
    impossible = _grouped(IMPOSSIBLE, values, make=ImpossibleSpan)
    quantities = _grouped(QUANTITIES, values, make=_quantity)
    refused = _grouped(REFUSED, values, make=AccessRefusalSpan)
    absences = _grouped(ABSENCES, values, make=AbsenceFact)
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
    return _grouped(PEOPLE, accounts.values, make=_people)


def houses_of(account_ids: Iterable[int]) -> dict[int, int]:
    """The house of each account, by ids; one statement."""
    query = Account.select(Account.id, Premises.house).join(Premises)
    return dict(query.where(Account.id.in_(list(account_ids))).tuples())


def meters_since(
    account_ids: Iterable[int], *, since: Period, until: Period
) -> dict[int, list[MeterMonth]]:
    """The accounts' meters that hung between two months; three statements.

    With all their known readings: counting begins with the first of them.
    """
    query = Meter.select(*HUNG).where(
        Meter.account.in_(list(account_ids)),
        Meter.installed_on <= until.last_day,
        Meter.removed_on.is_null() | (Meter.removed_on >= since.first_day),
    )
    rows = list(query.order_by(Meter.account, Meter.id).tuples())
    ids = [meter for _, meter, *_ in rows]
    readings = (
        Reading.select(*READ)
        .where(
            Reading.meter.in_(ids),
            Reading.period <= until,
            Reading.state.in_(KNOWN),
        )
        .order_by(Reading.meter, Reading.period)
        .tuples()
    )
    checks = (
        MeterCheck.select(*CHECKED)
        .where(MeterCheck.meter.in_(ids), MeterCheck.checked_on <= until.last_day)
        .order_by(MeterCheck.checked_on, MeterCheck.id)
        .tuples()
    )
    return _with_readings(rows, readings=readings, checks=checks)


def meters_of(accounts: Range) -> dict[int, list[MeterMonth]]:
    """The meters that hung in the last half year, with the readings of the last two months."""
    values = accounts.values
    months = {"previous": accounts.period.previous, "current": accounts.period}
    readings = READINGS.rows(**values, **months)
    return _with_readings(METERS.rows(**values), readings=readings, checks=CHECKS.rows(**values))


def _with_readings(
    rows: Iterable[Row], *, readings: Iterable[Row], checks: Iterable[Row]
) -> dict[int, list[MeterMonth]]:
    read: dict[int, list[MeterReading]] = defaultdict(list)
    for meter, *row in readings:
        read[meter].append(_reading(row))
    checked: dict[int, list[CheckedReading]] = defaultdict(list)
    for meter, *row in checks:
        checked[meter].append(CheckedReading(*row))
    found: dict[int, list[MeterMonth]] = defaultdict(list)
    for account_id, meter, *row in rows:
        own, found_in = read.get(meter, ()), checked.get(meter, ())
        columns = [*row[:BEFORE], own, *row[BEFORE:AFTER], found_in, *row[AFTER:]]
        found[account_id].append(MeterMonth(meter, *columns))
    return found


def _reading(row: Row) -> MeterReading:
    period, value, taken_on, source, state = row
    return MeterReading(period, value, taken_on, source.value, state is ReadingState.ACCEPTED)


def _grouped(
    query: Prepared[tuple[Any, ...]], values: Mapping[str, Any], *, make: Any
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for account_id, *row in query.rows(**values):
        found.setdefault(account_id, []).append(make(*row))
    return found


# Thousands of accounts have the same services since the same day.
@lru_cache(maxsize=4096)
def _service(*row: Any) -> ServiceSpan:
    return ServiceSpan(*row)


@lru_cache(maxsize=4096)
def _people(*row: Any) -> PeopleSpan:
    return PeopleSpan(*row)


@lru_cache(maxsize=4096)
def _category(*row: Any) -> CategorySpan:
    return CategorySpan(*row)


def _quantity(kind: Any, *row: Any) -> QuantitySpan:
    return QuantitySpan(NormBasis(kind.value), *row)


def with_history(facts: AccountFacts, **more: Any) -> AccountFacts:
    """The same facts with what earlier months say."""
    return replace(facts, has_history=True, **more)
