"""The employee's first page: the day, the intake, what waits, where to go."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_reading
from tests.page import Client
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.windows import ReadingWindow


def test_day_and_the_state_of_the_intake_come_first(chief: Client, clock: Clock) -> None:
    page = chief.get("/staff/")
    assert page.h1 == "Четверг, 12\u00a0ноября"
    assert "за ноябрь до 20\u00a0ноября. Осталось 8\u00a0дней." in page.text
    clock.at("2026-11-22T09:00")
    assert "откроется 10\u00a0декабря" in chief.get("/staff/").text


def test_intake_without_any_rule_is_said_and_breaks_nothing(chief: Client) -> None:
    ReadingWindow.update(ends_on=date(2026, 1, 1)).execute()
    assert "Дни приёма показаний не заданы." in chief.get("/staff/").text


def test_what_waits_is_counted_oldest_first(chief: Client, cast: Cast, clock: Clock) -> None:
    clock.at("2026-11-18T09:00")
    make_reading(cast.cold, period=Period(2026, 11), state=ReadingState.ASKED)
    make_reading(cast.vera_meter, period=Period(2026, 9), state=ReadingState.HELD)
    rows = chief.get("/staff/").rows()[1:]
    assert [row[:3] for row in rows] == [
        ["15\u00a0сентября", "Показание меньше прошлого, житель подтвердил", "1"],
        ["15\u00a0ноября", "Сомнительное показание, житель ещё не ответил", "1"],
    ]


def test_what_waits_leads_to_its_list(chief: Client, cast: Cast) -> None:
    make_reading(cast.cold, period=Period(2026, 11), state=ReadingState.ASKED)
    page = chief.get("/staff/").click("Посмотреть")
    assert len(page.rows()) == 2


def test_first_page_asks_little_of_the_database(chief: Client) -> None:
    with statements() as seen:
        chief.get("/staff/")
    assert len(seen) <= 5, "\n".join(seen)


def test_dispatcher_is_led_only_where_the_roles_allow(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.kirill).get("/staff/")
    assert "Ждёт решения" not in page.text
    assert "Ввод показаний" not in page.text
    for words in ("Лицевые счета", "Дома"):
        assert words in page.text
