"""Values that are made quickly and yet never change."""

from __future__ import annotations

from dataclasses import replace

from tests.billing.households import meter
from vodokanal.billing.line_inputs import MeterUse
from vodokanal.billing.methods import Method
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import SERVICES, Service
from vodokanal.billing.values import value_class

USE = MeterUse(1, Kind.COLD, "11111", Method.NORM, None)


@value_class
class Pair:
    """Two numbers."""

    first: int
    second: int = 0


def test_equal_values_are_one_key() -> None:
    assert {Pair(1): "found"}[Pair(1, 0)] == "found"
    assert Pair(1) != Pair(2)


def test_value_has_no_other_attributes() -> None:
    assert not hasattr(Pair(1), "__dict__")
    assert replace(Pair(1), second=2) == Pair(1, 2)


def test_word_and_its_text_are_one_key() -> None:
    found: dict[str, int] = {Service.COLD: 1}
    assert found["cold"] == 1
    assert hash(Method.NORM) == hash("norm")


def test_services_are_in_the_order_of_a_bill() -> None:
    assert [each.value for each in SERVICES] == ["cold", "hot", "sewage"]


def test_changed_use_of_a_meter_is_written_anew() -> None:
    USE.written.append("{}")
    assert replace(USE, counts=False).written == []
    assert replace(USE) == USE


def test_meters_that_say_the_same_are_equal() -> None:
    assert meter() == meter()
