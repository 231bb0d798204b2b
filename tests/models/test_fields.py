"""The columns keep money, volumes, periods, moments and choices exact, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines import Engine
from vodokanal.billing.money import NotAnAmountError, SubKopeckError, rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.base import Table
from vodokanal.models.database import database as current
from vodokanal.models.fields import (
    ChoiceField,
    HundredthsField,
    MomentField,
    MoneyField,
    PeriodField,
    VolumeField,
    total,
)


class Colour(StrEnum):
    """Something to choose."""

    BLUE = "blue"
    RED = "red"


class Sample(Table):
    """One column of each kind."""

    money = MoneyField(null=True)
    volume = VolumeField(null=True)
    quantity = HundredthsField(null=True)
    period = PeriodField(null=True)
    moment = MomentField(null=True)
    colour = ChoiceField(Colour, null=True)


@pytest.fixture
def samples(database: Engine) -> Iterator[type[Sample]]:
    """The table of samples, empty."""
    current.drop_tables([Sample])
    current.create_tables([Sample])
    yield Sample
    current.drop_tables([Sample])


def kept(**values: Any) -> Any:
    (name,) = values
    row = Sample.create(**values)
    return getattr(Sample.get_by_id(row.id), name)


MOST_KOPECKS = 10**18 - 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(kopecks=st.integers(-MOST_KOPECKS, MOST_KOPECKS))
def test_every_kopeck_comes_back(samples: type[Sample], kopecks: int) -> None:
    amount = Decimal(kopecks).scaleb(-2)
    assert kept(money=amount) == amount


def test_amount_comes_back_with_two_decimals(samples: type[Sample]) -> None:
    assert str(kept(money="1 234,5")) == "1234.50"


@pytest.mark.parametrize("wrong", [0.1, "0.001", Decimal("NaN"), "1e3", True])
def test_money_refuses_what_is_no_amount(samples: type[Sample], wrong: object) -> None:
    with pytest.raises((NotAnAmountError, SubKopeckError)):
        Sample.create(money=wrong)
    assert Sample.select().count() == 0


def test_volume_keeps_six_decimals(samples: type[Sample]) -> None:
    assert kept(volume="17,859001") == cubic_metres("17.859001")


@pytest.mark.parametrize("wrong", [17.859, "0.0000001", Decimal("Infinity")])
def test_volume_refuses_what_is_no_volume(samples: type[Sample], wrong: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        Sample.create(volume=wrong)


def test_quantity_keeps_hundredths(samples: type[Sample]) -> None:
    assert kept(quantity=Decimal("612.35")) == Decimal("612.35")


@pytest.mark.parametrize("wrong", [1.5, Decimal("0.001"), "NaN", "Infinity", "x"])
def test_quantity_refuses_the_rest(samples: type[Sample], wrong: object) -> None:
    with pytest.raises((TypeError, ValueError, ArithmeticError)):
        Sample.create(quantity=wrong)


def test_period_comes_back_as_a_period(samples: type[Sample]) -> None:
    assert kept(period=Period(2026, 11)) == Period(2026, 11)


def test_periods_are_compared_in_the_database(samples: type[Sample]) -> None:
    for month in (9, 10, 11):
        Sample.create(period=Period(2026, month))
    later = Sample.select().where(Sample.period > Period(2026, 9)).order_by(Sample.period)
    assert [each.period.month for each in later] == [10, 11]


def test_moment_is_kept_in_utc(samples: type[Sample]) -> None:
    moscow = timezone(timedelta(hours=3))
    found = kept(moment=datetime(2026, 11, 21, 0, 0, 0, 1, tzinfo=moscow))
    assert found == datetime(2026, 11, 20, 21, 0, 0, 1, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_moment_without_a_zone_is_refused(samples: type[Sample]) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Sample.create(moment=datetime(2026, 11, 21))


def test_choice_comes_back_as_a_member(samples: type[Sample]) -> None:
    assert kept(colour="red") is Colour.RED


def test_choice_refuses_a_stranger(samples: type[Sample]) -> None:
    with pytest.raises(ValueError, match="green"):
        Sample.create(colour="green")


@pytest.mark.parametrize("name", ["money", "volume", "quantity", "period", "moment", "colour"])
def test_nothing_comes_back_as_nothing(samples: type[Sample], name: str) -> None:
    assert kept(**{name: None}) is None


def test_sum_of_money_is_exact(samples: type[Sample]) -> None:
    for amount in ("0.10", "0.20", "99 999 999 999 999.99"):
        Sample.create(money=amount)
    assert Sample.select(total(Sample.money)).scalar() == rubles("100000000000000.29")


def test_sum_of_volumes_is_in_cubic_metres(samples: type[Sample]) -> None:
    for volume in ("3.2", "0.000001"):
        Sample.create(volume=volume)
    assert Sample.select(total(Sample.volume)).scalar() == cubic_metres("3.200001")


def test_sum_of_nothing_is_none(samples: type[Sample]) -> None:
    assert Sample.select(total(Sample.money)).scalar() is None
