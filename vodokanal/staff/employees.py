"""The table of employees: who works here, with which roles."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import Expression
from wtforms import HiddenField

from vodokanal.models.people import Employee, EmployeeRole, Role
from vodokanal.operations.credentials import enable_person
from vodokanal.operations.employees import LoginRefusedError, LoginTakenError
from vodokanal.operations.employment import (
    Hiring,
    NobodyLeftError,
    change_roles,
    disable_employee,
    hire,
    role_ids_of,
)
from vodokanal.operations.records import RowChangedError
from vodokanal.operations.signins import person_of
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.base import StaffView
from vodokanal.staff.deeds import carry_out
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, propose, refuse
from vodokanal.staff.passwords import DISABLE, ENABLE, PasswordIssue, issue_page
from vodokanal.staff.seen import carried_json
from vodokanal.web.clock import now
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import Filled, LineField, TicksField
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

NOBODY_LEFT = N_(
    "Then nobody could change employees any more. Give somebody else that right first."
)


def offered_roles() -> list[tuple[int, str]]:
    """Every role, as it is offered."""
    return [(role.id, str(role.name)) for role in Role.select().order_by(Role.id)]


class HiringForm(FlaskForm):
    """Who is to work here."""

    key = HiddenField()
    name = LineField(N_("Full name"), longest=200, validators=[Filled()])
    login = LineField(
        N_("Login"),
        description=N_("Short, without blanks: office2."),
        longest=60,
        validators=[Filled()],
    )
    position = LineField(N_("Position"), longest=100)
    email = LineField(
        N_("E-mail"),
        description=N_("If there is one: the portal writes there when a month is late."),
        longest=200,
    )
    roles = TicksField(N_("Roles"), offered=offered_roles, validators=[Filled()])


class RolesForm(FlaskForm):
    """Which roles an employee has."""

    seen = HiddenField()
    roles = TicksField(N_("Roles"), offered=offered_roles, validators=[Filled()])


class EmployeeView(StaffView):
    table, code, area, section = Employee, "employees", "employees", "staff"
    title, adding = N_("Employees"), N_("New employee")
    column_list = ("name", "login", "position", "email", "roles", "disabled_at")
    form_columns = ("name", "position", "email")
    column_labels = {
        "name": N_("Full name"),
        "login": N_("Login"),
        "position": N_("Position"),
        "email": N_("E-mail"),
        "roles": N_("Roles"),
        "disabled_at": N_("Sign-in closed"),
    }
    column_formatters = {"roles": lambda _view, _context, row, _name: roles_words(row)}
    order = (Employee.search_text,)
    sorted_by = {"name": Employee.search_text}
    few = True
    hints = {"email": N_("If there is one: the portal writes there when a month is late.")}
    filtered_by = ("disabled_at",)
    deeds = (DISABLE, ENABLE)
    adds_several = False
    row_pages = (("roles", N_("Roles")), ("password", N_("New password")))

    def fits(self, word: str) -> Expression:
        return Employee.search_text.contains(word)

    def create_form(self, obj: object = None) -> FlaskForm:
        form = HiringForm(typed() or None)
        propose(form.key, new_key())
        return form

    def create_model(self, form: FlaskForm) -> Employee | None:
        hiring = Hiring(
            form.login.data,
            form.name.data,
            form.position.data,
            form.roles.data,
            email=form.email.data,
        )
        try:
            return hire(current_actor(), hiring, key=form.key.data, at=now())
        except LoginTakenError:
            form.login.errors = [_("Somebody has that login already.")]
        except LoginRefusedError:
            form.login.errors = [_("A login has no blanks.")]
        except (KeyReusedError, MissingKeyError):
            form.key.data = new_key()
            refuse(str(ALREADY_SENT), CONFLICT)
        return None

    def after_adding(self, row: Any) -> ResponseReturnValue:
        """A new employee has no password yet, so its form comes next."""
        return redirect(self.get_url(".password", id=row.id, url=self.return_url()))

    def form_names(self, row: Any) -> tuple[str, ...]:
        if row is None:
            return ("name", "login", "position", "email", "roles")
        return ("name", "position", "email")

    @expose("/roles/", methods=("GET", "POST"))
    def roles(self) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        had = role_ids_of(row)
        form = RolesForm(data={"roles": had})
        propose(form.seen, json.dumps(had))
        if request.method == "POST" and form.validate() and _given(form, row):
            flash(_("Saved."), "success")
            return redirect(self.return_url())
        return self.form_page(form, row, names=["roles"])

    @expose("/password/", methods=("GET", "POST"))
    def password(self) -> ResponseReturnValue:
        row: Any = self.get_one(request.args.get("id"))
        return issue_page(self, PasswordIssue(person_of(row), str(row.login)))

    @expose("/disable/", methods=("POST",))
    def disable(self) -> ResponseReturnValue:
        try:
            return carry_out(
                self, DISABLE, act=lambda row: disable_employee(current_actor(), row, at=now())
            )
        except NobodyLeftError:
            flash(str(NOBODY_LEFT), "error")
            return redirect(self.return_url())

    @expose("/enable/", methods=("POST",))
    def enable(self) -> ResponseReturnValue:
        return carry_out(
            self, ENABLE, act=lambda row: enable_person(current_actor(), person_of(row), at=now())
        )


def roles_words(employee: Employee) -> str:
    """The names of an employee's roles; one statement for the whole list."""
    # A statement a row would be fifty for a list.
    if "roles_by_employee" not in g:
        rows = EmployeeRole.select(EmployeeRole.employee, Role.name).join(Role).order_by(Role.id)
        g.roles_by_employee = {}
        for employee_id, name in rows.tuples():
            g.roles_by_employee.setdefault(employee_id, []).append(name)
    return ", ".join(g.roles_by_employee.get(employee.id, []))


def _given(form: RolesForm, employee: Employee) -> bool:
    carried = carried_json(form.seen.data)
    seen = [each for each in carried if isinstance(each, int)] if isinstance(carried, list) else []
    try:
        change_roles(current_actor(), employee, role_ids=form.roles.data, seen=seen, at=now())
    except NobodyLeftError:
        form.roles.errors = [str(NOBODY_LEFT)]
    except RowChangedError:
        form.seen.data = json.dumps(role_ids_of(employee))
        refuse(
            _(
                "Somebody else has changed the roles meanwhile: now they are %(roles)s. "
                "Save once more to replace them.",
                roles=roles_words(employee),
            ),
            CONFLICT,
        )
    else:
        return True
    return False
