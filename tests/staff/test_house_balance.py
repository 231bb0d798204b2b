"""The desk of house balances: the common meter beside the flats, month by month."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account_service, make_house_reading, make_meter
from tests.month_factories import make_charge_line, make_month
from tests.page import Client, Page
from tests.staff.test_downloads import cells, read
from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.models.meters import Meter
from vodokanal.staff import house_balance

DESK = "/staff/house-balance/"
SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)


@pytest.fixture
def common(cast: Cast) -> Meter:
    """The common meter of the cast's house, and what its flats are charged by in October."""
    meter = make_meter(house=cast.account.premises.house, serial="ОД-1", account=None)
    for period, value in ((SEPTEMBER, "100"), (OCTOBER, "120")):
        make_house_reading(meter, period=period, value=value)
        make_month(period=period)
    make_charge_line(account=cast.account, volume="12.5")
    make_charge_line(account=cast.vera_account, volume="5.016", method=Method.NO_METER)
    return meter


def rows_of(page: Page) -> list[list[str]]:
    """The rows of the list as a desktop shows them, without the heads."""
    for hidden in page.all('.//span[@class="narrow small"]'):
        hidden.text = ""
    return [[cell.strip() for cell in row] for row in page.rows()[1:]]


def test_house_is_told_with_its_difference(office: Client, common: Meter) -> None:
    page = office.get(f"{DESK}?month=2026-10")
    assert page.heading == "Баланс домов за октябрь"
    assert "По нему никому не начисляется." in page.text
    assert rows_of(page) == [
        [
            *("ул. Речная, д.\u00a05", "Холодная", "20,000"),
            *("12,500", "0,000", "5,016", "17,516", "2,484", "12,4"),
        ]
    ]


def test_month_that_may_be_whole_is_shown_first(office: Client, common: Meter) -> None:
    page = office.get(DESK)
    assert page.heading == "Баланс домов за сентябрь"
    assert rows_of(page)[0][2] == "нет показания за август"


def test_unread_meter_is_told(office: Client, common: Meter) -> None:
    make_meter(house=common.house, serial="ОД-2", account=None)
    page = office.get(f"{DESK}?month=2026-10")
    assert rows_of(page)[0][2:] == [
        *("нет показания за октябрь", "12,500", "0,000", "5,016", "17,516", "—", "—")
    ]


def test_house_leads_to_its_meters(office: Client, common: Meter) -> None:
    assert "ОД-1" in office.get(f"{DESK}?month=2026-10").click("Речная").text


def test_district_chooses_and_month_too(office: Client, cast: Cast, common: Meter) -> None:
    page = office.get(DESK).click("Центральный")
    page = page.form("Показать").fill(month="2026-10").submit(status=200)
    assert len(rows_of(page)) == 1
    assert page.form("Показать").fields["district"] == [str(cast.district.id)]


def test_utility_without_common_meters_is_told_so(office: Client, cast: Cast) -> None:
    assert "нет домов с общедомовым счётчиком" in office.get(DESK).text


def test_pages_follow_each_other(
    office: Client, common: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_balance, "LINES_A_PAGE", 1)
    make_meter(house=common.house, kind="hot", account=None)
    page = office.get(f"{DESK}?month=2026-10")
    assert [row[1] for row in rows_of(page)] == ["Холодная"]
    page = page.click("Дальше")
    assert [row[1] for row in rows_of(page)] == ["Горячая"]
    assert [row[1] for row in rows_of(page.click("Назад"))] == ["Холодная"]


def test_file_has_numbers(office: Client, common: Meter) -> None:
    answer = office.post(f"{DESK}download/?month=2026-10", {"format": "xlsx"}, status=200)
    _heads, row = cells(read(answer))
    assert row == ["ул. Речная, д. 5", "Холодная", 20, 12.5, 0, 5.016, 17.516, 2.484, 12.4]


def test_file_says_which_month_was_not_read(office: Client, common: Meter) -> None:
    answer = office.post(f"{DESK}download/?month=2026-09", {"format": "xlsx"}, status=200)
    assert cells(read(answer))[1][2:] == ["нет показания за август", 0, 0, 0, 0, None, None]


def test_hot_water_that_others_charge_is_noted(office: Client, cast: Cast, common: Meter) -> None:
    make_meter(house=common.house, kind="hot", account=None)
    assert "Горячую воду здесь" not in office.get(DESK).text
    make_account_service(account=cast.vera_account, service="hot", charging="counted")
    page = office.get(DESK)
    assert [row[1] for row in rows_of(page)] == ["Холодная", "Горячая *"]
    assert "* Горячую воду здесь начисляет другая организация" in page.text
    answer = office.post(f"{DESK}download/", {"format": "xlsx"}, status=200)
    assert [row[1] for row in cells(read(answer))[1:]] == ["Холодная", "Горячая *"]


@pytest.mark.parametrize("query", ["month=x", "month=2020-01", "district=999", "district=x"])
def test_odd_arguments_are_not_there(office: Client, common: Meter, query: str) -> None:
    office.get(f"{DESK}?{query}", status=404)


def test_who_may_not_look_at_charges_is_refused(client_as: ClientAs, cast: Cast) -> None:
    client_as(cast.kirill).get(DESK, status=403)
