"""Where water goes: districts, houses, premises, and what is known of them on a day."""

from __future__ import annotations

from enum import StrEnum

from peewee import BooleanField, CharField, Check, DateField, ForeignKeyField

from vodokanal.billing.readings import Kind
from vodokanal.formats.search_text import natural_key
from vodokanal.models.base import Table, not_before, one_of
from vodokanal.models.fields import ChoiceField, FoldedField, HundredthsField

NO_BREAK = "\N{NO-BREAK SPACE}"


class PremisesKind(StrEnum):
    """What a house holds."""

    FLAT = "flat"
    PRIVATE_HOUSE = "private_house"
    ROOM = "room"
    NON_RESIDENTIAL = "non_residential"


class QuantityKind(StrEnum):
    """What besides people a norm may be set for."""

    GARDEN = "garden"
    LIVESTOCK = "livestock"


class District(Table):
    """A part of the utility's territory; also the tariff zone."""

    name = CharField(max_length=100, unique=True)
    telephone = CharField(max_length=40, default="")
    duty_telephone = CharField(max_length=40, default="")

    def __str__(self) -> str:
        return str(self.name)


class House(Table):
    """A building; its common meters are rows of Meter."""

    SEARCHED = ("settlement", "street", "number", "letter", "building")

    # Its index is the first half of (district, sort_key).
    district = ForeignKeyField(District, backref="houses", on_delete="RESTRICT", index=False)
    settlement = CharField(max_length=100, default="")
    street = CharField(max_length=150)
    number = CharField(max_length=20)
    letter = CharField(max_length=5, default="")
    building = CharField(max_length=20, default="")
    gis_guid = CharField(max_length=40, null=True)
    sort_key = CharField(max_length=300, default="")
    search_text = FoldedField(default="")

    class Meta:
        indexes = (
            (("settlement", "street", "number", "letter", "building"), True),
            (("sort_key",), False),
            # A district is walked house by house.
            (("district", "sort_key"), False),
        )

    def derive(self) -> None:
        super().derive()
        self.sort_key = natural_key(
            f"{self.settlement} {self.street} {self.number}{self.letter} {self.building}"
        )

    @property
    def address(self) -> str:
        """Street and house as on an envelope."""
        number, building = f"{self.number}{self.letter}", str(self.building)
        return house_address(
            str(self.settlement), str(self.street), number=number, building=building
        )

    def __str__(self) -> str:
        return self.address


class Premises(Table):
    """A flat, a private house, a room or a shop: what an account is for."""

    house = ForeignKeyField(House, backref="premises", on_delete="RESTRICT")
    flat = CharField(max_length=20, default="")
    kind = ChoiceField(PremisesKind, default=PremisesKind.FLAT)
    gis_guid = CharField(max_length=40, null=True)
    sort_key = CharField(max_length=60, default="")

    class Meta:
        # The second one is the order of a house's flats.
        indexes = ((("house", "flat"), True), (("house", "sort_key"), False))
        constraints = [one_of("kind", PremisesKind)]

    def derive(self) -> None:
        self.sort_key = natural_key(str(self.flat))

    @property
    def address(self) -> str:
        """The whole address; needs the house loaded."""
        return address_of(self.house.address, str(self.flat))

    def __str__(self) -> str:
        return self.address


def house_address(settlement: str, street: str, *, number: str, building: str) -> str:
    """Street and house as on an envelope; the number with its letter."""
    place = f"{settlement}, " if settlement else ""
    block = f", корп.{NO_BREAK}{building}" if building else ""
    return f"{place}{street}, д.{NO_BREAK}{number}{block}"


def address_of(house: str, flat: str) -> str:
    """The address of a flat in a house, or of a house without flats."""
    return f"{house}, кв.{NO_BREAK}{flat}" if flat else house


class NormCategory(Table):
    """A kind of amenities that the regulator sets a norm for."""

    name = CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return str(self.name)


class PremisesNorm(Table):
    """The norm category of premises, from a day, to a day inclusive."""

    ONE_A_DAY = ("premises",)

    premises = ForeignKeyField(Premises, backref="norms", on_delete="RESTRICT")
    category = ForeignKeyField(NormCategory, on_delete="RESTRICT")
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("premises", "starts_on"), True),)
        constraints = [not_before("ends_on", "starts_on")]


class MeterPossibility(Table):
    """Whether a meter can be installed; where it cannot, the act that says so."""

    ONE_A_DAY = ("premises", "kind")

    premises = ForeignKeyField(Premises, backref="possibilities", on_delete="RESTRICT")
    kind = ChoiceField(Kind)
    possible = BooleanField(default=True)
    act_number = CharField(max_length=60, default="")
    act_on = DateField(null=True)
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("premises", "kind", "starts_on"), True),)
        constraints = [
            one_of("kind", Kind),
            not_before("ends_on", "starts_on"),
            # The multiplier is lifted by the act alone (Rules 354, formula 4(1)).
            Check("possible OR act_number <> ''"),
        ]


class PremisesQuantity(Table):
    """Garden in square metres or heads of livestock, from a day, to a day inclusive."""

    ONE_A_DAY = ("premises", "kind", "what")

    premises = ForeignKeyField(Premises, backref="quantities", on_delete="RESTRICT")
    kind = ChoiceField(QuantityKind)
    what = CharField(max_length=60, default="")
    quantity = HundredthsField()
    starts_on = DateField()
    ends_on = DateField(null=True)

    class Meta:
        indexes = ((("premises", "kind", "what", "starts_on"), True),)
        constraints = [
            one_of("kind", QuantityKind),
            not_before("ends_on", "starts_on"),
            Check("quantity >= 0"),
        ]


TABLES = (
    District,
    House,
    Premises,
    NormCategory,
    PremisesNorm,
    MeterPossibility,
    PremisesQuantity,
)
