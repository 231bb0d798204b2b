"""The desk of sheets: rows typed with the keyboard alone, refused rows lose nothing, undoing."""

from __future__ import annotations

import pytest

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.conftest import ClientAs
from tests.factories import make_house, make_reading
from tests.inspection import text_of
from tests.ledgers import issue
from tests.page import Client, Form, Page
from tests.sheet_factories import make_reading_sheet, make_row_of_flats
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import (
    ReadingSheet,
    SheetRemark,
    SheetScope,
    SheetState,
)
from vodokanal.models.readings import Reading
from vodokanal.staff import reading_sheets

DESK, NOVEMBER = "/staff/reading-sheets/", Period(2026, 11)


@pytest.fixture
def sheet(cast: Cast) -> ReadingSheet:
    """A sheet of Anna's house."""
    return make_reading_sheet(house=cast.account.premises.house, employee=cast.galina)


def url_of(sheet: ReadingSheet) -> str:
    return f"{DESK}{sheet.id}/"


def row(page: Page, meter: Meter) -> Form:
    """The form of the row that a meter stands in."""
    (found,) = [
        form
        for form in page.forms
        if (form.element.get("action") or "").endswith(f"/rows/{meter.account_id}/")
    ]
    return found


def words_of(page: Page, meter: Meter) -> str:
    found = page.find(f'.//li[@id="row-{meter.account_id}"]')
    return text_of(found).replace("\u00a0", " ")


def save(
    client: Client,
    sheet: ReadingSheet,
    meter: Meter,
    value: str,
    *,
    status: int = 303,
) -> Page:
    form = row(client.get(url_of(sheet)), meter)
    return form.fill_in({f"meter-{meter.id}": value}).submit(status=status)


def focused(page: Page) -> str | None:
    found = [each.get("name") for each in page.root.iter() if each.get("autofocus") is not None]
    return found[0] if found else None


def counting(meter: Meter) -> list[str]:
    gone = (ReadingState.REPLACED, ReadingState.REFUSED)
    rows = Reading.select().where(
        Reading.meter == meter.id, Reading.period == NOVEMBER, Reading.state.not_in(gone)
    )
    return [f"{each.value:f}" for each in rows]


def test_sheet_is_begun_for_what_the_words_mean(office: Client, cast: Cast) -> None:
    page = office.get(f"{DESK}?find=речная 5")
    assert "вся улица: ул. Речная" in page.plain
    form = page.form("Начать")
    # The number that was typed means the house, and it is the first choice.
    assert form.fields["covers"] == [f"house-{cast.account.premises.house_id}"]
    form.fill(source="visit")
    opened = office.get(form.submit().location)
    (sheet,) = ReadingSheet.select()
    assert (sheet.scope, sheet.source, sheet.employee_id) == (
        SheetScope.HOUSE,
        Source.VISIT,
        cast.galina.id,
    )
    assert opened.heading == "ул. Речная, д. 5: показания за ноябрь, сняты 12 ноября"
    assert "№ 1" in office.get(DESK).plain


def test_new_sheet_says_what_to_mend(office: Client) -> None:
    form = office.get(DESK).form("Начать")
    assert "covers" not in form.fields
    page = form.fill(taken_on="2027-01-01").submit(status=422)
    assert "День с 12 октября по 12 ноября." in page.plain
    form.fields["covers"] = ["house-999"]
    page = form.fill(taken_on="2026-11-12").submit(status=422)
    assert "Выберите, что охватывает ведомость." in page.plain


def test_row_shows_what_was_and_saves_what_is(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    page = office.get(url_of(sheet))
    assert focused(page) == f"meter-{cast.cold.id}"
    for part in ("12-34", "Прошлое 158,000", "Ждём ≈ 160,890", "№ 00012345"):
        assert part in words_of(page, cast.cold)
    form = row(page, cast.cold)
    form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT})
    after = office.get(form.submit().location)
    # The cursor stands in the next row, the verdict beside the saved one.
    assert focused(after) == f"meter-{cast.vera_meter.id}"
    assert "✓ принято" in words_of(after, cast.cold)
    assert "Галина Орлова, 12 ноября в 10:42" in words_of(after, cast.cold)
    assert "Записано: 1 из 2" in after.plain
    last = save(office, sheet, cast.vera_meter, "7")
    assert "Это была последняя строка." in office.get(last.location).plain


