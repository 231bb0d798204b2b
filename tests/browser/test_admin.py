"""The admin in the browser: lists, forms, look-ups, deeds and downloads under the strict policy."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import VisitAs
from tests.browser.visits import Visit
from vodokanal.demo.credentials import OWNER

CLEAR = "сбросить поиск"
ROWS = "main table.list tbody tr"


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def clerk(request: pytest.FixtureRequest, visit: VisitAs) -> Visit:
    """The chief at a desk, with scripts and without."""
    made = visit(desk=True, js=request.param)
    made.sign_in("chief", door="/staff/login")
    return made


@pytest.fixture
def chief(visit: VisitAs) -> Visit:
    """The chief at a desk, with scripts."""
    made = visit(desk=True)
    made.sign_in("chief", door="/staff/login")
    return made


def forget_refusal(visit: Visit) -> None:
    """The browser itself complains of a form that was refused; of nothing else."""
    (complaint,) = visit.complaints
    assert "status of 422" in complaint
    visit.complaints.clear()


def test_demo_town_has_nothing_left_to_be_set(chief: Visit) -> None:
    chief.open("/staff/")
    expect(chief.page.get_by_role("heading", name="Ждёт вас")).to_be_visible()
    expect(chief.page.locator("#to-set")).to_have_count(0)


def test_list_is_searched_sorted_and_paged(clerk: Visit) -> None:
    clerk.open("/staff/accounts/")
    expect(clerk.page.locator(ROWS)).to_have_count(50)
    clerk.tap("Дальше")
    expect(clerk.page.locator("nav.pager")).to_contain_text("Страница 2")
    clerk.tap("Закрыт")
    expect(clerk.page.locator("th[aria-sort=ascending]")).to_have_count(1)
    clerk.page.locator("form.finder").get_by_role("searchbox").fill(OWNER)
    clerk.press("Найти")
    expect(clerk.page.locator(ROWS)).to_have_count(1)
    clerk.tap(CLEAR)
    expect(clerk.page.locator(ROWS)).to_have_count(50)


def test_list_is_narrowed_by_a_column_and_shown_whole_again(clerk: Visit) -> None:
    clerk.open("/staff/meters/")
    clerk.page.locator("details.filters summary").click()
    clerk.page.locator("details.filters").get_by_label("Горячая").check()
    clerk.page.locator("details.filters button").click()
    expect(clerk.page.locator(f"{ROWS} td.kind").first).to_contain_text("Горячая")
    assert set(clerk.page.locator(f"{ROWS} td.kind").all_inner_texts()) == {"Горячая"}
    expect(clerk.page.locator("details.filters")).to_have_attribute("open", "")
    clerk.tap(CLEAR)
    expect(clerk.page.locator(f"{ROWS} td.kind").filter(has_text="Холодная").first).to_be_visible()


def test_wrong_value_is_said_and_the_right_one_is_saved(clerk: Visit) -> None:
    clerk.open("/staff/districts/")
    clerk.page.locator(f"{ROWS} a").first.click()
    clerk.page.get_by_label("Название").fill("я" * 101)
    clerk.press("Сохранить")
    expect(clerk.page.locator("#name-error")).to_contain_text("Не больше 100")
    expect(clerk.page.get_by_label("Название")).to_have_value("я" * 101)
    forget_refusal(clerk)
    clerk.page.get_by_label("Название").fill('О\'Нил <b>"Восток"</b>')
    clerk.press("Сохранить")
    expect(clerk.page.get_by_role("status")).to_contain_text("Сохранено")
    expect(clerk.page.locator("main table")).to_contain_text('О\'Нил <b>"Восток"</b>')


def test_row_of_another_table_is_chosen_by_keyboard_alone(chief: Visit) -> None:
    chief.open("/staff/occupancies/new/")
    field = chief.page.locator("input[data-lookup]")
    field.focus()
    chief.page.keyboard.type("4070000")
    options = chief.page.get_by_role("option")
    expect(options.nth(1)).to_be_visible()
    chief.page.keyboard.press("ArrowDown")
    chief.page.keyboard.press("ArrowDown")
    words = options.nth(1).inner_text()
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    chief.page.keyboard.press("Enter")
    expect(field).to_have_value(words)
    expect(field).to_have_attribute("aria-expanded", "false")
    # The form was not sent by that key.
    expect(chief.page.get_by_role("heading", level=1)).to_have_text("Новое число проживающих")


def test_row_of_another_table_is_named_without_scripts(visit: VisitAs) -> None:
    clerk = visit(desk=True, js=False)
    clerk.sign_in("chief", door="/staff/login")
    clerk.open("/staff/premises/new/")
    clerk.page.get_by_label("Дом").fill("такой улицы нет")
    clerk.page.get_by_label("Квартира").fill("999")
    clerk.press("Сохранить")
    expect(clerk.page.locator("#house-error")).to_contain_text("Ничего не нашлось.")
    expect(clerk.page.get_by_label("Квартира")).to_have_value("999")
    forget_refusal(clerk)


def test_question_before_a_deed_is_answered_by_keyboard(chief: Visit) -> None:
    asked: list[str] = []
    chief.page.on("dialog", lambda dialog: asked.append(dialog.message))
    chief.page.on("dialog", lambda dialog: dialog.accept())
    chief.open(f"/staff/residents/?search={OWNER}")
    chief.page.get_by_role("button", name="Закрыть вход").focus()
    chief.page.keyboard.press("Enter")
    expect(chief.page.get_by_role("status")).to_contain_text("Вход закрыт")
    assert len(asked) == 1


@pytest.mark.parametrize("words", ["XLSX", "CSV"])
def test_narrowed_list_is_taken_away(clerk: Visit, words: str, tmp_path: Path) -> None:
    clerk.open(f"/staff/accounts/?search={OWNER}")
    with clerk.page.expect_download() as begun:
        clerk.press(words)
    path = tmp_path / begun.value.suggested_filename
    begun.value.save_as(path)
    assert path.suffix == f".{words.lower()}"
    if words == "CSV":
        head, row = csv.reader(StringIO(path.read_text("utf-8-sig")), delimiter=";")
        assert (head[0], row[0].lstrip("'")) == ("Номер лицевого счёта", OWNER)
    else:
        head, row = load_workbook(path).active.iter_rows(values_only=True)
        assert (head[0], row[0]) == ("Номер лицевого счёта", OWNER)
