"""Roles and permissions change at once, and a chief is always left."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.clock import moment
from tests.crowd import crowd
from tests.factories import make_employee
from vodokanal.models.people import Employee, EmployeeRole, Role
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.employees import LoginTakenError
from vodokanal.operations.employment import (
    Hiring,
    NobodyLeftError,
    RoleContent,
    UnknownPermissionError,
    change_role,
    change_roles,
    content_of,
    create_role,
    disable_employee,
    hire,
    role_ids_of,
)
from vodokanal.operations.records import RowChangedError
from vodokanal.operations.submission_keys import KeyReusedError

NOW = moment("2026-11-12T10:42")


def role_id(code: str) -> int:
    found: int = Role.get(Role.code == code).id
    return found


def hiring(*codes: str, login: str = "petr") -> Hiring:
    return Hiring(login, "Пётр Чижов", "Контролёр", [role_id(code) for code in codes])


def test_hired_employee_has_every_role(cast: Cast) -> None:
    employee = hire(SYSTEM, hiring("office", "billing"), key="k", at=NOW)
    assert role_ids_of(employee) == sorted([role_id("office"), role_id("billing")])
    assert hire(SYSTEM, hiring("office", "billing"), key="k", at=NOW) == employee


def test_hiring_is_all_or_nothing(cast: Cast) -> None:
    for wrong in (hiring(), Hiring("petr", "П", "", [role_id("office"), 999999])):
        with pytest.raises(UnknownPermissionError):
            hire(SYSTEM, wrong, key="k", at=NOW)
    with pytest.raises(LoginTakenError):
        hire(SYSTEM, hiring("office", login="GALINA"), key="k", at=NOW)
    assert Employee.select().count() == 5


def test_hirings_key_counts_once(cast: Cast) -> None:
    hire(SYSTEM, hiring("office"), key="k", at=NOW)
    with pytest.raises(KeyReusedError):
        hire(SYSTEM, hiring("office", login="ivan"), key="k", at=NOW)


def test_roles_that_somebody_else_has_changed_are_not_overwritten(cast: Cast) -> None:
    with pytest.raises(RowChangedError):
        change_roles(SYSTEM, cast.rita, role_ids=[role_id("chief")], seen=[], at=NOW)
    assert role_ids_of(cast.rita) == [role_id("reader")]


def test_last_chief_cannot_be_lost(cast: Cast) -> None:
    seen = [role_id("chief")]
    with pytest.raises(NobodyLeftError):
        change_roles(SYSTEM, cast.olga, role_ids=[role_id("reader")], seen=seen, at=NOW)
    with pytest.raises(NobodyLeftError):
        disable_employee(SYSTEM, cast.olga, at=NOW)
    chief = Role.get(Role.code == "chief")
    with pytest.raises(NobodyLeftError):
        change_role(
            SYSTEM,
            chief,
            content=RoleContent("Руководитель", frozenset()),
            seen=content_of(chief),
            at=NOW,
        )
    assert role_ids_of(cast.olga) == seen
    assert Employee.get_by_id(cast.olga.id).disabled_at is None


def test_disabled_chief_does_not_count(cast: Cast) -> None:
    second = make_employee("chief")
    disable_employee(SYSTEM, second, at=NOW)
    with pytest.raises(NobodyLeftError):
        disable_employee(SYSTEM, cast.olga, at=NOW)


def test_two_chiefs_who_disable_each_other_at_once_do_not_both_succeed(cast: Cast) -> None:
    pair = [cast.olga, make_employee("chief")]
    results = crowd(2, lambda number: disable_employee(SYSTEM, pair[number], at=NOW))
    assert sorted(type(each).__name__ for each in results) == ["NobodyLeftError", "NoneType"]


def test_new_role_counts_once_and_refuses_unknown_permissions(cast: Cast) -> None:
    content = RoleContent("Обходчик", frozenset({"meters.read"}))
    made = create_role(SYSTEM, content, key="k", at=NOW)
    assert create_role(SYSTEM, content, key="k", at=NOW) == made
    with pytest.raises(UnknownPermissionError):
        create_role(SYSTEM, RoleContent("Иной", frozenset({"all"})), key="other", at=NOW)
    assert Role.get_or_none(Role.name == "Иной") is None


def test_role_without_any_permission_is_one(cast: Cast) -> None:
    made = create_role(SYSTEM, RoleContent("Пустая", frozenset()), key="k", at=NOW)
    assert content_of(made) == RoleContent("Пустая", frozenset())


def test_unchanged_role_is_not_written(cast: Cast) -> None:
    role = Role.get(Role.code == "reader")
    change_role(SYSTEM, role, content=content_of(role), seen=content_of(role), at=NOW)
    change_roles(SYSTEM, cast.rita, role_ids=[role.id], seen=[role.id], at=NOW)
    assert EmployeeRole.select().count() == 5
