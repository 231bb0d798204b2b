"""The desk that enters readings taken by telephone: one page, the same rules, the same questions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import COLD_NEXT, HOT_NEXT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_account, make_premises
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.models import database as database_module
from vodokanal.models.database import BusyDatabaseError
from vodokanal.models.journal import JournalEntry
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations import transactions

DESK = "/staff/readings/enter/"


def desk(client: Client) -> Page:
    return client.get(f"{DESK}1234/")


def enter(client: Client, cast: Cast, cold: str = "", hot: str = "", **more: str) -> Page:
    form = desk(client).form("Записать")
    form.fill_in({f"meter-{cast.cold.id}": cold, f"meter-{cast.hot.id}": hot})
    status = int(more.pop("status", "303"))
    for name, value in more.items():
        form.fields[name] = [value]
    return form.submit(status=status)


def november(meter_id: int) -> Reading | None:
    rows = Reading.select().where(
        Reading.meter == meter_id,
        Reading.period == Period(2026, 11),
        Reading.state != ReadingState.REPLACED,
    )
    found: Reading | None = rows.first()
    return found


@pytest.mark.parametrize("number", ["12-34", "1234", " 12 34 ", "1 2-3 4"])
def test_account_is_opened_by_its_number_however_it_is_typed(office: Client, number: str) -> None:
    page = office.get(DESK).form("Найти").fill(find=number).submit().follow()
    assert page.h1 == "Лицевой счёт 12-34"


@pytest.mark.parametrize("text", ["99-99", "1" * 100, "<b>", "Сидоров-Кац", "'; DROP TABLE"])
def test_words_that_mean_nobody_stay_in_the_field(office: Client, text: str) -> None:
    page = office.get(DESK).form("Найти").fill(find=text).submit(status=200)
    assert "никого нет" in page.plain
    assert page.form("Найти").fields["find"] == [text]


@pytest.mark.parametrize("text", ["9" * 2000, "1" * 20, "\u200b", " "])
def test_odd_words_are_answered_with_the_same_page(office: Client, text: str) -> None:
    assert office.get(DESK, query_string={"find": text}).h1 == "Ввод показаний"


def test_control_characters_are_no_search(office: Client) -> None:
    office.get(DESK, query_string={"find": "12\x0034"}, status=400)


@pytest.mark.parametrize("text", ["иванова", "Анна Иванова", "00012345", "54321", "речная 5 12"])
def test_account_is_opened_by_what_the_caller_says(office: Client, text: str) -> None:
    page = office.get(DESK).form("Найти").fill(find=text).submit().follow()
    assert page.h1 == "Лицевой счёт 12-34"


def test_of_several_accounts_one_is_chosen(office: Client) -> None:
    page = office.get(DESK).form("Найти").fill(find="речная 5").submit(status=200)
    assert [row[:3] for row in page.rows()[1:]] == [
        ["12-34", "ул. Речная, д.\u00a05, кв.\u00a012", "Иванова Анна Петровна"],
        ["56-78", "ул. Речная, д.\u00a05, кв.\u00a013", "Соколова Вера Ильинична"],
    ]
    assert page.click("56-78").h1 == "Лицевой счёт 56-78"


def test_list_of_found_accounts_says_where_it_ends(office: Client, cast: Cast) -> None:
    for flat in range(20, 42):
        house = cast.account.premises.house
        make_account(premises=make_premises(house=house, flat=str(flat)))
    page = office.get(DESK, query_string={"find": "речная"})
    assert (len(page.rows()) - 1, "уточните" in page.text) == (20, True)


def test_desk_shows_whose_it_is_and_what_is_expected(office: Client) -> None:
    page = desk(office)
    assert "ул. Речная, д.\u00a05, кв.\u00a012" in page.text
    assert "Иванова Анна Петровна" in page.text
    cells = page.rows()[1]
    assert cells[1:3] == [
        "Прошлое 158,00015\u00a0октября, передали в\u00a0кабинете",
        "Обычно, м³ 3,1",
    ]
    assert cells[4:] == ["ждём 159–163", "Поверка до январь 2030"]


def test_entered_readings_are_accepted_and_said_back(office: Client, cast: Cast) -> None:
    page = enter(office, cast, COLD_NEXT, HOT_NEXT).follow()
    number = Submission.select().order_by(Submission.id.desc()).first().number
    assert page.h1 == f"Записано, №\u00a0{number}"
    assert "161\u00a0кубометр 200\u00a0литров" in page.text
    reading = november(cast.cold.id)
    assert reading is not None
    assert (reading.state, reading.source) == (ReadingState.ACCEPTED, Source.TELEPHONE)
    assert (reading.employee, reading.resident) == (cast.galina, None)


def test_employees_reading_is_seen_in_the_cabinet(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    enter(office, cast, COLD_NEXT, HOT_NEXT)
    assert "161,200" in client_as(cast.anna).get("/personal/12-34/meters/").text


def test_reading_from_a_visit_keeps_its_day_and_source(office: Client, cast: Cast) -> None:
    enter(office, cast, COLD_NEXT, source="visit", taken_on="2026-11-10")
    reading = november(cast.cold.id)
    assert reading is not None
    assert (reading.source, reading.taken_on) == (Source.VISIT, date(2026, 11, 10))


@pytest.mark.parametrize("day", ["2026-11-13", "2026-10-11", "", "вчера"])
def test_day_in_the_future_or_long_ago_is_refused(office: Client, cast: Cast, day: str) -> None:
    page = enter(office, cast, COLD_NEXT, taken_on=day, status="422")
    assert page.form("Записать").fields[f"meter-{cast.cold.id}"] == [COLD_NEXT]
    assert november(cast.cold.id) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("абв", "Это не\u00a0число"),
        ("NaN", "Это не\u00a0число"),
        ("1,2,3", "Это не\u00a0число"),
        ("-5", "без минуса"),
        ("9" * 400, "запятую перед литрами"),
        ("16О,2", "«О»"),
        ("1\x002", "Это не\u00a0число"),
    ],
)
def test_impossible_value_is_refused_beside_its_field(
    office: Client, cast: Cast, text: str, words: str
) -> None:
    page = enter(office, cast, text, HOT_NEXT, status="422")
    assert words in page.text
    assert page.form("Записать").fields[f"meter-{cast.hot.id}"] == [HOT_NEXT]
    assert november(cast.hot.id) is None


def test_nothing_typed_is_said_so(office: Client, cast: Cast) -> None:
    assert "одно показание." in enter(office, cast, status="422").text


def test_source_that_staff_cannot_have_is_refused(office: Client, cast: Cast) -> None:
    enter(office, cast, COLD_NEXT, source="resident", status="422")
    assert november(cast.cold.id) is None


def test_meter_of_another_account_is_not_written(office: Client, cast: Cast) -> None:
    stranger = {f"meter-{cast.vera_meter.id}": "5"}
    page = enter(office, cast, COLD_NEXT, status="409", **stranger)
    assert "не относится к этому счёту" in page.plain
    assert (november(cast.vera_meter.id), november(cast.cold.id)) == (None, None)


def test_same_form_sent_twice_is_one_submission(office: Client, cast: Cast) -> None:
    form = desk(office).form("Записать").fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    assert form.submit().location == form.submit().location
    form.fill_in({f"meter-{cast.cold.id}": "162"})
    page = form.submit(status=409)
    assert page.form("Записать").fields["key"] != form.fields["key"]


def test_form_without_its_key_gets_one(office: Client, cast: Cast) -> None:
    page = enter(office, cast, COLD_NEXT, key="", status="422")
    page.form("Записать").submit()
    assert november(cast.cold.id) is not None


def test_doubt_is_asked_on_the_spot_and_corrected(office: Client, cast: Cast) -> None:
    page = enter(office, cast, "16120", HOT_NEXT).follow()
    assert "Получается 15" in page.text
    assert "105" in page.text
    form = page.form("Исправить")
    form.fill(value="161,2").submit().follow()
    reading = november(cast.cold.id)
    assert reading is not None
    assert (str(reading.value), reading.state) == ("161.200", ReadingState.ACCEPTED)


def test_doubt_is_confirmed_and_held_when_it_is_lower(office: Client, cast: Cast) -> None:
    page = enter(office, cast, "100").follow().form("Именно так").submit().follow()
    reading = november(cast.cold.id)
    assert reading is not None
    assert reading.state is ReadingState.HELD
    assert page.all(".//article[@id]") == []
    entry = JournalEntry.get(JournalEntry.action == "confirm_reading")
    assert entry.actor_name == cast.galina.name


@pytest.mark.parametrize("text", ["", "абв", "9" * 400])
def test_wrong_correction_leaves_the_question_open(office: Client, cast: Cast, text: str) -> None:
    page = enter(office, cast, "100").follow().form("Исправить").fill(value=text).submit(status=422)
    assert page.form("Исправить").fields["value"] == [text]
    reading = november(cast.cold.id)
    assert reading is not None
    assert reading.state is ReadingState.ASKED


def test_answer_with_a_used_or_missing_key_is_asked_for_again(office: Client, cast: Cast) -> None:
    form = enter(office, cast, "100").follow().form("Исправить")
    assert "ещё" in form.fill(value="161", key="").submit(status=409).text
    form = enter(office, cast, hot="5").follow().form("Исправить").fill(value="106")
    form.submit()
    form.fill(value="107").submit(status=409)


def test_question_of_a_resident_is_answered_by_telephone(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    anna = client_as(cast.anna).get("/personal/12-34/readings/").form("readings")
    anna.fill_in({f"meter-{cast.cold.id}": "100"}).submit()
    page = desk(office)
    assert "уже записано: 100,000" in page.text
    page.form("Исправить").fill(value="161,2").submit()
    reading = november(cast.cold.id)
    assert reading is not None
    assert (str(reading.value), reading.employee) == ("161.200", cast.galina)


def test_answer_about_a_reading_of_another_account_is_not_found(office: Client, cast: Cast) -> None:
    page = enter(office, cast, "100").follow()
    action = page.form("Исправить").element.get("action") or ""
    for wrong in (action.replace("/1234/", "/5678/"), f"{action}9", f"{action[:-1]}99/"):
        office.post(wrong, {"value": "161", "key": "k"}, status=404)


def test_submission_of_another_account_is_not_found(office: Client, cast: Cast) -> None:
    location = enter(office, cast, COLD_NEXT).location
    office.get(location.replace("/1234/", "/5678/"), status=404)
    office.get("/staff/readings/entered/1234/2611-999999/", status=404)
    office.get("/staff/readings/entered/nobody/x/", status=404)
    office.get("/staff/readings/entered/", status=303)


def test_closed_window_is_no_obstacle_and_the_month_is_said(
    office: Client, cast: Cast, clock: Clock
) -> None:
    clock.at("2026-11-25T10:00")
    assert "Приём закрыт, но счета за ноябрь ещё не выпущены" in desk(office).plain
    page = enter(office, cast, COLD_NEXT).follow()
    assert "показания засчитаны за ноябрь" in page.plain
    assert november(cast.cold.id) is not None


def test_closed_account_takes_only_its_last_readings(office: Client, cast: Cast) -> None:
    cast.account.closed_on = date(2026, 11, 5)
    cast.account.save()
    assert "только последние показания" in desk(office).text
    page = enter(office, cast, COLD_NEXT, taken_on="2026-11-06", status="422")
    assert "5\u00a0ноября" in page.text
    enter(office, cast, COLD_NEXT)
    reading = november(cast.cold.id)
    assert reading is not None
    assert reading.taken_on == date(2026, 11, 5)


def test_account_closed_long_ago_takes_no_readings(office: Client, cast: Cast) -> None:
    form = desk(office).form("Записать").fill_in({f"meter-{cast.cold.id}": COLD_NEXT})
    cast.account.closed_on = date(2026, 10, 1)
    cast.account.save()
    assert "Счёт закрыт" in form.submit(status=422).text
    assert november(cast.cold.id) is None
    assert not desk(office).all('.//input[@class="digits"]')


def test_reading_inside_the_window_is_not_called_late(office: Client, cast: Cast) -> None:
    assert "Приём закрыт" not in enter(office, cast, COLD_NEXT).follow().text


def test_reading_of_a_removed_meter_is_not_lost_unseen(office: Client, cast: Cast) -> None:
    form = desk(office).form("Записать")
    form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT})
    cast.cold.removed_on = date(2026, 11, 1)
    cast.cold.save()
    page = form.submit(status=409)
    words = "Счётчик № 00012345 снят 1 ноября: его показание 161,2 не записано."
    assert words in page.plain
    assert page.form("Записать").fields[f"meter-{cast.hot.id}"] == [HOT_NEXT]
    assert (november(cast.cold.id), november(cast.hot.id)) == (None, None)


def test_same_value_again_is_said_and_not_doubled(office: Client, cast: Cast) -> None:
    first = enter(office, cast, COLD_NEXT)
    again = enter(office, cast, COLD_NEXT)
    assert again.location == first.location
    page = again.follow()
    assert "Холодная вода, 161,200: уже записано 12 ноября в 10:42" in page.plain
    assert Reading.select().where(Reading.period == Period(2026, 11)).count() == 1


def test_field_for_the_next_caller_waits_with_the_cursor(office: Client, cast: Cast) -> None:
    page = enter(office, cast, COLD_NEXT, HOT_NEXT).follow()
    assert page.find(".//input[@id='find']").get("autofocus") is not None
    asked = enter(office, cast, "190").follow()
    assert asked.find(".//input[@id='find']").get("autofocus") is None


def test_account_without_meters_says_so(office: Client, cast: Cast) -> None:
    make_account(number="90-1", premises=cast.account.premises)
    assert "работающих счётчиков" in office.get(f"{DESK}901/").text
    office.get(f"{DESK}999999/", status=404)


def test_young_meter_shows_what_it_was_installed_with(office: Client, cast: Cast) -> None:
    assert "при установке, 1\u00a0января" in office.get(f"{DESK}5678/").text


def test_meter_removed_before_the_answer_is_said_so(office: Client, cast: Cast) -> None:
    form = enter(office, cast, "100").follow().form("Исправить").fill(value="161")
    cast.cold.removed_on = date(2026, 11, 1)
    cast.cold.save()
    assert "с тех пор сняли" in form.submit(status=422).text


def test_month_without_any_rule_is_said_and_breaks_nothing(office: Client) -> None:
    ReadingWindow.update(ends_on=date(2026, 1, 1)).execute()
    assert "Дни приёма не заданы" in desk(office).text


def test_failing_database_keeps_what_was_typed(
    office: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = desk(office).form("Записать").fill_in({f"meter-{cast.cold.id}": COLD_NEXT})

    def fail() -> None:
        raise BusyDatabaseError

    monkeypatch.setattr(transactions, "write_tx", fail)
    page = form.submit(status=503)
    monkeypatch.setattr(transactions, "write_tx", database_module.write_tx)
    page.form("Записать").submit()
    assert november(cast.cold.id) is not None


def test_stale_token_keeps_what_was_typed(office: Client, cast: Cast) -> None:
    page = enter(office, cast, COLD_NEXT, csrf_token="x", status="400")
    page.form("Записать").submit()
    page = enter(office, cast, hot="5").follow()
    page = page.form("Исправить").fill(value="105,7", csrf_token="x").submit(status=400)
    page.form("Исправить").submit()
    assert november(cast.hot.id) is not None


def test_desk_is_for_those_who_may_enter(client_as: ClientAs, cast: Cast) -> None:
    for person in (cast.kirill, cast.rita):
        client_as(person).get(DESK, status=403)
        client_as(person).get(f"{DESK}1234/", status=403)
