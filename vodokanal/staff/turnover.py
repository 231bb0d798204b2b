"""The desk of the turnover sheet: the whole utility, its districts, houses and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.services import CustomerGroup
from vodokanal.formats.account_numbers import grouped
from vodokanal.formats.sheets import Row as SheetRow
from vodokanal.formats.sheets import Sheet
from vodokanal.models.accounts import Account
from vodokanal.models.ledger import Movement
from vodokanal.models.places import District, House
from vodokanal.operations.turnover import (
    Level,
    Turnover,
    account_lines,
    accounts_of,
    districts_of,
    houses_of,
    sum_of,
    turnover_by,
)
from vodokanal.staff.downloads import offered_to_employee, plain
from vodokanal.staff.gate import expose
from vodokanal.staff.labels import label_of
from vodokanal.staff.report import (
    LINES_A_PAGE,
    ReportDesk,
    amount,
    pages_around,
)
from vodokanal.staff.turnover_figures import (
    CHARGES,
    MOVEMENTS,
    Figure,
    channel_figures,
    figures_of,
    link_to,
)
from vodokanal.staff.turnover_scope import Asked, options_of

N_ = lazy_gettext

# What stands behind a sum of this level.
BELOW = {Level.DISTRICT: Level.HOUSE, Level.HOUSE: Level.ACCOUNT}
ALL_HOUSES = 1_000_000

# The words of a sum and the address of what is behind it.
Cell = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line: what it is about, where that leads to, its address, its sums."""

    name: str
    url: str
    place: str
    cells: Sequence[Cell]


