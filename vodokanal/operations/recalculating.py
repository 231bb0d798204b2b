"""Issued months calculated anew by today's facts and rates: what each account's would come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from vodokanal.billing.account_months import (
    AccountFacts,
    BilledLine,
    ChargedLine,
    CorrectionLine,
    PostedCorrection,
)
from vodokanal.billing.charges import CannotChargeError, charged_lines
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.recalculations import difference
from vodokanal.models.months import ChargeLine
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.operations.calculation import MONTHS_BACK, Basis, get_basis, known_facts
from vodokanal.operations.month_rows import Range

BILLED = (
    ChargeLine.period,
    ChargeLine.service,
    ChargeLine.part,
    ChargeLine.method,
    ChargeLine.volume,
    ChargeLine.price,
    ChargeLine.amount,
    ChargeLine.inputs,
)
POSTED = (
    Correction.for_period,
    Correction.service,
    Correction.reason,
    Correction.volume,
    Correction.amount,
    Correction.cause_table,
    Correction.cause_id,
    Correction.inputs,
)


@dataclass
class Anew:
    """What a range of accounts comes to: differences by account, and who cannot be charged."""

    differences: list[tuple[int, CorrectionLine]] = field(default_factory=list)
    troubles: list[tuple[int, Period, str]] = field(default_factory=list)
    accounts: int = 0


def bases_of(first: Period, last: Period, *, zone: ZoneInfo) -> list[Basis]:
    """What each of the months is calculated by, as it stands now; two dozen statements a month."""
    return [get_basis(period, zone=zone) for period in months_between(first, last)]


def calculated_anew(first: int, last: int, *, bases: Sequence[Basis]) -> Anew:
    """By how much the accounts from one id to another, both inclusive, would be charged otherwise.

    Each month is charged by what was known up to it, so a reading that came later changes nothing
    here: its own correction says it. A month that cannot be charged anew stays as it is and is
    listed; one without a receipt was not ours to charge and is left out. Writes nothing.

    Raises:
        NoRateError: a date that no row of a table covers.
    """
    found, lines = Anew(), dict[int, dict[Period, Sequence[ChargedLine]]]()
    facts_by_id: dict[int, AccountFacts] = {}
    for basis in bases:
        for facts in known_facts(Range(first, last, basis.period), basis):
            facts_by_id[facts.id] = facts
            try:
                anew = charged_lines(facts, basis.rates)
            except CannotChargeError as error:
                found.troubles.append((facts.id, basis.period, error.code))
            else:
                lines.setdefault(facts.id, {})[basis.period] = anew
    found.accounts = len(facts_by_id)
    lasting = _Kept(first, last, periods=[basis.period for basis in bases])
    found.differences = list(_differences(facts_by_id, lines, kept=lasting))
    return found


class _Kept:
    """What was billed and posted of a range of accounts for some months."""

    def __init__(self, first: int, last: int, *, periods: Sequence[Period]) -> None:
        self.billed = _grouped(_billed(first, last, periods=periods), BilledLine)
        self.posted = _grouped(_posted(first, last, periods=periods), PostedCorrection)
        receipts = Receipt.select(Receipt.account, Receipt.period).where(
            Receipt.period.in_(list(periods)), Receipt.account.between(first, last)
        )
        self.receipts = frozenset(receipts.tuples())


def _differences(
    facts_by_id: Mapping[int, AccountFacts],
    lines: Mapping[int, Mapping[Period, Sequence[ChargedLine]]],
    *,
    kept: _Kept,
) -> Iterable[tuple[int, CorrectionLine]]:
    for account_id, anew in lines.items():
        facts = replace(
            facts_by_id[account_id],
            billed=kept.billed.get(account_id, ()),
            posted=kept.posted.get(account_id, ()),
        )
        told = {each: of for each, of in anew.items() if (account_id, each) in kept.receipts}
        for line in difference(facts, told):
            yield account_id, line


def _billed(first: int, last: int, *, periods: Sequence[Period]) -> Any:
    return ChargeLine.select(ChargeLine.account, *BILLED).where(
        ChargeLine.period.in_(list(periods)), ChargeLine.account.between(first, last)
    )


def _posted(first: int, last: int, *, periods: Sequence[Period]) -> Any:
    """What earlier recalculations have posted, in the month in work too."""
    # Month by month, as the index has them: no month is calculated anew that is older.
    since, until = min(periods), max(periods).plus(MONTHS_BACK)
    return (
        Correction.select(Correction.account, *POSTED)
        .where(
            Correction.posted_period.in_(list(months_between(since, until))),
            Correction.account.between(first, last),
            Correction.for_period.in_(list(periods)),
            Correction.reason == RecalculationReason.RATES,
        )
        .order_by(Correction.id)
    )


def _grouped(query: Any, make: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for account_id, *row in query.tuples():
        found[account_id].append(make(*row))
    return found
