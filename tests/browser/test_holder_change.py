"""A flat moves to its new holder in two pages: the form, then both papers."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visits import Visit
from vodokanal.demo.credentials import OWNER

VisitAs = Callable[..., Visit]
MOST_PAGES = 2


def test_change_of_holder_takes_two_pages(visit: VisitAs) -> None:
    office = visit(desk=True)
    office.sign_in("office", door="/staff/login")
    before = office.pages
    page = office.open(f"/staff/holder-changes/{OWNER}/")
    page.get_by_label("Первый день нового владельца").fill("2026-11-10")
    page.get_by_label("Какой документ видели").fill("выписка ЕГРН")
    page.get_by_label("Имя или название").fill("Громов Глеб Олегович")
    office.press("Сменить владельца")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Владелец сменён")
    assert office.pages - before == MOST_PAGES
    expect(page.get_by_role("link", name="Акт прежнему владельцу")).to_be_visible()
    expect(page.get_by_role("link", name="Акт новому владельцу")).to_be_visible()
    assert office.complaints == []


def test_enter_in_a_field_changes_nothing_yet(visit: VisitAs) -> None:
    office = visit(desk=True)
    office.sign_in("office", door="/staff/login")
    page = office.open(f"/staff/holder-changes/{OWNER}/")
    page.get_by_label("Первый день нового владельца").fill("2026-11-10")
    page.get_by_label("Какой документ видели").fill("выписка ЕГРН")
    page.get_by_label("Имя или название").fill("Громов Глеб Олегович")
    page.keyboard.press("Enter")
    expect(page.locator("#effect")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Смена владельца")
