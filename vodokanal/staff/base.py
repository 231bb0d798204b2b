"""The base of every table that employees write: its forms, and what is said when they are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from vodokanal.models.approvals import PendingDeed
from vodokanal.models.base import Table
from vodokanal.operations.records import RowRefusedError, create_record, update_record
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff import keeping, seen
from vodokanal.staff.asking import tell
from vodokanal.staff.forms import Layout, Options, form_of
from vodokanal.staff.gate import expose
from vodokanal.staff.lists import ListView
from vodokanal.staff.menu import links_of
from vodokanal.web.clock import now
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import mistakes_in
from vodokanal.web.identity import current_actor


class StaffView(ListView):
    """A table to be written; a column that a subclass does not name has no field."""

    # What stands beside fields, and what besides their types limits them.
    hints: ClassVar[Mapping[str, str]] = {}
    field_options: ClassVar[Mapping[str, Options]] = {}
    typed_moments: ClassVar[Sequence[str]] = ()
    days_in_order: ClassVar[Sequence[tuple[str, str]]] = (("starts_on", "ends_on"),)
    # Said when the database knows such a row already.
    taken: ClassVar[str] = ""
    # Whether many rows are typed one after another.
    adds_several: ClassVar[bool] = True

    can_create = can_edit = True
    form_template: ClassVar[str] = "staff/form.html"

    def added(self) -> dict[str, Any]:
        """What a new row has besides what was typed."""
        return {}

    def proposed(self) -> dict[str, Any]:
        """What stands in the form of a new row before anything is typed."""
        return dict(self.owner())

    def check(self, form: FlaskForm) -> None:
        """Notes at the fields what contradicts another field."""

    def values_in(self, row: Table) -> dict[str, Any]:
        """What the form shows of a row."""
        return {name: row.__data__[name] for name in self.form_columns}

    def values_from(self, form: FlaskForm) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: form[name].data for name in self.form_columns}

    def form_names(self, row: Table | None) -> Sequence[str]:
        """The fields of the form, in their order."""
        names: Sequence[str] = self.form_columns
        return names

    def scaffold_form(self) -> type[FlaskForm]:
        layout = Layout(
            names=self.form_columns,
            labels=self.column_labels,
            hints=self.hints,
            loaders=self._form_ajax_refs,
            options=self.field_options,
            moments=self.typed_moments,
        )
        return form_of(self.table, layout)

    def create_form(self, obj: object = None) -> FlaskForm:
        form = self._create_form_class(typed() or None, data=self.proposed())
        keeping.propose(form.key, new_key())
        return form

    def edit_form(self, obj: Any = None) -> FlaskForm:
        values = self.values_in(obj)
        form = self._edit_form_class(typed() or None, data=values)
        keeping.propose(form.seen, seen.written(values))
        return form

    def validate_form(self, form: FlaskForm) -> bool:
        hidden = set(self.table._meta.fields) - set(form._fields) - {"id"}
        if hidden & set(request.form):
            abort(400)
        if not form.validate():
            return False
        for first, last in self.days_in_order:
            if first in form and last in form and _reversed(form[first].data, form[last].data):
                form[last].errors = [_("This day is before the first one.")]
        self.check(form)
        return not form.errors

    def keep_new(self, values: Mapping[str, Any], *, key: str) -> Table:
        """The row that is added."""
        return create_record(current_actor(), self.table, values=values, at=now(), key=key)

    def keep_changed(
        self, row: Table, *, values: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Table:
        """The row as it is after the change."""
        return update_record(current_actor(), row, values=values, seen=seen, at=now())

    def note_refusal(self, error: RowRefusedError, form: FlaskForm) -> None:
        """Says above the form, or at one of its fields, why it was not taken."""
        keeping.refuse(keeping.refusal_words(error, taken=self.taken))

    def create_model(self, form: FlaskForm) -> Table | None:
        return keeping.try_to_add(self, form)

    def update_model(self, form: FlaskForm, model: Table) -> Table | None:
        return keeping.try_to_change(self, form, row=model)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        form = self.create_form()
        if request.method == "POST" and self.validate_form(form):
            row = self.create_model(form)
            if isinstance(row, PendingDeed):
                tell(row, "")
                return redirect(self.return_url())
            if row is not None:
                return self.after_adding(row)
        return self.form_page(form)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        form = self.edit_form(row)
        is_right = request.method == "POST" and self.validate_form(form)
        if is_right and (kept := self.update_model(form, row)) is not None:
            tell(kept, _("Saved."))
            return redirect(self.return_url())
        return self.form_page(form, row)

    def after_adding(self, row: Table) -> ResponseReturnValue:
        """What follows when a row has been added."""
        flash(_("Added."), "success")
        if "add_another" in request.form:
            return redirect(request.full_path)
        return redirect(self.return_url())

    def form_page(
        self,
        form: FlaskForm,
        row: Table | None = None,
        *,
        refusal: str = "",
        names: Sequence[str] | None = None,
    ) -> ResponseReturnValue:
        """The form of a new row, or of a row that is there."""
        said, status = g.get("refused", ("", keeping.UNPROCESSABLE))
        names = self.form_names(row) if names is None else names
        page = self.render(
            self.form_template,
            form=form,
            row=row,
            heading=self.adding if row is None else self.heading_of(row),
            links=[] if row is None else links_of(self, row),
            names=names,
            mistakes=mistakes_in(form, names),
            refusal=refusal or said,
            return_url=self.return_url(),
        )
        return (page, status) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        if page == "edit_view":
            row = self.get_one(request.args.get("id"))
            return self.form_page(self.edit_form(row), row, refusal=refusal)
        return self.form_page(self.create_form(), refusal=refusal)


def _reversed(first: Any, last: Any) -> bool:
    return first is not None and last is not None and last < first
