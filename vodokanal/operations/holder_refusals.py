"""Why the holder of an account cannot be changed, or a change not be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.models.holder_changes import HolderChange


class HolderChangeRefusedError(Exception):
    """The holder cannot be changed like this."""


class TooLateDayError(HolderChangeRefusedError):
    """Nobody can have moved in yet: the last day that can be named is `last`."""

    def __init__(self, last: date) -> None:
        super().__init__(last)
        self.last = last


class IssuedMonthError(HolderChangeRefusedError):
    """The month of that day is on its bills: the first month that is open is `open_month`."""

    def __init__(self, open_month: Period) -> None:
        super().__init__(open_month)
        self.open_month = open_month


class BeforeOpeningError(HolderChangeRefusedError):
    """The account has not a single day before that one: it was opened on `opened_on`."""

    def __init__(self, opened_on: date) -> None:
        super().__init__(opened_on)
        self.opened_on = opened_on


class LeftAlreadyError(HolderChangeRefusedError):
    """The account is closed from `closed_on`; the change that did it, if it was one."""

    def __init__(self, closed_on: date, change: HolderChange | None) -> None:
        super().__init__(closed_on, change)
        self.closed_on = closed_on
        self.change = change


class BegunThatDayError(HolderChangeRefusedError):
    """The account itself began with a change of holder on that very day: `change`."""

    def __init__(self, change: HolderChange) -> None:
        super().__init__(change)
        self.change = change


class LaterFactError(HolderChangeRefusedError):
    """Something of the account begins on that day or later: `row`, on the day `on`."""

    def __init__(self, row: Any, on: date) -> None:
        super().__init__(row, on)
        self.row = row
        self.on = on


class NumberRefusedError(HolderChangeRefusedError):
    """The number cannot be an account's."""


class NumberTakenError(HolderChangeRefusedError):
    """There is an account with that number already."""


class NoNumberLeftError(HolderChangeRefusedError):
    """The number has no room for a sign that tells the old account from the new one."""


class ReversalRefusedError(Exception):
    """The change cannot be taken back."""


class ReversedAlreadyError(ReversalRefusedError):
    """It was taken back before."""


class IssuedSinceError(ReversalRefusedError):
    """Bills of its month, `period`, are out."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class DependedOnError(ReversalRefusedError):
    """Something was entered since: the `tables` that have rows of the new account."""

    def __init__(self, tables: Sequence[str]) -> None:
        super().__init__(tables)
        self.tables = tables


class RowTouchedSinceError(ReversalRefusedError):
    """A row of the old account was changed since: one of the table `table`."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table
