"""A utility that starts with nothing: from two commands to a reading, by forms alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import VisitAs
from tests.browser.visits import Visit
from tests.postgres import quick_folder
from tests.servers import Server, served
from tests.source import ROOT

PASSWORD = "longer than eight"
ACCOUNT, LOGIN = "17-5", "nina"
FIRST_DAY = "2026-01-01"


def command(folder: Path, *words: str, typed: str = "") -> None:
    """A command as the operator types it."""
    clean = {name: value for name, value in os.environ.items() if "VODOKANAL" not in name}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env={**clean, "VODOKANAL_INSTANCE": str(folder)},
        input=typed,
        text=True,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def portal() -> Iterator[Server]:
    """A portal with one employee and nothing else."""
    folder = quick_folder()
    command(folder, "migrate")
    command(folder, "create-employee", "glava", "--name", "Анна Главная", typed=f"{PASSWORD}\n" * 2)
    database = f"sqlite:///{folder / 'portal.db'}"
    with served(folder, database, VODOKANAL_DEMO="", VODOKANAL_NOW="") as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["desk", "phone"])
def glava(request: pytest.FixtureRequest, visit: VisitAs) -> Visit:
    """The only employee, signed in."""
    made = visit(desk=request.param == "desk")
    sign_in(made, "/staff/login", "glava", PASSWORD)
    return made


def sign_in(visit: Visit, door: str, login: str, password: str) -> None:
    visit.open(door)
    type_in(visit, login=login, password=password)
    visit.press("Войти")


def type_in(visit: Visit, **values: str) -> None:
    """Fills the fields of the page's form by their names."""
    for name, value in values.items():
        field = visit.page.locator(f"main form [name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def set_up(visit: Visit, line: str, button: str, **values: str) -> None:
    """Follows a line of the start page's list and fills in the form that it leads to."""
    visit.open("/staff/")
    visit.page.locator("main tbody").first.get_by_role("link", name=line).click()
    if button:
        visit.tap(button)
    type_in(visit, **values)
    visit.press("Сохранить")
    expect(visit.page.locator("main .error")).to_have_count(0)


def missing(visit: Visit) -> int:
    """How many lines of the start page's list are not done yet."""
    visit.open("/staff/")
    return visit.page.locator("main .label.ask").count()


def set_up_everything(glava: Visit) -> None:
    set_up(
        glava,
        "Название, адрес и часы работы",
        "",
        utility_name="Родник",
        utility_address="ул. Садовая, 1",
        utility_hours="пн–пт с 8:00 до 17:00",
    )
    set_up(glava, "Телефоны", "", office_phone="2-11-00", emergency_phone="2-11-04")
    set_up(
        glava,
        "Реквизиты",
        "",
        inn="7707083893",
        bank_name="Сбербанк",
        bank_bic="044525225",
        bank_account="40702810900000000000",
        bank_correspondent_account="30101810400000000225",
    )
    set_up(glava, "Ключевая ставка", "Новая ключевая ставка", percent="16", starts_on="2026-01-01")
    set_up(glava, "Дни приёма", "все районы", from_day="1", to_day="31")
    set_up(glava, "Районы", "Новый район", name="Город")
    set_up(glava, "Дома", "Новый дом", district="Город", street="ул. Садовая", number="17")
    set_up(glava, "Помещения", "Новое помещение", house="садовая 17", flat="5")
    glava.open("/staff/norm-categories/new/")
    type_in(glava, name="Дома с ванной")
    glava.press("Сохранить")
    norm = {"category": "Дома с ванной", "service": "холодная вода", "volume": "5,016"}
    set_up(glava, "Нормативы", "Новый норматив", **norm, starts_on=FIRST_DAY)
    set_up(glava, "Лицевые счета", "Новый лицевой счёт", number=ACCOUNT, premises="садовая 5")
    day = {"account": ACCOUNT, "starts_on": FIRST_DAY}
    set_up(glava, "Услуги", "Новая услуга", service="холодная вода", **day)
    set_up(
        glava, "Цены", "Новый тариф", service="холодная вода", price="50,93", starts_on=FIRST_DAY
    )
    set_up(glava, "Плательщики", "Новый плательщик", name="Попова Нина Ивановна", **day)
    set_up(
        glava,
        "Счётчики",
        "Новый счётчик",
        account=ACCOUNT,
        serial="00123456",
        installed_on=FIRST_DAY,
        commissioned_on=FIRST_DAY,
        initial_reading="100",
    )


def issue_password(glava: Visit) -> str:
    set_up(glava, "Жители", "Новый житель", name="Попова Нина Ивановна", login=LOGIN)
    glava.press("Выдать пароль")
    return glava.page.locator("#password").inner_text()


def test_newcomer_comes_from_nothing_to_the_first_reading(glava: Visit, visit: VisitAs) -> None:
    assert missing(glava) == 15
    set_up_everything(glava)
    password = issue_password(glava)
    access = {"resident": LOGIN, "account": ACCOUNT, "relation": "собственник"}
    set_up(glava, "Доступ к счетам", "Новый доступ", **access)
    glava.open("/staff/")
    expect(glava.page.get_by_text("Что настроить до запуска")).to_have_count(0)
    nina = visit()
    sign_in(nina, "/login", LOGIN, password)
    nina.tap("Показания")
    nina.type_readings("104,5")
    nina.press("Передать показания")
    expect(nina.page.locator("main")).to_contain_text("104,500")
    glava.open("/staff/readings/")
    expect(glava.page.locator("main table").first).to_contain_text("104,5")
