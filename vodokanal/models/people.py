"""People who sign in: residents and what they may open, employees and their roles."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from peewee import SQL, BooleanField, CharField, ForeignKeyField

from vodokanal.formats.telephones import LONGEST_KEY, telephone_key
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, FoldedField, MomentField


class Relation(StrEnum):
    """Why a resident may open an account; a trusted one sees no personal data."""

    OWNER = "owner"
    REGISTERED = "registered"
    TRUSTED = "trusted"


class Employee(Table):
    """Somebody who works for the utility."""

    SEARCHED = ("name", "login")

    login = CharField(max_length=60, unique=True)
    name = CharField(max_length=200)
    position = CharField(max_length=100, default="")
    # Where the portal writes to when a month is late.
    email = CharField(max_length=200, default="")
    password_hash = CharField(max_length=200, default="")
    must_change_password = BooleanField(default=False)
    created_at = MomentField()
    disabled_at = MomentField(null=True)
    search_text = FoldedField(default="")

    def __str__(self) -> str:
        return str(self.name)


class Role(Table):
    """A set of permissions with a name."""

    code = CharField(max_length=40, unique=True)
    name = CharField(max_length=100)

    def __str__(self) -> str:
        return str(self.name)


class RolePermission(Table):
    """One thing a role may do, such as `meters.write`."""

    role = ForeignKeyField(Role, backref="permissions", on_delete="RESTRICT")
    permission = CharField(max_length=60)

    class Meta:
        indexes = ((("role", "permission"), True),)


class EmployeeRole(Table):
    """A role that an employee has."""

    employee = ForeignKeyField(Employee, backref="roles", on_delete="RESTRICT")
    role = ForeignKeyField(Role, backref="employees", on_delete="RESTRICT")

    class Meta:
        indexes = ((("employee", "role"), True),)


class Resident(Table):
    """A person who can sign in to the cabinet."""

    SEARCHED = ("name", "login", "telephone", "email")

    login = CharField(max_length=60, unique=True)
    name = CharField(max_length=200)
    telephone = CharField(max_length=40, default="")
    telephone_key = CharField(max_length=LONGEST_KEY, default="", index=True)
    email = CharField(max_length=200, null=True, index=True)
    email_confirmed_at = MomentField(null=True)
    language = CharField(max_length=10, default="ru")
    password_hash = CharField(max_length=200, default="")
    must_change_password = BooleanField(default=False)
    created_at = MomentField()
    disabled_at = MomentField(null=True, index=True)
    search_text = FoldedField(default="", index=True)

    def derive(self) -> None:
        super().derive()
        self.telephone_key = telephone_key(str(self.telephone))
        # Whoever confirmed an address has confirmed no other one.
        if "email" in self._dirty and "email_confirmed_at" not in self._dirty:
            nobody: Any = None
            self.email_confirmed_at = nobody

    def __str__(self) -> str:
        return str(self.name)


class AccountAccess(Table):
    """That a resident may open an account, until it is revoked."""

    resident = ForeignKeyField(Resident, backref="accesses", on_delete="RESTRICT")
    account = ForeignKeyField(Account, backref="accesses", on_delete="RESTRICT")
    relation = ChoiceField(Relation)
    granted_at = MomentField()
    granted_by = ForeignKeyField(Employee, null=True, on_delete="RESTRICT")
    revoked_at = MomentField(null=True)

    class Meta:
        constraints = [one_of("relation", Relation)]


AccountAccess.add_index(
    AccountAccess.resident,
    AccountAccess.account,
    unique=True,
    where=SQL("revoked_at IS NULL"),
    name="account_access_once",
)

TABLES = (Employee, Role, RolePermission, EmployeeRole, Resident, AccountAccess)
