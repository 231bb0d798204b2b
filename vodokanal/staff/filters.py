"""What a list can be narrowed by: one filter a column, made for the column's own type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import (
    SQL,
    BooleanField,
    CharField,
    DateField,
    Expression,
    Field,
    ForeignKeyField,
    IntegerField,
)
from wtforms import Form

from vodokanal.models import fields
from vodokanal.models.base import Table
from vodokanal.staff.labels import LABELS
from vodokanal.web.configuration import settings
from vodokanal.web.form_fields import (
    ChoiceField,
    CubicMetresField,
    DayField,
    MonthField,
    QuantityField,
    RublesField,
    TicksField,
    TypedField,
    WholeField,
    choices_of,
)

N_ = lazy_gettext

YES, NO = "yes", "no"
FILLED, EMPTY = "filled", "empty"
FROM, TO, IS = "_from", "_to", "_is"
# More rows than this are no choice: their column is searched by, not chosen from.
MOST_OFFERED = 200
MOST_TICKS = 9
LARGEST = Decimal(10) ** 10


@dataclass(frozen=True)
class Filter:
    """One column that the rows of a list can be chosen by."""

    column: Any
    label: str
    # What its values are called; and the one that nearly every row has.
    words: Mapping[Any, str] = field(default_factory=dict)
    usual: str | None = None

    def inputs(self) -> dict[str, Any]:
        """The fields of its form."""
        raise NotImplementedError

    def chosen(self, form: Form) -> Iterator[Expression]:
        """What the rows must be like, as the form says."""
        raise NotImplementedError

    def is_range(self, form: Form) -> bool:
        """Whether the rows are chosen by an order that their column has."""
        return False

    def mistakes(self, form: Form) -> None:
        """Notes in the form what contradicts itself."""

    @property
    def names(self) -> Sequence[str]:
        """What its inputs are called in an address."""
        return list(self.inputs())


class SeveralFilter(Filter):
    """Any of a few named values."""

    def inputs(self) -> dict[str, Any]:
        return {self.column.name: TicksField(self.label, offered=choices_of(self.words))}

    def chosen(self, form: Form) -> Iterator[Expression]:
        values = form[self.column.name].data
        return self._among(values) if values else iter(())

    def _among(self, values: Sequence[Any]) -> Iterator[Expression]:
        yield self.column.in_(values)
        # The unusual rows have an index of their own, which is not looked for by a parameter.
        if self.usual is not None and self.usual not in values:
            yield self.column != SQL(f"'{self.usual}'")


class OneOfManyFilter(SeveralFilter):
    """One of so many named values that boxes to tick would fill the page."""

    def inputs(self) -> dict[str, Any]:
        return {self.column.name: ChoiceField(N_("only"), offered=self._offered)}

    def chosen(self, form: Form) -> Iterator[Expression]:
        value = form[self.column.name].data
        return self._among([value]) if value else iter(())

    def _offered(self) -> list[tuple[Any, str]]:
        return [_all(), *self.words.items()]


class YesFilter(Filter):
    """Yes or no."""

    def inputs(self) -> dict[str, Any]:
        return {self.column.name: ChoiceField(N_("only"), offered=_yes_or_no)}

    def chosen(self, form: Form) -> Iterator[Expression]:
        value = form[self.column.name].data
        if value:
            yield self.column == (value == YES)


class RowFilter(Filter):
    """One row of a small table."""

    def inputs(self) -> dict[str, Any]:
        return {self.column.name: ChoiceField(N_("only"), offered=self._rows)}

    def chosen(self, form: Form) -> Iterator[Expression]:
        value = form[self.column.name].data
        if value:
            yield self.column == value

    def _rows(self) -> list[tuple[int, str]]:
        table = self.column.rel_model
        rows = table.select().order_by(table.name).limit(MOST_OFFERED)
        return [_all(), *((row.id, str(row)) for row in rows)]


class RangeFilter(Filter):
    """From one value to another, both included; and whether there is a value at all."""

    def inputs(self) -> dict[str, Any]:
        made = RANGES[kind_of(self.column)]
        found: dict[str, Any] = {
            self.column.name + FROM: made(N_("from")),
            self.column.name + TO: made(N_("until")),
        }
        if self.column.null:
            filled = ChoiceField(N_("only"), offered=_there_or_missing)
            found[self.column.name + IS] = filled
        return found

    def chosen(self, form: Form) -> Iterator[Expression]:
        first, last = form[self.column.name + FROM].data, form[self.column.name + TO].data
        if first is not None:
            yield self.column >= self._beginning(first)
        if last is not None:
            yield self._until(last)
        presence = self._presence(form)
        if presence:
            yield self.column.is_null(presence == EMPTY)

    def is_range(self, form: Form) -> bool:
        ends = (form[self.column.name + end].data for end in (FROM, TO))
        return any(end is not None for end in ends) or self._presence(form) == FILLED

    def mistakes(self, form: Form) -> None:
        first, last = form[self.column.name + FROM], form[self.column.name + TO]
        if first.data is not None and last.data is not None and last.data < first.data:
            last.errors = [_("This is less than where it begins.")]

    def _presence(self, form: Form) -> Any:
        return form[self.column.name + IS].data if self.column.null else None

    def _beginning(self, value: Any) -> Any:
        # No column holds more, and no database compares with more than its columns can hold.
        return min(value, LARGEST) if isinstance(value, Decimal) else value

    def _until(self, value: Any) -> Expression:
        until: Expression = self.column <= self._beginning(value)
        return until


class MomentFilter(RangeFilter):
    """Moments from one day to another, as the utility's clock shows them."""

    def _beginning(self, value: date) -> datetime:
        return datetime.combine(value, time.min, settings().zone).astimezone(UTC)

    def _until(self, value: date) -> Expression:
        until: Expression = self.column < self._beginning(value + timedelta(days=1))
        return until