class TurnoverDesk(ReportDesk):
    code, table = "turnover", Movement
    title, address = N_("Turnover sheet"), "/staff/turnover"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        asked = Asked.of_request()
        figures = figures_of(asked.scope, sum_of(asked.whole.values()))
        lines, is_last = self.lines(asked, figures) if asked.level else ([], True)
        return self.render(
            "staff/turnover.html",
            asked=asked,
            about=self.about(asked),
            options=options_of(asked),
            kept={name: getattr(asked.scope, name) for name in ("district", "house")},
            summary=self.summary(asked) if asked.level is None else [],
            groups=[*map(label_of, asked.whole), _("Together")] if asked.whole else [],
            heads=[each.words for each in figures],
            lines=lines,
            totals=self.totals(asked, figures),
            pages=pages_around(self, asked, is_last=is_last),
            formats=offered_to_employee(self),
            download_url=self.get_url(".download", **asked.arguments()),
        )

    def summary(self, asked: Asked) -> list[tuple[str, bool, Sequence[Cell]]]:
        """Each figure of the whole, by group and together; balances and sums stand out."""
        whole = sum_of(asked.whole.values())
        *before, paid, closing = figures_of(asked.scope, whole)
        figures = [*before, *channel_figures(asked.scope, whole), paid, closing]
        return [
            (
                each.words,
                each.is_balance or each is paid,
                [
                    *(
                        (amount(each.value(turnover)), self.link(each, asked, group=group))
                        for group, turnover in asked.whole.items()
                    ),
                    (amount(each.value(whole)), self.link(each, asked)),
                ],
            )
            for each in figures
        ]

    def link(self, figure: Figure, asked: Asked, *, group: CustomerGroup | None = None) -> str:
        """What is behind a figure of the whole: its rows, or the sheet that it is the sum of."""
        scope, group = asked.scope, group or asked.scope.group
        if scope.district is None and scope.house is None:
            # Of the lists only that of charges knows the group.
            if figure.endpoint == CHARGES:
                return link_to(self, figure, group=group and group.value)
            if group is None and figure.endpoint != MOVEMENTS:
                return link_to(self, figure)
        below = Level.HOUSE if scope.district else Level.DISTRICT
        level = Level.ACCOUNT if scope.house else below
        changes = {"by": level.value, "group": group and group.value}
        address: str = self.get_url(".index", **asked.arguments(**changes))
        return address

    def lines(self, asked: Asked, figures: Sequence[Figure]) -> tuple[list[Line], bool]:
        """The lines of a page, and whether it is the last one."""
        place = {"offset": asked.page * LINES_A_PAGE, "limit": LINES_A_PAGE + 1}
        if asked.level is Level.ACCOUNT:
            accounts = accounts_of(asked.scope, **place)
            sheet = self.sums(asked, [each.id for each in accounts])
            found = [
                self.account_line(each, sheet.get(each.id), figures=figures) for each in accounts
            ]
        else:
            names = named(asked, **place)
            sheet = self.sums(asked, [key for key, _name in names])
            found = [
                self.line(asked, key, name=name, turnover=sheet.get(key), figures=figures)
                for key, name in names
            ]
        return found[:LINES_A_PAGE], len(found) <= LINES_A_PAGE

    def sums(self, asked: Asked, keys: Sequence[int]) -> dict[int, Turnover]:
        """The sums of each district, house or account."""
        level = asked.level or Level.DISTRICT
        sheet = turnover_by(level, asked.scope, only=keys)
        return {key: sum_of(line.values()) for key, line in sheet.items()}

    def line(
        self, asked: Asked, key: int, *, name: str, turnover: Turnover | None, figures: Any
    ) -> Line:
        """A district or a house; every sum of it leads to what it is made of."""
        level = asked.level or Level.DISTRICT
        changes = {"by": BELOW[level].value, level.value: key}
        url = self.get_url(".index", **asked.arguments(**changes))
        sums = turnover or Turnover()
        return Line(name, url, "", [(amount(each.value(sums)), url) for each in figures])

    def account_line(
        self, account: Account, turnover: Turnover | None, *, figures: Iterable[Figure]
    ) -> Line:
        """An account; its sums lead to their rows."""
        sums = turnover or Turnover()
        cells = [
            (amount(each.value(sums)), link_to(self, each, account=account.id)) for each in figures
        ]
        return Line(grouped(str(account.number)), cells[0][1], account.premises.address, cells)

    def totals(self, asked: Asked, figures: Sequence[Figure]) -> list[tuple[str, Sequence[Cell]]]:
        """The last lines: each group, when there are several, and all together."""
        groups = list(asked.whole.items()) if len(asked.whole) > 1 else []
        rows = [(label_of(group).capitalize(), each) for group, each in groups]
        rows.append((_("Together"), sum_of(asked.whole.values())))
        return [
            (words, [(amount(each.value(sums)), "") for each in figures]) for words, sums in rows
        ]

    def about(self, asked: Asked) -> list[str]:
        """Which part of the town it is about."""
        found = []
        for table, key in ((District, asked.scope.district), (House, asked.scope.house)):
            if key is not None:
                found.append(str(table.get_or_none(table.id == key) or abort(404)))
        return found

    def sheet(self) -> tuple[Sheet, Iterator[SheetRow]]:
        asked = Asked.of_request()
        figures = figures_of(asked.scope, Turnover(), in_full=True)
        heads = [_("Account"), _("Address")] if asked.level is Level.ACCOUNT else [_("Of whom")]
        words = [each.words for each in figures]
        title = f"{self.title} {asked.scope.first} {asked.scope.last}"
        return Sheet(title, [*heads, _("Customers"), *words]), sheet_rows(asked, figures)


def named(asked: Asked, *, offset: int, limit: int) -> list[tuple[int, str]]:
    """The districts or houses of a page, with what they are called."""
    if asked.level is Level.DISTRICT:
        return districts_of(asked.scope)[offset : offset + limit]
    houses = houses_of(asked.scope, offset=offset, limit=limit)
    return [(house.id, house.address) for house in houses]


def sheet_rows(asked: Asked, figures: Sequence[Figure]) -> Iterator[SheetRow]:
    """The rows of a file; groups apart, so that it can be added up by them."""
    if asked.level is Level.ACCOUNT:
        for account, sums in account_lines(asked.scope):
            places = [str(account.number), plain(account.premises.address), label_of(account.group)]
            yield [*places, *cells_of(sums, figures)]
        return
    if asked.level is None:
        sheet, names = {0: dict(asked.whole)}, [(0, _("Together"))]
    else:
        sheet, names = (
            turnover_by(asked.level, asked.scope),
            named(asked, offset=0, limit=ALL_HOUSES),
        )
    for key, name in names:
        line = sheet.get(key, {})
        for group in (each for each in CustomerGroup if each in line):
            yield [plain(name), label_of(group), *cells_of(line[group], figures)]


def cells_of(sums: Turnover, figures: Iterable[Figure]) -> Iterator[Decimal | None]:
    """The sums of a row; where nothing moved the cell stays empty, which spares half the file."""
    for each in figures:
        value = each.value(sums)
        yield value if value or each.is_balance else None
