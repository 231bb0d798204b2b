"""Rates by day for the tests of penalties, and debts to count them on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from vodokanal.billing.penalties import MonthDebt, Part, PenaltyRates
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import ONLY, Dated, Rates, Timetable
from vodokanal.billing.terms import Term

LONG_AGO = date(2010, 1, 1)
TERMS = {
    Term.PENALTY_FIRST_DAY: "31",
    Term.PENALTY_FIRST_SHARE: "300",
    Term.PENALTY_SECOND_DAY: "91",
    Term.PENALTY_SECOND_SHARE: "130",
}
DueRow = tuple[date, date | None, str]


def still(value: str, *, since: date = LONG_AGO) -> Dated[Decimal]:
    """A value that holds from a day on."""
    return Dated(since, None, Decimal(value))


def rates_of(
    key_rates: Iterable[DueRow] = ((LONG_AGO, None, "16"),),
    *,
    cap: str = "9.5",
    moratoria: Iterable[tuple[date, date]] = (),
    terms: Iterable[tuple[Term, Dated[Decimal]]] | None = None,
) -> Rates:
    """Everything that penalties need, and nothing else."""
    usual = [(term, still(value)) for term, value in TERMS.items()]
    return Rates(
        tariffs=Timetable("tariff"),
        norms=Timetable("norm"),
        multipliers=Timetable("multiplier"),
        key_rates=Timetable(
            "key_rate",
            [(ONLY, Dated(first, last, Decimal(percent))) for first, last, percent in key_rates],
        ),
        moratoria=[Dated(first, last, None) for first, last in moratoria],
        payment_terms=Timetable("payment_term"),
        vat=Timetable("vat_rate"),
        terms=Timetable("legal_term", [*(terms or usual), (Term.PENALTY_CAP, still(cap))]),
        days_off={},
    )


def penalty_rates(
    key_rates: Iterable[DueRow] = ((LONG_AGO, None, "16"),),
    *,
    cap: str = "9.5",
    moratoria: Iterable[tuple[date, date]] = (),
) -> PenaltyRates:
    """The same as penalties are counted by."""
    return PenaltyRates(rates_of(key_rates, cap=cap, moratoria=moratoria))


def debt_of(
    left: str, due_on: date, *paid: tuple[date, str], since: date | None = None
) -> MonthDebt:
    """A month's debt of which some was paid."""
    return MonthDebt(
        Period.of(due_on).previous,
        due_on,
        Decimal(left),
        tuple(Part(on, Decimal(amount)) for on, amount in paid),
        since=since,
    )
