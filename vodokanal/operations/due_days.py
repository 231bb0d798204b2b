"""By which day a month was to be paid: as it was issued, or by the terms that held for it."""

from __future__ import annotations

from datetime import date

from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, Rates
from vodokanal.billing.terms import payment_days
from vodokanal.models.months import BillingMonth
from vodokanal.operations.rates import get_rates


class DueDays:
    """The last day of payment by month; asks only once it is asked, and keeps what it has found."""

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates
        self._issued: dict[Period, date] | None = None
        self._others: dict[Period, date] = {}

    def __call__(self, period: Period) -> date:
        """The last day of payment of a month.

        Raises:
            NoRateError: the month is not issued, and no terms of payment cover it.
        """
        if self._issued is None:
            query = BillingMonth.select(BillingMonth.period, BillingMonth.pay_by)
            rows = query.where(BillingMonth.pay_by.is_null(is_null=False)).tuples()
            self._issued = dict(rows)
        found = self._issued.get(period) or self._others.get(period)
        if found is None:
            found = self._others[period] = self._by_terms(period)
        return found

    def _by_terms(self, period: Period) -> date:
        self._rates = self._rates or get_rates()
        term = self._rates.payment_terms.on(ONLY, period.first_day)
        return payment_days(period, term, days_off=self._rates.days_off).pay_by
