"""What employees may do: their roles and the roles' permissions; a chief is always left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from vodokanal.models.database import lock
from vodokanal.models.people import Employee, EmployeeRole, Role, RolePermission
from vodokanal.operations.actors import Actor
from vodokanal.operations.employees import NewEmployee, create_employee
from vodokanal.operations.journal import record
from vodokanal.operations.records import RowChangedError
from vodokanal.operations.roles import PERMISSIONS
from vodokanal.operations.signins import disable_person, person_of
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

# Whoever may do this can give every other permission, so somebody always must be able to.
MASTER = "employees.write"


class NobodyLeftError(Exception):
    """Nobody would be left who may change employees and roles."""


class UnknownPermissionError(Exception):
    """There is no such permission, or no such role."""


@dataclass(frozen=True)
class Hiring:
    """Who is to work for the utility, and with which roles."""

    login: str
    name: str
    position: str
    role_ids: Collection[int]
    email: str = ""


@dataclass(frozen=True)
class RoleContent:
    """What a role is called and what it allows."""

    name: str
    permissions: frozenset[str]

    def as_values(self) -> dict[str, Any]:
        """The same for the journal and for a form's key."""
        return {"name": self.name, "permissions": sorted(self.permissions)}


@writes
def hire(actor: Actor, hiring: Hiring, *, key: str, at: datetime) -> Employee:
    """Adds an employee, who cannot sign in before a password is issued; with the same key once.

    Raises:
        LoginRefusedError: the login is empty, too long or has blanks.
        LoginTakenError: another employee has it.
        UnknownPermissionError: no role was named, or one that does not exist.
    """
    body = {"login": hiring.login, "name": hiring.name, "roles": sorted(hiring.role_ids)}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return Employee.get_by_id(claim.answer["id"])
    roles = _roles_of(hiring.role_ids)
    new = NewEmployee(hiring.login, hiring.name, roles[0].code, password_hash="")
    employee = create_employee(actor, new, at=at)
    employee.position, employee.email = hiring.position, hiring.email
    employee.save()
    change_roles(actor, employee, role_ids=hiring.role_ids, seen=[roles[0].id], at=at)
    keep_answer(claim, {"id": employee.id})
    return employee


@writes
def change_roles(
    actor: Actor,
    employee: Employee,
    *,
    role_ids: Collection[int],
    seen: Collection[int],
    at: datetime,
) -> None:
    """Gives the employee these roles and no others; what may be done changes at once.

    Raises:
        RowChangedError: the roles are no longer those that were seen.
        UnknownPermissionError: no role was named, or one that does not exist.
        NobodyLeftError: the last one who may change employees would lose the right.
    """
    _one_at_a_time()
    before, after = _roles_had_by(employee), _roles_of(role_ids)
    if {role.id for role in before} != set(seen):
        raise RowChangedError(employee)
    if before == after:
        return
    EmployeeRole.delete().where(EmployeeRole.employee == employee.id).execute()
    rows = [{"employee": employee.id, "role": role.id} for role in after]
    EmployeeRole.insert_many(rows).execute()
    _refuse_nobody_left()
    changes = ({"roles": _codes(before)}, {"roles": _codes(after)})
    record(actor, "change_roles", subject=employee, at=at, changes=changes)


@writes
def disable_employee(actor: Actor, employee: Employee, *, at: datetime) -> None:
    """Takes the right to sign in away and ends every sign-in.

    Raises:
        NobodyLeftError: it is the last one who may change employees.
    """
    _one_at_a_time()
    disable_person(actor, person_of(employee), at=at)
    _refuse_nobody_left()


@writes
def create_role(actor: Actor, content: RoleContent, *, key: str, at: datetime) -> Role:
    """Adds a role; with the same key it is added once.

    Raises:
        UnknownPermissionError: one of the permissions does not exist.
    """
    claim = claim_key(actor, key, body=content.as_values(), at=at)
    if claim.answer is not None:
        return Role.get_by_id(claim.answer["id"])
    _one_at_a_time()
    number = (Role.select(fn.MAX(Role.id)).scalar() or 0) + 1
    role: Role = Role.create(code=f"role-{number}", name=content.name)
    _allow(role, content.permissions)
    record(actor, "create", subject=role, at=at, changes=({}, content.as_values()))
    keep_answer(claim, {"id": role.id})
    return role


@writes
def change_role(
    actor: Actor, role: Role, *, content: RoleContent, seen: RoleContent, at: datetime
) -> None:
    """Gives the role this name and these permissions; everybody who has it feels it at once.

    Raises:
        RowChangedError: the role is no longer what was seen.
        UnknownPermissionError: one of the permissions does not exist.
        NobodyLeftError: nobody could change employees any more.
    """
    _one_at_a_time()
    before = content_of(Role.get_by_id(role.id))
    if before != seen:
        raise RowChangedError(role)
    if before == content:
        return
    Role.update(name=content.name).where(Role.id == role.id).execute()
    RolePermission.delete().where(RolePermission.role == role.id).execute()
    _allow(role, content.permissions)
    _refuse_nobody_left()
    changes = (before.as_values(), content.as_values())
    record(actor, "change_permissions", subject=role, at=at, changes=changes)


def content_of(role: Role) -> RoleContent:
    """What a role is called and allows."""
    rows = RolePermission.select(RolePermission.permission).where(RolePermission.role == role.id)
    return RoleContent(str(role.name), frozenset(each for (each,) in rows.tuples()))


def role_ids_of(employee: Employee) -> list[int]:
    """The roles that an employee has."""
    return [role.id for role in _roles_had_by(employee)]


def _roles_had_by(employee: Employee) -> list[Role]:
    query = Role.select().join(EmployeeRole).where(EmployeeRole.employee == employee.id)
    return list(query.order_by(Role.id))


def _roles_of(role_ids: Collection[int]) -> list[Role]:
    roles = list(Role.select().where(Role.id.in_(role_ids)).order_by(Role.id)) if role_ids else []
    if not roles or len(roles) != len(set(role_ids)):
        raise UnknownPermissionError(sorted(role_ids))
    return roles


def _codes(roles: Collection[Role]) -> list[str]:
    return [str(role.code) for role in roles]


def _allow(role: Role, permissions: Collection[str]) -> None:
    strangers = set(permissions) - PERMISSIONS
    if strangers:
        raise UnknownPermissionError(sorted(strangers))
    rows = [{"role": role.id, "permission": each} for each in sorted(set(permissions))]
    if rows:
        RolePermission.insert_many(rows).execute()


def _one_at_a_time() -> None:
    # Two chiefs who disable each other at the same moment would otherwise both succeed.
    lock(Role, *[role_id for (role_id,) in Role.select(Role.id).tuples()])


def _refuse_nobody_left() -> None:
    masters = (
        Employee.select()
        .join(EmployeeRole)
        .join(RolePermission, on=(RolePermission.role == EmployeeRole.role))
        .where(Employee.disabled_at.is_null(), RolePermission.permission == MASTER)
    )
    if not masters.exists():
        raise NobodyLeftError
