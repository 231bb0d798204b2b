"""A resident with a phone looks at the money: the answer, the column, the receipt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visit

VisitAs = Callable[..., Visit]


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_every_kopeck_is_three_taps_away(visit: VisitAs, js: bool) -> None:
    anna = visit(js=js)
    anna.sign_in()
    anna.tap("Оплата")
    column = anna.page.locator("table.sums").first
    expect(column).not_to_be_visible()
    anna.touch(anna.page.locator("summary", has_text="Как посчитано").first)
    anna.touch(anna.page.locator("summary", has_text="Холодная вода").first)
    expect(column).to_be_visible()
    anna.tap("Все квитанции")
    assert anna.heading == "Квитанции"
    anna.touch(anna.page.locator("table.records a").first)
    expect(anna.page.locator("#pay")).to_be_visible()
