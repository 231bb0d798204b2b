"""What is open by month: payments find their debts, advances theirs, and nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vodokanal.billing.debts import (
    Debts,
    FoldAnewError,
    NotDebtsError,
    debts_from_json,
    debts_to_json,
    fold,
    folded_on,
    must_fold_anew,
    settled,
)
from vodokanal.billing.ledger import Movement, MovementKind, Side, balance_of, sides_of
from vodokanal.billing.penalties import MonthDebt, Part
from vodokanal.billing.periods import Period

JULY, AUGUST, SEPTEMBER, OCTOBER = (Period(2026, month) for month in (7, 8, 9, 10))
PAID_ON = date(2026, 10, 5)


def due_on(period: Period) -> date:
    return date(period.next.year, period.next.month, 15)


def movement(
    kind: MovementKind,
    amount: str,
    on: date,
    *,
    named: Period | None = None,
    side: Side = Side.PRINCIPAL,
) -> Movement:
    """A movement; a negative amount takes from the debt."""
    rubles = Decimal(amount)
    debit, credit = sides_of(kind, is_negative=rubles < 0, side=side)
    return Movement(kind, debit, credit, abs(rubles), on, Period.of(on), debt_period=named)


def charge(period: Period, amount: str) -> Movement:
    return movement(MovementKind.CHARGE, amount, period.last_day, named=period)


def payment(
    amount: str, on: date = PAID_ON, *, named: Period | None = None, number: int = 0
) -> Movement:
    debit, credit = sides_of(MovementKind.PAYMENT, is_negative=True)
    return Movement(
        MovementKind.PAYMENT,
        debit,
        credit,
        Decimal(amount),
        on,
        Period.of(on),
        named,
        payment=number,
    )


def reversal(of: Movement) -> Movement:
    debit, credit = sides_of(MovementKind.REVERSAL)
    return Movement(
        MovementKind.REVERSAL,
        debit,
        credit,
        of.amount,
        of.on,
        of.posted_period,
        of.debt_period,
        payment=of.payment,
    )


def penalty(period: Period, amount: str, *, posted: Period = SEPTEMBER) -> Movement:
    return movement(MovementKind.PENALTY, amount, posted.last_day, named=period, side=Side.PENALTY)


def opening(
    amount: str, on: date, *, named: Period | None, side: Side = Side.PRINCIPAL
) -> Movement:
    return movement(MovementKind.OPENING, amount, on, named=named, side=side)


def correction(amount: str, *, named: Period, side: Side = Side.PRINCIPAL) -> Movement:
    return movement(MovementKind.CORRECTION, amount, OCTOBER.last_day, named=named, side=side)


def left(state: Debts) -> dict[int, tuple[str, str]]:
    """Debt and penalty that are open, by the number of the month."""
    return {each.period.month: (str(each.principal), str(each.penalty)) for each in state.open}


THREE_MONTHS = [charge(JULY, "100.00"), charge(AUGUST, "100.00"), charge(SEPTEMBER, "100.00")]


def test_charges_of_a_month_are_one_debt() -> None:
    state = fold([charge(JULY, "100.00"), charge(JULY, "20.50")], due_on)
    assert state == Debts(
        (MonthDebt(JULY, date(2026, 8, 15), Decimal("120.50")),),
        Decimal("0.00"),
        (JULY.last_day, 0, 202607),
    )


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, {8: ("70.00", "0.00"), 9: ("100.00", "0.00")}),
        (SEPTEMBER, {7: ("70.00", "0.00"), 8: ("100.00", "0.00")}),
        (OCTOBER, {8: ("70.00", "0.00"), 9: ("100.00", "0.00")}),
    ],
)
def test_payment_covers_the_named_month_then_the_oldest(
    named: Period | None, expected: dict[int, tuple[str, str]]
) -> None:
    assert left(fold([*THREE_MONTHS, payment("130.00", named=named)], due_on)) == expected


def test_payment_covers_every_debt_before_any_penalty() -> None:
    owed = [*THREE_MONTHS, penalty(JULY, "5.00"), penalty(AUGUST, "4.00")]
    assert left(fold([*owed, payment("250.00")], due_on)) == {
        7: ("0.00", "5.00"),
        8: ("0.00", "4.00"),
        9: ("50.00", "0.00"),
    }
    paid = fold([*owed, payment("306.00", named=AUGUST)], due_on)
    assert left(paid) == {7: ("0.00", "3.00")}


def test_what_was_paid_is_kept_by_day() -> None:
    second = date(2026, 10, 8)
    state = fold([charge(JULY, "100"), payment("30"), payment("20"), payment("10", second)], due_on)
    (debt,) = state.debts
    assert debt.parts == (Part(PAID_ON, Decimal(50)), Part(second, Decimal(10)))


def test_rest_is_an_advance_and_covers_the_next_charge_on_its_day() -> None:
    paid = fold([charge(JULY, "100.00"), payment("150.00")], due_on)
    assert (paid.advance, paid.balance) == (Decimal("50.00"), Decimal("-50.00"))
    after = folded_on(paid, [charge(OCTOBER, "80.00")], due_on=due_on)
    assert left(after) == {10: ("30.00", "0.00")}
    assert after.debts[1].parts == (Part(OCTOBER.last_day, Decimal("50.00")),)
    assert after.advance == 0


def test_credit_for_a_month_covers_it_before_the_oldest() -> None:
    credited = fold([*THREE_MONTHS, correction("-40.00", named=AUGUST)], due_on)
    assert left(credited) == {
        7: ("100.00", "0.00"),
        8: ("60.00", "0.00"),
        9: ("100.00", "0.00"),
    }


def test_correction_upwards_is_a_debt_of_the_month_it_is_billed_in() -> None:
    state = fold([charge(JULY, "100.00"), correction("40.00", named=OCTOBER)], due_on)
    assert left(state) == {7: ("100.00", "0.00"), 10: ("40.00", "0.00")}


def test_forgiven_penalty_stays_posted() -> None:
    owed = [charge(JULY, "100.00"), penalty(JULY, "5.00")]
    forgiven = fold([*owed, correction("-3.00", named=JULY, side=Side.PENALTY)], due_on)
    (debt,) = forgiven.debts
    assert (debt.penalty, debt.posted) == (Decimal("2.00"), Decimal("5.00"))


def test_more_forgiven_than_owed_covers_debts() -> None:
    owed = [charge(JULY, "100.00"), penalty(JULY, "5.00")]
    forgiven = fold([*owed, correction("-8.00", named=JULY, side=Side.PENALTY)], due_on)
    assert left(forgiven) == {7: ("97.00", "0.00")}


def test_penalty_added_by_hand_is_not_posted() -> None:
    state = fold([correction("7.00", named=OCTOBER, side=Side.PENALTY)], due_on)
    (debt,) = state.debts
    assert (debt.penalty, debt.posted) == (Decimal("7.00"), Decimal(0))


def test_penalty_taken_back_after_it_was_paid_covers_debts() -> None:
    owed = [charge(JULY, "100.00"), penalty(JULY, "5.00", posted=AUGUST), payment("105.00")]
    after = fold([*owed, penalty(JULY, "-2.00", posted=OCTOBER), charge(OCTOBER, "50.00")], due_on)
    assert left(after) == {10: ("48.00", "0.00")}
    assert after.debts[0].posted == Decimal("3.00")


def test_advance_covers_a_penalty_too() -> None:
    state = fold([payment("10.00", date(2026, 9, 1)), penalty(JULY, "4.00")], due_on)
    assert (left(state), state.advance) == ({}, Decimal("6.00"))


def test_opening_balance_is_debt_penalty_and_advance() -> None:
    on = date(2026, 10, 1)
    rows = [
        opening("100.00", on, named=AUGUST),
        opening("9.00", on, named=AUGUST, side=Side.PENALTY),
        opening("-20.00", on, named=None),
    ]
    (debt,) = fold(rows, due_on).debts
    assert [str(each) for each in (debt.principal, debt.penalty, debt.posted)] == [
        "80.00",
        "9.00",
        "0.00",
    ]
    assert debt.since == on


def test_movement_that_names_no_month_is_of_its_own_day() -> None:
    state = fold([opening("7.00", PAID_ON, named=None)], due_on)
    assert [each.period for each in state.open] == [OCTOBER]


def test_payment_taken_back_never_was() -> None:
    paid = payment("100.00", number=1)
    after = fold([*THREE_MONTHS, paid, reversal(paid), payment("30.00", number=2)], due_on)
    assert after == fold([*THREE_MONTHS, payment("30.00", number=2)], due_on)


def test_payment_folded_before_cannot_be_taken_back_alone() -> None:
    paid = payment("100.00", number=1)
    state = fold([*THREE_MONTHS, paid], due_on)
    assert must_fold_anew(state, [reversal(paid)])
    with pytest.raises(FoldAnewError):
        folded_on(state, [reversal(paid)], due_on=due_on)


def test_movement_before_what_is_folded_needs_everything_anew() -> None:
    state = fold([*THREE_MONTHS, payment("100.00")], due_on)
    early = payment("10.00", PAID_ON - timedelta(days=1))
    assert must_fold_anew(state, [early])
    assert not must_fold_anew(state, [payment("10.00")])
    assert must_fold_anew(state, [], until=SEPTEMBER.last_day)
    assert not must_fold_anew(state, [], until=OCTOBER.last_day)
    with pytest.raises(FoldAnewError):
        folded_on(state, [early], due_on=due_on)


def test_nothing_new_changes_nothing() -> None:
    state = fold(THREE_MONTHS, due_on)
    assert folded_on(state, [], due_on=due_on) is state
    assert not must_fold_anew(state, [])


def test_month_stays_until_its_penalty_cannot_change() -> None:
    state = fold([*THREE_MONTHS, payment("100.00")], due_on)
    assert [each.period for each in settled(state, SEPTEMBER.last_day).debts] == [
        JULY,
        AUGUST,
        SEPTEMBER,
    ]
    after = settled(state, PAID_ON)
    assert [each.period for each in after.debts] == [AUGUST, SEPTEMBER]
    assert settled(after, PAID_ON) is after


def test_kept_text_is_short() -> None:
    plain = fold([charge(OCTOBER, "173.78")], due_on)
    assert debts_to_json(Debts()) == '{"debts": []}'
    assert debts_to_json(plain) == (
        '{"debts": [[202610, "2026-11-15", 17378]], "last": ["2026-10-31", 0, 202610]}'
    )
    owed = fold([*THREE_MONTHS[:1], penalty(JULY, "5.00"), payment("30.00")], due_on)
    assert debts_to_json(owed) == (
        '{"debts": [[202607, "2026-08-15", 7000, 500, 500, null, [["2026-10-05", 3000]]]],'
        ' "last": ["2026-10-05", 4, 0]}'
    )


def test_debt_brought_along_keeps_its_day() -> None:
    state = fold([opening("100.00", PAID_ON, named=JULY)], due_on)
    assert debts_from_json(debts_to_json(state)) == state


def test_empty_object_is_no_debt() -> None:
    assert debts_from_json("{}") == Debts()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"debts": [1]}', '{"debts": [[2026, "x", 1]]}', '{"debts": [[202601]]}']
)
def test_text_that_is_no_debts_is_refused(text: str) -> None:
    with pytest.raises(NotDebtsError) as caught:
        debts_from_json(text)
    assert caught.value.kept == text


MONTHS = st.sampled_from([JULY, AUGUST, SEPTEMBER, OCTOBER])
RUBLES = st.integers(1, 30_000).map(lambda count: str(Decimal(count) / 100))
DAYS = st.integers(0, 120).map(lambda number: date(2026, 7, 1) + timedelta(days=number))
MOVEMENTS = st.one_of(
    st.builds(charge, MONTHS, RUBLES),
    st.builds(
        lambda amount, on, named: payment(amount, on, named=named), RUBLES, DAYS, st.none() | MONTHS
    ),
    st.builds(
        lambda period, amount, posted: penalty(period, amount, posted=posted),
        MONTHS,
        RUBLES,
        MONTHS,
    ),
    st.builds(lambda period, amount: penalty(period, f"-{amount}", posted=OCTOBER), MONTHS, RUBLES),
    st.builds(lambda amount, named: correction(f"-{amount}", named=named), RUBLES, MONTHS),
    st.builds(
        lambda amount, named: correction(f"-{amount}", named=named, side=Side.PENALTY),
        RUBLES,
        MONTHS,
    ),
    st.builds(lambda amount: correction(amount, named=OCTOBER, side=Side.PENALTY), RUBLES),
    st.builds(lambda amount, on, named: opening(amount, on, named=named), RUBLES, DAYS, MONTHS),
    st.builds(lambda amount, on: opening(f"-{amount}", on, named=None), RUBLES, DAYS),
)
LEDGERS = st.lists(MOVEMENTS, max_size=14)


@given(LEDGERS)
def test_nothing_is_lost_or_invented(ledger: list[Movement]) -> None:
    state = fold(ledger, due_on)
    assert state.balance == balance_of(ledger)
    assert all(each.principal >= 0 and each.penalty >= 0 for each in state.debts)
    assert not (state.advance and state.open)


@given(LEDGERS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_order_of_entry_does_not_matter(ledgers: tuple[list[Movement], list[Movement]]) -> None:
    first, second = ledgers
    assert fold(first, due_on) == fold(second, due_on)


@given(LEDGERS, DAYS)
def test_fold_in_steps_is_the_fold_at_once(ledger: list[Movement], until: date) -> None:
    before = [each for each in ledger if each.on <= until]
    after = [each for each in ledger if each.on > until]
    half = debts_from_json(debts_to_json(fold(before, due_on)))
    assert folded_on(half, after, due_on=due_on) == fold(ledger, due_on)


@given(LEDGERS, LEDGERS)
def test_steps_in_any_order_agree_or_say_that_they_cannot(
    first: list[Movement], second: list[Movement]
) -> None:
    state = fold(first, due_on)
    if not must_fold_anew(state, second):
        assert folded_on(state, second, due_on=due_on) == fold([*first, *second], due_on)


@given(LEDGERS, st.data())
def test_payments_taken_back_leave_no_trace(ledger: list[Movement], data: st.DataObject) -> None:
    wrong = [payment("77.00", data.draw(DAYS), number=number) for number in (1, 2)]
    rows = [*ledger, *wrong, *map(reversal, wrong)]
    assert fold(data.draw(st.permutations(rows)), due_on) == fold(ledger, due_on)
