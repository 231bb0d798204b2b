"""The desk of slips: a number, its meters, Enter; odd slips say what is odd about them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.factories import make_account, make_meter, make_reading
from tests.page import Client, Form, Page
from tests.sheet_factories import make_reading_sheet
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetScope
from vodokanal.models.readings import Reading

DESK, NOVEMBER = "/staff/reading-sheets/slips/", Period(2026, 11)


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A batch of slips."""
    return make_reading_sheet(scope=SheetScope.SLIPS, source=Source.PAPER, employee=cast.galina)


def find(client: Client, sheet: ReadingSheet, number: str, *, status: int = 200) -> Page:
    return client.get(f"{DESK}{sheet.id}/", query_string={"account": number}, status=status)


def slip(page: Page) -> Form:
    return page.form("Записать строку")


def fill(page: Page, meter: Meter, value: str, *, status: int = 303) -> Page:
    return slip(page).fill_in({f"meter-{meter.id}": value}).submit(status=status)


def test_slip_goes_from_its_number_to_the_next_one(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    start = office.get(office.get(f"/staff/reading-sheets/{sheet.id}/", status=303).location)
    assert start.heading == "Бумажные листки: показания за ноябрь, сняты 12 ноября"
    page = start.form("Показать счётчики").fill(account="12 34").submit(status=200)
    form = slip(page).fill_in(
        {f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT}
    )
    after = office.get(form.submit().location)
    assert after.form("Показать счётчики").fields["account"] == [""]
    assert "Внесено листков: 1" in after.plain
    assert "Холодная: 161,200 ✓ принято" in after.plain
    sources = {row.source for row in Reading.select().where(Reading.period == NOVEMBER)}
    assert sources == {Source.PAPER}


def test_same_slip_twice_is_noticed(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    fill(find(office, sheet, "12-34"), cast.cold, COLD_NEXT)
    page = find(office, sheet, "12-34")
    assert "Листок этого лицевого счёта уже внесён: Галина Орлова" in page.plain
    assert "уже записано: 161,200" in page.plain
    again = office.get(fill(page, cast.cold, COLD_NEXT).location)
    assert "Листок лицевого счёта 12-34 уже был внесён" in again.plain
    refused = fill(find(office, sheet, "12-34"), cast.cold, "162", status=409)
    assert "Уже записано другое значение: 161,200" in refused.plain
    slip(refused).submit()
    assert Reading.select().where(Reading.period == NOVEMBER).count() == 2


def test_slip_of_nobody_says_so(office: Client, sheet: ReadingSheet) -> None:
    assert "Введите номер лицевого счёта с листка." in find(office, sheet, "", status=422).plain
    page = find(office, sheet, "99-99", status=422)
    assert "Лицевого счёта 99-99 нет." in page.plain
    assert page.form("Показать счётчики").fields["account"] == ["99-99"]


def test_removed_meter_is_told_before_anything_is_typed(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    make_meter(account=cast.account, serial="555", removed_on=date(2026, 11, 3))
    page = find(office, sheet, "12-34")
    assert "Счётчик № 555 снят 3 ноября: его показание не записывается." in page.plain
    bare = find(office, sheet, str(make_account().number))
    assert "не числится" in bare.plain or "нет" in bare.plain


def test_reading_of_the_resident_is_not_replaced_unseen(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="160", resident=cast.anna)
    page = fill(find(office, sheet, "12-34"), cast.cold, COLD_NEXT, status=409)
    assert "160,000, передали в кабинете, Иванова Анна Петровна" in page.plain


def test_refused_slip_keeps_what_was_typed(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    page = fill(find(office, sheet, "12-34"), cast.cold, "x", status=422)
    assert slip(page).fields[f"meter-{cast.cold.id}"] == ["x"]
    path = f"{DESK}{sheet.id}/accounts/{cast.account.id}/"
    stale = office.post(path, {f"meter-{cast.cold.id}": "161"}, csrf=False, status=400)
    assert slip(stale).fields[f"meter-{cast.cold.id}"] == ["161"]
    assert office.get(path, status=303).location == f"{DESK}{sheet.id}/?account=12-34"


def test_whole_number_needs_no_enter(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    make_account(number="12-345")
    path = f"{DESK}{sheet.id}/whole/?account="
    asked = [office.get(f"{path}{text}").json for text in ("56-78", "5678", "56-7", "12-34", "<")]
    assert asked == [True, True, False, False, False]


def test_sheet_in_walking_order_has_no_slips(office: Client, cast: Cast) -> None:
    sheet = make_reading_sheet(house=cast.account.premises.house)
    assert (
        office.get(f"{DESK}{sheet.id}/", status=303).location
        == f"/staff/reading-sheets/{sheet.id}/"
    )
    assert office.get(DESK, status=303).location == "/staff/reading-sheets/"
