"""What the law had set when this was written: the rates that a new database starts with.

Ordinary rows: staff end them and add others as the law goes on. Where an act has no end yet, its
row has none; a key rate is only known for the past, so the last one ends and is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from vodokanal.billing.services import Service
from vodokanal.billing.terms import Term
from vodokanal.models.base import Table
from vodokanal.models.norms import Multiplier
from vodokanal.models.terms import DayOff, KeyRate, LegalTerm, Moratorium, PaymentTerm, VatRate

Row = Mapping[str, Any]

FIRST_DAY = date(2000, 1, 1)
AVERAGE, PENALTY, BREAKS = (
    "Правила № 354, п. 59",
    "ЖК РФ, ст. 155, ч. 14",
    "Правила № 354, приложение 1",
)
ALWAYS: Sequence[tuple[Term, str, str]] = (
    (Term.AVERAGE_MONTHS, "6", AVERAGE),
    (Term.AVERAGE_MONTHS_YOUNG, "3", AVERAGE),
    (Term.MONTHS_BY_AVERAGE, "3", AVERAGE),
    (Term.PENALTY_FIRST_DAY, "31", PENALTY),
    (Term.PENALTY_FIRST_SHARE, "300", PENALTY),
    (Term.PENALTY_SECOND_DAY, "91", PENALTY),
    (Term.PENALTY_SECOND_SHARE, "130", PENALTY),
    (Term.ABSENCE_DAYS, "5", "Правила № 354, п. 86"),
    (Term.BREAK_HOURS_A_MONTH, "8", BREAKS),
    (Term.BREAK_HOURS_AT_ONCE, "4", BREAKS),
    (Term.BREAK_PERCENT_AN_HOUR, "0.15", BREAKS),
    (Term.ANSWER_DAYS, "3", "Правила № 354, п. 31, подп. «к»"),
)
CAPS: Sequence[Row] = (
    # The key rate counted in full; none has ever been higher than this.
    {"value": "100", "starts_on": FIRST_DAY, "ends_on": date(2021, 12, 31), "document": PENALTY},
    {
        "value": "9.5",
        "starts_on": date(2022, 1, 1),
        "ends_on": date(2026, 12, 31),
        "document": "ПП РФ № 474 от 26.03.2022, продлено ПП РФ № 329 от 18.03.2025",
    },
)
OLD_MULTIPLIERS = "ПП РФ № 603 от 29.06.2016"
MULTIPLIERS: Sequence[tuple[Service, str, date, date | None, str]] = (
    (Service.COLD, "1.4", date(2016, 7, 1), date(2016, 12, 31), OLD_MULTIPLIERS),
    (Service.COLD, "1.5", date(2017, 1, 1), date(2025, 12, 5), OLD_MULTIPLIERS),
    (Service.COLD, "3", date(2025, 12, 6), None, "ПП РФ № 1871 от 25.11.2025"),
    (Service.HOT, "1.4", date(2016, 7, 1), date(2016, 12, 31), OLD_MULTIPLIERS),
    (Service.HOT, "1.5", date(2017, 1, 1), None, OLD_MULTIPLIERS),
)
PAYMENT_TERMS: Sequence[tuple[int, int, date, date | None, str]] = (
    (1, 10, FIRST_DAY, date(2026, 1, 31), "ЖК РФ, ст. 155, ч. 1 и 2"),
    # Sources say both the 10th and the 15th of March. February's bill falls due when the new law
    # is in force already, and the later day puts nobody into arrears who relied on it.
    (5, 15, date(2026, 2, 1), date(2026, 2, 28), "ФЗ № 177-ФЗ от 24.06.2025, переход"),
    (5, 15, date(2026, 3, 1), None, "ФЗ № 177-ФЗ от 24.06.2025"),
)
VAT_RATES: Sequence[tuple[str, date, date | None]] = (
    ("18", date(2004, 1, 1), date(2018, 12, 31)),
    ("20", date(2019, 1, 1), date(2025, 12, 31)),
    ("22", date(2026, 1, 1), None),
)
MORATORIA: Sequence[tuple[date, date, str]] = (
    (date(2020, 4, 6), date(2020, 12, 31), "ПП РФ № 424 от 02.04.2020"),
    (date(2022, 4, 1), date(2022, 10, 1), "ПП РФ № 497 от 28.03.2022"),
)
# Per cent a year by the days from which they held; the last is the day after the last one known.
KEY_RATES: Sequence[tuple[date, str]] = (
    (date(2022, 2, 28), "20"),
    (date(2022, 4, 11), "17"),
    (date(2022, 5, 4), "14"),
    (date(2022, 5, 27), "11"),
    (date(2022, 6, 14), "9.5"),
    (date(2022, 7, 25), "8"),
    (date(2022, 9, 19), "7.5"),
    (date(2023, 7, 24), "8.5"),
    (date(2023, 8, 15), "12"),
    (date(2023, 9, 18), "13"),
    (date(2023, 10, 30), "15"),
    (date(2023, 12, 18), "16"),
    (date(2024, 7, 29), "18"),
    (date(2024, 9, 16), "19"),
    (date(2024, 10, 28), "21"),
    (date(2025, 6, 9), "20"),
    (date(2025, 7, 28), "18"),
    (date(2025, 9, 15), "17"),
    (date(2025, 10, 27), "16.5"),
    (date(2025, 12, 22), "16"),
    (date(2026, 1, 1), ""),
)
NEW_YEAR = "Новогодние каникулы"
# Weekends need no rows. The government moves days off anew each year: 2027 is for the staff.
DAYS_OFF: Sequence[tuple[date, str]] = (
    *((date(2026, 1, number), NEW_YEAR) for number in range(1, 9)),
    (date(2026, 1, 9), "Перенос с 3 января"),
    (date(2026, 2, 23), "День защитника Отечества"),
    (date(2026, 3, 9), "Перенос с 8 марта"),
    (date(2026, 5, 1), "Праздник Весны и Труда"),
    (date(2026, 5, 11), "Перенос с 9 мая"),
    (date(2026, 6, 12), "День России"),
    (date(2026, 11, 4), "День народного единства"),
    (date(2026, 12, 31), "Перенос с 4 января"),
)


def first_rates() -> Mapping[type[Table], Sequence[Row]]:
    """Every row by its table."""
    return {
        LegalTerm: _legal_terms(),
        Multiplier: _rows(MULTIPLIERS, "service", "value", "starts_on", "ends_on", "document"),
        PaymentTerm: _rows(
            PAYMENT_TERMS, "bill_by_day", "pay_by_day", "starts_on", "ends_on", "document"
        ),
        VatRate: _rows(VAT_RATES, "percent", "starts_on", "ends_on"),
        Moratorium: _rows(MORATORIA, "starts_on", "ends_on", "document"),
        KeyRate: [
            {"percent": percent, "starts_on": first, "ends_on": following - timedelta(days=1)}
            for (first, percent), (following, _) in pairwise(KEY_RATES)
        ],
        DayOff: _rows(DAYS_OFF, "on", "words"),
    }


def _legal_terms() -> list[Row]:
    always = [
        {"term": term, "value": value, "starts_on": FIRST_DAY, "document": document}
        for term, value, document in ALWAYS
    ]
    return [*always, *({"term": Term.PENALTY_CAP, **row} for row in CAPS)]


def _rows(given: Sequence[tuple[Any, ...]], *names: str) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in given]
