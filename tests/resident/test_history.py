"""A year of water: bars, the same numbers beneath, calculated months visibly different."""

from __future__ import annotations

from datetime import date

from tests.cast import ACCOUNT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_access, make_account, make_meter, make_reading
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.models.meters import Meter

URL = f"/personal/{ACCOUNT}/meters/"
NOVEMBER = Period(2026, 11)
SVG = "{http://www.w3.org/2000/svg}"


def words(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.replace("\xa0", " ") for cell in row] for row in rows]


def remove(meter: Meter) -> None:
    """Takes the meter off on 5 November, at 158,5."""
    values = {"removed_on": date(2026, 11, 5), "final_reading": "158.5"}
    Meter.update(values).where(Meter.id == meter.id).execute()


def test_year_is_the_same_in_bars_and_in_figures(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL)
    rows = words(page.rows())
    assert page.heading == "Сколько воды за год"
    assert "Холодной 38,0 м³, горячей 23,6 м³" in page.plain
    assert rows[0] == ["Месяц", "Холодная", "за месяц", "Горячая", "за месяц"]
    assert rows[1] == [
        "Октябрь · передали в кабинете",
        "Холодная 158,000",
        "3,200 м³",
        "Горячая 103,600",
        "2,100 м³",
    ]
    assert rows[12][0] == "Ноябрь 2025 · передали в кабинете"
    assert "".join(page.all(f".//{SVG}svg[@role='img']")[0].itertext()).startswith("3,1")


def test_months_without_readings_are_hatched(client_as: ClientAs, cast: Cast, clock: Clock) -> None:
    clock.at("2027-01-12T10:00")
    make_reading(cast.cold, period=Period(2027, 1), value="167")
    page = client_as(cast.anna).get(URL)
    rows = words(page.rows())
    assert rows[1][:3] == ["Январь · передали в кабинете", "Холодная 167,000", "3,000 м³"]
    assert rows[2][:3] == ["Декабрь 2026 · поровну", "Холодная —", "3,000 м³"]
    assert len(page.all(f".//{SVG}path[@class='hatch']")) == 2
    assert "Штриховка — показаний не было, разделили поровну." in page.plain


def test_corrected_value_stays_visible(client_as: ClientAs, cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="160", state=ReadingState.REPLACED)
    make_reading(cast.cold, period=NOVEMBER, value="161,2".replace(",", "."))
    rows = words(client_as(cast.anna).get(URL).rows())
    assert rows[1][1] == "Холодная 161,200было 160,000, исправлено"


def test_open_question_is_no_consumption(client_as: ClientAs, cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="15", state=ReadingState.ASKED)
    rows = words(client_as(cast.anna).get(URL).rows())
    assert rows[1][1:3] == ["Холодная 15,000 ? нужен ответ", "—"]


def test_sources_stand_beside_their_readings(client_as: ClientAs, cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="161", source=Source.VISIT)
    make_reading(cast.hot, period=NOVEMBER, value="105", source=Source.TELEPHONE)
    row = words(client_as(cast.anna).get(URL).rows())[1]
    assert row[0] == "Ноябрь"
    assert row[1] == "Холодная 161,000 · снял контролёр"
    assert row[3] == "Горячая 105,000 · передали по телефону"


def test_swapped_meter_is_shown_with_its_successor(client_as: ClientAs, cast: Cast) -> None:
    remove(cast.cold)
    make_meter(account=cast.account, serial="new", installed_on=date(2026, 11, 5))
    make_reading(cast.account.meters.order_by("id")[-1], period=NOVEMBER, value="1")
    page = client_as(cast.anna).get(URL)
    assert "счётчик № 00012345, сняли 5 ноября" in page.plain
    assert len(page.all(f".//{SVG}svg[@role='img']")) == 3
    assert len(page.all(".//table")) == 3


def test_last_value_of_a_removed_meter_counts(client_as: ClientAs, cast: Cast) -> None:
    remove(cast.cold)
    row = words(client_as(cast.anna).get(URL).rows())[1]
    assert row == ["Ноябрь · при снятии", "Горячая —", "—", "Холодная —", "0,500 м³"]


def test_meter_removed_long_ago_is_gone(client_as: ClientAs, cast: Cast) -> None:
    make_meter(account=cast.account, serial="ancient", removed_on=date(2025, 3, 1))
    assert "ancient" not in client_as(cast.anna).get(URL).plain


def test_new_account_has_no_history_yet(client_as: ClientAs, cast: Cast) -> None:
    empty = make_account(number="90-12")
    make_access(resident=cast.vera, account=empty)
    page = client_as(cast.vera).get("/personal/90-12/meters/")
    assert "Показаний ещё нет." in page.plain
    assert not page.all(f".//{SVG}svg[@role='img']")


def test_hot_water_alone_is_said_alone(client_as: ClientAs, cast: Cast) -> None:
    account = make_account(number="90-13")
    make_access(resident=cast.vera, account=account)
    meter = make_meter(account=account, kind=Kind.HOT, installed_on=date(2026, 9, 1))
    make_reading(meter, period=Period(2026, 10), value="4")
    assert "Горячей 4,0 м³" in client_as(cast.vera).get("/personal/90-13/meters/").plain


def test_history_of_a_stranger_is_not_there(client_as: ClientAs, cast: Cast) -> None:
    assert client_as(cast.vera).get(URL, status=404).heading
