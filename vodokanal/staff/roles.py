"""The table of roles: what those who have one may do."""

from __future__ import annotations

import json
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import Expression
from wtforms import HiddenField

from vodokanal.models.people import Role, RolePermission
from vodokanal.operations.employment import (
    NobodyLeftError,
    RoleContent,
    change_role,
    content_of,
    create_role,
)
from vodokanal.operations.records import RowChangedError
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.base import StaffView
from vodokanal.staff.employees import NOBODY_LEFT
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, propose, refuse
from vodokanal.staff.permission_words import offered_permissions, summary_of
from vodokanal.staff.searches import Said
from vodokanal.staff.seen import carried_values
from vodokanal.web.clock import now
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import Filled, LineField, TicksField
from vodokanal.web.identity import current_actor

N_ = lazy_gettext


class RoleForm(FlaskForm):
    """What a role is called and what it allows."""

    key = HiddenField()
    seen = HiddenField()
    name = LineField(N_("Name"), longest=100, validators=[Filled()])
    permissions = TicksField(N_("What it allows"), offered=offered_permissions)


class RoleView(StaffView):
    table, code, area, section = Role, "roles", "employees", "staff"
    title, adding = N_("Roles"), N_("New role")
    column_list = ("name", "permissions")
    form_columns = ("name",)
    column_labels = {"name": N_("Name"), "permissions": N_("What it allows")}
    column_formatters = {"permissions": lambda _view, _context, row, _name: allowed_words(row)}
    order = (Role.id,)
    few = True
    adds_several = False

    def meant(self, said: Said) -> list[Expression]:
        return said.folded(Role.name)

    def create_form(self, obj: object = None) -> FlaskForm:
        form = RoleForm(typed() or None)
        propose(form.key, new_key())
        return form

    def edit_form(self, obj: Any = None) -> FlaskForm:
        values = content_of(obj).as_values()
        form = RoleForm(typed() or None, data=values)
        propose(form.seen, json.dumps(values))
        return form

    def create_model(self, form: FlaskForm) -> Role | None:
        try:
            return create_role(current_actor(), _content(form), key=form.key.data, at=now())
        except (KeyReusedError, MissingKeyError):
            form.key.data = new_key()
            refuse(str(ALREADY_SENT), CONFLICT)
        return None

    def update_model(self, form: FlaskForm, model: Role) -> Role | None:
        try:
            change_role(
                current_actor(), model, content=_content(form), seen=_seen(form.seen.data), at=now()
            )
        except NobodyLeftError:
            form.permissions.errors = [str(NOBODY_LEFT)]
        except RowChangedError:
            form.seen.data = json.dumps(content_of(model).as_values())
            words = _(
                "Somebody else has changed this role meanwhile. Save once more to replace it."
            )
            refuse(words, CONFLICT)
        else:
            return model
        return None

    def form_names(self, row: Any) -> tuple[str, ...]:
        return ("name", "permissions")


def allowed_words(role: Role) -> str:
    """What a role allows, in words; one statement for the whole list."""
    if "permissions_by_role" not in g:
        g.permissions_by_role = {}
        for row in RolePermission.select().order_by(RolePermission.permission):
            g.permissions_by_role.setdefault(row.role_id, []).append(row.permission)
    return summary_of(g.permissions_by_role.get(role.id, []))


def _content(form: FlaskForm) -> RoleContent:
    return RoleContent(form.name.data, frozenset(form.permissions.data))


def _seen(text: str | None) -> RoleContent:
    values = carried_values(text)
    permissions = values.get("permissions")
    names = map(str, permissions) if isinstance(permissions, list) else ()
    return RoleContent(str(values.get("name", "")), frozenset(names))
