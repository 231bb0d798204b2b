"""The start page: the window at a glance, four ways in, whom to ring."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.factories import make_district, make_extension, make_setting, make_window
from tests.page import Client
from tests.statements import statements
from vodokanal.models.windows import ReadingWindow

STATEMENTS = 4


def test_open_window_is_the_heading(visitor: Client) -> None:
    page = visitor.get("/")
    assert page.heading == "Принимаем показания до 20 ноября"
    assert "Осталось 8 дней" in page.plain
    assert "Сегодня 12 ноября. Последний день — 20 ноября, до полуночи." in page.plain


def test_closed_window_says_when_it_opens(visitor: Client, clock: Clock) -> None:
    clock.at("2026-11-21T00:00")
    page = visitor.get("/")
    assert page.heading == "Показания снова примем с 10 декабря"
    assert "С 10 по 20 декабря." in page.plain


def test_midnight_divides_the_days(visitor: Client, clock: Clock) -> None:
    clock.at("2026-11-20T23:59:59.999999")
    assert visitor.get("/").heading == "Принимаем показания до 20 ноября"
    clock.at("2026-11-09T23:59:59.999999")
    assert visitor.get("/").heading == "Показания снова примем с 10 ноября"


def test_extension_is_shown_to_all(visitor: Client) -> None:
    make_extension(ends_on=date(2026, 11, 25))
    page = visitor.get("/")
    assert page.heading == "Принимаем показания до 25 ноября"
    assert "Приём продлён из-за праздников" in page.plain


def test_long_window_is_a_bar(visitor: Client) -> None:
    ReadingWindow.update(from_day=1, to_day=25).execute()
    html = visitor.get("/").html
    assert 'class="scale-bar"' in html
    assert 'class="scale"' not in html


def test_four_places_lead_to_the_sign_in(visitor: Client) -> None:
    page = visitor.get("/")
    assert page.links["Авторизация"] == "/login"
    assert page.links["Войти"] == "/personal/"
    assert page.form("/login").fields.keys() >= {"login", "remember", "csrf_token"}
    assert visitor.get("/personal/", status=303).location.startswith("/login")


def test_form_at_the_bottom_signs_in(visitor: Client) -> None:
    page = visitor.get("/").form("/login").fill(login="никто").submit(status=400)
    assert page.find(".//input[@name='login']").get("value") == "никто"


def test_signed_in_resident_goes_straight_in(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.anna).get("/")
    assert page.links["Открыть кабинет"] == "/personal/"
    assert "Нет пароля?" not in page.plain
    assert not page.all(".//input[@type='password']")


def test_emergency_telephone_can_be_rung(visitor: Client) -> None:
    make_setting("emergency_phone", "+7 (000) 211-04-04")
    page = visitor.get("/")
    assert "tel:+70002110404" in page.links.values()
    assert "Авария? Звоните" in page.plain


def test_nothing_is_promised_that_does_not_exist_yet(visitor: Client) -> None:
    page = visitor.get("/")
    assert "Новости" not in page.plain
    assert "Авария? Звоните" not in page.plain


def test_one_district_is_no_question(visitor: Client) -> None:
    make_district()
    assert "Ваш район" not in visitor.get("/").plain


def test_own_district_has_its_window_and_telephones(visitor: Client) -> None:
    make_district(name="Центр")
    lake = make_district(name="Озёрный", duty_telephone="+7 (000) 300-00-01", telephone="+7 1")
    make_window(district=lake, from_day=5, to_day=15, starts_on=date(2020, 1, 1))
    form = visitor.get("/").form("/district").fill(district=str(lake.id))
    page = form.submit().follow()
    assert page.heading == "Принимаем показания до 15 ноября"
    assert "tel:+70003000001" in page.links.values()
    assert page.form("/district").fields["district"] == [str(lake.id)]


def test_district_is_remembered_and_can_be_forgotten(visitor: Client) -> None:
    make_district(name="Центр")
    lake = make_district(name="Озёрный")
    visitor.get("/").form("/district").fill(district=str(lake.id)).submit()
    cookie = visitor.browser.get_cookie("district")
    assert cookie is not None
    assert (cookie.value, cookie.http_only, cookie.same_site) == (str(lake.id), True, "Lax")
    visitor.get("/").form("/district").fill(district="").submit()
    assert visitor.browser.get_cookie("district") is None


def test_unknown_district_is_no_district(visitor: Client) -> None:
    for wrong in ("0", "-1", "99999999999999999999", "NaN", "'"):
        visitor.post("/district", {"district": wrong})
        assert visitor.browser.get_cookie("district") is None
    visitor.browser.set_cookie("district", "99999999999999999999")
    assert visitor.get("/").heading == "Принимаем показания до 20 ноября"


def test_windows_by_district_alone_ask_for_the_district(visitor: Client) -> None:
    make_district(name="Центр")
    lake = make_district(name="Озёрный")
    ReadingWindow.update(district=lake).execute()
    page = visitor.get("/")
    assert page.heading == "Когда передавать показания, зависит от района"
    page.form("/district").fill(district=str(lake.id)).submit()
    assert visitor.get("/").heading == "Принимаем показания до 20 ноября"


def test_home_asks_the_database_little(visitor: Client) -> None:
    with statements() as asked:
        visitor.get("/")
    assert len(asked) <= STATEMENTS, "\n".join(asked)


def test_employee_is_led_to_the_workplace(client_as: ClientAs, cast: Cast) -> None:
    page = client_as(cast.galina).get("/")
    assert page.links["Рабочее место"] == "/staff/"
    assert "Открыть кабинет" not in page.plain
