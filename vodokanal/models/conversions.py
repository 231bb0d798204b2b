"""What makes a column's value of the driver's: the field's own way, or a quicker one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from peewee import BooleanField, DateField, Field, ForeignKeyField

from vodokanal.billing.periods import Period
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField

Convert = Callable[[Any], Any]


def convert_of(field: Any) -> Convert | None:
    """What makes a column's value of the driver's; None where it is a value already."""
    while isinstance(field, ForeignKeyField):
        field = field.rel_field
    for kind, make in QUICKER.items():
        if isinstance(field, kind):
            return make(field)
    if not isinstance(field, Field) or type(field).python_value is Field.python_value:
        return None
    return field.python_value


# Rows share their days.
@lru_cache(maxsize=4096)
def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def _period(value: int | None) -> Period | None:
    return None if value is None else Period.from_int(value)


def _choice(field: ChoiceField) -> Convert:
    members: dict[str | None, Any] = {each.value: each for each in field.choice}
    return {None: None, **members}.__getitem__


# A subclass stands before its base.
QUICKER: dict[type[Field], Callable[[Any], Convert | None]] = {
    MomentField: lambda _field: _moment,
    DateField: lambda _field: _day,
    PeriodField: lambda _field: _period,
    ChoiceField: _choice,
    BooleanField: lambda _field: lambda value: value if value is None else bool(value),
}
