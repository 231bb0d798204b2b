"""Payment codes of ГОСТ Р 56042-2014: a payee and values in, bytes out, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from vodokanal.billing.money import from_kopecks, kopecks
from vodokanal.billing.periods import NotAPeriodError, Period

MAGIC = b"ST0001"
SERVICE_BYTES = 8
# The mandatory values together, encoded, with their names; the service bytes are not counted.
MOST_MANDATORY_BYTES = 300
# There is no escaping: the first of these that no value contains stands between the values.
SEPARATORS = "|#;:^_~{}!$%&()*+,/@"
# What the standard's code 02 pays for: housing and utilities.
UTILITIES = "02"
PLAUSIBLE_YEARS = range(2000, 2100)

_ACCOUNT = re.compile(r"[1-9][0-9]{4}[0-9ABCEHKMPTX][0-9]{14}")
_KEY = re.compile(r"[A-Za-z0-9_]{1,40}")
_KOPECKS = re.compile(r"[0-9]{1,18}")
MANDATORY: Mapping[str, re.Pattern[str]] = {
    "Name": re.compile(r".{1,160}", re.DOTALL),
    "PersonalAcc": _ACCOUNT,
    "BankName": re.compile(r".{1,45}", re.DOTALL),
    "BIC": re.compile(r"[0-9]{9}"),
    # A bank without an account at the Bank of Russia has a zero here.
    "CorrespAcc": re.compile(rf"{_ACCOUNT.pattern}|0"),
}
OPTIONAL: Mapping[str, re.Pattern[str]] = {
    "Sum": _KOPECKS,
    "Purpose": re.compile(r".{1,160}", re.DOTALL),
    "PayeeINN": re.compile(r".{1,12}"),
    "PayerINN": re.compile(r".{1,12}"),
    "DrawerStatus": re.compile(r".{1,2}"),
    "KPP": re.compile(r".{1,9}"),
    "CBC": re.compile(r".{1,20}"),
    "OKTMO": re.compile(r".{1,11}"),
    "PaytReason": re.compile(r".{1,2}"),
    "TaxPeriod": re.compile(r".{1,10}"),
    "DocNo": re.compile(r".{1,15}"),
    "DocDate": re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}"),
    "TaxPaytKind": re.compile(r".{1,2}"),
    "AddAmount": _KOPECKS,
}
# Keys without a limit of their own, so that they are written as the standard writes them.
UNLIMITED = (
    *("LastName", "FirstName", "MiddleName", "PayerAddress", "PersonalAccount", "DocIdx"),
    *("PensAcc", "Contract", "PersAcc", "Flat", "Phone", "PayerIdType", "PayerIdNum", "ChildFio"),
    *("BirthDate", "PaymTerm", "PaymPeriod", "Category", "ServiceName", "CounterId", "CounterVal"),
    *("QuittId", "QuittDate", "InstNum", "ClassNum", "SpecFio", "RuleId", "ExecId", "RegType"),
    *("UIN", "TechCode"),
)
CANONICAL: Mapping[str, str] = {
    name.casefold(): name for name in (*MANDATORY, *OPTIONAL, *UNLIMITED)
}
# By length of the digits: where the month and the year stand, the likeliest first.
_PERIOD_FORMS: Mapping[int, tuple[tuple[slice, slice], ...]] = {
    4: ((slice(0, 2), slice(2, 4)), (slice(2, 4), slice(0, 2))),
    5: ((slice(0, 1), slice(1, 5)), (slice(4, 5), slice(0, 4))),
    6: ((slice(0, 2), slice(2, 6)), (slice(4, 6), slice(0, 4))),
    8: ((slice(2, 4), slice(4, 8)), (slice(4, 6), slice(0, 4))),
}
_SHORT_YEAR, _CENTURY = 2, 2000


class PaymentCodeError(ValueError):
    """This payment code cannot be written or read."""

    def __str__(self) -> str:
        """Return the docstring and the values, for the log."""
        return f"{type(self).__doc__} {self.args!r}"


class WrongValueError(PaymentCodeError):
    """A value does not fit the standard's pattern."""

    def __init__(self, key: str, value: str) -> None:
        """Keep the key and its value."""
        super().__init__(key, value)
        self.key, self.value = key, value


class NoSeparatorLeftError(PaymentCodeError):
    """The values use every character that could stand between them."""


class MandatoryTooLongError(PaymentCodeError):
    """The payee's values take more than 300 bytes."""


class NotEncodableError(PaymentCodeError):
    """The chosen encoding has not all of the characters."""


class NotAPaymentCodeError(PaymentCodeError):
    """These bytes are no payment code of version 0001."""


