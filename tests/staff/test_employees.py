"""Employees and roles: hired, given roles, shut out; a chief is always left."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.conftest import ClientAs
from tests.page import Client, Page
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Employee, Role, RolePermission
from vodokanal.operations.employment import content_of, role_ids_of
from vodokanal.operations.roles import permissions_of


def role(code: str) -> Role:
    found: Role = Role.get(Role.code == code)
    return found


def hire(chief: Client, *codes: str, **values: str) -> Page:
    form = chief.get("/staff/employees/new/").form("Сохранить")
    form.fill(name="Пётр Чижов", login="petr", position="Контролёр")
    form.fields["roles"] = [str(role(code).id) for code in codes]
    return form.fill_in(values).submit(status=422 if values else 303)


def give_roles(client: Client, employee: Employee, *codes: str, status: int = 303) -> Page:
    form = client.get(f"/staff/employees/roles/?id={employee.id}").form("Сохранить")
    form.fields["roles"] = [str(role(code).id) for code in codes]
    return form.submit(status=status)


def test_hired_employee_has_the_roles_and_no_password_yet(chief: Client) -> None:
    page = hire(chief, "office", "dispatcher").follow()
    employee = Employee.get(Employee.login == "petr")
    assert page.path == "/staff/employees/password/"
    assert (employee.password_hash, employee.position) == ("", "Контролёр")
    assert set(role_ids_of(employee)) == {role("office").id, role("dispatcher").id}


def test_hiring_form_sent_twice_hires_once(chief: Client) -> None:
    form = chief.get("/staff/employees/new/").form("Сохранить")
    form.fill(name="Пётр Чижов", login="petr")
    form.fields["roles"] = [str(role("office").id)]
    form.submit()
    form.submit()
    assert Employee.select().where(Employee.login == "petr").count() == 1
    assert "уже отправлена" in form.fill(login="ivan").submit(status=409).text


def test_hiring_is_refused_beside_the_field(chief: Client, cast: Cast) -> None:
    assert "Такой логин уже занят." in hire(chief, "office", login="Galina").text
    assert "нет пробелов" in hire(chief, "office", login="га лина").text
    assert "Заполните это поле." in hire(chief, position="").text


def test_role_that_does_not_exist_is_refused(chief: Client) -> None:
    form = chief.get("/staff/employees/new/").form("Сохранить").fill(name="П", login="petr")
    form.fields["roles"] = ["999999"]
    assert "Выберите из списка." in form.submit(status=422).text


def test_given_roles_hold_at_once(chief: Client, office: Client, cast: Cast) -> None:
    office.get("/staff/journal/", status=403)
    give_roles(chief, cast.galina, "office", "chief")
    office.get("/staff/journal/")
    entry = JournalEntry.get(JournalEntry.action == "change_roles")
    assert (entry.before, entry.after) == (
        '{"roles": ["office"]}',
        '{"roles": ["chief", "office"]}',
    )


def test_chief_cannot_take_the_last_chief_away(chief: Client, cast: Cast) -> None:
    page = give_roles(chief, cast.olga, "reader", status=422)
    assert "никто не сможет менять сотрудников" in page.text
    row = {"id": cast.olga.id, "confirmed": "yes"}
    page = chief.post("/staff/employees/disable/", row).follow()
    assert "никто не сможет менять сотрудников" in page.text
    assert Employee.get_by_id(cast.olga.id).disabled_at is None


def test_two_chiefs_at_one_employees_roles_do_not_undo_each_other(
    chief: Client, client_as: ClientAs, cast: Cast
) -> None:
    give_roles(chief, cast.galina, "chief")
    other = client_as(cast.galina)
    form = other.get(f"/staff/employees/roles/?id={cast.rita.id}").form("Сохранить")
    give_roles(chief, cast.rita, "billing")
    form.fields["roles"] = [str(role("office").id)]
    page = form.submit(status=409)
    assert "Расчётный отдел" in page.text
    page.form("Сохранить").submit()
    assert role_ids_of(cast.rita) == [role("office").id]


@pytest.mark.parametrize("seen", ["", "x", "{}", "[1, 2, 3]", '["a"]'])
def test_roles_form_that_lost_what_was_seen_changes_nothing(
    chief: Client, cast: Cast, seen: str
) -> None:
    form = chief.get(f"/staff/employees/roles/?id={cast.rita.id}").form("Сохранить")
    form.fields["roles"] = [str(role("chief").id)]
    form.fill(seen=seen).submit(status=409)
    assert role_ids_of(cast.rita) == [role("reader").id]


def test_shut_out_employee_is_signed_out_at_once(chief: Client, office: Client, cast: Cast) -> None:
    row = {"id": cast.galina.id, "confirmed": "yes"}
    chief.post("/staff/employees/disable/", row)
    assert office.get("/staff/", status=303).location.startswith("/staff/login")
    chief.post("/staff/employees/enable/", row)
    assert Employee.get_by_id(cast.galina.id).disabled_at is None


def test_employees_password_is_issued_like_a_residents(chief: Client, cast: Cast) -> None:
    page = chief.get(f"/staff/employees/password/?id={cast.rita.id}").form("Выдать")
    assert "больше пароль не покажем" in page.submit(status=200).text
    assert Employee.get_by_id(cast.rita.id).must_change_password


def test_new_role_allows_what_was_ticked(chief: Client, cast: Cast) -> None:
    form = chief.get("/staff/roles/new/").form("Сохранить").fill(name="Обходчик")
    form.fields["permissions"] = ["meters.read", "readings.enter"]
    form.submit()
    form.submit()
    made = Role.get(Role.name == "Обходчик")
    assert content_of(made).permissions == {"meters.read", "readings.enter"}
    assert "уже отправлена" in form.fill(name="Иной").submit(status=409).text


def test_changed_role_holds_at_once_for_everybody_who_has_it(
    chief: Client, office: Client, cast: Cast
) -> None:
    form = chief.get(f"/staff/roles/edit/?id={role('office').id}").form("Сохранить")
    form.fields["permissions"] = ["journal.read"]
    form.fill(name="Архив").submit()
    assert permissions_of(cast.galina.id) == {"journal.read"}
    office.get("/staff/journal/")
    office.get("/staff/accounts/", status=403)
    assert Role.get(Role.code == "office").name == "Архив"


def test_permission_that_does_not_exist_is_refused(chief: Client) -> None:
    form = chief.get(f"/staff/roles/edit/?id={role('office').id}").form("Сохранить")
    form.fields["permissions"] = ["everything"]
    assert "Выберите из списка." in form.submit(status=422).text


def test_role_of_the_last_chief_keeps_its_master_permission(chief: Client) -> None:
    form = chief.get(f"/staff/roles/edit/?id={role('chief').id}").form("Сохранить")
    form.fields["permissions"] = ["journal.read"]
    assert "никто не сможет менять сотрудников" in form.submit(status=422).text
    assert "employees.write" in content_of(role("chief")).permissions


def test_two_chiefs_at_one_role_do_not_undo_each_other(chief: Client) -> None:
    form = chief.get(f"/staff/roles/edit/?id={role('reader').id}").form("Сохранить")
    RolePermission.create(role=role("reader"), permission="journal.read")
    page = form.fill(name="Читатель").submit(status=409)
    assert "изменил кто-то другой" in page.text
    page.form("Сохранить").submit()
    assert role("reader").name == "Читатель"


@pytest.mark.parametrize("seen", ["", "x", "[]", '{"name": 1}'])
def test_role_form_that_lost_what_was_seen_changes_nothing(chief: Client, seen: str) -> None:
    form = chief.get(f"/staff/roles/edit/?id={role('reader').id}").form("Сохранить")
    form.fill(name="Иной", seen=seen).submit(status=409)
    assert role("reader").name == "Только просмотр"
