"""What the address of the turnover sheet asks for: months, a part of the town, by what it is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup
from vodokanal.operations.turnover import (
    Level,
    Scope,
    Turnover,
    months_of_sheets,
    sum_of,
    turnover_by,
)
from vodokanal.staff.labels import LABELS
from vodokanal.staff.report import (
    Option,
    choice_asked,
    id_asked,
    month_asked,
    month_options,
    page_asked,
)
from vodokanal.web.clock import today
from vodokanal.web.dates import month

N_ = lazy_gettext

WORDS = {
    Level.DISTRICT: N_("by districts"),
    Level.HOUSE: N_("by houses"),
    Level.ACCOUNT: N_("by accounts"),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    periods: Sequence[Period]
    scope: Scope
    level: Level | None
    page: int

    @classmethod
    def of_request(cls) -> Asked:
        """The months, the part of the town, by what it is listed."""
        periods = months_of_sheets(today())
        last = month_asked("to", periods, default=periods[0])
        scope = Scope(
            month_asked("from", periods, default=last),
            last,
            id_asked("district"),
            id_asked("house"),
            choice_asked("group", CustomerGroup),
        )
        if scope.first > scope.last:
            abort(404)
        return cls(periods, scope, choice_asked("by", Level), page_asked())

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The same as an address, but for the changes; another list begins at its first page."""
        found = {
            "from": self.scope.first,
            "to": self.scope.last,
            "by": self.level and self.level.value,
            "district": self.scope.district,
            "house": self.scope.house,
            "group": self.scope.group and self.scope.group.value,
        }
        return {name: value for name, value in (found | changes).items() if value}

    @property
    def months(self) -> str:
        """The months in words."""
        words = dict.fromkeys((month(self.scope.first), month(self.scope.last)))
        return " — ".join(words)

    @cached_property
    def whole(self) -> Mapping[CustomerGroup, Turnover]:
        """Everybody's sums together, group by group."""
        sheet = turnover_by(Level.DISTRICT, self.scope)
        return {
            group: sum_of(line[group] for line in sheet.values() if group in line)
            for group in CustomerGroup
            if any(group in line for line in sheet.values())
        }


def options_of(asked: Asked) -> dict[str, list[Option]]:
    """What the form of the desk offers."""
    level, group = asked.level, asked.scope.group
    groups = LABELS[CustomerGroup].items()
    return {
        "from": month_options(asked.periods, asked.scope.first),
        "to": month_options(asked.periods, asked.scope.last),
        "by": [
            ("", _("all together"), level is None),
            *((each.value, str(words), each is level) for each, words in WORDS.items()),
        ],
        "group": [
            ("", _("all customers"), group is None),
            *((each.value, str(words), each is group) for each, words in groups),
        ],
    }
