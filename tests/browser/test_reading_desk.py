"""The desk of readings by keyboard alone: one key a doubt, one page a telephone reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.heaps import COUNT_KEYS, KEYS_SINCE, leave_doubts
from tests.browser.visits import Visit
from vodokanal.demo.credentials import OWNER

VisitAs = Callable[..., Visit]
WAITING, ENTER = "/staff/readings/waiting/", "/staff/readings/enter/"
DOUBTS = 100


@pytest.fixture
def office(visit: VisitAs) -> Visit:
    """An employee of the office, signed in at a desk."""
    made = visit(desk=True)
    made.sign_in("office", door="/staff/login")
    return made


def cases(visit: Visit) -> Locator:
    return visit.page.locator("article[data-case]")


def ids(visit: Visit) -> list[str]:
    """The readings that wait, in their order."""
    return [each.get_attribute("id") or "" for each in cases(visit).all()]


def said(visit: Visit) -> Locator:
    return visit.page.get_by_role("status")


def test_each_key_settles_the_case_in_sight_and_goes_on_to_the_next(office: Visit) -> None:
    office.open(WAITING)
    waiting = ids(office)
    expect(cases(office).first).to_be_focused()
    office.page.keyboard.press("1")
    expect(said(office)).to_contain_text("принято как есть")
    expect(office.page.locator(f"#{waiting[1]}")).to_be_focused()
    office.page.keyboard.press("3")
    expect(said(office)).to_contain_text("не принято")
    expect(office.page.locator(f"#{waiting[2]}")).to_be_focused()
    assert ids(office) == waiting[2:]


def test_suggested_number_is_taken_by_its_key(office: Visit) -> None:
    office.open(WAITING)
    place = next(n for n, each in enumerate(cases(office).all()) if "имели" in each.inner_text())
    for _ in range(place):
        office.page.keyboard.press("0")
    expect(cases(office).nth(place)).to_be_focused()
    office.page.keyboard.press("2")
    expect(said(office)).to_contain_text("принято предложенное число")


def test_hundred_doubts_take_one_key_each(office: Visit) -> None:
    leave_doubts(office.portal, DOUBTS)
    office.page.add_init_script(COUNT_KEYS)
    office.open(WAITING)
    taps, settled = office.taps, "nothing"
    for _ in range(DOUBTS):
        # The next one has the cursor as soon as the last one is gone.
        case = office.page.locator(f"article[data-case]:focus:not(#{settled})")
        settled = case.get_attribute("id") or ""
        office.page.keyboard.press("1")
    expect(said(office)).to_contain_text("принято как есть")
    expect(cases(office)).to_have_count(0)
    assert (office.page.evaluate(KEYS_SINCE), office.taps) == ([DOUBTS, 0], taps)


def test_keys_do_nothing_while_words_are_typed(office: Visit) -> None:
    office.open(WAITING)
    before = ids(office)
    words = cases(office).first.get_by_role("textbox")
    words.focus()
    office.page.keyboard.type("123 раза звонили")
    expect(words).to_have_value("123 раза звонили")
    office.page.keyboard.press("Control+1")
    assert ids(office) == before
    office.page.keyboard.press("Enter")
    expect(said(office)).to_contain_text("не принято")
    assert ids(office) == before[1:]


def test_two_keys_in_a_row_settle_one_case_once(office: Visit) -> None:
    office.open(WAITING)
    before = ids(office)
    office.page.evaluate(
        """for (const key of "13")
             document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}))"""
    )
    expect(said(office)).to_contain_text("принято как есть")
    assert ids(office) == before[1:]


def test_cases_are_settled_by_buttons_where_scripts_are_off(visit: VisitAs) -> None:
    office = visit(desk=True, js=False)
    office.sign_in("office", door="/staff/login")
    office.open(WAITING)
    expect(office.page.locator("kbd").first).to_be_hidden()
    office.press("Не принять")
    expect(said(office)).to_contain_text("не принято")


def test_refused_reading_is_explained_to_its_resident(visit: VisitAs, office: Visit) -> None:
    anna = visit()
    anna.sign_in()
    anna.tap("Показания")
    anna.type_readings("99999,999")
    anna.press("Передать показания")
    office.open(WAITING)
    case = cases(office).filter(has_text="99999,999")
    case.get_by_role("textbox").fill("Это номер счётчика, а не показание.")
    case.focus()
    office.page.keyboard.press("3")
    expect(said(office)).to_contain_text("не принято")
    anna.open("/personal/")
    expect(anna.page.locator("main")).to_contain_text("Это номер счётчика, а не показание.")


def test_telephone_reading_is_entered_without_a_mouse(office: Visit) -> None:
    keyboard = office.page.keyboard
    office.open(ENTER)
    expect(office.page.locator("#find")).to_be_focused()
    keyboard.type(OWNER)
    keyboard.press("Enter")
    expect(office.page.locator("h1")).to_contain_text("Лицевой счёт")
    expect(office.page.locator("input.digits").first).to_be_focused()
    value = office.next_value("cold", "3.1")
    keyboard.type(value)
    keyboard.press("Enter")
    expect(office.page.locator("h1")).to_contain_text("Записано")
    expect(office.page.locator("main")).to_contain_text(value)
    # The next caller's name is typed at once.
    expect(office.page.locator("#find")).to_be_focused()
    keyboard.type("Ершова")
    keyboard.press("Enter")
    expect(office.page.locator("main")).to_contain_text("Ершова")


def test_whoever_has_not_sent_is_reached_from_the_list(office: Visit) -> None:
    office.open("/staff/readings/missing/")
    number = office.page.locator("main table tbody a").first
    words = " ".join(number.inner_text().split())
    number.focus()
    office.page.keyboard.press("Enter")
    expect(office.page.locator("main")).to_contain_text(words)
