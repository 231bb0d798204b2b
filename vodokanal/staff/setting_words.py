"""What settings are called, how they are explained, and which stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext

from vodokanal.billing.rates import LateReadings, MixedSewage, MultiplierDay
from vodokanal.operations.settings import NEXT_PERIOD, REFUSE, YES

N_ = lazy_gettext

SETTING_WORDS: Mapping[str, str] = {
    "utility_name": N_("Name of the utility"),
    "utility_tagline": N_("A line below the name"),
    "utility_address": N_("Address of the office"),
    "utility_hours": N_("Office hours"),
    "office_phone": N_("Telephone of the office"),
    "emergency_phone": N_("Telephone for emergencies"),
    "utility_email": N_("E-mail"),
    "logo": N_("Logo"),
    "inn": N_("INN"),
    "kpp": N_("KPP"),
    "bank_name": N_("Bank"),
    "bank_bic": N_("BIC"),
    "bank_account": N_("Bank account"),
    "bank_correspondent_account": N_("Correspondent account"),
    "whole_cubic_metres": N_("Whole cubic metres only"),
    "outside_window": N_("Readings outside the days of intake"),
    "multiplier_day": N_("Day that decides on the multiplier of a month"),
    "late_readings": N_("What a later reading corrects"),
    "mixed_sewage": N_("Sewage where only one of the waters has a meter"),
    "multiplies_too_young": N_("Multiply the norm of a meter too young for an average"),
    "largest_payment": N_("Largest amount entered at once, ₽"),
    "approval_above": N_("Amounts above which the chief decides, ₽"),
    "approval_alone": N_("When nobody else may decide"),
    "account_prefix": N_("New account numbers begin with"),
    "account_length": N_("Digits in a new account number"),
    "account_check_digit": N_("Check digit of new account numbers"),
}
SETTING_HINTS: Mapping[str, str] = {
    "utility_name": N_("It stands on every page."),
    "utility_hours": N_("In words: Mon to Fri, 8:00 to 17:00."),
    "emergency_phone": N_("Round the clock; people see it on the first page."),
    "logo": N_("Address of a picture on this site; empty: a drop."),
    "whole_cubic_metres": N_("Litres are cut, never rounded up; the next reading brings them."),
    "outside_window": N_("What residents send too early or too late."),
    "multiplier_day": N_("When the law changes it in the middle of a month."),
    "late_readings": N_("As a line of its own in the month in which the reading comes."),
    "largest_payment": N_("What is larger is taken for a slip and not accepted."),
    "approval_above": N_(
        "Corrections, payments taken back, opening balances above it, and every change of tariffs "
        "and norms. Payments never wait, nor does a book that is loaded: it stands in the chief's "
        "list of the week. Empty: nothing waits."
    ),
    "approval_alone": N_("What is done at once stands in the chief's list of the week."),
    "account_prefix": N_("Only for numbers issued from now on; the old ones stay as they are."),
    "account_length": N_("With the prefix and the check digit."),
}
OPTIONS: Mapping[str, Sequence[tuple[str, str]]] = {
    "whole_cubic_metres": (("no", N_("no, litres too")), (YES, N_("yes"))),
    "outside_window": (
        (REFUSE, N_("are not taken")),
        (NEXT_PERIOD, N_("are kept for the next month")),
    ),
    "multiplier_day": (
        (MultiplierDay.LAST.value, N_("its last day")),
        (MultiplierDay.FIRST.value, N_("its first day")),
    ),
    "late_readings": (
        (LateReadings.AVERAGE.value, N_("months charged by average")),
        (LateReadings.ALL.value, N_("months charged by average or by norm")),
        (LateReadings.NONE.value, N_("no months at all")),
    ),
    "mixed_sewage": (
        (MixedSewage.PARTS.value, N_("what the meter counts and the norm of the other water")),
        (MixedSewage.NORM.value, N_("the norm of sewage")),
    ),
    "multiplies_too_young": (("no", N_("no")), (YES, N_("yes"))),
    "approval_alone": (
        ("no", N_("it waits all the same")),
        (YES, N_("it is done at once and listed")),
    ),
    "account_check_digit": (("luhn", N_("by Luhn, the last digit")), ("none", N_("there is none"))),
}


@dataclass(frozen=True)
class Group:
    """Settings that are changed together."""

    code: str
    title: str
    names: Sequence[str]


GROUPS = (
    Group(
        "utility",
        N_("The utility"),
        (
            "utility_name",
            "utility_tagline",
            "utility_address",
            "utility_hours",
            "office_phone",
            "emergency_phone",
            "utility_email",
            "logo",
        ),
    ),
    Group(
        "requisites",
        N_("Requisites"),
        ("inn", "kpp", "bank_name", "bank_bic", "bank_account", "bank_correspondent_account"),
    ),
    Group("intake", N_("Intake of readings"), ("whole_cubic_metres", "outside_window")),
    Group(
        "charges",
        N_("Rules of charging"),
        ("multiplier_day", "late_readings", "mixed_sewage", "multiplies_too_young"),
    ),
    Group("money", N_("Payments"), ("largest_payment", "approval_above", "approval_alone")),
    Group(
        "numbers",
        N_("Account numbers"),
        ("account_prefix", "account_length", "account_check_digit"),
    ),
)
