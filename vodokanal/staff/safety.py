"""What is asserted of every view before the portal serves anything."""

from __future__ import annotations

from typing import Any

from peewee import Field

from vodokanal.models.fields import FoldedField
from vodokanal.operations.records import SECRET
from vodokanal.operations.roles import PERMISSIONS
from vodokanal.staff.downloads import columns_of
from vodokanal.staff.gate import Gate
from vodokanal.staff.listing import begins_an_index
from vodokanal.staff.lists import ListView
from vodokanal.web.access import Audience


class UnsafeViewError(Exception):
    """A view of the admin leaves something open."""


def refuse_unsafe(views: list[Any]) -> None:
    """Refuses to start with a view that is not gated, not ordered or writes unnamed columns."""
    for view in views:
        for fault in faults_of(view):
            raise UnsafeViewError(type(view).__name__, fault)


def faults_of(view: Any) -> list[str]:
    """What is wrong with a view; nothing when it may be served."""
    if not isinstance(view, Gate):
        return ["has no gate"]
    rows = view.access_rows()
    faults = [
        f"{page} asks for {row}"
        for page, row in rows.items()
        if not isinstance(row, Audience) and row not in PERMISSIONS
    ]
    return faults + (_faults_of_table(view) if isinstance(view, ListView) else [])


def _faults_of_table(view: ListView) -> list[str]:
    writes = view.can_create or view.can_edit
    shown = {*columns_of(view), *(view.form_columns or ()), *view.downloaded}
    columns: dict[str, Field] = view.table._meta.fields
    hidden = [
        name for name in shown if name in SECRET or isinstance(columns.get(name), FoldedField)
    ]
    found = {
        "does not name its columns": not view.column_list,
        "writes columns that it does not name": writes and view.form_columns is None,
        "has no order": not view.order,
        "is ordered by no index": not (view.few or begins_an_index(next(iter(view.order), None))),
        "shows what is kept secret": bool(hidden),
        "deletes": view.can_delete or view.is_action_allowed("delete"),
        "saves past the operations": bool(view.column_editable_list or view.inline_models),
        "has a form without a token": not hasattr(view.form_base_class, "validate_on_submit"),
    }
    return [fault for fault, is_there in found.items() if is_there]
