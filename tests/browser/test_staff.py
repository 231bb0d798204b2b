"""An employee at a desk: every table under the strict policy, questions asked before deeds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.visits import Visit
from vodokanal.demo.credentials import OWNER

VisitAs = Callable[..., Visit]
CLOSE, CLOSED = "Закрыть вход", "Вход закрыт"


@pytest.fixture
def chief(visit: VisitAs) -> Visit:
    """The chief, signed in at a desk."""
    made = visit(desk=True)
    made.sign_in("chief", door="/staff/login")
    return made


def addresses(visit: Visit, row: str) -> list[str]:
    """Where a row of the menu leads."""
    found = visit.page.locator(f"{row} a[href^='/staff/']").all()
    return [each.get_attribute("href") or "" for each in found]


def tables(visit: Visit) -> set[str]:
    """Every table of every section, and what stands in the menu."""
    visit.open("/staff/tables/")
    return {*addresses(visit, "header"), *addresses(visit, "main")}


def find_resident(visit: Visit, login: str = OWNER) -> None:
    visit.open(f"/staff/residents/?search={login}")
    expect(visit.page.locator("main table tbody tr")).to_have_count(1)


def answer_questions(visit: Visit, *, yes: bool) -> list[str]:
    """Answers every question the browser asks; what was asked."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if yes:
            dialog.accept()
        else:
            dialog.dismiss()

    visit.page.on("dialog", answer)
    return asked


def test_every_table_and_its_first_row_open_without_a_complaint(chief: Visit) -> None:
    found = tables(chief)
    assert len(found) > 15
    for address in sorted(found):
        chief.open(address)
        expect(chief.page.locator("h1")).to_have_count(1)
        row = chief.page.locator("main table tbody a").first
        if row.count():
            row.click()
            expect(chief.page.locator("h1")).to_have_count(1)


def test_deed_is_asked_about_and_a_no_changes_nothing(chief: Visit) -> None:
    asked = answer_questions(chief, yes=False)
    find_resident(chief)
    chief.press(CLOSE)
    assert len(asked) == 1
    expect(chief.page.get_by_role("button", name=CLOSE)).to_be_visible()


def test_deed_is_done_after_a_yes(chief: Visit) -> None:
    asked = answer_questions(chief, yes=True)
    find_resident(chief)
    chief.press(CLOSE)
    expect(chief.page.get_by_role("status")).to_contain_text(CLOSED)
    assert len(asked) == 1


def test_deed_is_asked_about_on_a_page_where_scripts_are_off(visit: VisitAs) -> None:
    chief = visit(desk=True, js=False)
    chief.sign_in("chief", door="/staff/login")
    find_resident(chief)
    chief.press(CLOSE)
    expect(chief.page.locator("p.question")).to_be_visible()
    chief.press(CLOSE)
    expect(chief.page.get_by_role("status")).to_contain_text(CLOSED)


def test_reading_sent_by_a_resident_is_seen_at_once(visit: VisitAs, chief: Visit) -> None:
    anna = visit()
    anna.sign_in()
    anna.tap("Показания")
    value = anna.next_value("cold", "3.1")
    anna.type_readings(value)
    anna.press("Передать показания")
    chief.open("/staff/readings/")
    expect(chief.page.locator("main table").first).to_contain_text(value)


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_reading_by_telephone_is_entered_at_the_desk(visit: VisitAs, js: bool) -> None:
    office = visit(desk=True, js=js)
    office.sign_in("office", door="/staff/login")
    office.open("/staff/readings/enter/")
    office.page.locator("#find").fill(OWNER)
    office.press("Найти")
    value = office.next_value("cold", "3.1")
    office.type_readings(value)
    office.press("Записать")
    expect(office.page.locator("main")).to_contain_text(value)


def test_row_of_another_table_is_found_while_typing(chief: Visit) -> None:
    chief.open("/staff/holders/new/")
    field = chief.page.locator("input[data-lookup]").first
    field.press_sequentially("40700000")
    option = chief.page.get_by_role("option").first
    expect(option).to_be_visible()
    words = option.inner_text()
    option.click()
    expect(field).to_have_value(words)


def test_desk_is_left_for_good_after_signing_out(chief: Visit) -> None:
    chief.press("Выйти")
    chief.open("/staff/accounts/")
    assert "/staff/login" in chief.page.url
