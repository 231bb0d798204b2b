"""A month's debt while payments are being added to it, in rubles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from vodokanal.billing.penalties import MonthDebt, Part
from vodokanal.billing.periods import Period

NOTHING = Decimal("0.00")


@dataclass(slots=True)
class OpenMonth:
    """What is left of a month's debt and of its penalty, and what was paid on which day."""

    period: Period
    due_on: date
    principal: Decimal = NOTHING
    parts: dict[date, Decimal] = field(default_factory=dict)
    penalty: Decimal = NOTHING
    posted: Decimal = NOTHING
    since: date | None = None

    @classmethod
    def of(cls, debt: MonthDebt) -> OpenMonth:
        """Return a debt so that it can be changed."""
        return cls(
            debt.period,
            debt.due_on,
            debt.principal,
            dict(debt.parts),
            debt.penalty,
            debt.posted,
            debt.since,
        )

    def debt(self) -> MonthDebt:
        """Return the debt as it stands; days of payment come in order."""
        return MonthDebt(
            self.period,
            self.due_on,
            self.principal,
            tuple(map(Part._make, sorted(self.parts.items()))),
            self.penalty,
            self.posted,
            self.since,
        )

    def cover(self, amount: Decimal, on: date) -> Decimal:
        """Pay of the debt itself; return what is left of the amount."""
        taken = min(amount, self.principal)
        if taken:
            self.principal -= taken
            self.parts[on] = self.parts.get(on, NOTHING) + taken
        return amount - taken

    def cover_penalty(self, amount: Decimal) -> Decimal:
        """Pay of the penalty; return what is left of the amount."""
        taken = min(amount, self.penalty)
        self.penalty -= taken
        return amount - taken