# The first type that fits decides: our own types are kinds of Peewee's.
RANGES: Mapping[type[Field], Callable[..., TypedField]] = {
    fields.MomentField: DayField,
    DateField: DayField,
    fields.PeriodField: MonthField,
    fields.VolumeField: CubicMetresField,
    fields.MoneyField: RublesField,
    fields.HundredthsField: QuantityField,
    IntegerField: WholeField,
}
FILTERS: Mapping[type[Field], type[Filter]] = {
    CharField: SeveralFilter,
    BooleanField: YesFilter,
    ForeignKeyField: RowFilter,
    **dict.fromkeys(RANGES, RangeFilter),
    fields.MomentField: MomentFilter,
}


class UnfilteredColumnError(TypeError):
    """There is no filter for columns of this type."""


def kind_of(column: Field) -> type[Field]:
    """The type of a column that the filters know."""
    for kind in FILTERS:
        if isinstance(column, kind):
            return kind
    raise UnfilteredColumnError(column.name)


def filters_of(
    table: type[Table],
    names: Sequence[str],
    *,
    labels: Mapping[str, str],
    words: Mapping[str, Mapping[Any, str]],
    usual: Mapping[str, str],
) -> list[Filter]:
    """The filters of a list, in the order of the columns' names."""
    found = []
    for name in names:
        column = getattr(table, name)
        known = words.get(name) or LABELS.get(getattr(column, "choice", StrEnum), {})
        made = OneOfManyFilter if len(known) > MOST_TICKS else FILTERS[kind_of(column)]
        found.append(made(column, labels[name], known, usual.get(name)))
    return found


def _yes_or_no() -> list[tuple[str, str]]:
    return [_all(), (YES, _("yes")), (NO, _("no"))]


def _there_or_missing() -> list[tuple[str, str]]:
    return [_all(), (FILLED, _("is there")), (EMPTY, _("is missing"))]


def _all() -> tuple[str, str]:
    return ("", _("all"))


class Narrowing:
    """What a list is narrowed to by the address of a request."""

    blank: ClassVar[tuple[Any, ...]] = (None, "", [])

    def __init__(self, filters: Sequence[Filter], arguments: Any) -> None:
        self.filters = filters
        inputs = {name: each for one in filters for name, each in one.inputs().items()}
        self.form: Form = type("FilterForm", (Form,), inputs)(arguments)
        self.is_right = self.form.validate()
        for each in filters if self.is_right else ():
            each.mistakes(self.form)
        self.is_right = not any(field.errors for field in self.form)

    @property
    def is_there(self) -> bool:
        """Whether anything is chosen or was mistyped."""
        return any(field.errors or field.data not in self.blank for field in self.form)

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """Each filter's label and its fields, as the page shows them."""
        return [
            (str(each.label), [self.form[name] for name in each.names]) for each in self.filters
        ]

    def conditions(self) -> list[Expression]:
        """What the rows must be like; nothing they are like when something was mistyped."""
        if not self.is_right:
            return [SQL("1 = 0")]
        return [condition for each in self.filters for condition in each.chosen(self.form)]

    def ranged(self) -> list[Any]:
        """The columns of which a range was chosen."""
        if not self.is_right:
            return []
        return [each.column for each in self.filters if each.is_range(self.form)]
