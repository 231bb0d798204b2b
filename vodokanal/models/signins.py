"""One row a device that somebody signed in on."""

from __future__ import annotations

from peewee import BooleanField, CharField, ForeignKeyField

from vodokanal.models.base import Table, exactly_one
from vodokanal.models.fields import MomentField
from vodokanal.models.people import Employee, Resident


class SignIn(Table):
    """A device's session; the cookies carry a random token of which only the hash is kept."""

    token_hash = CharField(max_length=64, unique=True)
    resident = ForeignKeyField(Resident, null=True, backref="sign_ins", on_delete="RESTRICT")
    employee = ForeignKeyField(Employee, null=True, backref="sign_ins", on_delete="RESTRICT")
    device = CharField(max_length=200, default="")
    remembered = BooleanField(default=False)
    started_at = MomentField()
    last_seen_at = MomentField(index=True)
    ended_at = MomentField(null=True)

    class Meta:
        constraints = [exactly_one("resident_id", "employee_id")]


TABLES = (SignIn,)
