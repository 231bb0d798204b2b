"""How much a norm is in a month."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vodokanal.billing.norms import is_in_season, norm_volume
from vodokanal.billing.rates import NormValue

A_PERSON = NormValue(Decimal("5.016"))
A_GARDEN = NormValue(Decimal("0.212"), season_from=5, season_to=9)
A_STABLE_IN_WINTER = NormValue(Decimal("1.830"), season_from=11, season_to=3)


def months_of(norm: NormValue) -> list[int]:
    return [month for month in range(1, 13) if is_in_season(norm, month)]


def test_norm_without_a_season_counts_all_year() -> None:
    assert months_of(A_PERSON) == list(range(1, 13))


def test_both_months_of_a_season_are_part_of_it() -> None:
    assert months_of(A_GARDEN) == [5, 6, 7, 8, 9]


def test_season_may_go_over_new_year() -> None:
    assert months_of(A_STABLE_IN_WINTER) == [1, 2, 3, 11, 12]


def test_season_may_be_a_single_month() -> None:
    assert months_of(NormValue(Decimal("0.212"), season_from=7, season_to=7)) == [7]


@pytest.mark.parametrize(
    ("norm", "month", "volume"),
    [
        (A_PERSON, 1, "5.016"),
        (A_GARDEN, 5, "0.212"),
        (A_GARDEN, 10, "0.000"),
        (A_STABLE_IN_WINTER, 12, "1.830"),
        (A_STABLE_IN_WINTER, 7, "0.000"),
    ],
)
def test_norm_of_a_month_is_nothing_out_of_season(norm: NormValue, month: int, volume: str) -> None:
    assert norm_volume(norm, month) == Decimal(volume)
