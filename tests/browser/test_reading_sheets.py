"""Sheets in a real browser: a house and a heap of slips without a mouse, every key counted."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import VisitAs

SHEETS = "/staff/reading-sheets/"
# Two meters each: the first accounts of a street of the demo town.
EXPECTED = re.compile(r"≈\s*([\d\s]+,\d+)")


def begin(visit: VisitAs, *, js: bool = True, slips: bool = False) -> Page:
    """A sheet of a house, or of slips, as the office begins it."""
    clerk = visit(desk=True, js=js)
    clerk.sign_in("office", door="/staff/login")
    page = clerk.page
    page.goto(SHEETS)
    await_cursor(page)
    page.keyboard.type("гончарная 5")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=**")
    if slips:
        page.check("input[value=slips]")
    else:
        page.check("input[name=covers][value^=house]")
    page.get_by_role("button", name="Начать").click()
    page.wait_for_url(re.compile(r"reading-sheets/(slips/)?\d+/$"))
    return page


def await_cursor(page: Page) -> None:
    """Nobody types before there is a cursor to be seen."""
    expect(page.locator("input:focus")).to_have_count(1)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || ''"))


def expectation(page: Page) -> str:
    """What the meter beside the cursor probably shows."""
    words = page.locator(".walk-meter:focus-within .walk-was").inner_text()
    found = EXPECTED.search(words)
    return re.sub(r"\s", "", found[1]) if found else ""


def fill_row(page: Page) -> int:
    """Types the row with the cursor, a key after each field; how many keys besides digits."""
    row = page.locator(".walk-row:focus-within")
    count = row.locator("input.digits").count()
    for _ in range(count):
        page.keyboard.type(expectation(page))
        page.keyboard.press("Enter")
    return count


def test_house_is_entered_by_the_keyboard_alone(visit: VisitAs) -> None:
    page = begin(visit)
    rows = page.locator(".walk-row")
    for place in range(3):
        expect(rows.nth(place).locator("input.digits").first).to_be_focused()
        fill_row(page)
        expect(rows.nth(place).locator(".walk-verdict .label").first).to_have_text("✓ принято")
    # A value that nobody would believe is asked about, and the cursor goes on.
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows.nth(3)).to_contain_text("Это меньше, чем было раньше")
    expect(rows.nth(4).locator("input.digits").first).to_be_focused()
    # What cannot be taken stays in its field, in red.
    page.keyboard.type("12x")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows.nth(4)).to_contain_text("Это не число")
    expect(rows.nth(4).locator("input.digits").first).to_have_value("12x")


def test_house_is_entered_without_a_script(visit: VisitAs) -> None:
    page = begin(visit, js=False)
    await_cursor(page)
    first = focused(page)
    page.keyboard.type(expectation(page))
    page.keyboard.press("Enter")
    page.wait_for_url("**at=1")
    await_cursor(page)
    assert focused(page) not in {"", first}
    expect(page.locator(".walk-row").first).to_contain_text("✓ принято")


def accounts_of(page: Page, count: int) -> list[str]:
    """The numbers of so many accounts of the house that have sent nothing yet."""
    found = [
        re.sub(r"\s", "", row.locator(".walk-who b").inner_text())
        for row in page.locator(".walk-row").all()
        if not any(each.input_value() for each in row.locator("input.digits").all())
    ]
    assert len(found) >= count
    return found[:count]


def test_slips_take_at_most_two_keys_besides_digits(visit: VisitAs) -> None:
    numbers = accounts_of(begin(visit), 5)
    page = begin(visit, slips=True)
    for number in numbers:
        expect(page.locator("#account")).to_be_focused()
        # The whole number opens its slip by itself.
        page.keyboard.type(number)
        expect(page.locator(".walk-row input.digits").first).to_be_focused()
        page.wait_for_timeout(800)
        assert fill_row(page) <= 2
        page.wait_for_url(re.compile(r"slips/\d+/$"))
    expect(page.get_by_text("Внесено листков: 5")).to_be_visible()


def test_slip_works_without_a_script(visit: VisitAs) -> None:
    number = accounts_of(begin(visit), 1)[0]
    page = begin(visit, js=False, slips=True)
    await_cursor(page)
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**account=**")
    await_cursor(page)
    page.keyboard.type(expectation(page))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"slips/\d+/$"))
    assert focused(page) == "account"
