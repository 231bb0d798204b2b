"""The employee's first page: the day, the intake, what is to be set, what waits, where to go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_extension, make_reading, make_setting
from tests.inspection import text_of
from tests.ledgers import charge, issue, pay
from tests.month_factories import (
    make_dispute,
    make_key_rate,
    make_norm,
    make_payment_term,
    make_tariff,
)
from tests.page import Client, Page
from tests.sheet_factories import make_sheet_remark
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import Service
from vodokanal.casework.sheet_remarks import RemarkCode
from vodokanal.models.copies import DataCopy
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.readiness import SETTINGS, Step
from vodokanal.staff.readiness import PLACES
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import KEY

TO_SET = './/article[@id="to-set"]'


def lines_of(page: Page) -> dict[str, str]:
    """What the list before the start says of each of its lines."""
    rows = page.rows(f"{TO_SET}//table")[1:] if page.all(TO_SET) else []
    return {words: state for words, _why, state in rows}


def set_everything() -> None:
    for names in SETTINGS.values():
        for name in names:
            make_setting(name, "что-то")
    Resident.update(password_hash="something").execute()
    set_rates()


def set_rates() -> None:
    make_key_rate(starts_on=date(2026, 1, 1))
    make_norm()
    for service in Service:
        make_tariff(service=service)


def test_day_and_the_state_of_the_intake_come_first(chief: Client, clock: Clock) -> None:
    page = chief.get("/staff/")
    assert page.h1 == "Четверг, 12\u00a0ноября"
    assert "за ноябрь до 20\u00a0ноября. Осталось 8\u00a0дней." in page.text
    clock.at("2026-11-22T09:00")
    assert "откроется 10\u00a0декабря" in chief.get("/staff/").text


def test_intake_of_another_district_is_said_to_be_its_own(chief: Client, cast: Cast) -> None:
    make_extension(period=Period(2026, 11), district=cast.district, ends_on=date(2026, 12, 3))
    page = chief.get("/staff/")
    assert "за ноябрь до 20\u00a0ноября." in page.text
    assert "Район Центральный: приём показаний открыт до 3 декабря." in page.plain


def test_intake_without_any_rule_is_said_and_breaks_nothing(chief: Client) -> None:
    ReadingWindow.update(ends_on=date(2026, 1, 1)).execute()
    assert "Дни приёма показаний не заданы." in chief.get("/staff/").text


def test_what_waits_is_counted_oldest_first(chief: Client, cast: Cast, clock: Clock) -> None:
    clock.at("2026-11-18T09:00")
    make_reading(cast.cold, period=Period(2026, 11), state=ReadingState.ASKED)
    make_reading(cast.vera_meter, period=Period(2026, 9), state=ReadingState.HELD)
    rows = chief.get("/staff/").rows('.//article[@id="waiting"]//table')[1:]
    assert [row[:3] for row in rows] == [
        ["64\u00a0дня", "Показание меньше прошлого, житель подтвердил", "1"],
        ["3\u00a0дня", "Сомнительное показание, житель ещё не ответил", "1"],
    ]


def test_disputes_and_remarks_wait_too(chief: Client, cast: Cast) -> None:
    make_dispute(account=cast.account)
    make_sheet_remark(meter=cast.cold, code=RemarkCode.NO_SEAL)
    page = chief.get("/staff/")
    rows = page.rows('.//article[@id="waiting"]//table')[1:]
    assert {row[1]: row[2] for row in rows} == {
        "Счётчик без пломбы": "1",
        "Несогласие с квитанцией": "1",
    }
    assert page.click("Разобрать").h1 == "Споры"
    assert page.click("Посмотреть").status == 200


def test_what_waits_leads_to_its_list(chief: Client, cast: Cast) -> None:
    make_reading(cast.cold, period=Period(2026, 11), state=ReadingState.ASKED)
    page = chief.get("/staff/").click("Позвонить")
    assert page.h1 == "Спорные показания"
    assert "Иванова Анна Петровна" in page.text


def test_month_says_its_days_and_what_is_in_its_way(office: Client, cast: Cast) -> None:
    page = office.get("/staff/")
    card = text_of(page.find('.//article[@id="month"]')).replace("\u00a0", " ")
    assert card.startswith("До счетов 23 дня: их выставляют до 5 декабря, рабочих из них 16.")
    assert "Приём показаний открыт до 20 ноября." in card
    assert page.click("Открыть месяц").path == "/staff/month/"


def test_month_is_nothing_to_the_dispatcher(client_as: ClientAs, cast: Cast) -> None:
    assert client_as(cast.kirill).get("/staff/").all('.//article[@id="month"]') == []


def test_first_page_asks_little_of_the_database(chief: Client) -> None:
    with statements() as seen:
        chief.get("/staff/")
    assert len(seen) <= 26, "\n".join(seen)


def test_dispatcher_is_led_only_where_the_roles_allow(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.kirill).get("/staff/")
    assert page.all('.//article[@class="card"]//*[@class="figure"]') == []
    assert "Ввод показаний" not in page.text
    tables = client_as(cast.kirill).get("/staff/tables/").text
    for words in ("Лицевые счета", "Дома"):
        assert words in tables


def test_every_step_has_its_words_and_its_place(chief: Client) -> None:
    assert list(PLACES) == list(Step)
    page = chief.get("/staff/")
    assert len(lines_of(page)) == len(Step)
    for link in page.all(f"{TO_SET}//a"):
        chief.get(str(link.get("href")))


def test_list_says_what_is_set_and_what_is_not(chief: Client) -> None:
    lines = lines_of(chief.get("/staff/"))
    assert [words for words, state in lines.items() if state != "✓ готово"] == [
        "Название, адрес и часы работы",
        "Телефоны: офис и аварийная служба",
        "Реквизиты: ИНН и банк",
        "Ключевая ставка",
        "Цены",
        "Нормативы",
        "Жители с паролем",
    ]


def test_list_goes_when_everything_is_set_and_comes_back(chief: Client) -> None:
    set_everything()
    assert lines_of(chief.get("/staff/")) == {}
    AccountAccess.update(revoked_at=AccountAccess.granted_at).execute()
    assert lines_of(chief.get("/staff/"))["Доступ к счетам"] == "? ещё нет"


def test_clerk_who_works_alone_is_not_reminded_for_ever(chief: Client, cast: Cast) -> None:
    for other in (cast.galina, cast.dmitry, cast.kirill, cast.rita):
        other.disabled_at = other.created_at
        other.save()
    assert lines_of(chief.get("/staff/"))["Другие сотрудники"] == "по желанию"
    set_everything()
    assert lines_of(chief.get("/staff/")) == {}


@pytest.mark.parametrize("name", ["kirill", "rita"])
def test_list_is_for_those_who_can_set_something(
    client_as: ClientAs, cast: Cast, name: str
) -> None:
    assert lines_of(client_as(getattr(cast, name)).get("/staff/")) == {}


def test_office_sees_only_what_it_can_set(office: Client, chief: Client) -> None:
    assert "Реквизиты: ИНН и банк" not in lines_of(office.get("/staff/"))
    Resident.update(password_hash="something").execute()
    assert lines_of(office.get("/staff/")) == {}
    assert lines_of(chief.get("/staff/")) != {}


def figures_of(page: Page) -> dict[str, list[tuple[str, str]]]:
    """The figures' numbers by their titles, with the tables beneath."""
    return {
        text_of(each.findall(".//caption")[0]): [
            (text_of(row[0]), text_of(row[1])) for row in each.iter("tr")
        ]
        for each in page.all('.//div[@class="figures"]/article')
    }


