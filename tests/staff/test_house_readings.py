"""The table of readings of common meters: typed in, mended, refused with a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_house, make_house_reading, make_meter
from tests.page import Client, Page
from tests.staff.good import form_at
from vodokanal.billing.periods import Period
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.meters import Meter
from vodokanal.staff.house_readings import CommonMeterLoader

TABLE = "/staff/house-readings/"
SEPTEMBER = Period(2026, 9)


@pytest.fixture
def meter(cast: Cast) -> Meter:
    """The common meter of the cast's house, read in September."""
    found = make_meter(house=cast.account.premises.house, serial="ОД-1", place="подвал")
    make_house_reading(found, period=SEPTEMBER, value="1500.25")
    return found


def send(office: Client, status: int = 303, **values: str) -> Page:
    """A new reading of October, unless something else is typed."""
    usual = {"meter": "ОД-1", "period": "2026-10", "value": "1620,5", "taken_on": "2026-10-31"}
    form = form_at(office, f"{TABLE}new/")
    for name, value in (usual | values).items():
        form.fields[name] = [value]
    return form.submit(status=status)


def test_reading_is_typed_in(office: Client, cast: Cast, meter: Meter) -> None:
    send(office)
    row = HouseReading.get(HouseReading.period == Period(2026, 10))
    assert (row.meter_id, row.value, row.taken_on, row.employee_id) == (
        *(meter.id, Decimal("1620.500"), date(2026, 10, 31), cast.galina.id),
    )
    page = office.get(TABLE)
    for hidden in page.all('.//span[@class="narrow small"]'):
        hidden.text = ""
    house, number = "ул. Речная, д.\u00a05", "№\u00a0ОД-1 · Холодная вода"
    assert [[cell.strip() for cell in row[:5]] for row in page.rows()[1:]] == [
        ["Октябрь", house, number, "1620,500", "31.10.2026"],
        ["Сентябрь", house, number, "1500,250", "25.09.2026"],
    ]


def test_form_proposes_this_month_and_today(office: Client, meter: Meter) -> None:
    form = form_at(office, f"{TABLE}new/?meter={meter.id}")
    assert (form.fields["period"], form.fields["taken_on"]) == (["2026-11"], ["2026-11-12"])
    assert form.fields["meter"] == ["ОД-1 · ул. Речная, д.\u00a05 · Холодная вода"]


def test_meter_is_found_by_its_house(office: Client, meter: Meter) -> None:
    send(office, meter="речная 5")
    assert HouseReading.select().where(HouseReading.meter == meter.id).count() == 2


def test_meter_of_a_flat_is_not_found(office: Client, cast: Cast, meter: Meter) -> None:
    assert "Ничего не нашлось" in send(office, 422, meter=str(cast.cold.serial)).plain


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"value": "1500"}, "За сентябрь счётчик показал уже 1 500,250 м³, а теперь меньше."),
        ({"value": "123456"}, "до запятой столько цифр: 5."),
        ({"taken_on": "2026-11-13"}, "Показание нельзя снять позже, чем сегодня"),
        ({"taken_on": "2026-09-30"}, "Показание за октябрь снимают в этом же месяце"),
        ({"period": "2026-09"}, "За этот месяц у счётчика уже есть показание"),
        ({"period": "2026-08", "taken_on": "2026-08-31"}, "до этого он не мог показать больше"),
        ({"period": "2020-01", "taken_on": "2019-12-31"}, "Счётчик установлен 1 января 2020"),
    ],
)
def test_slip_is_told_in_a_sentence(
    office: Client, meter: Meter, values: dict[str, str], words: str
) -> None:
    assert words in send(office, 422, **values).plain
    assert HouseReading.select().count() == 1


def test_value_below_the_first_one_is_told(office: Client, meter: Meter) -> None:
    Meter.update(initial_reading=Decimal(7)).where(Meter.id == meter.id).execute()
    text = send(office, 422, period="2026-08", taken_on="2026-08-31", value="6").plain
    assert "При установке счётчик показывал 7,000 м³, а теперь меньше." in text


def test_reading_is_mended(office: Client, meter: Meter) -> None:
    row = HouseReading.get()
    form = form_at(office, f"{TABLE}edit/?id={row.id}")
    assert form.fields["value"] == ["1500,250"]
    form.fill(value="1499,75").submit()
    assert HouseReading.get().value == Decimal("1499.750")


def test_meter_that_became_a_flats_meanwhile_is_told(
    office: Client, cast: Cast, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CommonMeterLoader, "named", lambda _self, _text: [cast.cold])
    assert "Это счётчик квартиры: укажите общедомовой." in send(office, 422).plain


def test_list_is_searched_by_house_and_number(office: Client, meter: Meter) -> None:
    make_house_reading(make_meter(house=make_house(street="ул. Лесная"), serial="ОД-2"))
    assert len(office.get(f"{TABLE}?search=лесная").rows()) == 2
    assert len(office.get(f"{TABLE}?search=ОД-1").rows()) == 2
    assert "Речная" not in office.get(f"{TABLE}?search=лесная").plain


def test_reader_looks_and_does_not_write(client_as: ClientAs, cast: Cast, meter: Meter) -> None:
    client_as(cast.rita).get(TABLE)
    client_as(cast.rita).get(f"{TABLE}new/", status=403)
