"""How values of every type are printed in the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from vodokanal.billing.periods import Period
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.staff.labels import label_of
from vodokanal.web.configuration import settings
from vodokanal.web.dates import month_title
from vodokanal.web.numbers import numbers

Print = Callable[[Any], str]


def number(value: Decimal) -> str:
    """A number with just the decimals it has: 156,32."""
    places = -int(value.normalize().as_tuple().exponent)
    return numbers().fixed(value, max(places, 0))


def moment(value: datetime) -> str:
    """A moment in the utility's zone: 12.11.2026 10:42."""
    return f"{value.astimezone(settings().zone):%d.%m.%Y %H:%M}"


def day(value: date) -> str:
    """A day: 12.11.2026."""
    return f"{value:%d.%m.%Y}"


def yes_or_no(value: object) -> str:
    """A tick in words."""
    return _("yes") if value else _("no")


# The first type that fits decides: a moment is a date too, and a tick a number.
PRINTS: Mapping[type, Print] = {
    type(None): lambda _value: "",
    bool: yes_or_no,
    StrEnum: label_of,
    datetime: moment,
    date: day,
    Decimal: number,
    Period: month_title,
    Account: lambda account: grouped(str(account.number)),
}


def printed(value: Any) -> Any:
    """The value as a table prints it."""
    for kind, prints in PRINTS.items():
        if isinstance(value, kind):
            return prints(value)
    return value


def formatters() -> dict[type, Callable[[Any, Any, str], Any]]:
    """The same for Flask-Admin."""
    return {object: lambda _view, value, _name: printed(value)}
