"""Form fields for the portal's own types; a text that cannot be read stays as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, DateTimeLocalInput, MonthInput, TextInput

from vodokanal.billing.digits import without_spaces
from vodokanal.billing.money import NotAnAmountError, rubles
from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.billing.volumes import LITRE, NotAVolumeError, cubic_metres
from vodokanal.web.arguments import clean_line, printable
from vodokanal.web.configuration import settings

# A year typed with a slip, 0026 or 20226, is not taken for a day.
EARLIEST, LATEST = date(1900, 1, 1), date(2099, 12, 31)
WHOLE = re.compile(r"[0-9]{1,9}")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY_AS_WRITTEN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
MONTH_AS_WRITTEN = re.compile(r"([0-9]{1,2})\.([0-9]{4})")
DAY_AND_TIME = re.compile(r"([0-9.-]{8,10})[T ,]+([0-9]{1,2}):([0-9]{2})")
DECIMAL_MARK = ","

Choices = Sequence[tuple[Any, str]]

SELECT = Markup("<select{attributes}>{rows}</select>")
ATTRIBUTE = Markup(' {name}="{value}"')
OPTION = Markup('<option value="{value}"{chosen}>{words}</option>')
SELECTED = Markup(" selected")


class Filled:
    """The validator of a field that must not be left empty."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: object, field: Field) -> None:
        # What could not be read is not missing.
        if field.process_errors:
            raise StopValidation
        if field.data is None or field.data in ("", []):
            raise StopValidation(_("Please fill this in."))


