"""Which sides a movement has, and what it adds to the balance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vodokanal.billing.ledger import (
    OWED,
    Movement,
    MovementKind,
    NoSuchMovementError,
    Side,
    balance_of,
    sides_of,
)
from vodokanal.billing.periods import Period

POSSIBLE = {
    (MovementKind.OPENING, False, Side.PRINCIPAL): (Side.PRINCIPAL, Side.OPENING),
    (MovementKind.OPENING, False, Side.PENALTY): (Side.PENALTY, Side.OPENING),
    (MovementKind.OPENING, True, Side.PRINCIPAL): (Side.OPENING, Side.PRINCIPAL),
    (MovementKind.CHARGE, False, Side.PRINCIPAL): (Side.PRINCIPAL, Side.REVENUE),
    (MovementKind.CORRECTION, False, Side.PRINCIPAL): (Side.PRINCIPAL, Side.REVENUE),
    (MovementKind.CORRECTION, True, Side.PRINCIPAL): (Side.REVENUE, Side.PRINCIPAL),
    (MovementKind.CORRECTION, False, Side.PENALTY): (Side.PENALTY, Side.PENALTY_INCOME),
    (MovementKind.CORRECTION, True, Side.PENALTY): (Side.PENALTY_INCOME, Side.PENALTY),
    (MovementKind.PENALTY, False, Side.PENALTY): (Side.PENALTY, Side.PENALTY_INCOME),
    (MovementKind.PENALTY, True, Side.PENALTY): (Side.PENALTY_INCOME, Side.PENALTY),
    (MovementKind.PAYMENT, True, Side.PRINCIPAL): (Side.MONEY, Side.PRINCIPAL),
    (MovementKind.REVERSAL, False, Side.PRINCIPAL): (Side.PRINCIPAL, Side.MONEY),
}
EVERY = [
    (kind, is_negative, side)
    for kind in MovementKind
    for is_negative in (False, True)
    for side in Side
]


def moved(kind: MovementKind, amount: str, *, side: Side = Side.PRINCIPAL) -> Movement:
    rubles = Decimal(amount)
    debit, credit = sides_of(kind, is_negative=rubles < 0, side=side)
    return Movement(kind, debit, credit, abs(rubles), date(2026, 10, 31), Period(2026, 10))


@pytest.mark.parametrize(("case", "sides"), POSSIBLE.items())
def test_each_kind_has_its_sides(
    case: tuple[MovementKind, bool, Side], sides: tuple[Side, Side]
) -> None:
    kind, is_negative, side = case
    assert sides_of(kind, is_negative=is_negative, side=side) == sides


@pytest.mark.parametrize("case", [each for each in EVERY if each not in POSSIBLE])
def test_nothing_else_moves(case: tuple[MovementKind, bool, Side]) -> None:
    kind, is_negative, side = case
    with pytest.raises(NoSuchMovementError) as caught:
        sides_of(kind, is_negative=is_negative, side=side)
    assert str(caught.value) == f"No {kind} changes {side} in this direction."


@pytest.mark.parametrize("sides", POSSIBLE.values())
def test_just_one_side_is_owed(sides: tuple[Side, Side]) -> None:
    assert len(OWED & set(sides)) == 1


def test_movement_knows_its_effect_and_side() -> None:
    up, down = moved(MovementKind.CHARGE, "100"), moved(MovementKind.PAYMENT, "-30")
    forgiven = moved(MovementKind.PENALTY, "-2", side=Side.PENALTY)
    assert [each.effect for each in (up, down, forgiven)] == [100, -30, -2]
    assert [each.side for each in (up, down, forgiven)] == [
        Side.PRINCIPAL,
        Side.PRINCIPAL,
        Side.PENALTY,
    ]


def test_balance_is_the_opening_and_all_effects() -> None:
    rows = [moved(MovementKind.CHARGE, "100.10"), moved(MovementKind.PAYMENT, "-130.00")]
    assert balance_of(rows) == Decimal("-29.90")
    assert balance_of(rows, opening=Decimal("29.90")) == 0
    assert str(balance_of([])) == "0.00"
