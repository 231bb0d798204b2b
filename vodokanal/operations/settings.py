"""What the utility decides about itself: names, defaults, and how it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from vodokanal.billing.money import rubles
from vodokanal.billing.rates import LateReadings, MixedSewage, MultiplierDay, Policy
from vodokanal.models.prepared import Prepared
from vodokanal.models.settings import Setting
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.transactions import writes

YES = "yes"
REFUSE, NEXT_PERIOD = "refuse", "next_period"
# What the law leaves to the utility, as most do it.
USUAL = Policy()


class UnknownSettingError(Exception):
    """There is no setting of that name."""


class WrongSettingError(Exception):
    """The setting cannot have that value."""


class SettingsChangedError(Exception):
    """Somebody else has changed one of the settings since they were looked at."""


@dataclass(frozen=True)
class HouseSettings:
    """Every setting with its default: the rows of `Setting` by name."""

    utility_name: str = "Водоканал"
    utility_tagline: str = ""
    utility_address: str = ""
    utility_hours: str = ""
    office_phone: str = ""
    emergency_phone: str = ""
    utility_email: str = ""
    logo: str = ""
    inn: str = ""
    kpp: str = ""
    bank_name: str = ""
    bank_bic: str = ""
    bank_account: str = ""
    bank_correspondent_account: str = ""
    # Whole cubic metres only: litres are cut, never rounded.
    whole_cubic_metres: str = "no"
    # Readings outside the window: refused, or kept for the next period.
    outside_window: str = REFUSE
    # See `billing.rates.Policy`.
    multiplier_day: str = USUAL.multiplier_day.value
    late_readings: str = USUAL.late_readings.value
    mixed_sewage: str = USUAL.mixed_sewage.value
    multiplies_too_young: str = "no"
    # In rubles: an amount above it is taken for a slip.
    largest_payment: str = "1000000"
    # In rubles: what moves more waits for whoever may decide; empty, nothing waits.
    approval_above: str = ""
    # Where nobody else may decide: done at once and listed, or waiting all the same.
    approval_alone: str = "no"
    account_prefix: str = "407"
    account_length: str = "10"
    account_check_digit: str = "luhn"

    @property
    def takes_whole_only(self) -> bool:
        """Whether litres are cut off every reading."""
        return self.whole_cubic_metres == YES

    @property
    def approval_limit(self) -> Decimal | None:
        """Rubles above which a deed waits for somebody who may decide; None: nothing waits."""
        return rubles(self.approval_above) if self.approval_above else None

    @property
    def keeps_for_next_period(self) -> bool:
        """Whether a reading outside the window is kept for the next one."""
        return self.outside_window == NEXT_PERIOD


ALLOWED: Mapping[str, frozenset[str]] = {
    "whole_cubic_metres": frozenset({YES, "no"}),
    "outside_window": frozenset({REFUSE, NEXT_PERIOD}),
    "approval_alone": frozenset({YES, "no"}),
    "account_check_digit": frozenset({"luhn", "none"}),
    "multiplier_day": frozenset(MultiplierDay),
    "late_readings": frozenset(LateReadings),
    "mixed_sewage": frozenset(MixedSewage),
    "multiplies_too_young": frozenset({YES, "no"}),
}
NAMES = tuple(field.name for field in fields(HouseSettings))
ALL: Prepared[tuple[str, str]] = Prepared(
    lambda: Setting.select(Setting.name, Setting.value).tuples()
)


def get_house_settings() -> HouseSettings:
    """The settings as they are now; one statement."""
    return HouseSettings(**{name: value for name, value in ALL.rows() if name in NAMES})


@writes
def change_setting(actor: Actor, name: str, *, value: str, at: datetime) -> None:
    """Sets one setting.

    Raises:
        UnknownSettingError: no setting has that name.
        WrongSettingError: the value is not one of those allowed.
    """
    if name not in NAMES:
        raise UnknownSettingError(name)
    if name in ALLOWED and value not in ALLOWED[name]:
        raise WrongSettingError(name, value)
    row, _ = Setting.get_or_create(name=name)
    before, row.value = row.value, value
    row.save()
    record(actor, "change_setting", subject=row, at=at, changes=({name: before}, {name: value}))


@writes
def change_settings(
    actor: Actor, values: Mapping[str, str], *, seen: Mapping[str, str], at: datetime
) -> None:
    """Sets all of these together, those that differ from now; `seen` is what they were.

    Raises:
        SettingsChangedError: one of them is no longer what was seen; none is changed.
        UnknownSettingError: no setting has that name.
        WrongSettingError: a value is not one of those allowed.
    """
    house = get_house_settings()
    for name, value in values.items():
        current = getattr(house, name, None)
        if value != seen.get(name) and value != current:
            if current != seen.get(name):
                raise SettingsChangedError(name)
            change_setting(actor, name, value=value, at=at)
