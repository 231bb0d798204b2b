"""A statement's rows add up to its balance, in the order in which receipts show them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.ledger import Movement, MovementKind, Side
from vodokanal.billing.money import from_kopecks, rubles
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period
from vodokanal.billing.statements import (
    NotDebtFreeError,
    StatementPaper,
    StatementRow,
    Whose,
    assert_debt_free,
    statement_rows,
)

SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)
ANNA = Whose("12-34", "Иванова Анна Петровна", "ул. Речная, д. 5, кв. 12")
NOTHING = rubles(0)
CHARGE, CORRECTION, PENALTY = (
    MovementKind.CHARGE,
    MovementKind.CORRECTION,
    MovementKind.PENALTY,
)
PAYMENT, REVERSAL, OPENING = MovementKind.PAYMENT, MovementKind.REVERSAL, MovementKind.OPENING
OTHER_SIDES = {
    CHARGE: Side.REVENUE,
    CORRECTION: Side.REVENUE,
    PENALTY: Side.PENALTY_INCOME,
    PAYMENT: Side.MONEY,
    REVERSAL: Side.MONEY,
    OPENING: Side.OPENING,
}


def moved(
    kind: MovementKind,
    effect: str | Decimal,
    *,
    on: date | None = None,
    period: Period = OCTOBER,
    number: int = 1,
) -> Movement:
    """A movement that adds so much to the balance."""
    amount, other = rubles(effect), OTHER_SIDES[kind]
    owed = Side.PENALTY if kind is PENALTY else Side.PRINCIPAL
    debit, credit = (owed, other) if amount > 0 else (other, owed)
    return Movement(
        kind, debit, credit, abs(amount), on or period.last_day, posted_period=period, id=number
    )


def row(kind: MovementKind, on: date, amounts: tuple[str, str], **given: object) -> StatementRow:
    amount, balance = map(rubles, amounts)
    period = Period.of(on)
    return StatementRow(on, kind, period, amount, balance, **given)  # type: ignore[arg-type]


def test_month_is_told_in_the_order_of_its_days() -> None:
    rows = statement_rows(
        [
            (moved(PENALTY, "3.40"), None),
            (moved(CHARGE, "173.78", number=1), None),
            (moved(CHARGE, "522.90", number=2), None),
            (moved(CORRECTION, "-50.62"), None),
            (moved(PAYMENT, "-462.37", on=date(2026, 10, 8)), Channel.BANK),
        ],
        opening=rubles("822.12"),
    )
    last = date(2026, 10, 31)
    assert rows == (
        row(PAYMENT, date(2026, 10, 8), ("-462.37", "359.75"), channel=Channel.BANK),
        row(CHARGE, last, ("696.68", "1056.43")),
        row(CORRECTION, last, ("-50.62", "1005.81")),
        row(PENALTY, last, ("3.40", "1009.21")),
    )


def test_every_payment_has_a_row_of_its_own() -> None:
    day = date(2026, 10, 8)
    rows = statement_rows(
        [
            (moved(PAYMENT, "-100", on=day, number=2), Channel.CARD),
            (moved(PAYMENT, "-100", on=day, number=1), Channel.DESK),
            (moved(REVERSAL, "100", on=day, number=3), None),
        ],
        opening=NOTHING,
    )
    assert [(each.channel, each.balance) for each in rows] == [
        (Channel.DESK, rubles("-100")),
        (Channel.CARD, rubles("-200")),
        (None, rubles("-100")),
    ]


def test_receipt_that_shows_a_movement_decides_its_month() -> None:
    late = moved(PAYMENT, "-50", on=date(2026, 9, 30), period=OCTOBER)
    rows = statement_rows(
        [(late, Channel.POST), (moved(CHARGE, "80", period=SEPTEMBER), None)], opening=NOTHING
    )
    assert [(each.period, each.balance) for each in rows] == [
        (SEPTEMBER, rubles("80")),
        (OCTOBER, rubles("30")),
    ]


def test_corrections_that_cancel_each_other_are_no_row() -> None:
    both = [(moved(CORRECTION, "5"), None), (moved(CORRECTION, "-5", number=2), None)]
    assert statement_rows(both, opening=rubles("7")) == ()


def test_what_was_carried_over_comes_first_of_its_day() -> None:
    day = date(2026, 10, 1)
    rows = statement_rows(
        [
            (moved(PAYMENT, "-40", on=day), Channel.OTHER),
            (moved(OPENING, "100", on=day), None),
        ],
        opening=NOTHING,
    )
    assert [each.kind for each in rows] == [OPENING, PAYMENT]


def test_statement_sums_what_was_charged_and_paid() -> None:
    rows = statement_rows(
        [
            (moved(CHARGE, "173.78"), None),
            (moved(PENALTY, "1.22"), None),
            (moved(PAYMENT, "-200", on=date(2026, 10, 3)), Channel.DESK),
            (moved(REVERSAL, "50", on=date(2026, 10, 5)), None),
        ],
        opening=rubles("10"),
    )
    paper = StatementPaper(ANNA, OCTOBER, OCTOBER, rubles("10"), rows)
    assert (paper.charged, paper.paid, paper.closing) == (
        rubles("175"),
        rubles("150"),
        rubles("35"),
    )


def test_empty_statement_ends_as_it_began() -> None:
    paper = StatementPaper(ANNA, SEPTEMBER, OCTOBER, rubles("12.30"))
    assert (paper.closing, paper.charged, paper.paid) == (rubles("12.30"), NOTHING, NOTHING)


KOPECKS = st.integers(-(10**6), 10**6).filter(bool).map(from_kopecks)
MOVED = st.builds(
    lambda kind, effect, period, day, number: moved(
        kind, effect, period=period, on=date(period.year, period.month, day), number=number
    ),
    st.sampled_from([CHARGE, CORRECTION, PENALTY, OPENING]),
    KOPECKS,
    st.sampled_from([SEPTEMBER, OCTOBER]),
    st.integers(1, 28),
    st.integers(1, 10**6),
)


@given(st.lists(MOVED, max_size=20, unique_by=lambda each: each.id), KOPECKS, st.integers())
def test_no_kopeck_is_lost_whatever_the_order(
    movements: list[Movement], opening: Decimal, seed: int
) -> None:
    given_once = [(each, None) for each in movements]
    rows = statement_rows(given_once, opening=opening)
    shuffled = Random(seed).sample(given_once, len(given_once))
    assert statement_rows(shuffled, opening=opening) == rows
    paper = StatementPaper(ANNA, SEPTEMBER, OCTOBER, opening, rows)
    assert paper.closing == opening + sum(each.effect for each in movements)
    assert all(later.balance == earlier.balance + later.amount for earlier, later in pairwise(rows))


@pytest.mark.parametrize("balance", ["0", "-0.01", "-500"])
def test_who_owes_nothing_gets_the_certificate(balance: str) -> None:
    assert_debt_free(rubles(balance))
    with pytest.raises(NotDebtFreeError) as refused:
        assert_debt_free(rubles("0.01"))
    assert refused.value.balance == rubles("0.01")
