"""Residents and their accounts: credentials shown once, accesses granted and revoked."""

from __future__ import annotations

import json
import re

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.factories import make_account
from tests.page import Client, Page
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import AccountAccess, Relation, Resident
from vodokanal.models.signins import SignIn
from vodokanal.operations.passwords import password_matches

PASSWORD = re.compile(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){2}")


def password_form(client: Client, resident: Resident) -> Page:
    return client.get(f"/staff/residents/password/?id={resident.id}")


def accesses_of(resident: Resident) -> list[AccountAccess]:
    return list(AccountAccess.select().where(AccountAccess.resident == resident.id))


def test_new_resident_gets_a_login_and_then_a_password(office: Client) -> None:
    form = office.get("/staff/residents/new/").form("Сохранить")
    page = form.fill(name="Ёлкина Мария", login=" 4070000031 ").submit().follow()
    resident = Resident.get(Resident.login == "4070000031")
    assert page.path == "/staff/residents/password/"
    assert (resident.password_hash, resident.search_text[:6]) == ("", "елкина")
    assert "4070000031" in page.text


def test_login_is_kept_as_it_is_compared(office: Client) -> None:
    form = office.get("/staff/residents/new/").form("Сохранить")
    form.fill(name="Мария", login="Maria").submit()
    assert Resident.get_or_none(Resident.login == "maria")


def test_login_with_a_blank_inside_is_refused(office: Client) -> None:
    form = office.get("/staff/residents/new/").form("Сохранить")
    assert "нет пробелов" in form.fill(name="Мария", login="ма рия").submit(status=422).text


def test_login_that_somebody_has_is_refused(office: Client, cast: Cast) -> None:
    form = office.get("/staff/residents/new/").form("Сохранить")
    page = form.fill(name="Мария", login=str(cast.anna.login)).submit(status=422)
    assert "Такой логин уже занят." in page.text


def test_issued_password_opens_the_cabinet_and_is_to_be_changed(office: Client, cast: Cast) -> None:
    page = password_form(office, cast.anna).form("Выдать").submit(status=200)
    password = PASSWORD.search(page.text)
    anna = Resident.get_by_id(cast.anna.id)
    assert password is not None
    assert password_matches(anna.password_hash, password[0])
    assert anna.must_change_password


def test_issued_password_ends_every_sign_in(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    anna = client_as(cast.anna)
    anna.get("/personal/", status=303)
    password_form(office, cast.anna).form("Выдать").submit(status=200)
    assert anna.get("/personal/", status=303).location.startswith("/login")


def test_issued_password_is_nowhere_but_on_its_page(office: Client, cast: Cast) -> None:
    page = password_form(office, cast.anna).form("Выдать").submit(status=200)
    found = PASSWORD.search(page.text)
    assert found is not None
    entries = [(each.before, each.after) for each in JournalEntry.select()]
    assert found[0] not in json.dumps(entries)
    assert "argon2" not in json.dumps(entries)
    assert found[0] not in password_form(office, cast.anna).html


def test_form_sent_twice_issues_one_password(office: Client, cast: Cast) -> None:
    form = password_form(office, cast.anna).form("Выдать")
    form.submit(status=200)
    kept = Resident.get_by_id(cast.anna.id).password_hash
    page = form.submit(status=409)
    assert "уже выдала пароль" in page.text
    assert Resident.get_by_id(cast.anna.id).password_hash == kept
    page.form("Выдать").submit(status=200)


def test_closed_sign_in_ends_at_once_and_opens_again(
    office: Client, client_as: ClientAs, cast: Cast
) -> None:
    anna = client_as(cast.anna)
    row = {"id": cast.anna.id, "confirmed": "yes"}
    assert "Вход закрыт." in office.post("/staff/residents/disable/", row).follow().text
    assert anna.get("/personal/", status=303).location.startswith("/login")
    assert SignIn.get(SignIn.resident == cast.anna).ended_at is not None
    office.post("/staff/residents/enable/", row)
    assert Resident.get_by_id(cast.anna.id).disabled_at is None


def test_access_is_granted_by_who_is_here(office: Client, cast: Cast) -> None:
    account = make_account(number="90-1")
    form = office.get("/staff/accesses/new/").form("Сохранить")
    form.fill(resident="daria", account="90-1", relation="trusted").submit()
    access = AccountAccess.get(AccountAccess.account == account)
    assert (access.resident, access.relation) == (cast.daria, Relation.TRUSTED)
    assert access.granted_by == cast.galina


def test_same_access_is_not_granted_twice(office: Client, cast: Cast) -> None:
    form = office.get(f"/staff/accesses/new/?account={cast.account.id}").form("Сохранить")
    page = form.fill(resident="anna").submit(status=422)
    assert "уже открыт" in page.text


def test_access_is_revoked_after_a_question(office: Client, cast: Cast) -> None:
    (access,) = accesses_of(cast.anna)
    page = office.post("/staff/accesses/revoke/", {"id": access.id}, status=200)
    assert page.h1 == "Отозвать доступ"
    assert AccountAccess.get_by_id(access.id).revoked_at is None
    page.form("revoke").submit().follow()
    assert AccountAccess.get_by_id(access.id).revoked_at is not None


def test_revoked_access_closes_the_account(office: Client, client_as: ClientAs, cast: Cast) -> None:
    boris = client_as(cast.boris)
    boris.get("/personal/12-34/")
    (access,) = accesses_of(cast.boris)
    office.post("/staff/accesses/revoke/", {"id": access.id, "confirmed": "yes"})
    boris.get("/personal/12-34/", status=404)
    assert JournalEntry.get(JournalEntry.action == "revoke_access").subject_id == access.id


def test_revoking_twice_changes_nothing(office: Client, cast: Cast) -> None:
    (access,) = accesses_of(cast.boris)
    for _attempt in range(2):
        office.post("/staff/accesses/revoke/", {"id": access.id, "confirmed": "yes"})
    assert JournalEntry.select().where(JournalEntry.action == "revoke_access").count() == 1


def test_question_leads_back_to_where_it_was_asked(office: Client, cast: Cast) -> None:
    (access,) = accesses_of(cast.boris)
    back = f"/staff/accesses/?resident={cast.boris.id}"
    page = office.post("/staff/accesses/revoke/", {"id": access.id, "url": back}, status=200)
    assert page.form("revoke").submit().location == back
    office.post("/staff/accesses/revoke/", {"id": access.id, "url": "//evil.example"}, status=400)
