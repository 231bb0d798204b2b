"""Roles: what a new utility starts with, and what employees may do by them."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import make_employee
from vodokanal.models.people import EmployeeRole, Role, RolePermission
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.foundations import lay_foundations
from vodokanal.operations.roles import PERMISSIONS, STARTING_ROLES, permissions_of


def test_chief_may_do_everything(cast: Cast) -> None:
    assert permissions_of(cast.olga.id) == PERMISSIONS


@pytest.mark.parametrize("role", sorted(STARTING_ROLES))
def test_every_role_has_the_permissions_it_starts_with(database: Engine, role: str) -> None:
    assert permissions_of(make_employee(role).id) == STARTING_ROLES[role][1]


def test_reader_writes_nothing(cast: Cast) -> None:
    assert {each for each in permissions_of(cast.rita.id) if not each.endswith(".read")} == set()


def test_every_permission_of_a_role_exists() -> None:
    granted = frozenset().union(*(each for _, each in STARTING_ROLES.values()))
    assert granted == PERMISSIONS


def test_several_roles_add_up(cast: Cast) -> None:
    EmployeeRole.create(employee=cast.kirill, role=Role.get(Role.code == "office"))
    together = STARTING_ROLES["dispatcher"][1] | STARTING_ROLES["office"][1]
    assert permissions_of(cast.kirill.id) == together


def test_nobody_may_do_nothing(database: Engine) -> None:
    assert permissions_of(0) == frozenset()


def test_foundations_leave_what_staff_have_changed(database: Engine) -> None:
    RolePermission.delete().where(RolePermission.permission == "meters.read").execute()
    ReadingWindow.update(to_day=25).execute()
    lay_foundations()
    assert RolePermission.select().where(RolePermission.permission == "meters.read").count() == 0
    assert [(each.from_day, each.to_day) for each in ReadingWindow.select()] == [(10, 25)]
