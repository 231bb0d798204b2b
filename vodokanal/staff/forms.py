"""Forms made of a table's columns: only of those that a view names, each in its own field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_wtf import FlaskForm
from peewee import (
    BooleanField,
    CharField,
    DateField,
    Field,
    ForeignKeyField,
    IntegerField,
)
from wtforms import BooleanField as TickField
from wtforms import HiddenField

from vodokanal.models import fields as columns
from vodokanal.models.base import Table
from vodokanal.staff.labels import LABELS
from vodokanal.staff.lookups import LookupField, RowLoader
from vodokanal.web import form_fields
from vodokanal.web.form_fields import Filled, choices_of

# Written by operations, never by people.
NEVER_TYPED = (columns.FoldedField, columns.MomentField)

Options = dict[str, Any]


class UnsafeFormError(Exception):
    """A form would offer a column that nobody may type into."""


@dataclass(frozen=True)
class Layout:
    """Which columns a form has, what they are called, and how rows are found for them."""

    names: Sequence[str]
    labels: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    loaders: Mapping[str, RowLoader] = field(default_factory=dict)
    # Limits and validators that a column's type does not say.
    options: Mapping[str, Options] = field(default_factory=dict)
    # Moments that people know, unlike those that operations write down.
    moments: Collection[str] = ()


def form_of(table: type[Table], layout: Layout) -> type[FlaskForm]:
    """The form class of a table's columns, in the given order."""
    # What makes the form count once, and what its sender had before them.
    members: dict[str, Any] = {"key": HiddenField(), "seen": HiddenField()}
    for name in layout.names:
        column = table._meta.fields[name]
        is_known = name in layout.moments
        if (isinstance(column, NEVER_TYPED) and not is_known) or column.primary_key:
            raise UnsafeFormError(table.__name__, name)
        members[name] = _field_of(column, layout)
    return type(f"{table.__name__}Form", (FlaskForm,), members)


def _field_of(column: Field, layout: Layout) -> Any:
    options: Options = {
        "label": layout.labels[column.name],
        "description": layout.hints.get(column.name, ""),
        "validators": [Filled()] if _is_required(column) else [],
        **layout.options.get(column.name, {}),
    }
    if column.name in layout.loaders:
        return LookupField(loader=layout.loaders[column.name], **options)
    for kind, make in MAKERS.items():
        if isinstance(column, kind):
            return make(column, options)
    raise UnsafeFormError(type(column).__name__, column.name)


def _is_required(column: Field) -> bool:
    is_text = isinstance(column, CharField) and not isinstance(column, columns.ChoiceField)
    may_be_empty = is_text and column.default == ""
    return not (column.null or may_be_empty or isinstance(column, BooleanField))


def _default(column: Field) -> Options:
    return {} if column.default is None else {"default": column.default}


def _line(column: CharField, options: Options) -> Any:
    # An id that is not known is NULL, so that a unique index does not take two for the same.
    empty = None if column.null else ""
    return form_fields.LineField(longest=column.max_length, empty=empty, **options)


def _choice(column: columns.ChoiceField, options: Options) -> Any:
    offered = choices_of(LABELS[column.choice])
    return form_fields.ChoiceField(
        offered=offered, blank=column.null, **(_default(column) | options)
    )


def _rows(column: ForeignKeyField, options: Options) -> Any:
    table = column.rel_model

    def offered() -> list[tuple[int, str]]:
        return [(row.id, str(row)) for row in table.select().order_by(table.name)]

    # Nothing is proposed: the first row of a list is rarely the one that is meant.
    return form_fields.ChoiceField(offered=offered, blank=True, **options)


def _plainly(kind: Callable[..., Any]) -> Callable[[Field, Options], Any]:
    return lambda column, options: kind(**(_default(column) | options))


# The first type that fits decides: our own types are kinds of Peewee's.
MAKERS: Mapping[type[Field], Callable[[Any, Options], Any]] = {
    columns.ChoiceField: _choice,
    columns.MoneyField: _plainly(form_fields.RublesField),
    columns.VolumeField: _plainly(form_fields.CubicMetresField),
    columns.HundredthsField: _plainly(form_fields.QuantityField),
    columns.PeriodField: _plainly(form_fields.MonthField),
    columns.MomentField: _plainly(form_fields.MomentField),
    ForeignKeyField: _rows,
    BooleanField: _plainly(TickField),
    CharField: _line,
    DateField: _plainly(form_fields.DayField),
    IntegerField: _plainly(form_fields.WholeField),
}
