"""Tariffs, norms and everything else that is set by day: added, ended, refused with a sentence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_norm_category
from tests.month_factories import make_month, make_norm, make_tariff
from tests.page import Client, Page
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.journal import JournalEntry
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import DayOff, KeyRate, LegalTerm, Moratorium, PaymentTerm, VatRate

SECTION = "Тарифы и нормативы"


def add(client: Client, path: str, *, status: int = 303, **values: Any) -> Page:
    form = client.get(f"/staff/{path}/new/").form("Сохранить")
    return form.fill_in(values).submit(status=status)


def edit(client: Client, path: str, row_id: int, *, status: int = 303, **values: Any) -> Page:
    form = client.get(f"/staff/{path}/edit/?id={row_id}").form("Сохранить")
    return form.fill_in(values).submit(status=status)


def price(client: Client, starts_on: str, *, status: int = 303, **values: Any) -> Page:
    values = {"service": "cold", "price": "50,93", "starts_on": starts_on, **values}
    return add(client, "tariffs", status=status, **values)


def spans() -> list[tuple[str, str]]:
    rows = Tariff.select().order_by(Tariff.starts_on)
    return [(str(row.starts_on), str(row.ends_on or "")) for row in rows]


def test_section_leads_to_all_nine_tables(chief: Client) -> None:
    links = chief.get("/staff/tariffs/").links
    assert {
        "Тарифы",
        "Нормативы",
        "Повышающие коэффициенты",
        "Сроки оплаты",
        "Ключевые ставки",
        "Дни без пеней",
        "Числа из закона",
        "НДС",
        "Выходные и праздники",
    } <= set(links)


def test_law_is_there_from_the_first_day(chief: Client) -> None:
    text = chief.get("/staff/multipliers/").text
    assert "ПП РФ № 1871 от 25.11.2025" in text
    assert "06.12.2025" in text
    assert "Пени: ставка не выше, процентов годовых" in chief.get("/staff/legal-terms/").text


def test_new_price_ends_the_one_that_goes_on_and_says_so(chief: Client) -> None:
    price(chief, "2026-01-01")
    page = price(chief, "2026-10-01", price="55").follow()
    assert spans() == [("2026-01-01", "2026-09-30"), ("2026-10-01", "")]
    assert "Предыдущая запись теперь действует по 30.09.2026." in page.text
    entries = JournalEntry.select().where(JournalEntry.subject_table == "tariff")
    assert [entry.action for entry in entries.order_by(JournalEntry.id)] == [
        "create",
        "update",
        "create",
    ]


def test_district_has_a_price_of_its_own_beside_the_others(chief: Client, cast: Cast) -> None:
    price(chief, "2026-01-01")
    price(chief, "2026-07-01", district=str(cast.district.id), price="33,20")
    rows = chief.get("/staff/tariffs/").text
    assert "Центральный" in rows
    assert "везде" in rows
    assert spans()[0] == ("2026-01-01", "")


def test_price_of_organisations_stands_without_tax(chief: Client) -> None:
    form = chief.get("/staff/tariffs/new/").form("Сохранить")
    assert form.fields["includes_vat"] == ["y"]
    form.without("includes_vat").fill(group="organisation", price="45", starts_on="2026-01-01")
    form.submit()
    row = Tariff.get()
    assert (row.group, row.includes_vat) == (CustomerGroup.ORGANISATION, False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "Число от 0,01 до"),
        ("-5", "Сумма в рублях"),
        ("пять", "Сумма в рублях"),
        ("100001", "Число от 0,01 до"),
        ("5093,01", "в\u00a0сто раз"),
        ("0,50", "До этого было 50,93"),
    ],
)
def test_price_with_a_slip_is_refused_and_kept_in_its_field(
    chief: Client, typed: str, words: str
) -> None:
    price(chief, "2026-01-01")
    page = price(chief, "2026-10-01", status=422, price=typed, document="Приказ 7")
    assert words in page.text
    form = page.form("Сохранить")
    assert (form.fields["price"], form.fields["document"]) == ([typed], ["Приказ 7"])
    assert spans() == [("2026-01-01", "")]


def test_price_for_days_that_have_one_is_refused_with_those_days(chief: Client) -> None:
    price(chief, "2026-01-01", ends_on="2026-12-31")
    page = price(chief, "2026-03-01", status=422, ends_on="2026-05-31")
    assert "уже есть запись: с 01.01.2026 по 31.12.2026" in page.text


def test_price_that_leaves_days_without_any_is_refused_with_those_days(chief: Client) -> None:
    price(chief, "2026-01-01", ends_on="2026-06-30")
    page = price(chief, "2026-10-01", status=422)
    assert "С\u00a001.07.2026 по 30.09.2026 ничего не было бы задано" in page.text
    assert page.form("Сохранить").fields["price"] == ["50,93"]


def test_shortened_price_before_another_is_refused(chief: Client) -> None:
    price(chief, "2026-01-01")
    price(chief, "2026-10-01")
    first = Tariff.get(Tariff.starts_on == date(2026, 1, 1))
    page = edit(chief, "tariffs", first.id, status=422, ends_on="2026-08-31")
    assert "С\u00a001.09.2026 по 30.09.2026" in page.text


def test_price_that_receipts_were_made_from_is_only_ended(chief: Client) -> None:
    row = make_tariff(price="50.93", starts_on=date(2026, 1, 1))
    make_month(period=Period(2026, 10), state=MonthState.ISSUED)
    page = edit(chief, "tariffs", row.id, status=422, price="51")
    assert "уже выпущены квитанции" in page.text
    assert page.form("Сохранить").fields["price"] == ["51"]
    assert "31.10.2026" in edit(chief, "tariffs", row.id, status=422, ends_on="2026-10-30").text
    edit(chief, "tariffs", row.id, ends_on="2026-11-30")
    assert spans() == [("2026-01-01", "2026-11-30")]
    assert Tariff.get().price == Decimal("50.93")


def test_two_at_one_price_do_not_undo_each_other(
    chief: Client, client_as: ClientAs, cast: Cast
) -> None:
    row = make_tariff(price="50.93")
    form = chief.get(f"/staff/tariffs/edit/?id={row.id}").form("Сохранить")
    edit(client_as(cast.dmitry), "tariffs", row.id, price="52")
    assert "52" in form.fill(price="53").submit(status=409).text
    assert Tariff.get().price == Decimal("52.00")


def test_norm_of_a_kind_of_amenities_may_have_six_decimals(chief: Client) -> None:
    bath = make_norm_category(name="С ванной")
    values: dict[str, Any] = {"category": str(bath.id), "service": "hot", "starts_on": "2026-01-01"}
    page = add(chief, "norms", status=422, volume="3,6480001", **values)
    assert "не больше шести знаков" in page.text
    add(chief, "norms", volume="3,648001", **values)
    assert Norm.get().volume == Decimal("3.648001")
    assert "3,648001" in chief.get("/staff/norms/").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Выберите степень благоустройства."),
        ({"basis": "garden", "category": "1"}, "только у норматива на человека"),
        ({"category": "1", "what": "огород"}, "Только для огородов и скота."),
        ({"basis": "garden", "season_from": "5"}, "У сезона есть первый и последний месяц."),
        ({"basis": "garden", "season_from": "5", "season_to": "13"}, "от 1 до 12"),
        ({"basis": "garden", "volume": "-1"}, "Кубометры"),
        ({"basis": "garden", "volume": "1001"}, "Число от 0 до"),
    ],
)
def test_norm_that_contradicts_itself_is_refused(
    chief: Client, values: dict[str, str], words: str
) -> None:
    make_norm_category(id=1)
    given = {"volume": "0,212", "starts_on": "2026-01-01", **values}
    assert words in add(chief, "norms", status=422, **given).text
    assert not Norm.select().exists()


def test_norm_of_gardens_has_a_season(chief: Client) -> None:
    season = {"season_from": "5", "season_to": "9"}
    given: dict[str, Any] = {"basis": "garden", "volume": "0,212", **season}
    add(chief, "norms", starts_on="2026-01-01", **given)
    row = Norm.get()
    assert (row.basis, row.season_from, row.season_to) == (NormBasis.GARDEN, 5, 9)


def test_sewage_is_never_multiplied(chief: Client) -> None:
    values = {"service": "sewage", "value": "1,5", "starts_on": "2026-01-01"}
    page = add(chief, "multipliers", status=422, **values)
    assert "только холодной и горячей воды" in page.text
    assert Multiplier.select().where(Multiplier.service == "sewage").count() == 0
    add(chief, "multipliers", service="hot", value="2", starts_on="2027-01-01")


def test_key_rates_follow_one_another(chief: Client) -> None:
    assert (
        "ничего не было бы задано"
        in add(chief, "key-rates", status=422, percent="15,5", starts_on="2026-02-16").text
    )
    add(chief, "key-rates", percent="16", starts_on="2026-01-01")
    add(chief, "key-rates", percent="15,5", starts_on="2026-02-16")
    row = KeyRate.get(KeyRate.starts_on == date(2026, 1, 1))
    assert row.ends_on == date(2026, 2, 15)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"bill_by_day": "15", "pay_by_day": "5"}, "нельзя"),
        ({"starts_on": "2027-01-02"}, "выберите первое число"),
        ({"pay_by_day": "31"}, "от 1 до 28"),
    ],
)
def test_days_of_payment_that_cannot_be_are_refused(
    chief: Client, values: dict[str, str], words: str
) -> None:
    given = {"bill_by_day": "5", "pay_by_day": "20", "starts_on": "2027-01-01", **values}
    assert words in add(chief, "payment-terms", status=422, **given).text
    assert PaymentTerm.select().where(PaymentTerm.starts_on > date(2026, 12, 31)).count() == 0


def test_utility_may_be_freed_of_the_tax(chief: Client) -> None:
    add(chief, "vat-rates", percent="", starts_on="2027-01-01")
    assert VatRate.get(VatRate.starts_on == date(2027, 1, 1)).percent is None
    assert "без НДС" in chief.get("/staff/vat-rates/").text


def test_divisor_of_penalties_is_never_nothing(chief: Client) -> None:
    values = {"term": "penalty_first_share", "starts_on": "2027-01-01"}
    assert "Целое число от 1 до" in add(chief, "legal-terms", status=422, value="0", **values).text
    assert "Целое число" in add(chief, "legal-terms", status=422, value="1,5", **values).text
    assert LegalTerm.select().where(LegalTerm.starts_on > date(2026, 12, 31)).count() == 0


def test_cap_of_penalties_is_set_for_the_next_year(chief: Client) -> None:
    add(chief, "legal-terms", term="penalty_cap", value="9,5", starts_on="2027-01-01")
    assert LegalTerm.get(LegalTerm.starts_on == date(2027, 1, 1)).value == Decimal("9.5")


def test_working_saturday_is_marked(chief: Client) -> None:
    add(chief, "days-off", on="2026-11-07", is_working="y", words="За 6 ноября")
    assert DayOff.get(DayOff.on == date(2026, 11, 7)).is_working
    assert "Такой день уже есть." in add(chief, "days-off", status=422, on="2026-11-07").text


def test_office_looks_and_does_not_write(office: Client) -> None:
    make_tariff(price="50.93")
    page = office.get("/staff/tariffs/")
    assert "50,93" in page.text
    assert "Новый тариф" not in page.text
    office.get("/staff/tariffs/new/", status=403)


def test_prices_have_kopecks_and_those_of_the_population_come_first(chief: Client) -> None:
    make_tariff(price="55", group=CustomerGroup.BUDGET)
    make_tariff(price="83.3", group=CustomerGroup.POPULATION)
    _head, first, second = chief.get("/staff/tariffs/").rows()
    assert ("население" in first[1], "83,30" in first[3]) == (True, True)
    assert ("бюджетные" in second[1], "55,00" in second[3]) == (True, True)


def test_rates_are_found_by_the_decision_and_the_district(chief: Client, cast: Cast) -> None:
    make_tariff(document="Приказ 7")
    make_tariff(district=cast.district, price="33.20")
    make_norm(what="", category=make_norm_category(name="Колонка"), document="Приказ 8")
    for address, words in [
        ("tariffs/?search=приказ 7", "везде"),
        ("tariffs/?search=центр", "33,20"),
        ("norms/?search=колонка", "Приказ 8"),
        ("multipliers/?search=1871", "06.12.2025"),
        ("moratoria/?search=497", "01.04.2022"),
        ("payment-terms/?search=переход", "28.02.2026"),
        ("legal-terms/?search=329", "31.12.2026"),
        ("days-off/?search=россии", "12.06.2026"),
    ]:
        page = chief.get(f"/staff/{address}")
        assert words in page.text, address
        assert len(page.rows()) == 2, address


@pytest.mark.parametrize(
    ("path", "table", "heading"),
    [
        ("tariffs", Tariff, "Холодная вода с\u00a001.01.2020: 42,18\u00a0₽"),
        ("norms", Norm, "Норматив, холодная вода, с\u00a001.01.2020"),
        ("moratoria", Moratorium, "Дни без пеней с\u00a006.04.2020"),
        ("multipliers", Multiplier, "Повышающий коэффициент, холодная вода, с\u00a001.07.2016"),
        ("key-rates", KeyRate, "Ключевая ставка с\u00a028.02.2022"),
        ("payment-terms", PaymentTerm, "Сроки оплаты с\u00a001.01.2000"),
        ("vat-rates", VatRate, "НДС с\u00a001.01.2004"),
        ("legal-terms", LegalTerm, "Среднее: не менее чем за столько месяцев"),
        ("days-off", DayOff, "01.01.2026"),
    ],
)
def test_row_is_headed_by_what_it_is(
    chief: Client, path: str, table: type[Tariff], heading: str
) -> None:
    make_tariff()
    make_norm()
    row = table.select().order_by(table.id).first()
    assert chief.get(f"/staff/{path}/details/?id={row.id}").h1 == heading
