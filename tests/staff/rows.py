"""A row of every table that the admin shows, beside the cast's own."""

from __future__ import annotations

from typing import Any

from tests.cast import Cast
from tests.factories import (
    make_extension,
    make_journal_entry,
    make_letter,
    make_meter_possibility,
    make_norm_category,
    make_occupancy,
    make_premises_norm,
    make_premises_quantity,
)
from vodokanal.models.base import Table
from vodokanal.models.schema import TABLES

# The tables by their addresses below /staff/, and the columns whose text people write.
TEXTS: dict[str, tuple[str, ...]] = {
    "districts": ("name", "telephone", "duty_telephone"),
    "houses": ("settlement", "street", "number", "letter", "building", "gis_guid"),
    "premises": ("flat", "gis_guid"),
    "norm-categories": ("name",),
    "premises-norms": (),
    "meter-possibilities": ("act_number",),
    "premises-quantities": ("what",),
    "accounts": ("contract_number", "gis_account_id", "gis_service_id"),
    "account-services": (),
    "holders": ("name", "telephone", "email"),
    "occupancies": (),
    "residents": ("name", "telephone", "email"),
    "accesses": (),
    "letters": (),
    "meters": ("serial", "model", "place", "nickname", "seal_number"),
    "readings": (),
    "windows": (),
    "window-extensions": ("sentence",),
    "employees": ("name", "position"),
    "roles": ("name",),
    "journal": ("actor_name", "action"),
}
PATHS = tuple(TEXTS)
READ_ONLY = ("readings", "letters", "journal")
WITHOUT_EDITING = (*READ_ONLY, "accesses", "window-extensions")


def path_of(table: type[Table]) -> str:
    """The address of a table below /staff/."""
    names = {
        "district": "districts",
        "house": "houses",
        "norm_category": "norm-categories",
        "premises_norm": "premises-norms",
        "meter_possibility": "meter-possibilities",
        "premises_quantity": "premises-quantities",
        "account": "accounts",
        "account_service": "account-services",
        "holder": "holders",
        "occupancy": "occupancies",
        "resident": "residents",
        "account_access": "accesses",
        "letter": "letters",
        "meter": "meters",
        "reading": "readings",
        "reading_window": "windows",
        "window_extension": "window-extensions",
        "employee": "employees",
        "role": "roles",
        "journal_entry": "journal",
    }
    name: str = table._meta.table_name
    return names.get(name, name)


def table_at(path: str) -> type[Table]:
    """The table at an address."""
    (found,) = [table for table in TABLES if path_of(table) == path]
    return found


def populate(cast: Cast) -> None:
    """Gives every table a row."""
    premises = cast.account.premises
    make_premises_norm(premises=premises, category=make_norm_category())
    make_meter_possibility(premises=premises)
    make_premises_quantity(premises=premises)
    make_occupancy(account=cast.account)
    make_letter()
    make_extension(decided_by=cast.olga)
    make_journal_entry(actor_name="Портал", after='{"name": "x"}', subject_id=1)


def newest(path: str) -> Any:
    """The newest row of the table at an address."""
    table = table_at(path)
    return table.select().order_by(table.id.desc()).first()
