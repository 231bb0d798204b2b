"""Penalties by day: the worked cases of penalties.toml, the rate of the day, moratoria."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.billing.penalty_rates import (
    LONG_AGO,
    TERMS,
    debt_of,
    penalty_rates,
    rates_of,
    still,
)
from vodokanal.billing.penalties import (
    MonthDebt,
    Part,
    PenaltyRates,
    Segment,
    penalty_of,
    penalty_segments,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import Dated, NoRateError
from vodokanal.billing.terms import ONE_DAY, Term

EXAMPLES = tomllib.loads(
    (Path(__file__).parents[1] / "examples" / "penalties.toml").read_text(encoding="utf-8")
)
Case = dict[str, Any]
DUE = date(2026, 4, 15)


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", EXAMPLES[kind], ids=lambda case: case["id"])


def rates_for(case: Case) -> PenaltyRates:
    moratoria = [(each["first"], each["last"]) for each in case.get("moratoria", [])]
    row = (LONG_AGO, None, case["rate_percent"])
    return penalty_rates([row], cap=case["rate_percent"], moratoria=moratoria)


def debt_in(case: Case) -> MonthDebt:
    paid = [(each["on"], each["amount"]) for each in case["payments"]]
    left = Decimal(case["debt"]) - sum(Decimal(amount) for _, amount in paid)
    return debt_of(str(left), case["due_on"], *paid)


def segments_in(case: Case) -> tuple[Segment, ...]:
    return penalty_segments(debt_in(case), case["as_of"] - ONE_DAY, rates=rates_for(case))


def shown(segment: Segment) -> dict[str, Any]:
    """A segment as the examples write it."""
    amount = Decimal(segment.amount.numerator) / segment.amount.denominator
    return {
        "debt": str(segment.debt.quantize(Decimal(1))),
        "first": segment.span.first,
        "last": segment.span.last,
        "days": segment.span.days,
        "share": str(segment.span.share),
        "amount": str(amount.quantize(Decimal("0.0001"))) if amount else "0",
    }


def kopecks_of(segments: list[Segment]) -> Decimal:
    exact = sum((each.amount for each in segments), Fraction(0))
    return Decimal(int(exact * 100 + Fraction(1, 2))) / 100


@cases("debt")
def test_penalty_is_the_published_one(case: Case) -> None:
    found = penalty_of(debt_in(case), case["as_of"] - ONE_DAY, rates=rates_for(case))
    assert found == Decimal(case["total"])


@cases("debt")
def test_penalty_comes_about_by_the_published_segments(case: Case) -> None:
    assert [shown(each) for each in segments_in(case)] == case["segments"]


@cases("debt")
def test_segments_add_up_to_the_published_parts(case: Case) -> None:
    found = segments_in(case)
    second = [each for each in found if each.span.share == Fraction(1, 130)]
    assert kopecks_of([each for each in found if each.debt == 1000]) == Decimal(
        case["on_the_first_1000"]
    )
    assert kopecks_of(second) == Decimal(case["at_one_130th"])
    assert sum(each.span.days for each in found) == case["days"]
    assert sum(each.span.days for each in found if each.debt) - case["grace_days"] == 1744


@cases("debt")
def test_moratoria_are_numbered_but_cost_nothing(case: Case) -> None:
    found = segments_in(case)
    late = [each for each in found if each.span.first >= date(2019, 9, 9)]
    assert sum(each.span.days for each in late) == case["days_at_one_130th"]
    assert found[0].span.days == case["grace_days"]


@cases("day")
def test_shares_begin_on_their_days(case: Case) -> None:
    spans = list(penalty_rates().spans(case["due_on"], case["due_on"] + timedelta(days=200)))
    assert penalty_rates().first_day(case["due_on"]) == case["first_penalty_day"]
    assert [each.share for each in spans] == [0, Fraction(1, 300), Fraction(1, 130)]
    assert spans[1].first == case["first_penalty_day"]
    assert spans[1].last == case["last_day_at_one_300th"]
    assert spans[2].first == case["first_day_at_one_130th"]


@cases("daily")
def test_a_day_costs_rubles_not_hundreds(case: Case) -> None:
    one_day = DUE + timedelta(days=31)
    found = penalty_of(debt_of(case["debt"], DUE), one_day, rates=rates_for(case))
    assert found == Decimal(case["amount"])


@pytest.mark.parametrize(
    ("as_of", "penalty"),
    [
        (DUE - ONE_DAY, "0.00"),
        (DUE, "0.00"),
        (date(2026, 5, 15), "0.00"),
        (date(2026, 5, 16), "0.32"),
        (date(2026, 7, 14), "19.00"),
        (date(2026, 7, 15), "19.73"),
    ],
)
def test_thousand_rubles_cost_by_the_day(as_of: date, penalty: str) -> None:
    found = penalty_of(debt_of("1000", DUE), as_of, rates=penalty_rates())
    assert str(found) == penalty


def test_day_of_payment_still_counts() -> None:
    rates, paid_on = penalty_rates(), date(2026, 5, 16)
    late = penalty_of(debt_of("0", DUE, (paid_on, "1000")), date(2026, 12, 31), rates=rates)
    in_time = debt_of("0", DUE, (paid_on - ONE_DAY, "1000"))
    assert late == Decimal("0.32")
    assert penalty_of(in_time, date(2026, 12, 31), rates=rates) == 0


def test_what_is_paid_after_the_day_is_unpaid_on_it() -> None:
    rates, day = penalty_rates(), date(2026, 6, 30)
    paid = debt_of("400", DUE, (date(2026, 7, 2), "600"))
    assert penalty_of(paid, day, rates=rates) == penalty_of(debt_of("1000", DUE), day, rates=rates)


def test_rate_is_that_of_the_day_of_payment() -> None:
    """7.5 % on the day of payment counts for all days before it, whatever held then."""
    rates = penalty_rates(
        [
            (LONG_AGO, date(2022, 9, 18), "8"),
            (date(2022, 9, 19), date(2023, 7, 23), "7.5"),
            (date(2023, 7, 24), None, "8.5"),
        ]
    )
    due, until = date(2022, 10, 10), date(2023, 12, 31)
    paid = debt_of("0", due, (date(2023, 1, 8), "1000"))
    unpaid = debt_of("1000", due)
    assert penalty_of(paid, until, rates=rates) == Decimal("15.00")
    assert penalty_of(unpaid, date(2023, 1, 8), rates=rates) == Decimal("15.00")
    assert penalty_of(unpaid, date(2023, 7, 24), rates=rates) == Decimal("145.81")


def test_key_rate_above_the_cap_does_not_count() -> None:
    day = date(2026, 7, 14)
    assert penalty_of(debt_of("1000", DUE), day, rates=penalty_rates()) == Decimal("19.00")
    assert PenaltyRates(rates_of(cap="20")).percent(day) == 16


def test_parts_paid_at_other_rates_have_segments_of_their_own() -> None:
    rates = penalty_rates([(LONG_AGO, date(2026, 6, 1), "8"), (date(2026, 6, 2), None, "6")])
    debt = debt_of("300", DUE, (date(2026, 5, 31), "700"))
    found = penalty_segments(debt, date(2026, 6, 10), rates=rates)
    assert [(int(each.debt), int(each.percent), each.span.days) for each in found] == [
        (300, 6, 30),
        (700, 8, 30),
        (300, 6, 16),
        (700, 8, 16),
        (300, 6, 10),
    ]


def test_debt_brought_along_is_counted_from_its_day_on() -> None:
    rates, brought = penalty_rates(), date(2026, 6, 30)
    debt = debt_of("1000", DUE, since=brought)
    assert penalty_of(debt, brought - ONE_DAY, rates=rates) == 0
    assert penalty_of(debt, brought + ONE_DAY, rates=rates) == Decimal("0.32")
    (segment,) = penalty_segments(debt, brought + ONE_DAY, rates=rates)
    assert (segment.span.first, segment.span.days) == (brought + ONE_DAY, 1)


def test_day_without_a_rate_is_an_error_naming_it() -> None:
    rates = penalty_rates([(LONG_AGO, date(2026, 12, 31), "8")])
    with pytest.raises(NoRateError) as caught:
        penalty_of(debt_of("1000", DUE), date(2027, 1, 31), rates=rates)
    assert (caught.value.table, caught.value.day) == ("key_rate", date(2027, 1, 31))


def test_day_without_a_term_is_an_error_naming_it() -> None:
    ended = [(Term(name), Dated(LONG_AGO, DUE, Decimal(value))) for name, value in TERMS.items()]
    rates = PenaltyRates(rates_of(terms=ended))
    with pytest.raises(NoRateError) as caught:
        penalty_of(debt_of("1000", DUE), date(2026, 5, 31), rates=rates)
    assert (caught.value.table, caught.value.day) == ("legal_term", DUE + ONE_DAY)


def test_no_rate_is_needed_while_nothing_is_late() -> None:
    rates = penalty_rates([])
    assert penalty_of(debt_of("1000", DUE), date(2026, 5, 15), rates=rates) == 0
    assert penalty_segments(debt_of("0", DUE), date(2026, 9, 30), rates=rates) == ()


def test_law_that_changes_counts_from_its_day_on() -> None:
    changed = date(2026, 6, 1)
    terms = [(Term(name), still(value)) for name, value in TERMS.items()]
    terms = [each for each in terms if each[0] is not Term.PENALTY_FIRST_SHARE]
    terms += [
        (Term.PENALTY_FIRST_SHARE, Dated(LONG_AGO, changed - ONE_DAY, Decimal(300))),
        (Term.PENALTY_FIRST_SHARE, still("150", since=changed)),
    ]
    spans = list(PenaltyRates(rates_of(terms=terms)).spans(DUE, date(2026, 6, 30)))
    assert [(each.days, each.share) for each in spans] == [
        (30, 0),
        (16, Fraction(1, 300)),
        (30, Fraction(1, 150)),
    ]


DAYS = st.integers(0, 900).map(lambda number: DUE + timedelta(days=number))
AMOUNTS = st.integers(1, 10**7).map(lambda count: Decimal(count) / 100)
MANY_RATES = penalty_rates(
    [(LONG_AGO, date(2026, 8, 1), "9"), (date(2026, 8, 2), None, "7.25")],
    moratoria=[(date(2026, 6, 1), date(2026, 6, 20)), (date(2027, 1, 1), date(2027, 3, 31))],
)


def by_the_day(debt: MonthDebt, as_of: date) -> Fraction:
    """The law word by word: each day of each part, one after another."""
    parts = [(part.amount, min(part.on, as_of)) for part in debt.parts]
    found = Fraction(0)
    for amount, last in [*parts, (debt.principal, as_of)]:
        for number in range(31, (last - debt.due_on).days + 1):
            day = debt.due_on + timedelta(days=number)
            if date(2026, 6, 1) <= day <= date(2026, 6, 20) or (
                day.year == 2027 and day.month <= 3
            ):
                continue
            percent = Fraction(MANY_RATES.percent(last)) / 100
            found += Fraction(amount) * percent / (300 if number < 91 else 130)
    return found


@given(AMOUNTS, st.lists(st.tuples(DAYS, AMOUNTS), max_size=3), DAYS)
def test_spans_give_what_every_day_by_itself_gives(
    left: Decimal, paid: list[tuple[date, Decimal]], as_of: date
) -> None:
    parts = tuple(Part(on, amount) for on, amount in paid)
    debt = MonthDebt(Period(2026, 3), DUE, left, parts)
    exact = by_the_day(debt, as_of)
    segments = penalty_segments(debt, as_of, rates=MANY_RATES)
    assert sum((each.amount for each in segments), Fraction(0)) == exact
    assert penalty_of(debt, as_of, rates=MANY_RATES) == kopecks_of(list(segments))


@given(AMOUNTS, AMOUNTS, DAYS, DAYS)
def test_debt_split_into_payments_of_one_day_costs_the_same(
    first: Decimal, second: Decimal, on: date, as_of: date
) -> None:
    whole = MonthDebt(Period(2026, 3), DUE, Decimal(0), (Part(on, first + second),))
    split = MonthDebt(Period(2026, 3), DUE, Decimal(0), (Part(on, first), Part(on, second)))
    assert penalty_of(whole, as_of, rates=MANY_RATES) == penalty_of(split, as_of, rates=MANY_RATES)