def test_figures_tell_who_has_sent_what_came_in_and_what_is_owed(chief: Client, cast: Cast) -> None:
    make_payment_term()
    make_reading(cast.cold, period=Period(2026, 11))
    charge(cast.account, Period(2026, 8), "250.00")
    charge(cast.account, Period(2026, 10), "750.00")
    issue(Period(2026, 10), cast.account)
    pay(cast.account, Period(2026, 11), "350", received_on=date(2026, 11, 12))
    assert figures_of(chief.get("/staff/")) == {
        "Передали показания за ноябрь": [
            ("Сейчас", "0\u00a0%"),
            ("В\u00a0октябре к этому дню", "0\u00a0%"),
            ("Кто не передал", "2"),
        ],
        "Начислено за октябрь": [
            ("Оплачено, 13\u00a0%", "100\u00a0₽"),
            ("Ещё не оплачено", "650\u00a0₽"),
            ("Пришло сегодня", "350\u00a0₽"),
        ],
        "Долг": [
            ("До месяца", "650\u00a0₽"),
            ("От месяца до трёх", "0\u00a0₽"),
            ("Больше трёх месяцев", "0\u00a0₽"),
        ],
    }


def test_little_that_was_paid_is_not_nothing(chief: Client, cast: Cast) -> None:
    make_payment_term()
    charge(cast.account, Period(2026, 10), "750.00")
    issue(Period(2026, 10), cast.account)
    pay(cast.account, Period(2026, 11), "7")
    assert ("Оплачено, меньше 1\u00a0%", "7\u00a0₽") in figures_of(chief.get("/staff/"))[
        "Начислено за октябрь"
    ]


