"""The rows without which nothing works: starting roles and the ordinary reading window."""

from __future__ import annotations

from datetime import date
from secrets import token_hex

from vodokanal.models.configuration import Configuration
from vodokanal.models.people import Role, RolePermission
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.roles import STARTING_ROLES
from vodokanal.operations.transactions import writes

FIRST_DAY = date(2000, 1, 1)


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
