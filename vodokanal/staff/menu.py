"""The row of sections above every staff page, and the tables of the current one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

N_ = lazy_gettext

# The sections in their order; each view names its own.
SECTIONS: Mapping[str, str] = {
    "today": N_("Today"),
    "entry": N_("Enter readings"),
    "accounts": N_("Accounts"),
    "meters": N_("Meters and readings"),
    "month": N_("Month"),
    "money": N_("Money"),
    "recalculations": N_("Recalculations"),
    "people": N_("Residents"),
    "places": N_("Addresses"),
    "rates": N_("Tariffs and norms"),
    "rules": N_("Rules"),
    "staff": N_("Staff"),
}

# The row above every page: the first of the views that exists and is open, by its endpoint.
TABLES, FINDER, START = "tables", "find", "today"
DAILY: Sequence[tuple[Sequence[str], str]] = (
    (("admin",), N_("Today")),
    (("reading_sheets",), N_("Sheet of readings")),
    (("reading_missing",), N_("Who has not sent")),
    (("month",), N_("Month")),
    (("payment_entry", "payments"), N_("Take payments")),
    (("debtors",), N_("Debtors")),
    ((TABLES,), N_("Tables")),
)
# Every row leads to its own changes there.
JOURNAL = "journal"

# Address, words, whether it is the page that is open.
Entry = tuple[str, str, bool]


@dataclass(frozen=True)
class Menu:
    """What the employee may open from here; `search` is where accounts are looked for."""

    sections: list[Entry]
    tables: list[Entry]
    search: str


def menu_of(current: Any) -> Menu:
    """The menu of a view's page: what is needed every day, and one entry for all the rest."""
    open_views = views_open_to_employee(current.admin)
    by_code = {view.endpoint: view for view in open_views}
    daily = [(find_view(codes, by_code), str(words)) for codes, words in DAILY]
    found = [(view, words) for view, words in daily if view is not None]
    is_daily = any(view is current for view, _words in found)
    # Whatever is no desk of every day belongs to the tables; a card belongs to nothing.
    sections = [
        (
            _address(view),
            words,
            view is current or (view.endpoint == TABLES and not is_daily and bool(current.section)),
        )
        for view, words in found
    ]
    tables = [
        (_address(view), str(view.name), view is current)
        for view in open_views
        if view.section and view.section == current.section
    ]
    finder = next((view for view in current.admin._views if view.endpoint == FINDER), None)
    search = _address(finder) if finder is not None and finder.is_accessible() else ""
    # A section with a single table needs no second row of links.
    return Menu(sections, tables if len(tables) > 1 else [], search)


def find_view(codes: Sequence[str], views: Mapping[str, Any]) -> Any:
    """The first of the views that the employee may open, or None."""
    return next((views[code] for code in codes if code in views), None)


def tables_by_section(views: Sequence[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every view that the employee may open, under the name of its section."""
    found = []
    for section, words in SECTIONS.items():
        tables = [(_address(view), str(view.name)) for view in views if view.section == section]
        if tables and section != START:
            found.append((str(words), tables))
    return found


def views_open_to_employee(admin: Any) -> list[Any]:
    """Every view that the employee of this request may open, in the order of the menu."""
    return [view for view in admin._views if view.in_menu and view.is_accessible()]


def links_of(view: Any, row: Any) -> list[tuple[str, str]]:
    """The lists of other tables about one row, as far as they are open to the employee."""
    others = {each.endpoint: each for each in views_open_to_employee(view.admin)}
    return [
        (others[code].get_url(f"{code}.index_view", **{column: row.id}), str(others[code].name))
        for code, column in view.related
        if code in others
    ]


def journal_of(view: Any, row: Any) -> str:
    """The address of what was changed in a row, or an empty text."""
    others = {each.endpoint: each for each in views_open_to_employee(view.admin)}
    if JOURNAL not in others:
        return ""
    address: str = others[JOURNAL].get_url(
        f"{JOURNAL}.index_view", table=row._meta.table_name, row=row.id
    )
    return address


def _address(view: Any) -> str:
    address: str = view.get_url(f"{view.endpoint}.{view._default_view}")
    return address
