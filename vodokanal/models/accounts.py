"""Personal accounts: what is supplied, who owes, who lives there."""

from __future__ import annotations

from enum import StrEnum

from peewee import SQL, BooleanField, CharField, Check, DateField, ForeignKeyField, IntegerField

from vodokanal.billing.services import Charging, CustomerGroup, Service
from vodokanal.formats.account_numbers import account_key
from vodokanal.formats.telephones import LONGEST_KEY, telephone_key
from vodokanal.models.base import Table, not_before, one_of
from vodokanal.models.fields import ChoiceField, FoldedField
from vodokanal.models.places import Premises


class HolderKind(StrEnum):
    """Who owes."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ReceiptDelivery(StrEnum):
    """How the month's receipt reaches the payer."""

    PAPER = "paper"
    EMAIL = "email"
    BOTH = "both"


class Account(Table):
    """A personal account; its number is kept exactly as the utility's books have it."""

    number = CharField(max_length=20)
    # What people type is compared without spaces, dashes and case.
    number_key = CharField(max_length=20, unique=True)
    premises = ForeignKeyField(Premises, backref="accounts", on_delete="RESTRICT")
    group = ChoiceField(
        CustomerGroup, default=CustomerGroup.POPULATION, column_name="customer_group"
    )
    contract_number = CharField(max_length=60, default="")
    contract_on = DateField(null=True)
    opened_on = DateField(index=True)
    closed_on = DateField(null=True, index=True)
    receipt_delivery = ChoiceField(ReceiptDelivery, default=ReceiptDelivery.PAPER)
    # Receipts in large type for whoever asked for them.
    large_print = BooleanField(default=False)
    gis_account_id = CharField(max_length=40, null=True)
    gis_service_id = CharField(max_length=40, null=True)

    class Meta:
        indexes = ((("number",), False),)
        constraints = [
            one_of("customer_group", CustomerGroup),
            one_of("receipt_delivery", ReceiptDelivery),
            not_before("closed_on", "opened_on"),
        ]

    def derive(self) -> None:
        self.number_key = account_key(str(self.number))

    def __str__(self) -> str:
        return str(self.number)


class AccountService(Table):
    """A service that an account has, from a day, to a day inclusive."""

    ONE_A_DAY = ("account", "service")

    account = ForeignKeyField(Account, backref="services", on_delete="RESTRICT")
    service = ChoiceField(Service)
    charging = ChoiceField(Charging, default=Charging.CHARGED)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("account", "service", "starts_on"), True),)
        constraints = [
            one_of("service", Service),
            one_of("charging", Charging),
            not_before("ends_on", "starts_on"),
        ]


class Holder(Table):
    """Who owes for an account: a person or an organisation, from a day, to a day inclusive."""

    ONE_A_DAY = ("account",)
    SEARCHED = ("name", "inn", "telephone", "email")

    account = ForeignKeyField(Account, backref="holders", on_delete="RESTRICT")
    kind = ChoiceField(HolderKind, default=HolderKind.PERSON)
    name = CharField(max_length=200)
    inn = CharField(max_length=12, default="")
    kpp = CharField(max_length=9, default="")
    telephone = CharField(max_length=40, default="")
    # The digits alone: whoever calls is found by the number that the display shows.
    telephone_key = CharField(max_length=LONGEST_KEY, default="", index=True)
    # The same from the last digit on: a neighbour's number is said without the code of the town.
    telephone_backwards = CharField(max_length=LONGEST_KEY, default="", index=True)
    email = CharField(max_length=200, default="")
    starts_on = DateField(index=True)
    ends_on = DateField(null=True, index=True)
    search_text = FoldedField(default="", index=True)

    class Meta:
        indexes = ((("account", "starts_on"), False),)
        constraints = [one_of("kind", HolderKind), not_before("ends_on", "starts_on")]

    def derive(self) -> None:
        super().derive()
        self.telephone_key = telephone_key(str(self.telephone))
        self.telephone_backwards = self.telephone_key[::-1]

    def __str__(self) -> str:
        return str(self.name)


class Occupancy(Table):
    """How many are registered and how many own, from a day, to a day inclusive."""

    ONE_A_DAY = ("account",)

    account = ForeignKeyField(Account, backref="occupancies", on_delete="RESTRICT")
    registered = IntegerField(default=0)
    owners = IntegerField(default=1)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("account", "starts_on"), True),)
        constraints = [
            Check("registered >= 0 AND registered <= 1000"),
            Check("owners >= 0 AND owners <= 1000"),
            not_before("ends_on", "starts_on"),
        ]


# Organisations are few and called by any word of their title. A query must say it in the same
# words: SQLite does not look for a partial index by parameters.
IS_ORGANISATION = Holder.kind != SQL("'person'")
Holder.add_index(Holder.search_text, where=SQL("kind <> 'person'"), name="holder_organisations")

TABLES = (Account, AccountService, Holder, Occupancy)