class TypedField(Field):
    """A field that reads its text as a value."""

    widget = TextInput()
    empty: Any = None

    def read(self, text: str) -> Any:
        """The value of a text that is not empty; raises ValueError with a sentence."""
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """The value as it stands in the field."""
        return str(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            text = clean_line(valuelist[0])
            self.data = self.read(text) if text else self.empty

    def _value(self) -> str:
        if self.raw_data:
            return printable(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)


class LineField(TypedField):
    """One line of text, of a length that its column holds."""

    def __init__(self, *args: Any, longest: int, empty: str | None = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.longest, self.empty = longest, empty

    def read(self, text: str) -> str:
        if len(text) > self.longest:
            raise ValueError(_("At most %(longest)s characters.", longest=self.longest))
        return text


class WholeField(TypedField):
    """A whole number between two others, both inclusive."""

    def __init__(self, *args: Any, least: int = 0, most: int = 10**9, **options: Any) -> None:
        super().__init__(*args, **options)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        compact = without_spaces(text)
        if not WHOLE.fullmatch(compact) or not self.least <= int(compact) <= self.most:
            limits = {"least": self.least, "most": self.most}
            raise ValueError(_("A whole number from %(least)s to %(most)s.", **limits))
        return int(compact)


class ExactField(TypedField):
    """A number that is not negative and keeps its decimals."""

    def written(self, value: Decimal) -> str:
        return f"{value:f}".replace(".", DECIMAL_MARK)


class RublesField(ExactField):
    """An amount of money as people write it: 1 234,50."""

    def read(self, text: str) -> Decimal:
        try:
            amount = rubles(text)
        except NotAnAmountError:
            amount = Decimal(-1)
        if amount < 0:
            raise ValueError(_("An amount in rubles, such as 1234,50."))
        return amount


class CubicMetresField(ExactField):
    """A volume in cubic metres: 156,320; a norm may have six decimals."""

    def __init__(self, *args: Any, is_norm: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_norm = is_norm

    def read(self, text: str) -> Decimal:
        try:
            volume = cubic_metres(text)
        except NotAVolumeError:
            volume = Decimal(-1)
        if volume >= 0 and (self.is_norm or volume == volume.quantize(LITRE)):
            return volume
        if self.is_norm:
            raise ValueError(_("Cubic metres with at most six decimals, such as 5,016."))
        raise ValueError(_("Cubic metres with at most three decimals, such as 156,320."))


class QuantityField(ExactField):
    """A quantity of at most two decimals: square metres, heads."""

    def read(self, text: str) -> Decimal:
        try:
            quantity = rubles(text)
        except NotAnAmountError:
            quantity = Decimal(-1)
        if quantity < 0:
            raise ValueError(_("A number with at most two decimals, such as 12,5."))
        return quantity


class DayField(TypedField):
    """A day: from the browser's calendar, or typed as 12.11.2026."""

    widget = DateInput()

    def read(self, text: str) -> date:
        found = _day_of(without_spaces(text))
        if found is None or not EARLIEST <= found <= LATEST:
            raise ValueError(_("A day, such as 12.11.2026."))
        return found

    def written(self, value: date) -> str:
        return value.isoformat()


class MomentField(TypedField):
    """A minute by the utility's clock: from the browser's, or typed as 12.11.2026 10:42."""

    widget = DateTimeLocalInput()

    def read(self, text: str) -> datetime:
        match = DAY_AND_TIME.fullmatch(text)
        found = _day_of(match[1]) if match else None
        try:
            minute = time(int(match[2]), int(match[3])) if match else None
        except ValueError:
            minute = None
        if found is None or minute is None or not EARLIEST <= found <= LATEST:
            raise ValueError(_("A day and a time, such as 12.11.2026 10:42."))
        return datetime.combine(found, minute, settings().zone).astimezone(UTC)

    def written(self, value: datetime) -> str:
        return f"{value.astimezone(settings().zone):%Y-%m-%dT%H:%M}"


class MonthField(TypedField):
    """A month: from the browser's calendar, or typed as 11.2026."""

    widget = MonthInput()

    def read(self, text: str) -> Period:
        compact = without_spaces(text)
        match = MONTH_AS_WRITTEN.fullmatch(compact)
        try:
            found = Period(int(match[2]), int(match[1])) if match else Period.parse(compact)
        except NotAPeriodError:
            found = Period(1, 1)
        if not EARLIEST <= found.first_day <= LATEST:
            raise ValueError(_("A month, such as 11.2026."))
        return found


class ChoiceWidget:
    """A native list."""

    def __call__(self, field: ChoiceField, **options: Any) -> Markup:
        given = {"id": field.id, "name": field.name, **options}
        if field.flags.required:
            given["required"] = "required"
        attributes = Markup("").join(
            ATTRIBUTE.format(name=name, value=value) for name, value in given.items()
        )
        rows = Markup("").join(
            OPTION.format(value=value, chosen=SELECTED if chosen else "", words=words)
            for value, words, chosen in field.boxes()
        )
        return SELECT.format(attributes=attributes, rows=rows)


class ChoiceField(TypedField):
    """One of a few values, chosen from a native list; without `blank` the first is proposed."""

    widget = ChoiceWidget()

    def __init__(
        self, *args: Any, offered: Callable[[], Choices], blank: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.blank = blank
        self.offered = {_text(value): (value, str(words)) for value, words in offered()}

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        # A list without an empty line never sends one by itself.
        if valuelist and self.data is None and not self.blank and "" not in self.offered:
            raise ValueError(_("Please choose one of the list."))

    def read(self, text: str) -> Any:
        if text not in self.offered:
            raise ValueError(_("Please choose one of the list."))
        return self.offered[text][0]

    def boxes(self) -> list[tuple[str, str, bool]]:
        """Every choice: its value, its words, whether it is chosen."""
        chosen = "" if self.data is None else _text(self.data)
        rows = [(text, words, text == chosen) for text, (_value, words) in self.offered.items()]
        return [("", "", not chosen), *rows] if self.blank else rows


class TicksField(Field):
    """Any number of a few values, each with a box to tick; the template prints the boxes."""

    def __init__(self, *args: Any, offered: Callable[[], Choices], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = {_text(value): (value, str(words)) for value, words in offered()}

    def process_data(self, value: Sequence[Any] | None) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if not set(valuelist) <= set(self.offered):
            raise ValueError(_("Please choose one of the list."))
        self.data = [self.offered[text][0] for text in dict.fromkeys(valuelist)]

    def boxes(self) -> list[tuple[str, str, bool]]:
        """Every box: its value, its words, whether it is ticked."""
        rows = self.offered.items()
        return [(text, words, value in self.data) for text, (value, words) in rows]


def mistakes_in(form: Any, names: Sequence[str]) -> list[tuple[str, str]]:
    """What is wrong in a form: the fields' ids, and what each of them is to be told."""
    return [
        (form[name].id, f"{form[name].label.text}: {form[name].errors[0]}")
        for name in names
        if form[name].errors
    ]


def choices_of(labels: Mapping[StrEnum, str]) -> Callable[[], Choices]:
    """The members of a choice with their words, as they are offered."""
    return lambda: list(labels.items())


def _day_of(text: str) -> date | None:
    written = DAY_AS_WRITTEN.fullmatch(text)
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _text(value: Any) -> str:
    return str(value.value if isinstance(value, StrEnum) else value)
