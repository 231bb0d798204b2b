"""What a charged line was calculated from: values that say it all, and what they come to.

ПП 354, приложение 2: the volume is multiplied by the price as it is, and the product is rounded
once.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from vodokanal.billing.methods import Cause, Method
from vodokanal.billing.money import rounded, rubles
from vodokanal.billing.month_rates import Days, Price
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Service
from vodokanal.billing.tariffs import WHOLE, vat_inside
from vodokanal.billing.values import value_class
from vodokanal.billing.volumes import billed_volume, cubic_metres

ONE = Decimal(1)
NO_WATER = cubic_metres(0)
NO_MONEY = rubles(0)
GRAVEST = (Cause.METER_INVALID, Cause.NO_ACCESS, Cause.NO_READING, Cause.TOO_YOUNG)


class ShownValue(NamedTuple):
    """A value in m³ that a meter showed on a day, and where it is known from."""

    value: Decimal
    on: date
    source: str


@value_class
class MeterUse:
    """What a meter gives to a line.

    `volume` is its m³ of the whole month by `method`; None where it goes by norm. `values` are
    pairs of values that it was counted between, `shared_by` the months between them, `by_days` the
    month's own days and all of them where the months share by days; `averaged` the months that an average was made of, `silent` how many in a row have no usable value, this
    one included. `spread` are the days of the line out of the `of` days that the meter had in the
    month: from (not included) and to (included); empty: all. Only one that `counts` adds its
    volume: where one meter goes by norm, none of its kind does. One that is `gone` stands, by its
    average, for the days after its removal: no reading of it says anything of them.
    """

    id: int
    kind: Kind
    serial: str
    method: Method
    volume: Decimal | None
    values: tuple[ShownValue, ...] = ()
    shared_by: int = 1
    averaged: tuple[tuple[Period, Decimal], ...] = ()
    silent: int = 0
    cause: Cause | None = None
    spread: tuple[Days, ...] = ()
    of: int = 0
    counts: bool = True
    gone: bool = False
    by_days: tuple[int, ...] = ()
    # Its JSON once it was written: the lines of a water and of the sewage both have it.
    written: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def counted(self) -> Decimal:
        """The m³ that it adds to the line."""
        if not self.counts or self.volume is None:
            return NO_WATER
        if not self.spread:
            return self.volume
        return sum(
            (self._until(last) - self._until(first) for first, last in self.spread), NO_WATER
        )

    def _until(self, day: int) -> Decimal:
        """Return the m³ of its first days: so the parts always add up to the whole."""
        return billed_volume((self.volume or NO_WATER) * day / self.of)


@value_class
class NormUse:
    """Units (people, m² of garden, heads of livestock) by a norm of m³ a month, for some days.

    `registered` says that the people are those registered, not the owners; `stands_for_meters`
    that there are meters, none of which could be charged by. `on` are its days of the month, both
    inclusive; empty: all of its line.
    """

    service: Service
    basis: NormBasis
    what: str
    units: Decimal
    norm: Decimal
    days: int
    registered: bool = True
    stands_for_meters: bool = False
    on: tuple[Days, ...] = ()


@value_class
class LineInputs:
    """Everything that a line was calculated from.

    `days` are its days of the month by number, both inclusive, `of` how many the month has.
    """

    method: Method
    days: tuple[Days, ...]
    of: int
    price: Price
    meters: tuple[MeterUse, ...] = ()
    norms: tuple[NormUse, ...] = ()
    multiplier: Decimal = ONE

    @property
    def cause(self) -> Cause | None:
        """The gravest reason why a meter gave no usable value; None where all did, or there is none.

        Where some go by norm, theirs: the others' averages still stand.
        """
        causes = [(each.method, each.cause) for each in self.meters if each.cause is not None]
        of_norms = [cause for method, cause in causes if method is Method.NORM]
        return min(of_norms or [cause for _, cause in causes], key=GRAVEST.index, default=None)

    @property
    def volume_of_days(self) -> tuple[Decimal, int]:
        """The m³ not divided yet, and by how many days they are to be divided."""
        volume = NO_WATER
        for meter in self.meters:
            volume += meter.counted
        if not self.norms:
            return volume, 1
        norms = sum((each.units * each.norm * each.days for each in self.norms), NO_WATER)
        return volume * self.of + norms, self.of

    @property
    def exact_volume(self) -> Decimal:
        """The m³ as they are multiplied by the price, not rounded."""
        volume, days = self.volume_of_days
        return volume if days == 1 else volume / days


class Calculated(NamedTuple):
    """What a line comes to: m³, the exact product in rubles, and rubles rounded once."""

    volume: Decimal
    product: Decimal
    amount: Decimal
    excess: Decimal
    vat: Decimal | None


def calculated(inputs: LineInputs) -> Calculated:
    """Return what the inputs come to.

    The excess is the part of the amount that the multiplier adds (п. 69 г). VAT is part of the
    amount; where the price does not include it, it is in the product already.
    """
    price = inputs.price
    undivided, days = inputs.volume_of_days
    cost, parts = undivided * price.price, ONE if days == 1 else Decimal(days)
    if price.vat is not None and not price.includes_vat:
        cost, parts = cost * (WHOLE + price.vat), parts * WHOLE
    # Divided last of all: a third of a norm has no last decimal, and half a kopeck stays a half.
    product = cost / parts
    excess, amount = NO_MONEY, rounded(product)
    if inputs.multiplier != ONE:
        product = cost * inputs.multiplier / parts
        excess, amount = rounded(product) - amount, rounded(product)
    vat = None if price.vat is None else vat_inside(amount, price.vat)
    volume = undivided if days == 1 else undivided / days
    # What one meter counted has its decimals already.
    shown = volume if len(inputs.meters) == 1 and not inputs.norms else billed_volume(volume)
    return Calculated(shown, product, amount, excess, vat)
