"""Column types that keep money, volumes, periods, moments and named choices exact."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    IntegerField,
    Node,
    TextField,
    fn,
)

from vodokanal.billing.money import kopecks, rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.volumes import cubic_centimetres, from_cubic_centimetres
from vodokanal.models.database import is_sqlite

HUNDREDTH = Decimal("0.01")


class NumberField(AutoField):
    """The number of a row, which no later one gets, although the row be deleted.

    PostgreSQL counts like that by itself. What the journal tells of a row is told by its number.
    """

    def ddl(self, ctx: Any) -> Any:
        made = super().ddl(ctx)
        if is_sqlite() and not self.model.REUSES_NUMBERS:
            made.nodes.append(SQL("AUTOINCREMENT"))
        return made


class MoneyField(BigIntegerField):
    """Rubles in Python, whole kopecks in the database."""

    def db_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Node):
            return value
        return kopecks(rubles(value))

    def python_value(self, value: int | None) -> Decimal | None:
        return None if value is None else (Decimal(value) * HUNDREDTH)


class VolumeField(BigIntegerField):
    """Cubic metres in Python, whole cubic centimetres in the database."""

    def db_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Node):
            return value
        return cubic_centimetres(value)

    def python_value(self, value: int | None) -> Decimal | None:
        return None if value is None else from_cubic_centimetres(value)


class HundredthsField(BigIntegerField):
    """A quantity of at most two decimals (square metres, heads), kept as whole hundredths."""

    def db_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Node):
            return value
        if isinstance(value, float):
            raise TypeError("a quantity is never a float")
        hundredths = Decimal(value) / HUNDREDTH
        if hundredths != hundredths.to_integral_value():
            raise ValueError(f"{value} has more than two decimals")
        return int(hundredths)

    def python_value(self, value: int | None) -> Decimal | None:
        return None if value is None else Decimal(value) * HUNDREDTH


class PeriodField(IntegerField):
    """A billing month, stored as yyyymm."""

    def db_value(self, value: Any) -> Any:
        return value.as_int if isinstance(value, Period) else value

    def python_value(self, value: int | None) -> Period | None:
        return None if value is None else Period.from_int(value)


class MomentField(DateTimeField):
    """An aware moment in Python, naive UTC in the database."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("a moment without a time zone")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> datetime | None:
        moment = super().python_value(value)
        return None if moment is None else moment.replace(tzinfo=UTC)


class ChoiceField(CharField):
    """One member of a StrEnum, stored by its value."""

    def __init__(self, choice: type[StrEnum], **options: Any) -> None:
        self.choice = choice
        super().__init__(max_length=20, **options)

    def db_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Node):
            return value
        return self.choice(value).value

    def python_value(self, value: str | None) -> StrEnum | None:
        return None if value is None else self.choice(value)


class FoldedField(TextField):
    """Text folded for searching (lower case, ё as е); written by operations, never by people."""


def total(field: MoneyField | VolumeField) -> Any:
    """The sum of a money or volume column, in its own unit; None when there are no rows.

    A bare SUM would return the stored integer (kopecks, cubic centimetres).
    """
    return fn.SUM(field).converter(field.python_value)


def whole_total(expression: Any) -> Any:
    """The sum of an expression as it is kept: kopecks, cubic centimetres, rows."""
    # PostgreSQL gives a numeric for the sum of bigints.
    return fn.SUM(expression).cast("BIGINT").converter(lambda value: value)
