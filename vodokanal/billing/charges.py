"""What a month costs an account: its lines, and the corrections of other months found with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from vodokanal.billing.account_months import AccountCharge, AccountFacts, MeterMonth
from vodokanal.billing.metering import is_sound
from vodokanal.billing.month_lines import charged_lines
from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculations import corrections_of
from vodokanal.billing.troubles import CannotChargeError

__all__ = ["CannotChargeError", "MonthRates", "charge_account", "charged_lines", "needs_history"]


def charge_account(facts: AccountFacts, month: MonthRates) -> AccountCharge:
    """Return what the month costs the account: its lines and its corrections.

    Raises a `CannotChargeError` for what is wrong with this account and `NoRateError` for a day
    that no row of a table covers.
    """
    lines = charged_lines(facts, month)
    return AccountCharge(lines, corrections_of(facts, month, lines=lines))


def needs_history(facts: AccountFacts) -> bool:
    """Return whether more is needed than the readings of this month and the one before.

    Not in the plain month: every meter was read in both and is in order, and nothing happened that
    changes another month. Cheap: it is asked for every account.
    """
    if facts.absences or facts.breaks:
        return True
    months = _two_months(facts.period)
    return not all(
        _is_plain(meter, months)
        if meter.removed_on is None
        else _is_over(meter, months, others=facts.meters)
        for meter in facts.meters
    )


class _TwoMonths(NamedTuple):
    period: Period
    previous: Period
    # Of the month before, and of this one.
    first_day: date
    last_day: date


@lru_cache(maxsize=8)
def _two_months(period: Period) -> _TwoMonths:
    previous = period.previous
    return _TwoMonths(period, previous, previous.first_day, period.last_day)


def _is_over(meter: MeterMonth, months: _TwoMonths, *, others: Iterable[MeterMonth]) -> bool:
    """Say whether a removed meter is plain, and another has taken its place at once."""
    removed_on = meter.removed_on or months.last_day
    if removed_on < months.last_day and not any(
        _follows(each, removed_on) for each in others if each.kind is meter.kind
    ):
        return False
    return removed_on < months.first_day or _is_plain(meter, months)


def _follows(meter: MeterMonth, removed_on: date) -> bool:
    """Say whether the meter was charged by on the day after another was removed."""
    begun = meter.commissioned_on
    is_there = meter.removed_on is None or meter.removed_on > removed_on
    return begun is not None and begun <= removed_on and is_there


def _is_plain(meter: MeterMonth, months: _TwoMonths) -> bool:
    """Say whether the two months tell everything about the meter."""
    begun = meter.commissioned_on
    if begun is None or begun > months.last_day:
        # It is not charged by yet.
        return True
    if meter.checks or not is_sound(meter, months.last_day):
        return False
    known = {each.period: each.value for each in meter.readings if each.is_accepted}
    if len(known) < len(meter.readings):
        return False
    before, last = known.get(months.previous), known.get(months.period)
    # What was noted of a meter that hung before is older than the two months; so is what was
    # charged for the first month of a meter that a new holder has not read in it.
    since = months.period.first_day if meter.is_taken_over else months.first_day
    if before is None and min(begun, meter.installed_on) >= since:
        before = meter.initial_reading
    if last is None:
        # Only a meter that is removed in the month has a last value.
        last = before if Period.of(begun) == months.period else meter.final_reading
    return before is not None and last is not None and last >= before
