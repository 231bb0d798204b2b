"""A resident with a phone: from the address to the proof, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visit

VisitAs = Callable[..., Visit]
MOST_TAPS, MOST_PAGES = 3, 7
KILOBYTE = 1024


def clean_pair(visit: Visit) -> tuple[str, str]:
    return visit.next_value("cold", "3.1"), visit.next_value("hot", "2.1")


def to_the_readings(visit: Visit) -> None:
    visit.tap("Показания")
    expect(visit.page.locator("input.digits")).to_have_count(2)


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_first_visit_leads_to_the_proof_in_seven_pages(visit: VisitAs, js: bool) -> None:
    guest = visit(js=js)
    guest.open("/")
    guest.tap("Авторизация")
    guest.page.get_by_label("Номер лицевого счёта").fill("4070000015")
    guest.page.get_by_label("Пароль").fill("voda-demo-2026")
    guest.press("Войти")
    to_the_readings(guest)
    guest.type_readings(*clean_pair(guest))
    guest.press("Передать показания")
    assert "Показания" in guest.heading
    assert "приняты" in guest.heading
    assert "/readings/2611-" in guest.page.url
    assert guest.pages <= MOST_PAGES


def test_remembered_phone_needs_three_taps(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    anna.open("/personal/")
    anna.taps = 0
    to_the_readings(anna)
    anna.type_readings(*clean_pair(anna))
    anna.press("Передать показания")
    assert "приняты" in anna.heading
    assert anna.taps <= MOST_TAPS


def test_keyboards_own_key_sends_the_form(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    to_the_readings(anna)
    anna.type_readings(*clean_pair(anna))
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator("h1")).to_contain_text("приняты")


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "no-scripts"])
def test_doubtful_value_is_asked_about_and_confirmed(visit: VisitAs, js: bool) -> None:
    anna = visit(js=js)
    anna.sign_in()
    to_the_readings(anna)
    anna.type_readings(anna.next_value("cold", "47.5"), anna.next_value("hot", "2.1"))
    anna.press("Передать показания")
    expect(anna.page.locator("h3.question")).to_have_count(1)
    anna.press("На счётчике именно")
    assert "приняты" in anna.heading
    expect(anna.page.locator("h3.question")).to_have_count(0)


def test_unanswered_question_stands_on_the_next_visit(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    to_the_readings(anna)
    anna.type_readings(anna.next_value("cold", "47.5"))
    anna.press("Передать показания")
    anna.open("/personal/4070000015/")
    expect(anna.page.locator("h3.question")).to_have_count(1)


def test_mistyped_value_stays_in_its_field(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    to_the_readings(anna)
    anna.type_readings("12,3,4", anna.next_value("hot", "2.1"))
    anna.press("Передать показания")
    first = anna.page.locator("input.digits").first
    expect(first).to_have_value("12,3,4")
    expect(first).to_have_attribute("aria-invalid", "true")
    # The server's refusal is no fault of the page.
    anna.complaints = [each for each in anna.complaints if "422" not in each]


def test_proof_is_checked_by_anybody(visit: VisitAs) -> None:
    anna, stranger = visit(), visit()
    anna.sign_in()
    to_the_readings(anna)
    anna.type_readings(*clean_pair(anna))
    anna.press("Передать показания")
    code = "".join(anna.page.locator(".code").inner_text().split())
    stranger.open(f"/check/{code}")
    assert "15 ноября" in stranger.text
    assert "4070000015" not in stranger.text.replace(" ", "").replace("\u00a0", "")


def test_proof_prints_without_what_only_a_screen_needs(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    to_the_readings(anna)
    anna.type_readings(*clean_pair(anna))
    anna.press("Передать показания")
    anna.page.emulate_media(media="print")
    expect(anna.page.get_by_role("button", name="Выйти")).to_be_hidden()
    expect(anna.page.get_by_role("link", name="Готово")).to_be_hidden()
    expect(anna.page.locator(".code")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_scrolls_sideways(visit: VisitAs, width: int) -> None:
    anna = visit()
    anna.page.set_viewport_size({"width": width, "height": 700})
    anna.sign_in()
    wide = []
    for path in ("/", "", "readings/", "meters/", "more/"):
        anna.open(path if path == "/" else f"/personal/4070000015/{path}")
        overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if anna.page.evaluate(overhang) > 0:
            wide.append(path)
    assert wide == []


def test_targets_are_large_enough_for_a_thumb(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    small = []
    for path in ("", "readings/"):
        anna.open(f"/personal/4070000015/{path}")
        for target in anna.page.locator("main button, main input.digits, main .button").all():
            box = target.bounding_box()
            if box is not None and box["height"] < 48:
                small.append((path, target.inner_text(), box["height"]))
    assert small == []


def test_body_text_is_eighteen_pixels(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    size = anna.page.evaluate("getComputedStyle(document.body).fontSize")
    assert float(size.removesuffix("px")) >= 18


def test_readings_page_is_light_on_the_wire(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    path, anna.bytes = "/personal/4070000015/readings/", 0
    anna.page.context.clear_cookies(name="nothing")
    first = visit()
    first.page.context.add_cookies(anna.page.context.cookies())  # type: ignore[arg-type]
    first.open(path)
    first.page.wait_for_load_state("networkidle")
    assert 0 < first.bytes < 60 * KILOBYTE
    first.bytes = 0
    first.open(path)
    first.page.wait_for_load_state("networkidle")
    assert 0 < first.bytes < 12 * KILOBYTE


def test_signed_out_browser_shows_nothing_when_going_back(visit: VisitAs) -> None:
    anna = visit()
    anna.sign_in()
    anna.press("Выйти")
    # Going back while the answer still loads is no page's fault.
    anna.page.get_by_role("link", name="Авторизация").wait_for()
    anna.page.wait_for_load_state()
    anna.page.go_back()
    anna.page.reload()
    assert "/login" in anna.page.url
