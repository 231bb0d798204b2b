"""The base of desks that show sums of months: chosen by their address, printed, taken as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue

from vodokanal.billing.periods import NotAPeriodError, Period
from vodokanal.formats.sheets import Row as SheetRow
from vodokanal.formats.sheets import Sheet
from vodokanal.models.base import Table
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.downloads import DOWNLOAD, FORMATS, file_of
from vodokanal.staff.gate import expose
from vodokanal.staff.lookups import ID
from vodokanal.web.access import Row
from vodokanal.web.arguments import LARGEST_ID
from vodokanal.web.dates import month_title
from vodokanal.web.numbers import KOPECK_PLACES, MINUS, numbers

# Nothing moved: a dash is read faster than zeros.
NOTHING = "—"
LINES_A_PAGE = 100
LAST_PAGE = 9_999

# A value of an address, its words, whether it is chosen.
Option = tuple[str, str, bool]


class ReportDesk(StaffDesk):
    """A desk of sums; `table` is what the journal says they were taken from."""

    area, section = "charges", "month"
    table: ClassVar[type[Table]]

    def row_for(self, page: str) -> Row:
        return DOWNLOAD if page == "download" else super().row_for(page)

    def sheet(self) -> tuple[Sheet, Iterator[SheetRow]]:
        """The sums that the address asks for, as a file has them."""
        raise NotImplementedError

    @expose("/download/", methods=("POST",))
    def download(self) -> ResponseReturnValue:
        # The deed alone is not enough: the sums must be open to the employee too.
        if not self.may(self._default_view):
            abort(403)
        kind = FORMATS.get(request.form.get("format", "")) or abort(400)
        sheet, rows = self.sheet()
        return file_of(self, sheet, rows=rows, kind=kind)


def month_asked(name: str, periods: Sequence[Period], *, default: Period) -> Period:
    """The month that the address names, one of those offered."""
    if not request.args.get(name):
        return default
    period = month_of_address(name)
    return period if period in periods else abort(404)


def month_of_address(name: str) -> Period:
    """The month that stands in the address under a name."""
    try:
        return Period.parse(request.args[name])
    except NotAPeriodError:
        abort(404)


def id_asked(name: str) -> int | None:
    """The row that the address names, if any."""
    text = request.args.get(name)
    if not text:
        return None
    if not ID.fullmatch(text) or not 0 < int(text) <= LARGEST_ID:
        abort(404)
    return int(text)


def choice_asked(name: str, offered: Iterable[Any], *, default: Any = None) -> Any:
    """The member of a choice that the address names."""
    text = request.args.get(name)
    if not text:
        return default
    return next((each for each in offered if each.value == text), None) or abort(404)


def page_asked() -> int:
    """The page that the address names, the first being 0."""
    page = request.args.get("page", 0, type=int)
    return page if 0 <= page <= LAST_PAGE else abort(404)


def pages_around(view: Any, asked: Any, *, is_last: bool) -> tuple[str, str]:
    """The addresses of the page before and of the next one, where there are such."""
    before = view.get_url(".index", **asked.arguments(page=asked.page - 1))
    after = view.get_url(".index", **asked.arguments(page=asked.page + 1))
    return before if asked.page else "", "" if is_last else after


def month_options(periods: Sequence[Period], chosen: Period) -> list[Option]:
    """The months to choose from."""
    return [(str(each), month_title(each), each == chosen) for each in periods]


def amount(value: Decimal) -> str:
    """An amount in a column of rubles: 1 234,56."""
    if not value:
        return NOTHING
    sign = MINUS if value < 0 else ""
    return sign + numbers().fixed(abs(value), KOPECK_PLACES)
