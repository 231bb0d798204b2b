"""What a month without readings will cost in rubles: now, from the fourth month on, unverified.

The month is charged by the rules themselves, from what the page has read of the meters already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from peewee import JOIN, Expression

from vodokanal.billing.account_months import (
    AccessRefusalSpan,
    AccountFacts,
    CategorySpan,
    ImpossibleSpan,
    MeterMonth,
    MeterReading,
    PeopleSpan,
    QuantitySpan,
    ServiceSpan,
)
from vodokanal.billing.charges import CannotChargeError, charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account, AccountService, Occupancy
from vodokanal.models.holder_changes import HolderChange
from vodokanal.models.places import MeterPossibility, PremisesNorm, PremisesQuantity
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.recalculations import AccessRefusal
from vodokanal.operations.kept_rates import KeptRates
from vodokanal.operations.meters import GONE, MeterStory
from vodokanal.operations.visits import Visit

# So long before its last day a verification is spoken of.
SOON = timedelta(days=90)
DATED = (
    (AccountService, (AccountService.service, AccountService.charging)),
    (Occupancy, (Occupancy.registered, Occupancy.owners)),
    (PremisesNorm, (PremisesNorm.category,)),
    (MeterPossibility, (MeterPossibility.kind,)),
    (PremisesQuantity, (PremisesQuantity.kind, PremisesQuantity.what, PremisesQuantity.quantity)),
    (AccessRefusal, ()),
)


@dataclass(frozen=True)
class Prospect:
    """Rubles of the whole month: as it is, after three silent months, with an expired meter.

    None: nobody can say, or it is not about to happen. `expires_on` is the last day of the
    verification that ends soon.
    """

    now: Decimal | None = None
    by_norm: Decimal | None = None
    unverified: Decimal | None = None
    expires_on: date | None = None


def _known_of(is_asked: Any, days: tuple[Any, Any], *first: Any) -> Any:
    """Everything dated that a month of the accounts rests on, all in one statement.

    Before it the day on which the account took its meters over from another holder.
    """
    columns = [column for table, own in DATED for column in (*own, table.starts_on, table.ends_on)]
    query = Account.select(*first, HolderChange.on, *columns)
    began = HolderChange.new_account == Account.id
    query = query.join(HolderChange, JOIN.LEFT_OUTER, on=began)
    for table, _own in DATED:
        is_of_premises = "premises" in table._meta.fields
        owner = (table.premises == Account.premises) if is_of_premises else None
        mine = (table.account == Account.id) if owner is None else owner
        mine = mine & _holds(table, days)
        if table is MeterPossibility:
            mine = mine & ~MeterPossibility.possible
        query = query.switch(Account).join(table, JOIN.LEFT_OUTER, on=mine)
    return query.where(is_asked).tuples()


def _holds(table: Any, days: tuple[Any, Any]) -> Expression:
    first, last = days
    found: Expression = (table.starts_on <= last) & (
        table.ends_on.is_null() | (table.ends_on >= first)
    )
    return found


KNOWN_OF: Prepared[tuple[Any, ...]] = Prepared(
    lambda: _known_of(
        Account.id == slot("account", Account.id),
        (slot("first_day", Occupancy.starts_on), slot("last_day", Occupancy.starts_on)),
    )
)


def prospect_of(visit: Visit, period: Period, *, rates: KeptRates) -> Prospect:
    """What the account's month costs if no further reading comes; one statement.

    Of an organisation nothing is said: its contract may say otherwise.
    """
    if not visit.is_household:
        return Prospect()
    days = {"first_day": period.first_day, "last_day": period.last_day}
    rows = KNOWN_OF.rows(account=visit.access.account_id, **days)
    return _prospect(visit, _facts(visit, period, rows=rows), rates=rates)


def prospects_of(
    visits: Sequence[Visit], period: Period, *, rates: KeptRates
) -> Mapping[int, Prospect]:
    """The same of many accounts, by account; one statement."""
    known: dict[int, list[tuple[Any, ...]]] = {}
    is_asked = Account.id.in_([each.account.id for each in visits if each.is_household])
    for account_id, *row in _known_of(is_asked, (period.first_day, period.last_day), Account.id):
        known.setdefault(account_id, []).append(tuple(row))
    households = [each for each in visits if each.account.id in known]
    return {
        each.account.id: _prospect(
            each, _facts(each, period, rows=known[each.account.id]), rates=rates
        )
        for each in households
    }


def _prospect(visit: Visit, facts: AccountFacts, *, rates: KeptRates) -> Prospect:
    month, period = rates.of(facts.period), facts.period
    expiring = expiring_soon(visit)
    return Prospect(
        now=_cost(facts, month),
        by_norm=_cost(_silent(facts, period), month),
        unverified=_cost(_unverified(facts, expiring), month) if expiring else None,
        expires_on=min((each.meter.verify_by for each in expiring), default=None),
    )


def expiring_soon(visit: Visit) -> list[MeterStory]:
    """The meters whose verification ends within the next three months."""
    today = visit.term.today
    return [
        each
        for each in visit.stories
        if each.meter.verify_by is not None and today <= each.meter.verify_by <= today + SOON
    ]


def _cost(facts: AccountFacts, month: MonthRates) -> Decimal | None:
    try:
        return sum((line.amount for line in charged_lines(facts, month)), Decimal(0))
    except (CannotChargeError, NoRateError):
        return None


def _silent(facts: AccountFacts, period: Period) -> AccountFacts:
    """The same account had none of its silent meters been read for long."""
    meters = [
        each if any(one.period == period for one in each.readings) else _forgotten(each)
        for each in facts.meters
    ]
    return replace(facts, meters=meters)


def _unverified(facts: AccountFacts, expiring: Iterable[MeterStory]) -> AccountFacts:
    """The same account some months after these verifications have ended."""
    ids = {each.meter.id for each in expiring}
    ended = facts.period.previous.first_day
    meters = [
        replace(_forgotten(each), verify_by=ended) if each.id in ids else each
        for each in facts.meters
    ]
    return replace(facts, meters=meters)


def _forgotten(meter: MeterMonth) -> MeterMonth:
    return replace(meter, readings=())


def _facts(visit: Visit, period: Period, *, rows: Sequence[tuple[Any, ...]]) -> AccountFacts:
    account = visit.account
    services, people, categories, impossible, quantities, refused = _spans(rows)
    taken_over_on = rows[0][0]
    return AccountFacts(
        id=account.id,
        period=period,
        group=account.group,
        zone=account.premises.house.district_id,
        opened_on=account.opened_on,
        closed_on=account.closed_on,
        services=services,
        people=people,
        categories=categories,
        meters=[_meter(each, period, taken_over_on=taken_over_on) for each in visit.stories],
        impossible=impossible,
        quantities=quantities,
        access_refused=refused,
        has_history=True,
    )


def _spans(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """The spans of each table, each once: the rows are all of them with all others."""
    found: list[list[Any]] = []
    start = 1
    for (_table, own), make in zip(DATED, MAKE, strict=True):
        end = start + len(own) + 2
        parts = dict.fromkeys(row[start:end] for row in rows)
        found.append([make(*part) for part in parts if part[-2] is not None])
        start = end
    return found


MAKE: Sequence[Callable[..., Any]] = (
    ServiceSpan,
    PeopleSpan,
    CategorySpan,
    ImpossibleSpan,
    lambda kind, *row: QuantitySpan(NormBasis(kind.value), *row),
    AccessRefusalSpan,
)


def _meter(story: MeterStory, period: Period, *, taken_over_on: date | None) -> MeterMonth:
    meter = story.meter
    # What is still asked about has come: nobody will call this month silent.
    readings = [
        MeterReading(
            each.period,
            each.value,
            each.taken_on,
            each.source.value,
            is_accepted=each.state != ReadingState.RECORDED,
        )
        for each in story.readings
        if each.state not in GONE and each.period <= period
    ]
    return MeterMonth(
        id=meter.id,
        kind=meter.kind,
        serial=meter.serial,
        digits_before=meter.digits_before,
        installed_on=meter.installed_on,
        initial_reading=meter.initial_reading,
        readings=readings,
        commissioned_on=meter.commissioned_on,
        verify_by=meter.verify_by,
        failed_on=meter.failed_on,
        removed_on=meter.removed_on,
        final_reading=meter.final_reading,
        is_taken_over=meter.installed_on == taken_over_on,
    )
