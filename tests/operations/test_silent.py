"""Who has not sent yet: found house by house, with the months in a row, in few statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import (
    make_account,
    make_district,
    make_holder,
    make_house,
    make_meter,
    make_premises,
    make_reading,
)
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.meters import Meter
from vodokanal.operations.silent import Silence, silent_accounts, silent_by_district

TODAY, NOVEMBER = date(2026, 11, 12), Period(2026, 11)


@pytest.fixture
def silence(cast: Cast) -> Silence:
    return Silence(NOVEMBER, TODAY, cast.district.id)


def found(silence: Silence) -> list[str]:
    """The numbers of the accounts, in their order."""
    return [str(each.account.number) for each in silent_accounts(silence, limit=50)]


def change(meter: Meter, **columns: object) -> None:
    Meter.update(columns).where(Meter.id == meter.id).execute()


def test_silent_accounts_say_whom_to_ask_about_what(cast: Cast, silence: Silence) -> None:
    anna, vera = silent_accounts(silence, limit=50)
    assert anna.account.premises.address == "ул. Речная, д.\u00a05, кв.\u00a012"
    assert (str(anna.holder), str(vera.holder)) == (
        "Иванова Анна Петровна",
        "Соколова Вера Ильинична",
    )
    assert [each.meter for each in anna.meters] == [cast.cold, cast.hot]


def test_months_in_a_row_are_counted_to_the_last_reading(cast: Cast, silence: Silence) -> None:
    make_reading(cast.hot, period=NOVEMBER)
    (anna, _vera) = silent_accounts(silence, limit=50)
    assert [(each.meter, each.months) for each in anna.meters] == [(cast.cold, 1)]
    december = replace(silence, period=Period(2027, 1), today=date(2027, 1, 5))
    (anna, _vera) = silent_accounts(december, limit=50)
    assert [each.months for each in anna.meters] == [3, 2]
    assert anna.months == 3


def test_meter_that_was_never_read_is_silent_since_it_was_commissioned(
    cast: Cast, silence: Silence
) -> None:
    change(cast.vera_meter, commissioned_on=date(2026, 9, 20))
    _anna, vera = silent_accounts(silence, limit=50)
    assert vera.months == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"removed_on": date(2026, 11, 1)},
        {"commissioned_on": None},
        {"commissioned_on": date(2026, 11, 20)},
        {"failed_on": date(2026, 11, 1)},
    ],
)
def test_meter_that_does_not_count_is_not_missed(
    cast: Cast, silence: Silence, columns: dict[str, object]
) -> None:
    change(cast.vera_meter, **columns)
    assert found(silence) == ["12-34"]


@pytest.mark.parametrize("state", [ReadingState.ASKED, ReadingState.HELD, ReadingState.RECORDED])
def test_reading_that_waits_has_been_sent(
    cast: Cast, silence: Silence, state: ReadingState
) -> None:
    make_reading(cast.vera_meter, period=NOVEMBER, state=state)
    assert found(silence) == ["12-34"]


@pytest.mark.parametrize("state", [ReadingState.REPLACED, ReadingState.REFUSED])
def test_reading_that_does_not_count_is_missed(
    cast: Cast, silence: Silence, state: ReadingState
) -> None:
    make_reading(cast.vera_meter, period=NOVEMBER, state=state)
    assert found(silence) == ["12-34", "56-78"]


@pytest.mark.parametrize("columns", [{"closed_on": TODAY}, {"opened_on": date(2026, 11, 13)}])
def test_account_that_is_not_open_is_not_missed(
    cast: Cast, silence: Silence, columns: dict[str, object]
) -> None:
    Account.update(columns).where(Account.id == cast.vera_account.id).execute()
    assert found(silence) == ["12-34"]


def test_earlier_month_may_be_asked_for(cast: Cast, silence: Silence) -> None:
    change(cast.vera_meter, commissioned_on=date(2026, 10, 1))
    assert found(replace(silence, period=Period(2026, 10))) == ["56-78"]
    assert found(replace(silence, period=Period(2026, 9))) == []


def make_street(cast: Cast, *numbers: str) -> None:
    """Houses of another street, each with a silent account that bears its number."""
    for number in numbers:
        house = make_house(district=cast.district, street="ул. Лесная", number=number)
        account = make_account(number=f"9-{number}", premises=make_premises(house=house, flat=""))
        make_meter(account=account)


def test_houses_stand_in_natural_order_and_pages_follow_each_other(
    cast: Cast, silence: Silence
) -> None:
    make_street(cast, "10", "2", "10А")
    expected = ["9-2", "9-10", "9-10А", "12-34", "56-78"]
    assert found(silence) == expected
    walked: list[str] = []
    after = None
    while page := silent_accounts(silence, after=after, limit=2):
        walked += [str(each.account.number) for each in page]
        after = page[-1].account.id
    assert walked == expected


def test_page_after_an_account_that_is_gone_is_still_a_page(silence: Silence) -> None:
    assert silent_accounts(silence, after=999_999, limit=2) == []


@pytest.mark.parametrize(
    ("street", "numbers"),
    [
        ("лесн", ["9-2", "9-10"]),
        ("Лесная 10", ["9-10"]),
        ("ёлочная", []),
        ("РЕЧН", ["12-34", "56-78"]),
    ],
)
def test_street_is_found_as_it_is_typed(
    cast: Cast, silence: Silence, street: str, numbers: list[str]
) -> None:
    make_street(cast, "2", "10")
    assert found(replace(silence, street=street)) == numbers


def test_districts_are_counted_account_by_account(cast: Cast) -> None:
    other = make_district(name="Вокзальный")
    make_reading(cast.vera_meter, period=NOVEMBER)
    counted = silent_by_district(NOVEMBER, TODAY)
    assert [(each.id, each.name, each.accounts) for each in counted] == [
        (other.id, "Вокзальный", 0),
        (cast.district.id, "Центральный", 1),
    ]


def test_page_asks_three_times_for_any_number_of_accounts(cast: Cast, silence: Silence) -> None:
    make_street(cast, *(str(number) for number in range(1, 8)))
    make_holder(account=cast.account, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    with statements() as asked:
        assert len(silent_accounts(silence, limit=50)) == 9
    assert len(asked) == 3
