"""A resident signs in."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from statistics import median

import pytest
from flask import Flask

from tests.cast import Cast
from tests.factories import make_setting
from tests.page import Client, Page
from tests.web.test_addresses import LEADING_AWAY
from vodokanal.models.people import Resident
from vodokanal.models.signins import SignIn
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.passwords import hash_password, needs_new_hash
from vodokanal.operations.signins import disable_person, person_of
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import KEY
from vodokanal.web.throttling import TooManyAttemptsError, count_attempt, sign_in_buckets

PASSWORD = "voda-demo-2026"
OLD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$PjTMSZ/Vkvb4z2YcOPVuxA$PhWmQn4tB18GhUSrB1PvKQdeFvm9cyixhAX0tuyMASo"
)
WRONG = "Номер лицевого счёта или пароль не подходит. Проверьте и попробуйте ещё раз."


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def _passwords(cast: Cast, password_hash: str) -> None:
    for resident in (cast.anna, cast.vera):
        resident.password_hash = password_hash
        resident.save()


def send(client: Client, login: str, password: str = PASSWORD, **options: object) -> Page:
    status = options.pop("status", 303)
    data = {"login": login, "password": password, **options}
    return client.post("/login", data, status=status)  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_page_has_two_fields_a_box_and_one_button(visitor: Client) -> None:
    page = visitor.get("/login")
    assert plain(page.h1) == "Вход в личный кабинет"
    form = page.form("/login")
    assert form.fields["remember"] == ["y"]
    assert [plain(each.text or "") for each in form.element.iter("label") if each.text] == [
        "Номер лицевого счёта",
        "Пароль",
    ]


@pytest.mark.parametrize("typed", ["vera", "56-78", " 5678 ", "56 78"])
def test_right_password_leads_to_the_cabinet(visitor: Client, typed: str) -> None:
    assert send(visitor, typed).location == "/personal/"
    assert SignIn.get().resident_id is not None


def test_ticked_box_is_what_is_remembered(visitor: Client) -> None:
    visitor.get("/login").form("/login").fill(login="anna", password=PASSWORD).submit()
    visitor.get("/login", status=303)
    send(visitor, "anna")
    assert [row.remembered for row in SignIn.select().order_by(SignIn.id)] == [True, False]


def test_who_is_in_needs_no_door(visitor: Client) -> None:
    send(visitor, "anna")
    assert visitor.get("/login?next=/personal/12-34/", status=303).location == "/personal/12-34/"


def test_after_sign_in_the_asked_page_comes(visitor: Client) -> None:
    page = visitor.get("/personal/12-34/readings/", status=303).follow()
    form = page.form("/login").fill(login="anna", password=PASSWORD)
    assert form.submit().location == "/personal/12-34/readings/"


@pytest.mark.parametrize("target", [*filter(None, LEADING_AWAY), "/staff/"])
def test_after_sign_in_nobody_is_led_away(visitor: Client, target: str) -> None:
    assert send(visitor, "anna", next=target).location == "/personal/"


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("anna", "wrong password"),
        ("nobody", PASSWORD),
        ("12-34", PASSWORD),
        ("boris", PASSWORD),
        ("galina", PASSWORD),
        ("anna", "x" * 2000),
        ("anna", "voda-demo-2026 "),
    ],
)
def test_stranger_always_gets_the_same_answer(visitor: Client, typed: str, password: str) -> None:
    page = send(visitor, typed, password, status=400)
    assert plain(page.find('.//div[@role="alert"]/p').text or "") == WRONG
    assert page.find('.//input[@name="login"]').get("value") == typed
    assert page.find('.//input[@name="password"]').get("value") is None
    assert not SignIn.select().exists()


def test_disabled_resident_gets_the_same_answer(cast: Cast, visitor: Client) -> None:
    disable_person(SYSTEM, person_of(cast.anna), at=real_now())
    assert WRONG in plain(send(visitor, "anna", status=400).text)


def test_person_without_a_password_cannot_sign_in(cast: Cast, visitor: Client) -> None:
    Resident.update(password_hash="").execute()
    send(visitor, "anna", "", status=400)
    assert WRONG in plain(send(visitor, "anna", " ", status=400).text)


def test_empty_fields_are_named_beside_them(visitor: Client) -> None:
    page = send(visitor, "", "", status=400)
    assert "Заполните это поле." in plain(page.text)
    assert "Введите пароль." in plain(page.text)


@pytest.mark.parametrize("typed", ["an\x00na", "anna\n", "a" * 5000, "\ufffe", "12\x1b34"])
def test_strange_name_is_refused_and_shown_clean(visitor: Client, typed: str) -> None:
    page = send(visitor, typed, status=400 if typed != "anna\n" else 303)
    shown = "" if page.status == 303 else page.find('.//input[@name="login"]').get("value")
    assert str(shown).isprintable()


def test_old_hash_is_renewed_and_the_password_stays(cast: Cast, visitor: Client) -> None:
    Resident.update(password_hash=OLD_HASH).where(Resident.id == cast.anna.id).execute()
    send(visitor, "anna")
    assert not needs_new_hash(Resident.get_by_id(cast.anna.id).password_hash)
    send(visitor, "anna")


def test_password_is_typed_composed_or_not(cast: Cast, visitor: Client) -> None:
    Resident.update(password_hash=hash_password("ёжик в тумане")).execute()
    send(visitor, "anna", "е\u0308жик в тумане")


@pytest.mark.slow("nine passwords are compared")
def test_too_many_attempts_say_how_long_and_whom_to_ring(visitor: Client) -> None:
    make_setting("office_phone", "+7 (000) 211-04-00")
    for _ in range(8):
        send(visitor, "nobody", "wrong", status=400)
    page = send(visitor, "nobody", "wrong", status=429)
    assert plain(page.h1) == "Слишком много попыток"
    assert "через 15 минут" in plain(page.text)
    assert any("211-04-00" in words for words in page.links)
    assert 890 < int(page.response.headers["Retry-After"]) <= 900


@pytest.mark.slow("nine passwords are compared")
def test_spaces_do_not_give_more_attempts(visitor: Client) -> None:
    spellings = ["56-78", "5678", "5 6 7 8", "56 78", "5-6-7-8", "567 8", "5 678", "5-678"]
    for spelling in spellings:
        send(visitor, spelling, "wrong", status=400)
    send(visitor, "56–78", "wrong", status=429)


def test_stranger_cannot_lock_the_owner_out(app: Flask, visitor: Client) -> None:
    send(visitor, "anna")
    visitor.post("/logout")
    for number in range(70):
        try_from(app, f"10.0.0.{number}")
    send(Client(app), "anna", status=429)
    send(visitor, "anna")


def try_from(app: Flask, address: str) -> None:
    """An attempt without the time that comparing a password takes."""
    context = app.test_request_context(environ_base={"REMOTE_ADDR": address})
    with context, suppress(TooManyAttemptsError):
        count_attempt(sign_in_buckets("resident ANNA", device=None))


@pytest.mark.slow("nine passwords are compared")
@pytest.mark.parametrize("cookie", ["", "x", "eyJpZCI6IngiLCJwZW9wbGUiOlsicmVzaWRlbnQ6MSJdfQ.x"])
def test_forged_device_cookie_helps_nobody(visitor: Client, cookie: str) -> None:
    visitor.browser.set_cookie("device", cookie)
    for _ in range(8):
        send(visitor, "anna", "wrong", status=400)
    send(visitor, "anna", "wrong", status=429)


@pytest.mark.slow("nine passwords are compared")
def test_device_is_known_to_its_own_people_only(visitor: Client) -> None:
    send(visitor, "vera")
    visitor.post("/logout")
    for _ in range(8):
        send(visitor, "anna", "wrong", status=400)
    send(visitor, "anna", "wrong", status=429)
    send(visitor, "vera")


@pytest.mark.slow("forty passwords are compared")
def test_unknown_name_takes_the_same_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Client
) -> None:
    monkeypatch.setattr("vodokanal.web.signing_in.count_attempt", lambda _buckets: None)
    token = visitor.csrf_token()

    def spent(login: str) -> float:
        data = {"login": login, "password": "wrong password", "csrf_token": token}
        begun = time.process_time()
        assert visitor.browser.post("/login", data=data).status_code == 400
        return time.process_time() - begun

    pairs = [(spent("anna"), spent("nobody")) for _ in range(20)]
    known, unknown = median(a for a, _ in pairs), median(b for _, b in pairs)
    assert abs(known - unknown) < 0.005


def test_only_the_demo_shows_how_to_get_in(
    app: Flask, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PASSWORD not in visitor.get("/login").html
    monkeypatch.setitem(app.config, KEY, replace(app.config[KEY], demo=True))
    assert "лицевой счёт 4070000015, пароль voda-demo-2026" in visitor.get("/login").text


def test_signing_out_leads_home(visitor: Client) -> None:
    send(visitor, "anna")
    assert visitor.post("/logout").location == "/"
