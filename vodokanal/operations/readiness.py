"""What a new utility has to set before residents are let in, and whether it is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Any

from peewee import Expression, ModelSelect, Select, Value, fn

from vodokanal.billing.services import Charging, Service
from vodokanal.models.accounts import Account, AccountService, Holder
from vodokanal.models.database import database
from vodokanal.models.meters import Meter
from vodokanal.models.norms import Norm
from vodokanal.models.people import AccountAccess, Employee, Resident
from vodokanal.models.places import District, House, NormCategory, Premises, PremisesNorm
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import KeyRate, PaymentTerm
from vodokanal.models.windows import ReadingWindow
from vodokanal.operations.settings import HouseSettings


class Step(StrEnum):
    """One thing to be set; in the order in which each can be."""

    UTILITY = "utility"
    TELEPHONES = "telephones"
    REQUISITES = "requisites"
    WINDOW = "window"
    PAYMENT_TERMS = "payment_terms"
    KEY_RATE = "key_rate"
    PRICES = "prices"
    DISTRICTS = "districts"
    HOUSES = "houses"
    PREMISES = "premises"
    NORMS = "norms"
    ACCOUNTS = "accounts"
    SERVICES = "services"
    HOLDERS = "holders"
    METERS = "meters"
    RESIDENTS = "residents"
    ACCESSES = "accesses"
    COLLEAGUES = "colleagues"


# A utility of one clerk is complete without them.
OPTIONAL = frozenset({Step.COLLEAGUES})
SETTINGS: Mapping[Step, tuple[str, ...]] = {
    Step.UTILITY: ("utility_name", "utility_address", "utility_hours"),
    Step.TELEPHONES: ("office_phone", "emergency_phone"),
    Step.REQUISITES: (
        "inn",
        "bank_name",
        "bank_bic",
        "bank_account",
        "bank_correspondent_account",
    ),
}
# A step is done as soon as one such row is there.
ROWS: Mapping[Step, Callable[[date], ModelSelect]] = {
    Step.WINDOW: lambda today: ReadingWindow.select().where(
        ReadingWindow.district.is_null(), _holds(ReadingWindow, today)
    ),
    Step.PAYMENT_TERMS: lambda today: PaymentTerm.select().where(_holds(PaymentTerm, today)),
    Step.KEY_RATE: lambda today: KeyRate.select().where(_holds(KeyRate, today)),
    Step.PRICES: lambda today: Tariff.select().where(_holds(Tariff, today), _all_priced(today)),
    Step.NORMS: lambda today: Norm.select().where(_holds(Norm, today), _all_normed(today)),
    Step.DISTRICTS: lambda _today: District.select(),
    Step.HOUSES: lambda _today: House.select(),
    Step.PREMISES: lambda _today: Premises.select(),
    Step.ACCOUNTS: lambda _today: Account.select(),
    Step.SERVICES: lambda _today: AccountService.select(),
    Step.HOLDERS: lambda _today: Holder.select(),
    Step.METERS: lambda _today: Meter.select().where(Meter.account.is_null(is_null=False)),
    Step.RESIDENTS: lambda _today: Resident.select().where(Resident.password_hash != ""),
    Step.ACCESSES: lambda _today: AccountAccess.select().where(AccountAccess.revoked_at.is_null()),
    # Whoever reads this is the first of them.
    Step.COLLEAGUES: lambda _today: (
        Employee.select().where(Employee.disabled_at.is_null()).offset(1)
    ),
}


@dataclass(frozen=True)
class Readiness:
    """The steps that are done."""

    done: frozenset[Step]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that every utility needs."""
        return self.done | OPTIONAL == frozenset(Step)


def get_readiness(house: HouseSettings, *, today: date) -> Readiness:
    """What is set and what is not; one statement, whatever the town's size."""
    found = Select(columns=[fn.EXISTS(_first(ROWS[step](today))) for step in ROWS])
    (row,) = database.execute(found)
    done = {step for step, is_there in zip(ROWS, row, strict=True) if is_there}
    return Readiness(frozenset(done | {step for step in SETTINGS if _is_set(house, step)}))


def _is_set(house: HouseSettings, step: Step) -> bool:
    default = HouseSettings()
    values = {name: getattr(house, name) for name in SETTINGS[step]}
    return all(value and value != getattr(default, name) for name, value in values.items())


def _all_priced(today: date) -> Expression:
    """Whether every service that is charged today has a price somewhere."""
    used = AccountService.select(Value(1)).where(
        AccountService.charging == Charging.CHARGED, _holds(AccountService, today)
    )
    prices = Tariff.alias()
    priced = prices.select(Value(1)).where(_holds(prices, today))
    return reduce(
        and_,
        (
            ~fn.EXISTS(used.where(AccountService.service == service))
            | fn.EXISTS(priced.where(prices.service == service))
            for service in Service
        ),
    )


def _all_normed(today: date) -> Expression:
    """Whether every kind of amenities that any premises have today has a norm."""
    norms = Norm.alias()
    normed = norms.select(Value(1)).where(norms.category == NormCategory.id, _holds(norms, today))
    used = PremisesNorm.select(Value(1)).where(
        PremisesNorm.category == NormCategory.id, _holds(PremisesNorm, today)
    )
    bare = NormCategory.select(Value(1)).where(fn.EXISTS(used), ~fn.EXISTS(normed))
    return ~fn.EXISTS(bare)


def _first(rows: ModelSelect) -> ModelSelect:
    return rows.columns(rows.model.id).limit(1)


def _holds(table: Any, today: date) -> Any:
    return (table.starts_on <= today) & (table.ends_on.is_null() | (table.ends_on >= today))
