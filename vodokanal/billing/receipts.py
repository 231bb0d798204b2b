"""What a month's receipt shows: frozen facts and sums that others have found (ПП 354 п. 69).

Amounts are rubles, positive is debt; volumes are m³; days are inclusive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from vodokanal.billing.errors import BillingError
from vodokanal.billing.ledger import Side
from vodokanal.billing.methods import Method
from vodokanal.billing.money import rubles
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.volumes import cubic_metres

NOTHING = rubles(0)


class NotReceiptDetailsError(BillingError, ValueError):
    """No facts of a receipt are kept like this."""

    def __init__(self, kept: object) -> None:
        """Keep what stands in the row."""
        super().__init__(kept)
        self.kept = kept


@dataclass(frozen=True, slots=True)
class PaperMeter:
    """A meter with its last two readings; `source` says who gave the last one."""

    id: int
    kind: Kind
    serial: str
    place: str = ""
    previous: Decimal | None = None
    previous_on: date | None = None
    last: Decimal | None = None
    last_on: date | None = None
    source: str | None = None
    verify_by: date | None = None
    digits_before: int = 5
    digits_after: int = 3


@dataclass(frozen=True, slots=True)
class LastPayment:
    """When money came for the last time, and how much."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class People:
    """How many are registered and how many own."""

    registered: int
    owners: int


@dataclass(frozen=True, slots=True)
class ReceiptDetails:
    """What a receipt shows besides sums, as it was when the month was issued."""

    holder: str = ""
    address: str = ""
    people: People | None = None
    meters: tuple[PaperMeter, ...] = ()
    last_payment: LastPayment | None = None
    messages: tuple[str, ...] = ()
    large_print: bool = False
    delivery: str = "paper"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the facts kept as JSON; what an older receipt does not know is left empty.

        Raises `NotReceiptDetailsError` for anything that is no such JSON.
        """
        try:
            kept = json.loads(text)
            people, paid = kept.get("people"), kept.get("last_payment")
            return cls(
                holder=kept.get("holder", ""),
                address=kept.get("address", ""),
                people=None if people is None else People(**people),
                meters=tuple(_meter(each) for each in kept.get("meters", ())),
                last_payment=None if paid is None else _last_payment(paid),
                messages=tuple(kept.get("message", ())),
                large_print=kept.get("large_print", False),
                delivery=kept.get("delivery", "paper"),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise NotReceiptDetailsError(text) from error

    def to_json(self) -> str:
        """Return the facts as the database keeps them: numbers and days as text."""
        people, paid = self.people, self.last_payment
        kept = {
            "holder": self.holder,
            "address": self.address,
            "people": None if people is None else _plain(people),
            "area": None,
            "meters": [_plain(each) for each in self.meters],
            "last_payment": None if paid is None else _plain(paid),
            "message": list(self.messages),
            "large_print": self.large_print,
            "delivery": self.delivery,
        }
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Requisites:
    """The utility as its receipts name it: where it is, whom to ring, where money goes."""

    utility_name: str = ""
    utility_address: str = ""
    utility_hours: str = ""
    office_phone: str = ""
    emergency_phone: str = ""
    utility_email: str = ""
    inn: str = ""
    kpp: str = ""
    bank_name: str = ""
    bank_bic: str = ""
    bank_account: str = ""
    bank_correspondent_account: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, str]) -> Self:
        """Return the requisites among these values; those that are missing stay empty."""
        return cls(**{each.name: kept.get(each.name, "") for each in fields(cls)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the requisites kept as JSON; raises `NotReceiptDetailsError`."""
        try:
            return cls.of(json.loads(text))
        except (AttributeError, ValueError) as error:
            raise NotReceiptDetailsError(text) from error


@dataclass(frozen=True, slots=True)
class PaperNorm:
    """A norm that a volume was found by: m³ for each, for how many, and of what."""

    volume: Decimal
    units: Decimal
    basis: NormBasis = NormBasis.PERSON


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A service at one price; what the multiplier adds is part of the amount (п. 69 г)."""

    service: Service
    method: Method
    volume: Decimal
    price: Decimal
    amount: Decimal
    group: CustomerGroup = CustomerGroup.POPULATION
    multiplier: Decimal = Decimal(1)
    excess: Decimal = NOTHING
    vat: Decimal | None = None
    norms: tuple[PaperNorm, ...] = ()
    # Organisations' prices are set without VAT, which is added to the amount.
    price_has_vat: bool = True


@dataclass(frozen=True, slots=True)
class PaperCorrection:
    """An amount of another month, or of this one, that was corrected, and why (п. 69 ж)."""

    for_period: Period
    reason: RecalculationReason
    amount: Decimal
    service: Service | None = None
    side: Side = Side.PRINCIPAL
    volume: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class PaperDebt:
    """What is open of one month, its penalty included."""

    period: Period
    left: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """Everything that the A4 receipt of one account and month shows.

    closing = opening + charged + corrected + penalty - paid, as it was issued. `owed_before` are
    the months that the opening debt is made of, `debts` those that the closing one is made of.
    """

    number: str
    period: Period
    opening: Decimal
    charged: Decimal
    corrected: Decimal
    penalty: Decimal
    paid: Decimal
    closing: Decimal
    pay_by: date
    details: ReceiptDetails = field(default_factory=ReceiptDetails)
    requisites: Requisites = field(default_factory=Requisites)
    lines: tuple[PaperLine, ...] = ()
    corrections: tuple[PaperCorrection, ...] = ()
    owed_before: tuple[PaperDebt, ...] = ()
    debts: tuple[PaperDebt, ...] = ()

    @property
    def to_pay(self) -> Decimal:
        """What is to be paid in rubles; nothing when more was paid than was owed."""
        return max(self.closing, NOTHING)

    @property
    def vat(self) -> Decimal | None:
        """The VAT inside the month's charges in rubles; None where no price has any."""
        found = [line.vat for line in self.lines if line.vat is not None]
        return sum(found, NOTHING) if found else None

    @property
    def overdue(self) -> tuple[PaperDebt, ...]:
        """The months before this one that something is still open of, the oldest first."""
        return tuple(each for each in self.debts if each.period < self.period)


def _meter(kept: Mapping[str, Any]) -> PaperMeter:
    """Return the meter of one JSON object."""
    known = {each.name: kept[each.name] for each in fields(PaperMeter) if each.name in kept}
    known["kind"] = Kind(kept["kind"])
    for name in ("previous", "last"):
        known[name] = None if known.get(name) is None else cubic_metres(known[name])
    for name in ("previous_on", "last_on", "verify_by"):
        known[name] = None if known.get(name) is None else date.fromisoformat(known[name])
    return PaperMeter(**known)


def _last_payment(kept: Mapping[str, str]) -> LastPayment:
    return LastPayment(date.fromisoformat(kept["on"]), rubles(kept["amount"]))


def _plain(value: PaperMeter | LastPayment | People) -> dict[str, Any]:
    """Return the fields of a value as JSON knows them."""
    found = {each.name: getattr(value, each.name) for each in fields(value)}
    return {
        name: str(each) if isinstance(each, Decimal | date) else each
        for name, each in found.items()
    }
