"""A call answered at the desk: found, entered, read out, by keyboard alone and in three pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visit
from vodokanal.demo.credentials import OWNER

VisitAs = Callable[..., Visit]
MOST_PAGES = 3
NAME = """
SELECT holder.name FROM holder JOIN account ON account.id = holder.account_id
 WHERE account.number = ? AND holder.ends_on IS NULL
"""


def surname(visit: Visit) -> str:
    """What the owner of the demo is called."""
    with closing(sqlite3.connect(visit.portal.log.parent / "portal.db")) as database:
        (name,) = database.execute(NAME, (OWNER,)).fetchone()
    return str(name).split()[0]


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_call_is_answered_without_a_mouse_in_three_pages(visit: VisitAs, js: bool) -> None:
    office = visit(desk=True, js=js)
    office.sign_in("office", door="/staff/login")
    keyboard, begun, taps = office.page.keyboard, office.pages, office.taps
    expect(office.page.locator("header input[name=q]")).to_be_focused()
    name = surname(office)
    keyboard.type(name.lower())
    keyboard.press("Enter")
    # Several are called so: the first is in focus, the next one is a few tabs further.
    wanted = office.page.locator(f"main a[href*='{OWNER}']")
    expect(wanted).to_be_visible()
    while not wanted.evaluate("each => each === document.activeElement"):
        keyboard.press("Tab")
    keyboard.press("Enter")
    expect(office.page.locator("h1")).to_contain_text(name)
    expect(office.page.locator("input.digits").first).to_be_focused()
    cold, hot = office.next_value("cold", "3.1"), office.next_value("hot", "2.1")
    keyboard.type(cold)
    keyboard.press("Tab")
    keyboard.type(hot)
    keyboard.press("Enter")
    expect(office.page.get_by_role("status")).to_contain_text("Записано")
    expect(office.page.locator("input.digits").first).to_have_value(cold)
    expect(office.page.locator(".owed")).to_contain_text("₽")
    assert office.pages - begun <= MOST_PAGES
    assert office.taps == taps


def test_of_several_found_the_first_is_opened_by_enter(visit: VisitAs) -> None:
    office = visit(desk=True)
    office.sign_in("office", door="/staff/login")
    keyboard = office.page.keyboard
    expect(office.page.locator("header input[name=q]")).to_be_focused()
    keyboard.type("садовая 12")
    keyboard.press("Enter")
    first = office.page.locator("main table tbody a").first
    expect(first).to_be_focused()
    number = " ".join(first.inner_text().split())
    keyboard.press("Enter")
    expect(office.page.locator(".whose")).to_contain_text(number[-2:])


def test_resident_is_looked_at_and_left_by_a_button(visit: VisitAs) -> None:
    office = visit(desk=True)
    office.sign_in("office", door="/staff/login")
    office.open(f"/staff/accounts/{OWNER}")
    office.tap("Глазами жителя")
    office.press("позвонил")
    band = office.page.locator("aside.look")
    expect(band).to_contain_text("только чтение")
    office.tap("Показания")
    expect(band).to_be_visible()
    office.press("Вернуться к")
    expect(office.page.locator("h1")).to_contain_text(surname(office))
