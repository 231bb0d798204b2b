"""The row of sections above every staff page, and the tables of the current one."""

from __future__ import annotations

from collections.abc import Mapping
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

# Every row leads to its own changes there.
JOURNAL = "journal"

# Address, words, whether it is the page that is open.
Entry = tuple[str, str, bool]


@dataclass(frozen=True)
class Menu:
    """What the employee may open from here."""

    sections: list[Entry]
    tables: list[Entry]


def menu_of(current: Any) -> Menu:
    """The menu of a view's page: one entry a section, leading to its first table."""
    open_views = views_open_to_employee(current.admin)
    sections = []
    for code, words in SECTIONS.items():
        views = [view for view in open_views if view.section == code]
        if views:
            sections.append((_address(views[0]), str(words), code == current.section))
    tables = [
        (_address(view), str(view.name), view is current)
        for view in open_views
        if view.section == current.section
    ]
    # A section with a single table needs no second row of links.
    return Menu(sections, tables if len(tables) > 1 else [])


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
