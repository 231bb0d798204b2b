"""Readings of common meters: what is kept once, what is refused, how a slip is mended."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.clock import moment
from tests.engines import Engine
from tests.factories import make_account, make_employee, make_house, make_house_reading, make_meter
from vodokanal.billing.periods import Period
from vodokanal.billing.refusals import (
    FutureReadingError,
    MeterRemovedError,
    TooManyDecimalsError,
    TooManyDigitsError,
)
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.journal import JournalEntry
from vodokanal.models.meters import Meter
from vodokanal.operations.actors import SYSTEM, Actor, ActorKind
from vodokanal.operations.house_readings import (
    Edit,
    HigherThanAfterError,
    ImpossibleReadingError,
    LowerThanBeforeError,
    NotCommonError,
    NotInstalledYetError,
    WrongMonthError,
    add_house_reading,
    change_house_reading,
)
from vodokanal.operations.records import RowChangedError, RowRefusedError
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError

AT, TODAY = moment("2026-11-12T12:00"), date(2026, 11, 12)
SEPTEMBER, OCTOBER, NOVEMBER = (Period(2026, month) for month in (9, 10, 11))


@pytest.fixture
def meter(database: Engine) -> Meter:
    """A house's common meter, hung up with 5 m³ on it."""
    return make_meter(house=make_house(), initial_reading="5", installed_on=date(2026, 8, 3))


def add(meter: Meter, actor: Actor = SYSTEM, key: str = "k", **given: Any) -> HouseReading:
    """A reading of October, unless something else is said."""
    usual = {"period": OCTOBER, "value": Decimal(100), "taken_on": date(2026, 10, 25)}
    values = {"meter": meter.id, **usual, **given}
    return add_house_reading(actor, values, key=key, today=TODAY, at=AT)


def change(row: HouseReading, seen: dict[str, Any] | None = None, **values: Any) -> HouseReading:
    """The row after an edit."""
    return change_house_reading(SYSTEM, row, edit=Edit(values, seen or {}), today=TODAY, at=AT)


def test_reading_is_kept_with_who_entered_it(meter: Meter) -> None:
    employee = make_employee()
    row = add(meter, Actor(ActorKind.EMPLOYEE, employee.id, employee.name))
    assert HouseReading.get().__data__ == {
        "id": row.id,
        "meter": meter.id,
        "period": OCTOBER,
        "value": Decimal("100.000"),
        "taken_on": date(2026, 10, 25),
        "employee": employee.id,
        "created_at": AT,
    }
    entry = JournalEntry.get()
    assert (entry.action, entry.subject_table, entry.subject_id) == (
        *("create", "house_reading", row.id),
    )


def test_same_form_is_kept_once(meter: Meter) -> None:
    assert add(meter).id == add(meter).id
    assert HouseReading.select().count() == 1
    with pytest.raises(KeyReusedError):
        add(meter, value=Decimal(101))
    with pytest.raises(MissingKeyError):
        add(meter, key="")


def test_month_has_one_reading_of_a_meter(meter: Meter) -> None:
    add(meter)
    with pytest.raises(RowRefusedError, match=r"(?i)unique"):
        add(meter, key="another", value=Decimal(101))
    assert HouseReading.select().count() == 1


def test_meter_of_a_flat_is_refused(meter: Meter) -> None:
    with pytest.raises(NotCommonError):
        add(make_meter(account=make_account()))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"value": Decimal(100_000)}, TooManyDigitsError),
        ({"value": Decimal("100.0001")}, TooManyDecimalsError),
        ({"taken_on": date(2026, 11, 13), "period": NOVEMBER}, FutureReadingError),
        ({"taken_on": date(2026, 11, 8), "period": NOVEMBER}, MeterRemovedError),
    ],
)
def test_what_no_meter_shows_is_refused(
    meter: Meter, given: dict[str, Any], refusal: type[Exception]
) -> None:
    Meter.update(removed_on=date(2026, 11, 7)).execute()
    with pytest.raises(ImpossibleReadingError) as caught:
        add(meter, **given)
    assert isinstance(caught.value.refusal, refusal)


def test_day_before_it_hung_there_is_refused(meter: Meter) -> None:
    with pytest.raises(NotInstalledYetError) as caught:
        add(meter, period=Period(2026, 8), taken_on=date(2026, 8, 2))
    assert caught.value.installed_on == date(2026, 8, 3)


def test_month_is_read_in_itself_or_in_the_next(meter: Meter) -> None:
    assert add(meter, period=SEPTEMBER, taken_on=date(2026, 10, 3)).period == SEPTEMBER


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 11, 1)])
def test_day_far_from_its_month_is_refused(meter: Meter, day: date) -> None:
    with pytest.raises(WrongMonthError) as caught:
        add(meter, period=SEPTEMBER, taken_on=day)
    assert caught.value.period == SEPTEMBER


def test_value_below_the_first_one_is_refused(meter: Meter) -> None:
    with pytest.raises(LowerThanBeforeError) as caught:
        add(meter, value=Decimal("4.999"))
    assert (caught.value.value, caught.value.period) == (Decimal(5), None)


def test_value_stands_between_its_neighbours(meter: Meter) -> None:
    make_house_reading(meter, period=SEPTEMBER, value="90")
    make_house_reading(meter, period=NOVEMBER, value="110")
    with pytest.raises(LowerThanBeforeError) as low:
        add(meter, value=Decimal("89.999"))
    assert (low.value.value, low.value.period) == (Decimal(90), SEPTEMBER)
    with pytest.raises(HigherThanAfterError) as high:
        add(meter, value=Decimal("110.001"))
    assert (high.value.value, high.value.period) == (Decimal(110), NOVEMBER)
    assert add(meter, value=Decimal(110)).value == Decimal(110)


def test_display_may_begin_again(meter: Meter) -> None:
    make_house_reading(meter, period=SEPTEMBER, value="99990")
    assert add(meter, value=Decimal(7)).value == Decimal(7)


def test_slip_is_mended_and_the_journal_keeps_it(meter: Meter) -> None:
    row = add(meter)
    assert change(row, value=Decimal("95.5")).value == Decimal("95.5")
    assert HouseReading.get().value == Decimal("95.500")
    entry = JournalEntry.select().order_by(JournalEntry.id.desc()).first()
    assert (entry.action, json.loads(entry.before), json.loads(entry.after)) == (
        "update",
        {"value": "100.000"},
        {"value": "95.5"},
    )


def test_mended_value_obeys_the_same_rules(meter: Meter) -> None:
    make_house_reading(meter, period=SEPTEMBER, value="90")
    row = add(meter)
    with pytest.raises(LowerThanBeforeError):
        change(row, value=Decimal(80))
    with pytest.raises(RowRefusedError, match=r"(?i)unique"):
        change(row, period=SEPTEMBER, taken_on=date(2026, 9, 25))
    assert [each.value for each in HouseReading.select().order_by(HouseReading.period)] == [90, 100]


def test_two_who_mend_do_not_undo_each_other(meter: Meter) -> None:
    row = add(meter)
    change(row, value=Decimal(99))
    with pytest.raises(RowChangedError):
        change(row, seen={"value": Decimal(100)}, value=Decimal(98))
    assert HouseReading.get().value == Decimal(99)
