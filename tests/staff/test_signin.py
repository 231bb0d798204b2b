"""An employee signs in."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.page import Client, Page
from tests.web.test_addresses import LEADING_AWAY
from vodokanal.models.signins import SignIn
from vodokanal.operations.passwords import hash_password

PASSWORD = "voda-demo-2026"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def _passwords(cast: Cast, password_hash: str) -> None:
    for person in (cast.galina, cast.anna):
        person.password_hash = password_hash
        person.save()


def send(client: Client, login: str = "galina", **more: str) -> Page:
    return client.post("/staff/login", {"login": login, "password": PASSWORD, **more})


def test_employee_gets_in_by_login_and_password(visitor: Client) -> None:
    page = visitor.get("/staff/", status=303).follow()
    assert page.h1 == "Вход для сотрудников"
    form = page.form("/staff/login").fill(login="Galina", password=PASSWORD)
    assert form.submit().location == "/staff/"


def test_employee_is_never_remembered(visitor: Client) -> None:
    send(visitor, remember="y")
    assert not SignIn.get().remembered
    assert visitor.browser.get_cookie("remember") is None


@pytest.mark.parametrize("target", [*filter(None, LEADING_AWAY), "/personal/", "/login"])
def test_employee_is_led_to_staff_pages_only(visitor: Client, target: str) -> None:
    assert send(visitor, next=target).location == "/staff/"


def test_employee_is_led_to_the_asked_page(visitor: Client) -> None:
    assert send(visitor, next="/staff/accounts/12-34").location == "/staff/accounts/12-34"
    assert visitor.get("/staff/login?next=/staff/x", status=303).location == "/staff/x"


def test_resident_cannot_enter_by_the_staff_door(visitor: Client) -> None:
    page = visitor.post("/staff/login", {"login": "anna", "password": PASSWORD}, status=400)
    assert "не\u00a0подходит" in page.find('.//div[@role="alert"]').findtext("p", "")
    assert page.find('.//input[@name="login"]').get("value") == "anna"


@pytest.mark.slow("nine passwords are compared")
def test_attempts_are_counted_apart_from_residents(visitor: Client) -> None:
    for _ in range(8):
        visitor.post("/staff/login", {"login": "x", "password": "wrong"}, status=400)
    visitor.post("/staff/login", {"login": "x", "password": "wrong"}, status=429)
    visitor.post("/login", {"login": "x", "password": "wrong"}, status=400)


def test_signing_out_leads_to_the_staff_door(visitor: Client) -> None:
    send(visitor)
    assert visitor.post("/logout").location == "/staff/login"


def test_resident_at_a_staff_page_is_refused_with_a_way_to_sign_in(
    visitor: Client, cast: Cast
) -> None:
    page = visitor.signed_in_as(cast.anna).get("/staff/", status=403)
    assert page.h1 == "Сюда нет доступа"
