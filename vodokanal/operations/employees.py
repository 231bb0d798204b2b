"""Employees: how the first one and every other gets in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from vodokanal.models.people import Employee, EmployeeRole, Role
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.signins import login_key
from vodokanal.operations.transactions import writes

LOGIN_LENGTH = 60


@dataclass(frozen=True)
class NewEmployee:
    """Who is to be added."""

    login: str
    name: str
    role_code: str
    password_hash: str = field(repr=False)


class UnknownRoleError(Exception):
    """There is no role of that code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LoginTakenError(Exception):
    """Somebody has that login already."""

    def __init__(self, login: str) -> None:
        super().__init__(login)
        self.login = login


class LoginRefusedError(Exception):
    """A login has from 1 to 60 characters and no blanks."""

    def __init__(self, login: str) -> None:
        super().__init__(login)
        self.login = login


@writes
def create_employee(actor: Actor, new: NewEmployee, *, at: datetime) -> Employee:
    """Adds an employee with one role.

    Raises:
        LoginRefusedError: the login is empty, too long or has blanks.
        LoginTakenError: another employee has it.
        UnknownRoleError: no role has that code.
    """
    login = login_key(new.login)
    if not login or len(login) > LOGIN_LENGTH or " " in login:
        raise LoginRefusedError(new.login)
    if Employee.select().where(Employee.login == login).exists():
        raise LoginTakenError(login)
    role = Role.get_or_none(Role.code == new.role_code)
    if role is None:
        raise UnknownRoleError(new.role_code)
    employee = Employee(login=login, name=new.name, password_hash=new.password_hash, created_at=at)
    employee.derive()
    employee.save()
    EmployeeRole.create(employee=employee, role=role)
    after = {"login": login, "name": new.name, "role": new.role_code}
    record(actor, "create_employee", subject=employee, at=at, changes=({}, after))
    return employee
