"""Sheets in a real browser: a house and a heap of slips without a mouse, every key counted."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import VisitAs
from tests.browser.heaps import COUNT_KEYS, KEYS_SINCE, slips_of
from tests.browser.visits import Visit

SHEETS = "/staff/reading-sheets/"
SLIPS, MOST_KEYS = 50, 2
# Two meters each: the first accounts of a street of the demo town.
EXPECTED = re.compile(r"≈\s*([\d\s]+,\d+)")


def begin(visit: VisitAs, *, js: bool = True, slips: bool = False) -> Page:
    """A sheet of a house, or of slips, as the office begins it."""
    return begun(visit(desk=True, js=js), slips=slips)


def begun(clerk: Visit, *, slips: bool = False) -> Page:
    """The same, by somebody who is there already."""
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
    expect(page.locator("[data-figures]")).to_have_text(re.compile("^Записано: 3 из"))
    # A value that nobody would believe is asked about, and the cursor goes on.
    odd = pass_what_is_in(page, 3)
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows.nth(odd)).to_contain_text("Это меньше, чем было раньше")
    expect(rows.nth(odd + 1).locator("input.digits").first).to_be_focused()
    # What cannot be taken stays in its field, in red.
    page.keyboard.type("12x")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows.nth(odd + 1)).to_contain_text("Это не число")
    expect(rows.nth(odd + 1).locator("input.digits").first).to_have_value("12x")


def pass_what_is_in(page: Page, place: int) -> int:
    """Leaves rows as they are in which something stands already; the first empty one."""
    while any(each.input_value() for each in fields_of(page, place)):
        for _ in fields_of(page, place):
            page.keyboard.press("Enter")
        place += 1
    expect(page.locator(".walk-row").nth(place).locator("input.digits").first).to_be_focused()
    return place


def fields_of(page: Page, place: int) -> list[Locator]:
    return page.locator(".walk-row").nth(place).locator("input.digits").all()


def test_row_typed_anew_while_it_is_saved_is_sent_again(visit: VisitAs) -> None:
    page = begin(visit)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/rows/**", hold)
    with page.expect_request("**/rows/**"):
        fill_row(page)
    first = page.locator(".walk-row").first
    again = first.locator("input.digits").last
    again.fill("999")
    again.press("Enter")
    held[0].continue_()
    page.unroute("**/rows/**")
    # What counts is not replaced unasked; what was typed stays.
    expect(first).to_contain_text("Уже записано другое значение")
    expect(again).to_have_value("999")


def test_sheet_opened_again_goes_on_with_its_first_empty_row(visit: VisitAs) -> None:
    page = begin(visit)
    fill_row(page)
    expect(page.locator("[data-figures]")).to_have_text(re.compile("^Записано: 1 из"))
    page.goto(page.url)
    expect(page.locator(".walk-row").nth(1).locator("input.digits").first).to_be_focused()


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


def test_fifty_slips_take_at_most_two_keys_each_besides_digits(visit: VisitAs) -> None:
    clerk = visit(desk=True)
    clerk.page.add_init_script(COUNT_KEYS)
    page = begun(clerk, slips=True)
    pressed, taps = [], clerk.taps
    page.evaluate(KEYS_SINCE)
    for slip in slips_of(clerk.portal, SLIPS):
        page.locator("#account:focus").wait_for()
        # The whole number opens its slip by itself.
        page.keyboard.type(slip.number)
        page.locator(".walk-row input.digits:focus").wait_for()
        for drums in slip.drums:
            page.keyboard.type(drums)
            page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"slips/\d+/$"))
        pressed.append(page.evaluate(KEYS_SINCE)[1])
    assert (max(pressed) <= MOST_KEYS, clerk.taps - taps) == (True, 0), pressed
    expect(page.get_by_text(f"Внесено листков: {SLIPS}")).to_be_visible()


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
