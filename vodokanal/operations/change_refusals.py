"""Why a dated change of an account is not made, or not taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vodokanal.billing.periods import Period


class ChangeRefusedError(Exception):
    """The change cannot be made like this."""


class IssuedMonthError(ChangeRefusedError):
    """The day lies in the month `period`, which is issued; the open one is `open_month`."""

    def __init__(self, period: Period, open_month: Period) -> None:
        super().__init__(period, open_month)
        self.period = period
        self.open_month = open_month


class BeforeOpeningError(ChangeRefusedError):
    """The account was opened only on `opened_on`."""

    def __init__(self, opened_on: date) -> None:
        super().__init__(opened_on)
        self.opened_on = opened_on


class AfterClosingError(ChangeRefusedError):
    """The account is closed from `closed_on` on."""

    def __init__(self, closed_on: date) -> None:
        super().__init__(closed_on)
        self.closed_on = closed_on


class FarDayError(ChangeRefusedError):
    """The day is none from `first` to `last`: probably a slip."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last


class SameDayError(ChangeRefusedError):
    """Another change begins on just that day: it is to be taken back first."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class NothingChangesError(ChangeRefusedError):
    """Everything is so already on that day."""


class LowerFinalError(ChangeRefusedError):
    """The meter `serial` is known to have shown more before: `known` on the day `day`."""

    def __init__(self, serial: str, known: Decimal, *, day: date) -> None:
        super().__init__(serial, known, day)
        self.serial = serial
        self.known = known
        self.day = day


class ReadLaterError(ChangeRefusedError):
    """The meter `serial` was read on `day`, after it is said to have gone."""

    def __init__(self, serial: str, day: date) -> None:
        super().__init__(serial, day)
        self.serial = serial
        self.day = day


class HungLaterError(ChangeRefusedError):
    """The meter `serial` was hung only on `day`, after the account is said to have closed."""

    def __init__(self, serial: str, day: date) -> None:
        super().__init__(serial, day)
        self.serial = serial
        self.day = day


class BeyondDisplayError(ChangeRefusedError):
    """The meter `serial` cannot show such a value."""

    def __init__(self, serial: str) -> None:
        super().__init__(serial)
        self.serial = serial


class FinerThanDisplayError(ChangeRefusedError):
    """The meter `serial` shows only `decimals` digits after the comma."""

    def __init__(self, serial: str, decimals: int) -> None:
        super().__init__(serial, decimals)
        self.serial = serial
        self.decimals = decimals


class MeterGoneError(ChangeRefusedError):
    """The meter does not hang at this account on that day."""


class SameSerialError(ChangeRefusedError):
    """Another working meter of the account has the number `serial`."""

    def __init__(self, serial: str) -> None:
        super().__init__(serial)
        self.serial = serial


class DaysReversedError(ChangeRefusedError):
    """The day in the field `field` is before the one that it follows."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class NotYetReadError(ChangeRefusedError):
    """The day is still to come: nobody knows what the meters will show."""


class NumberTakenError(ChangeRefusedError):
    """Another account has that number."""


class BadNumberError(ChangeRefusedError):
    """An account's number has up to 20 letters, digits and dashes."""


class NoServicesError(ChangeRefusedError):
    """An account without any service would never be charged."""


class TakingBackRefusedError(Exception):
    """The change stays."""


class IssuedSinceError(TakingBackRefusedError):
    """The receipts of the month `period` were made with it."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class ChangedSinceError(TakingBackRefusedError):
    """A row of the table `table` that the change made is changed, or something hangs on it."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table
