"""The closed window: when it opens, what happens meanwhile, no blame."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import ACCOUNT, Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_meter, make_reading
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account

URL = f"/personal/{ACCOUNT}/readings/"


@pytest.fixture(autouse=True)
def _after_the_window(clock: Clock) -> None:
    clock.at("2026-11-23T09:00")


def test_page_says_when_the_next_window_opens(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Показания снова примем с 10 декабря"
    assert "Сегодня 23 ноября" in page.plain
    assert "С 10 по 20 декабря." in page.plain
    assert not page.all(".//input[@type='text']")


def test_missed_month_is_charged_by_the_average(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get(URL)
    assert "А что с ноябрём?" in page.plain
    assert "Показаний за ноябрь нет, поэтому посчитаем по вашему среднему за полгода:" in page.plain
    assert page.rows() == [["Холодная вода", "3,3\xa0м³"], ["Горячая вода", "1,9\xa0м³"]]
    assert "Передадите показания в декабре — пересчитаем, лишнее вернём." in page.plain


def test_half_sent_month_names_only_what_is_missing(client_as: ClientAs, cast: Cast) -> None:
    make_reading(cast.cold, period=Period(2026, 11), value="161")
    page = client_as(cast.anna).get(URL)
    assert page.rows() == [["Горячая вода", "1,9\xa0м³"]]
    assert "Показания за ноябрь есть: №" in page.plain


def test_sent_month_leads_to_its_proof(client_as: ClientAs, cast: Cast) -> None:
    for meter, value in ((cast.cold, "161"), (cast.hot, "105")):
        make_reading(meter, period=Period(2026, 11), value=value)
    page = client_as(cast.anna).get(URL)
    assert "по вашему среднему" not in page.plain
    assert page.click("Показать подтверждение").heading == "Показания приняты"


def test_new_meter_is_charged_by_the_norm(client_as: ClientAs, cast: Cast) -> None:
    cast.vera_meter.installed_on = date(2026, 10, 20)
    cast.vera_meter.commissioned_on = date(2026, 10, 20)
    cast.vera_meter.verified_on = date(2026, 10, 1)
    cast.vera_meter.save()
    page = client_as(cast.vera).get("/personal/56-78/readings/")
    assert page.rows() == [["Холодная вода", "по\xa0нормативу"]]


def test_meters_of_one_water_are_charged_together(client_as: ClientAs, cast: Cast) -> None:
    for number in range(2):
        make_meter(account=cast.account, serial=f"9{number}", installed_on=date(2026, 10, 20))
    page = client_as(cast.anna).get(URL)
    assert page.rows() == [
        ["Холодная вода", "3,3\xa0м³ и\xa0норматив"],
        ["Горячая вода", "1,9\xa0м³"],
    ]


def test_organisation_is_told_nothing_of_averages(client_as: ClientAs, cast: Cast) -> None:
    Account.update(group=CustomerGroup.ORGANISATION).execute()
    assert "среднему" not in client_as(cast.anna).get(URL).plain


def test_before_the_window_the_month_before_is_meant(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    clock.at("2026-11-05T09:00")
    page = client_as(cast.anna).get(URL)
    assert page.heading == "Показания снова примем с 10 ноября"
    assert "А что с октябрём?" in page.plain


def test_nothing_is_red(client_as: ClientAs, cast: Cast) -> None:
    html = client_as(cast.anna).get(URL).html
    assert 'class="note bad"' not in html
    assert "aria-invalid" not in html