class Charset(StrEnum):
    """The encodings that the header may name, by its digit."""

    WINDOWS_1251 = "1"
    UTF_8 = "2"
    KOI8_R = "3"

    @property
    def codec(self) -> str:
        """The encoding as Python calls it."""
        return {"1": "cp1251", "2": "utf-8", "3": "koi8_r"}[self.value]


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: the five mandatory values; control keys are not looked at here."""

    name: str
    account: str
    bank: str
    bic: str
    correspondent_account: str


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payee and the other values by their keys, in their order; unknown keys are kept."""

    payee: Payee
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal | None:
        """What is to be paid in rubles; None where nothing readable says it."""
        text = self.values.get("Sum", "")
        return from_kopecks(int(text)) if _KOPECKS.fullmatch(text) else None

    @property
    def account(self) -> str:
        """The payer's account at the utility, or an empty text."""
        return self.values.get("PersAcc", "")

    @property
    def period(self) -> Period | None:
        """The month that is paid for; None where nothing plausible says it."""
        return read_period(self.values.get("PaymPeriod", ""))


def sum_value(amount: Decimal) -> str:
    """Return the amount as the key Sum holds it: whole kopecks."""
    return str(kopecks(amount))


def period_value(period: Period) -> str:
    """Return the month as the key PaymPeriod holds it: MMYYYY."""
    return f"{period.month:02d}{period.year:04d}"


def read_period(text: str) -> Period | None:
    """Return the month that bills in use write in many ways, told apart by a plausible year.

    102026, 01.2024, 0521, 62015, 202208 and days of a month are understood; anything else is None.
    """
    digits = "".join(re.findall("[0-9]+", text))
    for month, year in _PERIOD_FORMS.get(len(digits), ()):
        found = _plausible(digits[month], digits[year])
        if found is not None:
            return found
    return None


def payment_code(order: PaymentOrder, charset: Charset = Charset.UTF_8) -> bytes:
    """Return the code's bytes, without a separator at the end.

    Raises:
        WrongValueError: a value does not fit its pattern or length.
        NoSeparatorLeftError: the values use every possible separator.
        NotEncodableError: the encoding has not all of the characters.
        MandatoryTooLongError: the mandatory values take more than 300 bytes.
    """
    pairs = [*_mandatory(order.payee), *_optional(order.values)]
    separator = _separator([value for _, value in pairs])
    parts = [f"{key}={value}" for key, value in pairs]
    mandatory = _encoded(separator.join(parts[: len(MANDATORY)]), charset)
    if len(mandatory) > MOST_MANDATORY_BYTES:
        raise MandatoryTooLongError(len(mandatory))
    rest = _encoded("".join(separator + each for each in parts[len(MANDATORY) :]), charset)
    return MAGIC + charset.value.encode() + separator.encode() + mandatory + rest


def read_payment_code(code: bytes) -> PaymentOrder:
    """Return what a code says: keys in any case, unknown ones kept, values as they stand.

    Raises:
        NotAPaymentCodeError: another version or encoding, unreadable bytes, or no payee.
    """
    if len(code) < SERVICE_BYTES or not code.startswith(MAGIC):
        raise NotAPaymentCodeError(code[:SERVICE_BYTES])
    try:
        charset = Charset(chr(code[len(MAGIC)]))
        # The separator is one byte in each of the three encodings.
        separator, text = chr(code[SERVICE_BYTES - 1]), code[SERVICE_BYTES:].decode(charset.codec)
    except ValueError:
        raise NotAPaymentCodeError(code[:SERVICE_BYTES]) from None
    values = dict(_parts(text, separator))
    try:
        payee = Payee(*(values.pop(key) for key in MANDATORY))
    except KeyError as error:
        raise NotAPaymentCodeError(*error.args) from None
    return PaymentOrder(payee, values)


def _mandatory(payee: Payee) -> Iterator[tuple[str, str]]:
    values = (payee.name, payee.account, payee.bank, payee.bic, payee.correspondent_account)
    for (key, pattern), value in zip(MANDATORY.items(), values, strict=True):
        if not pattern.fullmatch(value):
            raise WrongValueError(key, value)
        yield key, value


def _optional(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        name = CANONICAL.get(key.casefold(), key)
        pattern = OPTIONAL.get(name)
        is_wrong = pattern is not None and not pattern.fullmatch(value)
        if is_wrong or not value or not _KEY.fullmatch(name) or name in MANDATORY:
            raise WrongValueError(key, value)
        yield name, value


def _separator(values: list[str]) -> str:
    used = set().union(*values)
    for separator in SEPARATORS:
        if separator not in used:
            return separator
    raise NoSeparatorLeftError


def _encoded(text: str, charset: Charset) -> bytes:
    try:
        return text.encode(charset.codec)
    except UnicodeEncodeError as error:
        raise NotEncodableError(text[error.start : error.end], charset.codec) from None


def _parts(text: str, separator: str) -> Iterator[tuple[str, str]]:
    """Yield keys and values; of a key that comes twice the last counts."""
    for part in text.split(separator):
        # A value may contain the sign itself: only the first one parts it from its key.
        key, sign, value = part.partition("=")
        if sign and key:
            yield CANONICAL.get(key.casefold(), key), value


def _plausible(month: str, year: str) -> Period | None:
    number = int(year) + (_CENTURY if len(year) == _SHORT_YEAR else 0)
    if number not in PLAUSIBLE_YEARS:
        return None
    try:
        return Period(number, int(month))
    except NotAPeriodError:
        return None
