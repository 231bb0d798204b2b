"""Calculating a month: slice by slice, thrown away and calculated again until it is issued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from peewee import fn

from vodokanal.billing.account_months import (
    AccountFacts,
    BilledLine,
    MeterMonth,
    PostedCorrection,
)
from vodokanal.billing.charges import (
    CannotChargeError,
    MonthRates,
    charge_account,
    needs_history,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.models.accounts import Account
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.recalculations import Correction
from vodokanal.operations.breaks import Breaks, get_all_breaks, get_breaks
from vodokanal.operations.changes import accounts_read_anew
from vodokanal.operations.drafts import Drafts
from vodokanal.operations.issued_months import issued_months
from vodokanal.operations.month_facts import facts_of, houses_of, meters_since, with_history
from vodokanal.operations.month_rows import Range
from vodokanal.operations.rates import get_rates

# So many accounts are written together: a few dozen milliseconds, in which nobody else can write.
SLICE = 500
# How far back a reading may correct what was charged: the general limitation of three years.
MONTHS_BACK = 36


@dataclass(frozen=True)
class Basis:
    """What one run calculates every account by.

    `breaks` ask for an account's history; `all_breaks` are part of it.
    """

    rates: MonthRates
    breaks: Breaks
    all_breaks: Breaks
    issued: Sequence[Period]
    read_anew: frozenset[int]

    @property
    def period(self) -> Period:
        """The month that is calculated."""
        return self.rates.period


def get_basis(period: Period, *, zone: ZoneInfo) -> Basis:
    """What the month is calculated by, as it stands now; a dozen statements."""
    issued = [each for each in issued_months() if each < period][-MONTHS_BACK:]
    last = BillingMonth.get_or_none(BillingMonth.period == issued[-1]) if issued else None
    return Basis(
        MonthRates(get_rates(), period),
        get_breaks(period, since=None if last is None else last.calculated_at, zone=zone),
        get_all_breaks(issued[0] if issued else period, period, zone=zone),
        issued,
        accounts_read_anew(last.mark, before=period) if last is not None else frozenset(),
    )


def slices_of(period: Period, *, after: int = 0, until: int | None = None) -> Iterator[Range]:
    """The accounts opened by the month's end, in slices by id; one statement a slice.

    Only those after one id and up to another one, which is itself included.
    """
    opened = Account.opened_on <= period.last_day
    if until is not None:
        opened = opened & (Account.id <= until)
    while True:
        ids = Account.select(Account.id).where(opened, Account.id > after)
        bounds = ids.order_by(Account.id).limit(SLICE).alias("slice")
        first, last = (
            Account.select(fn.MIN(bounds.c.id), fn.MAX(bounds.c.id)).from_(bounds).tuples().first()
        )
        if first is None:
            return
        yield Range(first, last, period)
        after = last


def draft(accounts: Range, basis: Basis) -> Drafts:
    """What the accounts of a range are charged; writes nothing.

    Raises:
        NoRateError: a date that no row of a table covers; nobody can be charged.
    """
    drafts = Drafts(accounts.first, accounts.last, accounts.period)
    for facts in known_facts(accounts, basis):
        try:
            drafts.charges.append((facts, charge_account(facts, basis.rates)))
        except CannotChargeError as error:
            drafts.troubles.append((facts.id, error))
    return drafts


def known_facts(accounts: Range, basis: Basis) -> list[AccountFacts]:
    """The facts of a range, with history where the rules or a change of the past ask for it."""
    every = facts_of(accounts, breaks=basis.breaks)
    odd = [each for each in every if _asks_for_history(each, basis)]
    if not odd:
        return every
    completed = {each.id: each for each in _completed(odd, basis)}
    return [completed.get(each.id, each) for each in every]


def _asks_for_history(facts: AccountFacts, basis: Basis) -> bool:
    return facts.id in basis.read_anew or needs_history(facts)


def _completed(odd: Sequence[AccountFacts], basis: Basis) -> Iterator[AccountFacts]:
    """The accounts with all readings of their meters, and with what was billed and corrected."""
    meters = meters_since(
        [each.id for each in odd], since=basis.period.plus(-MONTHS_BACK), until=basis.period
    )
    anew = [each for each in odd if each.id in basis.read_anew]
    silent = [each for each in odd if each.id not in basis.read_anew]
    yield from _with_history(anew, meters, basis=basis, issued=basis.issued)
    begun = min([_first_corrected(each, meters.get(each.id, ())) for each in silent], default=None)
    recent = [each for each in basis.issued if begun is not None and each >= begun]
    yield from _with_history(silent, meters, basis=basis, issued=recent)


def _with_history(
    odd: Sequence[AccountFacts],
    meters: Mapping[int, Sequence[MeterMonth]],
    *,
    basis: Basis,
    issued: Sequence[Period],
) -> Iterator[AccountFacts]:
    ids = [each.id for each in odd]
    billed, posted = _billed(ids, issued), _posted(ids, issued, period=basis.period)
    houses = houses_of(ids) if basis.all_breaks else {}
    for each in odd:
        yield with_history(
            each,
            first_charged=basis.issued[0] if basis.issued else basis.period,
            meters=meters.get(each.id, ()),
            billed=billed.get(each.id, ()),
            posted=posted.get(each.id, ()),
            breaks=basis.all_breaks.of(each.zone, houses.get(each.id, 0)),
        )


def _first_corrected(facts: AccountFacts, meters: Iterable[MeterMonth]) -> Period:
    """The earliest month that something known of the account may correct.

    What a late reading may correct was charged after the reading before it.
    """
    period = facts.period
    last_read = [
        max(
            (each.period for each in meter.readings if each.period < period),
            default=Period.of(meter.installed_on),
        )
        for meter in meters
    ]
    absent = [Period.of(each.left_on) for each in facts.absences]
    broken = [Period.of(each.began_at.date()) for each in facts.breaks]
    return min([*last_read, *absent, *broken], default=period)


def _billed(ids: Sequence[int], issued: Sequence[Period]) -> dict[int, list[BilledLine]]:
    found: dict[int, list[BilledLine]] = {}
    if not (ids and issued):
        return found
    query = ChargeLine.select(
        ChargeLine.account,
        ChargeLine.period,
        ChargeLine.service,
        ChargeLine.part,
        ChargeLine.method,
        ChargeLine.volume,
        ChargeLine.price,
        ChargeLine.amount,
        ChargeLine.inputs,
    ).where(ChargeLine.period.in_(list(issued)), ChargeLine.account.in_(ids))
    for account_id, *row in query.tuples():
        found.setdefault(account_id, []).append(BilledLine(*row))
    return found


def _posted(
    ids: Sequence[int], issued: Sequence[Period], *, period: Period
) -> dict[int, list[PostedCorrection]]:
    found: dict[int, list[PostedCorrection]] = {}
    if not ids:
        return found
    query = Correction.select(
        Correction.account,
        Correction.for_period,
        Correction.service,
        Correction.reason,
        Correction.volume,
        Correction.amount,
        Correction.cause_table,
        Correction.cause_id,
        Correction.inputs,
    ).where(
        Correction.posted_period.in_(list(issued))
        # What the chief has approved meanwhile is already right.
        | (Correction.posted_period == period) & (Correction.reason == RecalculationReason.RATES),
        Correction.account.in_(ids),
    )
    for account_id, *row in query.order_by(Correction.id).tuples():
        found.setdefault(account_id, []).append(PostedCorrection(*row))
    return found