def test_refused_row_keeps_what_was_typed(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    form = row(office.get(url_of(sheet)), cast.cold)
    form.fill_in({f"meter-{cast.cold.id}": "16l,2", f"meter-{cast.hot.id}": HOT_NEXT})
    page = form.fill_in({f"remark-{cast.hot.id}": "no_seal"}).submit(status=422)
    assert "Здесь «l» вместо цифры 1" in words_of(page, cast.cold)
    again = row(page, cast.cold)
    assert focused(page) == f"meter-{cast.cold.id}"
    assert again.fields[f"meter-{cast.hot.id}"] == [HOT_NEXT]
    again.fill_in({f"meter-{cast.cold.id}": COLD_NEXT}).submit()
    assert counting(cast.cold) == ["161.200"]
    assert SheetRemark.get().meter == cast.hot


def test_sheet_opened_again_goes_on_where_it_was_left(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    save(office, sheet, cast.cold, COLD_NEXT)
    assert focused(office.get(url_of(sheet))) == f"meter-{cast.vera_meter.id}"
    assert focused(office.get(f"{url_of(sheet)}?at=0")) == f"meter-{cast.cold.id}"
    # A remark is something entered too; in a full sheet there is no cursor.
    form = row(office.get(url_of(sheet)), cast.vera_meter)
    form.fill_in({f"remark-{cast.vera_meter.id}": "no_access"}).submit()
    assert focused(office.get(url_of(sheet))) is None


def test_value_that_counts_is_replaced_only_when_asked_about(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    save(office, sheet, cast.cold, COLD_NEXT)
    asked = save(office, sheet, cast.cold, "162", status=409)
    assert "Уже записано другое значение: 161,200" in words_of(asked, cast.cold)
    assert counting(cast.cold) == ["161.200"]
    row(asked, cast.cold).submit()
    assert counting(cast.cold) == ["162.000"]


def test_doubtful_value_is_mended_unasked(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    save(office, sheet, cast.cold, "61,2")
    save(office, sheet, cast.cold, COLD_NEXT)
    assert counting(cast.cold) == ["161.200"]


def test_empty_row_and_a_gone_meter_are_told(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    page = office.get(url_of(sheet))
    assert (
        "Введите показание или выберите отметку." in row(page, cast.cold).submit(status=422).plain
    )
    form = row(page, cast.cold).fill_in({f"meter-{cast.cold.id}": "161"})
    Meter.update(removed_on="2026-11-01").where(Meter.id == cast.cold.id).execute()
    assert "Одного из этих счётчиков там уже нет" in form.submit(status=409).plain


def test_two_clerks_see_each_others_values(
    client_as: ClientAs, sheet: ReadingSheet, cast: Cast
) -> None:
    galina, dmitry = client_as(cast.galina), client_as(cast.dmitry)
    mine = row(dmitry.get(url_of(sheet)), cast.cold)
    save(galina, sheet, cast.cold, COLD_NEXT)
    refused = mine.fill_in({f"meter-{cast.cold.id}": "162"}).submit(status=409)
    assert "Уже записано другое значение: 161,200, по ведомости дома, Галина Орлова" in words_of(
        refused, cast.cold
    )
    form = row(refused, cast.cold)
    assert form.fields[f"meter-{cast.cold.id}"] == ["162"]
    form.submit()
    assert counting(cast.cold) == ["162.000"]
    # Whoever loads the page sees it in the field.
    seen = row(galina.get(url_of(sheet)), cast.cold)
    assert seen.fields[f"meter-{cast.cold.id}"] == ["162,000"]


def test_script_gets_the_row_alone(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    form = row(office.get(url_of(sheet)), cast.cold)
    fetched = {"X-Requested-With": "fetch"}
    data = {**form.fields, f"meter-{cast.cold.id}": COLD_NEXT}
    path = f"{url_of(sheet)}rows/{cast.account.id}/"
    answer = office.browser.post(path, data=data, headers=fetched)
    html = answer.get_data(as_text=True)
    assert (answer.status_code, html.startswith("<ol><li")) == (200, True)
    assert "принято" in html
    assert "<span data-figures>Записано: 1 из 2</span>" in html.replace("\u00a0", " ")
    refused = office.browser.post(
        path, data={**data, "key": "k2", f"meter-{cast.cold.id}": "x"}, headers=fetched
    )
    assert (refused.status_code, "data-refused" in refused.get_data(as_text=True)) == (200, True)


def test_long_street_is_turned_page_by_page(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_sheets, "ROWS_A_PAGE", 2)
    house = make_house()
    meters = make_row_of_flats(3, house=house)
    sheet = make_reading_sheet(house=house)
    page = office.get(url_of(sheet))
    assert "Строки 1–2 из 3." in page.plain
    further = office.get(save(office, sheet, meters[1], "218").location)
    assert focused(further) == f"meter-{meters[2].id}"
    assert "Предыдущие строки" in further.plain


def shifted(client: Client) -> tuple[ReadingSheet, list[Meter]]:
    """A house of which every value was typed a row too low."""
    house = make_house()
    meters = make_row_of_flats(7, house=house)
    sheet = make_reading_sheet(house=house)
    for flat, meter in enumerate(meters[1:], start=1):
        save(client, sheet, meter, str(100 * flat + 18))
    return sheet, meters


def test_shifted_sheet_stops_and_is_taken_back(office: Client, cast: Cast) -> None:
    sheet, meters = shifted(office)
    page = office.get(url_of(sheet))
    assert "Сдвиг на строку?" in page.plain
    (cursor,) = [each for each in page.root.iter() if each.get("autofocus") is not None]
    assert "Сдвиг на строку?" in text_of(cursor)
    assert "Сомнительных строк: 6 из 6. Значения подошли бы строке выше (таких 6)" in page.plain
    assert save(office, sheet, meters[0], "118", status=409).status == 409
    taken = page.form("Да, убрать введённое").submit()
    (new,) = ReadingSheet.select().where(ReadingSheet.state == SheetState.OPEN)
    assert taken.location == url_of(new)
    assert (new.scope, new.house_id, new.taken_on) == (sheet.scope, sheet.house_id, sheet.taken_on)
    assert [counting(meter) for meter in meters] == [[]] * 7


def test_sheet_that_is_right_goes_on(office: Client, cast: Cast) -> None:
    sheet, meters = shifted(office)
    office.get(office.get(url_of(sheet)).form("Нет, всё верно").submit().location)
    save(office, sheet, meters[0], "118")
    assert counting(meters[0]) == ["118.000"]


def test_sheet_is_undone_from_its_page(office: Client, sheet: ReadingSheet, cast: Cast) -> None:
    stale = row(office.get(url_of(sheet)), cast.vera_meter)
    # What was there before the sheet was begun stands in the field: it is replaced unasked.
    make_reading(cast.cold, period=NOVEMBER, value="160")
    save(office, sheet, cast.cold, COLD_NEXT)
    question = office.get(f"{url_of(sheet)}undo/")
    assert "Записано строк: 1." in question.plain
    done = office.get(question.form("Отменить ведомость").submit().location)
    assert "Ведомость отменена: снова считается то, что было до неё." in done.plain
    assert counting(cast.cold) == ["160.000"]
    page = office.get(url_of(sheet))
    assert "Эта ведомость отменена 12 ноября в 10:42" in page.plain
    # There is nothing to type into any more; what was open before is refused.
    assert "Enter" not in page.plain
    assert not [each for each in page.forms if "/rows/" in (each.element.get("action") or "")]
    refused = stale.fill_in({f"meter-{cast.vera_meter.id}": "7"})
    assert "Эта ведомость отменена: начните новую." in refused.submit(status=409).plain


def test_undoing_says_what_depends_on_the_sheet(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    save(office, sheet, cast.cold, COLD_NEXT)
    form = office.get(f"{url_of(sheet)}undo/").form("Отменить ведомость")
    make_reading(cast.cold, period=Period(2026, 12), value="165")
    page = form.submit(status=409)
    assert "лицевой счёт 12-34, декабрь 2026 года, 165,000 м³" in page.plain
    Reading.update(state=ReadingState.REFUSED).where(Reading.period > NOVEMBER).execute()
    issue(NOVEMBER, cast.account)
    assert "Квитанции за ноябрь уже выпущены" in form.submit(status=409).plain
    assert "её месяц выпущен" in office.get(f"{url_of(sheet)}undo/").plain


def test_sheet_of_another_month_takes_nothing(office: Client, cast: Cast) -> None:
    sheet = make_reading_sheet(house=cast.account.premises.house, period=Period(2026, 10))
    page = save(office, sheet, cast.cold, "161", status=409)
    assert "Эта ведомость за октябрь, а показания сейчас принимаются за ноябрь." in page.plain


def test_unknown_sheet_account_and_remark_are_not_found(
    office: Client, sheet: ReadingSheet
) -> None:
    for path in ("0/", "x/", f"{sheet.id}/rows/x/", f"{sheet.id}/rows/99999/", "remarks/x/"):
        office.get(f"{DESK}{path}", status=404)
    assert office.get(f"{url_of(sheet)}order/", status=303).location == url_of(sheet)
    assert office.get(f"{url_of(sheet)}?at=x").status == 200


def test_form_that_was_open_too_long_is_shown_again(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    typed = {f"meter-{cast.cold.id}": "161", "key": "k", "csrf_token": "old"}
    path = f"{url_of(sheet)}rows/{cast.account.id}/"
    page = office.post(path, typed, status=400, csrf=False)
    assert row(page, cast.cold).fields[f"meter-{cast.cold.id}"] == ["161"]
    for other in ("new/", f"{sheet.id}/undo/", f"{sheet.id}/order/", "remarks/1/"):
        office.post(f"{DESK}{other}", {"csrf_token": "old"}, csrf=False, status=400)


def test_remarks_wait_until_they_are_seen_to(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    desk = f"{DESK}remarks/"
    assert "Ничего не ждёт" in office.get(desk).plain
    for meter, code in ((cast.cold, "no_access"), (cast.vera_meter, "no_seal")):
        form = row(office.get(url_of(sheet)), meter)
        form.fill_in({f"remark-{meter.id}": code}).submit()
    page = office.get(desk)
    assert "нет доступа, 1 посещение впустую" in page.plain
    assert "Письменно согласуйте день проверки" in page.plain
    first = next(each for each in page.forms if "/remarks/" in (each.element.get("action") or ""))
    assert "Напишите коротко, что сделано." in first.submit(status=422).plain
    done = office.get(first.fill(outcome="день согласован").submit().location)
    assert "Закрыто: нет доступа, день согласован." in done.plain
    assert "нет доступа, 1 посещение" not in done.plain
    assert "Эту отметку уже кто-то закрыл." in first.submit(status=409).plain
    assert office.get(first.element.get("action") or "", status=303).location == desk


def test_street_and_district_are_called_by_their_names(office: Client, cast: Cast) -> None:
    house = cast.account.premises.house
    street = make_reading_sheet(scope=SheetScope.STREET, house=house)
    district = make_reading_sheet(scope=SheetScope.DISTRICT, district=cast.district)
    assert office.get(url_of(street)).heading.startswith("ул. Речная: показания за ноябрь")
    assert office.get(url_of(district)).heading.startswith("район Центральный: показания")
    for path in (f"{DESK}new/", f"{url_of(street)}rows/{cast.account.id}/"):
        office.get(path, status=303)


def test_suggestion_and_a_meter_not_charged_by_are_told(
    office: Client, sheet: ReadingSheet, cast: Cast
) -> None:
    Meter.update(verify_by="2026-01-01").where(Meter.id == cast.hot.id).execute()
    save(office, sheet, cast.cold, "61,2")
    words = words_of(office.get(url_of(sheet)), cast.cold)
    assert "Похоже, имели в виду 161,200" in words
    assert "поверк" in words.casefold()


def test_doubtful_sheet_without_a_shift_says_so(office: Client, cast: Cast) -> None:
    house = make_house()
    meters = make_row_of_flats(6, house=house)
    sheet = make_reading_sheet(house=house)
    for meter in meters:
        save(office, sheet, meter, "1")
    page = office.get(url_of(sheet))
    assert "Сдвигом на одну строку это не объясняется" in page.plain
    make_reading(meters[0], period=Period(2026, 12), value="150")
    refused = page.form("Да, убрать введённое").submit(status=409)
    assert "На эту ведомость опирается более позднее показание" in refused.plain


def test_sheet_typed_a_row_too_high_is_told(office: Client, cast: Cast) -> None:
    house = make_house()
    meters = make_row_of_flats(7, house=house)
    sheet = make_reading_sheet(house=house)
    for flat, meter in enumerate(meters[:-1], start=2):
        save(office, sheet, meter, str(100 * flat + 18))
    assert "подошли бы строке ниже (таких 6)" in office.get(url_of(sheet)).plain


def test_same_form_begins_one_sheet(office: Client, cast: Cast) -> None:
    form = office.get(DESK).form("Начать").fill(covers="slips")
    first = form.submit().location
    assert form.submit().location == first
    reused = form.fill(source="visit").submit(status=422)
    assert "уже отправлялась с другими цифрами" in reused.plain