def test_clerk_without_the_payments_sees_no_money(client_as: ClientAs, cast: Cast) -> None:
    charge(cast.account, Period(2026, 10), "750.00")
    issue(Period(2026, 10), cast.account)
    assert "750" not in client_as(cast.kirill).get("/staff/").text


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (None, "! ещё нет"),
        ({}, "✓ сегодня в\u00a003:12 проверена, 214\u00a0МБ"),
        ({"hours": 30}, "! 11\u00a0ноября в\u00a005:12 проверена, 214\u00a0МБ"),
        (
            {"second_refusal": "/mnt/usb"},
            "✓ сегодня в\u00a003:12 проверена, 214\u00a0МБ Во второй папке копии нет: /mnt/usb",
        ),
    ],
)
def test_last_proven_copy_is_shown_and_red_after_a_day(
    client_as: ClientAs, cast: Cast, clock: Clock, row: dict[str, Any] | None, shown: str
) -> None:
    clock.really_at("2026-11-12T11:12")
    if row is not None:
        given = {"hours": 8, **row}
        made_at = real_now() - timedelta(hours=given.pop("hours"))
        DataCopy.create(file_name="a", made_at=made_at, size=214 * 2**20, seconds=9, **given)
    card = text_of(client_as(cast.olga).get("/staff/").all('.//article[@id="month"]')[0])
    assert card.partition("Копия данных ")[2] == shown


def test_copy_in_a_demo_is_told_by_the_demos_clock(
    app: Flask, client_as: ClientAs, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, KEY, replace(app.config[KEY], now=clock.now))
    clock.really_at("2027-01-12T15:52")
    made_at = real_now() - timedelta(minutes=59, seconds=30)
    DataCopy.create(file_name="a", made_at=made_at, size=1, seconds=9)
    assert "сегодня в 09:42 проверена" in client_as(cast.olga).get("/staff/").plain


def test_copy_with_faults_is_said_beside_the_last_good_one(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    clock.really_at("2026-11-12T11:12")
    for faults, hours in ((0, 9), (3, 8)):
        made_at = real_now() - timedelta(hours=hours)
        DataCopy.create(file_name=f"{faults}", made_at=made_at, size=1, seconds=9, faults=faults)
    page = client_as(cast.olga).get("/staff/")
    assert (
        "сегодня в\u00a002:12 проверена, 1\u00a0МБ В последней копии найдено ошибок: 3."
        in page.text
    )
