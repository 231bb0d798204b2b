"""The rows without which nothing works: starting roles, the ordinary window, what the law sets."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex

from peewee import Select, fn

from vodokanal.models.base import Table
from vodokanal.models.bulk import insert_whole
from vodokanal.models.configuration import Configuration
from vodokanal.models.database import database
from vodokanal.models.export_maps import ExportColumn
from vodokanal.models.people import Role, RolePermission
from vodokanal.models.terms import LegalTerm
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.first_columns import first_columns
from vodokanal.operations.first_rates import FIRST_DAY, first_rates
from vodokanal.operations.roles import STARTING_ROLES
from vodokanal.operations.transactions import writes


@writes
def lay_foundations() -> None:
    """Adds what a new database lacks; what staff have changed since stays as it is."""
    for code, (name, permissions) in STARTING_ROLES.items():
        if not Role.select().where(Role.code == code).exists():
            role = Role.create(code=code, name=name)
            rows = [{"role": role.id, "permission": each} for each in sorted(permissions)]
            RolePermission.insert_many(rows).execute()
    if not Configuration.select().exists():
        Configuration.create(token=token_hex(16))
    if not ReadingWindow.select().exists():
        ReadingWindow.create(from_day=10, to_day=20, starts_on=FIRST_DAY)
    _lay_rates()
    if not ExportColumn.select().exists():
        insert_whole(ExportColumn, first_columns())


def _lay_rates() -> None:
    """Fills the tables of what the law sets that have never had a row."""
    seeds = first_rates()
    for table in _empty([table for table in seeds if table is not LegalTerm]):
        insert_whole(table, seeds[table])
    # A later version may know numbers of the law that this database has never had.
    known = {term for (term,) in LegalTerm.select(LegalTerm.term).distinct().tuples()}
    insert_whole(LegalTerm, [row for row in seeds[LegalTerm] if row["term"] not in known])


def _empty(tables: Sequence[type[Table]]) -> list[type[Table]]:
    there = Select(columns=[fn.EXISTS(table.select(table.id).limit(1)) for table in tables])
    (row,) = database.execute(there)
    return [table for table, is_there in zip(tables, row, strict=True) if not is_there]
