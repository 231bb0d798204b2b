"""Water meters, in flats and common ones in houses."""

from __future__ import annotations

from peewee import CharField, Check, DateField, ForeignKeyField, IntegerField

from vodokanal.billing.readings import Kind
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, exactly_one, not_before, one_of
from vodokanal.models.fields import ChoiceField, VolumeField
from vodokanal.models.places import House


class Meter(Table):
    """A meter of one account, or a common meter of a house."""

    account = ForeignKeyField(Account, null=True, backref="meters", on_delete="RESTRICT")
    house = ForeignKeyField(House, null=True, backref="common_meters", on_delete="RESTRICT")
    kind = ChoiceField(Kind)
    serial = CharField(max_length=40, index=True)
    model = CharField(max_length=100, default="")
    place = CharField(max_length=100, default="")
    # The resident's own name for it.
    nickname = CharField(max_length=60, default="")
    digits_before = IntegerField(default=5)
    digits_after = IntegerField(default=3)
    installed_on = DateField(index=True)
    commissioned_on = DateField(null=True)
    verified_on = DateField(null=True)
    verify_by = DateField(null=True, index=True)
    service_life_until = DateField(null=True)
    seal_number = CharField(max_length=60, default="")
    # As ГИС ЖКХ has numbered it.
    gis_number = CharField(max_length=40, null=True)
    initial_reading = VolumeField(default=0)
    removed_on = DateField(null=True, index=True)
    final_reading = VolumeField(null=True)
    replaced_by = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    failed_on = DateField(null=True, index=True)

    class Meta:
        constraints = [
            one_of("kind", Kind),
            exactly_one("account_id", "house_id"),
            Check("digits_before BETWEEN 3 AND 9"),
            Check("digits_after BETWEEN 0 AND 4"),
            Check("initial_reading >= 0"),
            Check("final_reading IS NULL OR final_reading >= 0"),
            not_before("commissioned_on", "installed_on"),
            not_before("removed_on", "installed_on"),
            not_before("verify_by", "verified_on"),
        ]

    def __str__(self) -> str:
        return f"№\N{NO-BREAK SPACE}{self.serial}"


TABLES = (Meter,)
