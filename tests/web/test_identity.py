"""Who is signed in, for how long, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, session
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.page import Client
from tests.statements import statements
from tests.web.conftest import HTTPS, AppWith
from vodokanal.models.database import BusyDatabaseError
from vodokanal.models.people import Employee, Resident
from vodokanal.models.signins import SignIn
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.passwords import change_password, hash_password
from vodokanal.operations.signins import (
    Person,
    disable_person,
    end_all_sign_ins,
    person_of,
    start_sign_in,
)
from vodokanal.web import identity
from vodokanal.web.clock import real_now
from vodokanal.web.identity import NobodySignedInError, current_actor, current_resident

PASSWORD = "voda-demo-2026"
DOOR, STAFF_DOOR = "/login", "/staff/login"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def anna(cast: Cast, password_hash: str) -> Resident:
    """Anna, whose password is known."""
    cast.anna.password_hash = password_hash
    cast.anna.save()
    return cast.anna


def sign_in(client: Client, login: str = "anna", *, remember: bool = True) -> TestResponse:
    form = client.get(DOOR).form("/login").fill(login=login, password=PASSWORD)
    if not remember:
        form.without("remember")
    return form.submit().response


def is_in(client: Client, path: str = "/personal/") -> bool:
    page = client.browser.get(path)
    return page.status_code < 400 and not page.headers.get("Location", "").startswith(DOOR)


def is_in_staff(client: Client) -> bool:
    return not client.browser.get("/staff/").headers.get("Location", "").startswith(STAFF_DOOR)


def thief(app: Flask, client: Client, *names: str) -> Client:
    """Somebody who has copied these cookies."""
    copy = Client(app)
    for name in names:
        cookie = client.browser.get_cookie(name)
        assert cookie is not None
        copy.browser.set_cookie(name, cookie.value)
    return copy


def test_nobody_is_sent_to_the_door_and_back(visitor: Client) -> None:
    page = visitor.get("/personal/?a=1", status=303)
    assert page.location == "/login?next=/personal/?a%3D1"


def test_sign_out_kills_copied_cookies(app: Flask, anna: Resident, visitor: Client) -> None:
    sign_in(visitor)
    copies = [thief(app, visitor, name) for name in ("session", "remember")]
    assert [is_in(copy) for copy in copies] == [True, True]
    visitor.post("/logout")
    assert [is_in(copy) for copy in (visitor, *copies)] == [False, False, False]


def test_sign_out_is_a_post_with_a_token(anna: Resident, visitor: Client) -> None:
    sign_in(visitor)
    visitor.get("/logout", status=405)
    visitor.post("/logout", csrf=False, status=400)
    assert is_in(visitor)


def test_sign_out_leaves_other_devices_alone(app: Flask, anna: Resident, visitor: Client) -> None:
    sign_in(visitor)
    other = Client(app)
    sign_in(other)
    visitor.post("/logout")
    assert (is_in(visitor), is_in(other)) == (False, True)


def give_a_new_password(person: Person) -> None:
    change_password(SYSTEM, person, password_hash="new", at=real_now())


def disable(person: Person) -> None:
    disable_person(SYSTEM, person, at=real_now())


def sign_out_everywhere(person: Person) -> None:
    end_all_sign_ins(person, at=real_now())


@pytest.mark.parametrize("deed", [give_a_new_password, disable, sign_out_everywhere])
def test_deed_ends_every_device(
    app: Flask, anna: Resident, visitor: Client, deed: Callable[[Person], None]
) -> None:
    sign_in(visitor)
    assert is_in(thief(app, visitor, "remember"))
    deed(person_of(anna))
    assert not is_in(visitor)
    assert not is_in(thief(app, visitor, "remember"))


def test_planted_session_does_not_become_signed_in(
    app: Flask, anna: Resident, visitor: Client
) -> None:
    visitor.get(DOOR)
    planted = thief(app, visitor, "session")
    before = visitor.csrf_token()
    sign_in(visitor)
    assert not is_in(planted)
    assert visitor.csrf_token() != before


def test_second_sign_in_ends_the_first_on_the_same_device(anna: Resident, visitor: Client) -> None:
    sign_in(visitor)
    sign_in_again(visitor)
    assert [row.ended_at is None for row in SignIn.select().order_by(SignIn.id)] == [False, True]


def sign_in_again(client: Client) -> None:
    client.post(DOOR, {"login": "anna", "password": PASSWORD, "remember": "y"})


def test_unticked_box_forgets_the_device_remembered_before(anna: Resident, visitor: Client) -> None:
    sign_in(visitor)
    client = visitor
    client.post(DOOR, {"login": "anna", "password": PASSWORD})
    assert client.browser.get_cookie("remember") is None
    assert is_in(client)


@pytest.mark.parametrize(
    ("remembered", "away", "alive"),
    [
        (False, "2026-11-12T21:59", True),
        (False, "2026-11-12T22:01", False),
        (True, "2027-02-20T09:59", True),
        (True, "2027-02-20T10:01", False),
    ],
)
def test_resident_stays_for_twelve_hours_or_a_hundred_days(
    visitor: Client, cast: Cast, clock: Clock, *, remembered: bool, away: str, alive: bool
) -> None:
    clock.really_at("2026-11-12T10:00")
    person = person_of(cast.anna)
    token = start_sign_in(person, device="", remembered=remembered, at=real_now())
    clock.really_at(away)
    with visitor.browser.session_transaction() as kept:
        kept["_user_id"] = token
    assert is_in(visitor) is alive


def test_hundred_days_are_counted_from_the_last_visit(
    app: Flask, anna: Resident, visitor: Client, clock: Clock
) -> None:
    clock.really_at("2026-11-12T10:00")
    sign_in(visitor)
    for day in ("2027-02-10", "2027-05-10", "2027-08-10"):
        clock.really_at(f"{day}T10:00")
        visitor = thief(app, visitor, "remember")
        assert is_in(visitor)
        assert "session" in str(visitor.browser.get_cookie("session"))


def test_remembered_device_gets_a_fresh_cookie(
    anna: Resident, visitor: Client, clock: Clock
) -> None:
    clock.really_at("2026-11-12T10:00")
    sign_in(visitor)
    clock.really_at("2026-12-12T10:00")
    answer = visitor.browser.get("/personal/")
    fresh = [each for each in answer.headers.getlist("Set-Cookie") if each[:9] == "remember="]
    assert "Expires=Mon, 22 Mar 2027" in fresh[0]


@pytest.mark.parametrize(("away", "alive"), [("10:29", True), ("10:31", False)])
def test_employee_may_rest_for_half_an_hour(
    client_as: ClientAs, cast: Cast, clock: Clock, *, away: str, alive: bool
) -> None:
    clock.really_at("2026-11-12T10:00")
    client = client_as(cast.galina)
    clock.really_at(f"2026-11-12T{away}")
    assert is_in_staff(client) is alive


def test_employee_signs_in_anew_after_twelve_busy_hours(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    clock.really_at("2026-11-12T08:00")
    client = client_as(cast.galina)
    for minute in range(20, 12 * 60, 20):
        clock.really_at(f"2026-11-12T{8 + minute // 60:02}:{minute % 60:02}")
        assert is_in_staff(client)
    clock.really_at("2026-11-12T20:01")
    assert not is_in_staff(client)


def test_being_seen_is_written_once_in_five_minutes(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    clock.really_at("2026-11-12T10:00")
    client = client_as(cast.anna)
    seen = []
    for minute in ("04", "06", "09", "12"):
        clock.really_at(f"2026-11-12T10:{minute}")
        client.browser.get("/personal/")
        seen.append(SignIn.get().last_seen_at.minute)
    assert seen == [0, 6, 6, 12]


def test_page_is_shown_although_the_visit_cannot_be_noted(
    client_as: ClientAs, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def busy(_id: int, *, at: object) -> None:
        tries.append(at)
        raise BusyDatabaseError

    clock.really_at("2026-11-12T10:00")
    client = client_as(cast.anna)
    monkeypatch.setattr(identity, "touch_sign_in", busy)
    clock.really_at("2026-11-12T10:10")
    assert (is_in(client), is_in(client)) == (True, True)
    assert len(tries) == 1


@pytest.mark.parametrize("value", ["", "x", "resident:1|x", "1|" + "0" * 128, "\x00", "я|я"])
def test_forged_remember_cookie_opens_nothing(cast: Cast, visitor: Client, value: str) -> None:
    visitor.browser.set_cookie("remember", value)
    visitor.get("/personal/", status=303)


@pytest.mark.slow("makes an application of its own")
def test_token_of_another_key_opens_nothing(
    app_with: AppWith, anna: Resident, visitor: Client
) -> None:
    sign_in(visitor)
    other = app_with(secret_key="another key, also thirty-two bytes long")
    assert not is_in(thief(other, visitor, "session", "remember"))


def test_cookies_of_an_http_site_are_plain(anna: Resident, visitor: Client) -> None:
    cookies = sign_in(visitor).headers.getlist("Set-Cookie")
    assert sorted(each.partition("=")[0] for each in cookies) == ["device", "remember", "session"]
    assert all("; HttpOnly; Path=/; SameSite=Lax" in each for each in cookies)


def test_cookies_of_an_https_site_are_bound_to_it(https: Client, anna: Resident) -> None:
    form = https.get(DOOR, base_url=HTTPS).form("/login").fill(login="anna", password=PASSWORD)
    cookies = form.submit(base_url=HTTPS).response.headers.getlist("Set-Cookie")
    names = sorted(each.partition("=")[0] for each in cookies)
    assert names == ["__Host-device", "__Host-remember", "__Host-session"]
    assert all("; Secure; HttpOnly; Path=/; SameSite=Lax" in each for each in cookies)
    assert not any("Domain" in each for each in cookies)


def test_resident_costs_one_statement(app: Flask, cast: Cast) -> None:
    with signed_in_request(app, cast.anna), statements() as asked:
        assert current_resident().name == "Иванова Анна Петровна"
        assert current_actor().code == f"resident:{cast.anna.id}"
        assert current_resident().permissions == frozenset()
    assert len(asked) == 1


def test_employee_costs_one_more_for_permissions(app: Flask, cast: Cast) -> None:
    with signed_in_request(app, cast.kirill), statements() as asked:
        person = identity.current_employee()
        assert person.may("accounts.read")
        assert not person.may("accounts.write")
    assert len(asked) == 2


def test_view_that_asks_for_the_wrong_person_is_told_so(app: Flask, cast: Cast) -> None:
    with signed_in_request(app, cast.galina), pytest.raises(NobodySignedInError):
        current_resident()
    with app.test_request_context(), pytest.raises(NobodySignedInError):
        current_actor()


@contextmanager
def signed_in_request(app: Flask, person: Resident | Employee) -> Iterator[None]:
    token = start_sign_in(person_of(person), device="", remembered=False, at=real_now())
    with app.test_request_context():
        session["_user_id"] = token
        yield
