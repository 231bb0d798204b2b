"""What is set by day, kept by each process until somebody sets something anew.

Its token is that of the configuration: triggers renew it with every row of a rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vodokanal.billing.month_rates import MonthRates
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Rates
from vodokanal.operations.rates import get_rates


@dataclass(frozen=True)
class KeptRates:
    """The rates as they were under a token, and the months looked up in them so far."""

    token: str
    rates: Rates
    months: dict[Period, MonthRates] = field(default_factory=dict)

    def of(self, period: Period) -> MonthRates:
        """The rates of a month; what was looked up for one account serves all."""
        if period not in self.months:
            self.months[period] = MonthRates(self.rates, period)
        return self.months[period]


class _Newest:
    """What this process has read last."""

    kept: KeptRates | None = None


def rates_under(token: str) -> KeptRates:
    """The rates under a token that was just read; ten statements when it is a new one, or none."""
    kept = _Newest.kept
    if kept is not None and kept.token == token and token:
        return kept
    # Read after the token, so at worst newer than it: the next page reads once more.
    found = KeptRates(token, get_rates())
    _Newest.kept = found
    return found
