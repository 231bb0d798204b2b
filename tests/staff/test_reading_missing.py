"""The desk of those who have not sent: district by district, street by street, whom to ring."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import (
    make_account,
    make_district,
    make_employee,
    make_house,
    make_meter,
    make_premises,
    make_reading,
)
from tests.months import make_rates
from tests.page import Client
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Holder
from vodokanal.models.journal import JournalEntry
from vodokanal.models.windows import ReadingWindow
from vodokanal.staff import reading_missing, silence_counts

DESK = "/staff/readings/missing/"


def add_account(cast: Cast, number: str, *, street: str = "ул. Лесная", **house: object) -> None:
    """A silent account in a house of its own."""
    where = make_house(**{"district": cast.district, "street": street, "number": "1"} | house)
    account = make_account(number=number, premises=make_premises(house=where, flat=""))
    make_meter(account=account, serial=f"S{number}", place="")


def test_line_tells_whom_to_ring_about_what(office: Client, cast: Cast) -> None:
    Holder.update(telephone="+7 (000) 123-45-67").where(Holder.account == cast.account).execute()
    page = office.get(DESK)
    assert page.heading == "Не передали за ноябрь"
    assert page.rows()[1][:6] == [
        "12-34",
        "ул. Речная, д.\u00a05, кв.\u00a012",
        "Иванова Анна Петровна",
        "+7\u00a0(000)\u00a0123-45-67",
        "Холодная · кухня · №\u00a000012345Горячая · ванная · №\u00a000054321",
        "Подряд 1\u00a0месяц",
    ]
    assert page.find(".//td/a").get("href") == "tel:+70001234567"


def test_number_leads_to_the_entry(office: Client, cast: Cast) -> None:
    assert office.get(DESK).click("12-34").h1 == "Лицевой счёт 12-34"


def test_whoever_has_sent_is_not_listed(office: Client, cast: Cast) -> None:
    make_reading(cast.vera_meter, period=Period(2026, 11))
    assert [row[0] for row in office.get(DESK).rows()[1:]] == ["12-34"]


def test_districts_are_counted_and_lead_to_their_lists(office: Client, cast: Cast) -> None:
    other = make_district(name="Вокзальный")
    add_account(cast, "77-1", district=other)
    page = office.get(DESK)
    assert "Вокзальный: 1Центральный: 2всего: 3" in page.text
    assert [row[0] for row in page.rows()[1:]] == ["77-1"]
    assert len(page.click("Центральный").rows()) == 3


def test_first_district_shown_is_one_where_somebody_is_missing(office: Client, cast: Cast) -> None:
    make_district(name="Аэропорт")
    assert "12-34" in office.get(DESK).text


def test_street_narrows_the_list_and_stays_typed(office: Client, cast: Cast) -> None:
    add_account(cast, "77-1")
    page = office.get(DESK).form("Показать").fill(street="лесная").submit(status=200)
    assert [row[0] for row in page.rows()[1:]] == ["77-1"]
    assert page.form("Показать").fields["street"] == ["лесная"]
    page = page.form("Показать").fill(street="нет такой").submit(status=200)
    assert "передали все" in page.plain


def test_earlier_month_is_chosen(office: Client, cast: Cast) -> None:
    page = office.get(DESK).form("Показать").fill(month="2026-10").submit(status=200)
    assert page.heading == "Не передали за октябрь"
    assert [row[0] for row in page.rows()[1:]] == ["56-78"]


def test_months_in_a_row_are_counted(office: Client, cast: Cast, clock: Clock) -> None:
    clock.at("2027-02-12T09:00")
    assert office.get(DESK).rows()[1][5] == "Подряд 4\u00a0месяца"


def test_window_over_the_end_of_a_month_still_asks_for_the_month_before(
    office: Client, cast: Cast, clock: Clock
) -> None:
    ReadingWindow.update(from_day=25, to_day=5).execute()
    clock.at("2026-12-03T09:00")
    assert office.get(DESK).heading == "Не передали за ноябрь"


def test_without_a_rule_the_month_is_todays(office: Client, cast: Cast) -> None:
    ReadingWindow.delete().execute()
    assert office.get(DESK).heading == "Не передали за ноябрь"


def test_pages_follow_each_other(
    office: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_missing, "ACCOUNTS_A_PAGE", 1)
    page = office.get(DESK)
    assert [row[0] for row in page.rows()[1:]] == ["12-34"]
    page = page.click("Дальше")
    assert [row[0] for row in page.rows()[1:]] == ["56-78"]
    assert [row[0] for row in page.click("началу").rows()[1:]] == ["12-34"]
    after = f"{DESK}?after={cast.vera_account.id}"
    assert "Дальше передали все" in office.get(after).plain


def test_everybody_has_sent_is_said_so(office: Client, cast: Cast) -> None:
    for meter in (cast.cold, cast.hot, cast.vera_meter):
        make_reading(meter, period=Period(2026, 11))
    assert "Передали все." in office.get(DESK).text


@pytest.mark.parametrize(
    "query",
    [
        "month=2026-13",
        "month=2020-01",
        "month=" + "9" * 20,
        "month=x",
        "district=0",
        "district=" + "9" * 20,
        "district=-1",
        "after=x",
        "after=" + "9" * 20,
        "after=-1",
    ],
)
def test_odd_arguments_are_not_there(office: Client, query: str) -> None:
    office.get(f"{DESK}?{query}", status=404)


@pytest.mark.parametrize("street", ["%", "_", "'", '"<b>', "9" * 2000, "\u200b"])
def test_odd_street_is_nobodys(office: Client, street: str) -> None:
    assert office.get(DESK, query_string={"street": street}).heading == "Не передали за ноябрь"


def test_page_asks_eleven_times_at_most(office: Client, cast: Cast) -> None:
    for number in range(5):
        add_account(cast, f"77-{number}", street=f"ул. {number}-я")
    # The utility's settings are read once and then known.
    office.get(DESK)
    with statements() as seen:
        office.get(f"{DESK}?after={cast.account.id}")
    assert len(seen) <= 11, "\n".join(seen)


def test_costly_counting_is_kept_for_a_while(
    office: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence_counts, "CHEAP_SECONDS", -1.0)
    monkeypatch.setattr(silence_counts._Kept, "counts", {})
    assert "Центральный: 2" in office.get(DESK).text
    make_reading(cast.vera_meter, period=Period(2026, 11))
    page = office.get(DESK)
    assert "Центральный: 2" in page.text
    assert "подсчитано 12 ноября в 10:42" in page.plain
    monkeypatch.setattr(silence_counts, "monotonic", lambda: float("inf"))
    monkeypatch.setattr(silence_counts, "CHEAP_SECONDS", 60.0)
    assert "Центральный: 1" in office.get(DESK).text


def test_who_may_not_enter_reads_the_list_without_links(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.rita).get(DESK)
    assert "12-34" in page.text
    assert "12-34" not in page.links
    client_as(cast.kirill).get(DESK, status=403)


def test_utility_without_districts_is_told_so(client_as: ClientAs) -> None:
    assert "Районов пока нет." in client_as(make_employee("office")).get(DESK).text


def test_call_is_noted_and_stands_beside_the_line(office: Client, cast: Cast) -> None:
    make_rates()
    page = office.get(DESK)
    assert page.rows()[1][6].startswith("Во что обойдётся молчание ≈")
    page = page.form("call-1234").submit("не ответили").follow()
    assert "не ответили, 12\u00a0ноября в\u00a010:42, Галина Орлова" in page.rows()[1][7]
    call = office.get(f"{DESK}1234/?month=2026-11")
    assert "Уже звонили: не ответили" in call.plain
    wrong = call.form("Записать").fill(outcome="other").submit(status=422)
    assert "Напишите, чем кончился звонок." in wrong.plain
    page = wrong.form("Записать").fill(words="в больнице").submit().follow()
    assert "в больнице, 12" in page.rows()[1][7]


def test_odd_calls_are_refused(office: Client, cast: Cast) -> None:
    address = f"{DESK}1234/?month=2026-11"
    office.post(address, {"outcome": "shrug", "key": "k"}, status=422)
    office.post(address, {"outcome": "no_answer"}, status=409)
    office.post(address, {"outcome": "no_answer", "key": "k"}, status=303)
    office.post(address, {"outcome": "promised", "key": "k"}, status=409)
    office.post(f"{DESK}99-99/", {"outcome": "promised", "key": "k"}, status=404)
    office.post(f"{DESK}1234/?month=2020-01", {"outcome": "promised", "key": "l"}, status=404)


def test_district_is_taken_away_in_walking_order(office: Client, cast: Cast) -> None:
    page = office.get(DESK).form("download").submit("CSV", status=200)
    lines = page.response.get_data(as_text=True).splitlines()
    page.response.close()
    assert lines[0].endswith("Месяцев подряд;Последний звонок")
    assert [line.split(";")[0] for line in lines[1:]] == ["12-34", "56-78"]
    assert JournalEntry.get(JournalEntry.action == "download_list").actor_name == "Галина Орлова"
