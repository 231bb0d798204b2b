"""The desk of houses with a common meter: what came in and what the flats are charged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.methods import Method
from vodokanal.billing.periods import Period
from vodokanal.formats.sheets import Row as SheetRow
from vodokanal.formats.sheets import Sheet
from vodokanal.models.meters import Meter
from vodokanal.operations.districts import all_districts
from vodokanal.operations.house_balance import HouseBalance, house_balances
from vodokanal.operations.turnover import months_of_sheets
from vodokanal.staff.downloads import offered_to_employee, plain
from vodokanal.staff.gate import expose
from vodokanal.staff.report import (
    LINES_A_PAGE,
    NOTHING,
    ReportDesk,
    id_asked,
    month_asked,
    month_options,
    page_asked,
    pages_around,
)
from vodokanal.web.clock import today
from vodokanal.web.dates import month
from vodokanal.web.numbers import LITRE_PLACES, MINUS, numbers
from vodokanal.web.wording import kind_word

N_ = lazy_gettext

# How volumes of flats are found; what a flat without a meter is charged by is a norm too.
ORIGINS: Sequence[tuple[str, tuple[Method, ...]]] = (
    (N_("By meters, m³"), (Method.METER,)),
    (N_("By averages, m³"), (Method.AVERAGE,)),
    (N_("By norms, m³"), (Method.NORM, Method.NO_METER)),
)


@dataclass(frozen=True)
class Line:
    """A house and a water: where its meters are looked at, its volumes, what is to be noted."""

    address: str
    url: str
    water: str
    volumes: Sequence[str]
    mark: str = ""


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    periods: Sequence[Period]
    period: Period
    district: int | None
    page: int

    @classmethod
    def of_request(cls) -> Asked:
        """The month and the district."""
        periods = months_of_sheets(today())
        # The last one that may be whole.
        usual = periods[min(1, len(periods) - 1)]
        period = month_asked("month", periods, default=usual)
        return cls(periods, period, id_asked("district"), page_asked())

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """The same as an address, but for the changes."""
        found = {"month": self.period, "district": self.district}
        return {name: value for name, value in (found | changes).items() if value}

    def balances(self) -> list[HouseBalance]:
        """The houses asked for."""
        return house_balances(self.period, district=self.district)


class HouseBalanceDesk(ReportDesk):
    code, table = "house_balance", Meter
    title, address = N_("House balance"), "/staff/house-balance"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = Asked.of_request()
        found, first = asked.balances(), asked.page * LINES_A_PAGE
        lines = [self.line(each) for each in found[first : first + LINES_A_PAGE]]
        return self.render(
            "staff/house_balance.html",
            heading=month(asked.period),
            options={"month": month_options(asked.periods, asked.period)},
            kept={"district": asked.district},
            districts=self.districts(asked),
            heads=[str(words) for words in heads()],
            lines=lines,
            footnote=str(ONLY_COUNTED) if any(each.mark for each in lines) else "",
            pages=pages_around(self, asked, is_last=len(found) <= first + LINES_A_PAGE),
            formats=offered_to_employee(self),
            download_url=self.get_url(".download", **asked.arguments()),
        )

    def districts(self, asked: Asked) -> list[tuple[str, str, bool]]:
        """Every district: its address, its name, whether it is chosen."""
        known = {each.id: str(each.name) for each in all_districts()}
        if asked.district is not None and asked.district not in known:
            abort(404)
        return [
            (self.get_url(".index", **asked.arguments(district=key)), name, key == asked.district)
            for key, name in [(None, _("all districts")), *known.items()]
        ]

    def line(self, balance: HouseBalance) -> Line:
        """A line of the list."""
        common, *others = [
            printed(each, places) for each, places in zip(volumes_of(balance), PLACES, strict=True)
        ]
        return Line(
            balance.house.address,
            self.get_url("meters.index_view", house=balance.house.id),
            kind_word(balance.kind),
            [unread_words(balance) or common, *others],
            MARK if balance.is_only_counted else "",
        )

    def sheet(self) -> tuple[Sheet, Iterator[SheetRow]]:
        asked = Asked.of_request()
        rows = (sheet_row(each) for each in asked.balances())
        words = [_("House"), _("Water"), *map(str, heads())]
        return Sheet(f"{self.title} {asked.period}", words), rows


# Leads from a line to the note beneath the list.
MARK = "*"
ONLY_COUNTED = N_(
    "* Hot water is charged by somebody else here and only counted by us: it has no lines, so the "
    "flats have 0."
)
PLACES = (LITRE_PLACES,) * (len(ORIGINS) + 3) + (1,)


def heads() -> list[str]:
    """What the volumes are called."""
    return [
        _("Common meter, m³"),
        *(words for words, _methods in ORIGINS),
        _("Flats together, m³"),
        _("Difference, m³"),
        _("Difference, %"),
    ]


def volumes_of(balance: HouseBalance) -> list[Decimal | None]:
    """The volumes of a house in the order of their heads."""
    origins = [
        sum((balance.flats.get(method, Decimal(0)) for method in methods), Decimal(0))
        for _words, methods in ORIGINS
    ]
    return [
        balance.common,
        *origins,
        balance.charged,
        balance.difference,
        balance.per_cent,
    ]


def unread_words(balance: HouseBalance) -> str:
    """Which month the common meter was not read for; empty where it was."""
    if balance.unread is None:
        return ""
    return _("no reading for %(month)s", month=month(balance.unread))


def sheet_row(balance: HouseBalance) -> SheetRow:
    """A line of the file; what is to be noted stands beside the water."""
    common, *others = volumes_of(balance)
    water = kind_word(balance.kind)
    if balance.is_only_counted:
        water = f"{water} {MARK}"
    unread = plain(unread_words(balance))
    return [plain(balance.house.address), water, unread or common, *others]


def printed(value: Decimal | None, places: int) -> str:
    """A volume or a share of the list; a dash where it is not known."""
    if value is None:
        return NOTHING
    sign = MINUS if value < 0 else ""
    return sign + numbers().fixed(abs(value), places)
