"""Prices of a cubic metre, by service, group of customers, zone and day."""

from __future__ import annotations

from peewee import BooleanField, CharField, Check, DateField, ForeignKeyField

from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.base import Table, not_before, one_of
from vodokanal.models.fields import ChoiceField, MoneyField
from vodokanal.models.places import District


class Tariff(Table):
    """The price of a cubic metre from a day, to a day inclusive; without a district, everywhere."""

    ONE_A_DAY = ("service", "group", "district")

    service = ChoiceField(Service)
    group = ChoiceField(
        CustomerGroup, default=CustomerGroup.POPULATION, column_name="customer_group"
    )
    district = ForeignKeyField(District, null=True, on_delete="RESTRICT")
    price = MoneyField()
    # Citizens' prices are published with VAT, others without it.
    includes_vat = BooleanField(default=True)
    document = CharField(max_length=200, default="")
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        constraints = [
            one_of("service", Service),
            one_of("customer_group", CustomerGroup),
            Check("price > 0"),
            not_before("ends_on", "starts_on"),
        ]


TABLES = (Tariff,)
