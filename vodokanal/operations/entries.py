"""What every amount of money entered by hand must be like, and the account that it is for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.prepared import Prepared, slot
from vodokanal.operations.accounts import AccountNotFoundError
from vodokanal.operations.settings import get_house_settings

# Somebody's payment of twenty years ago is a slip of the pen.
EARLIEST = date(2000, 1, 1)

OPENED: Prepared[Account] = Prepared(
    lambda: Account.select().where(Account.id == slot("id", Account.id))
)


class EntryRefusedError(Exception):
    """The amount cannot be entered like this."""


class NotPositiveError(EntryRefusedError):
    """The amount is nothing, or less."""


class AbsurdAmountError(EntryRefusedError):
    """The amount is above `most` rubles, which the utility has set: probably a slip."""

    def __init__(self, most: Decimal) -> None:
        super().__init__(most)
        self.most = most


class AbsurdDayError(EntryRefusedError):
    """The day is long past: before `earliest`."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest)
        self.earliest = earliest


class FutureDayError(EntryRefusedError):
    """The day has not come yet; it is today, `today`."""

    def __init__(self, today: date) -> None:
        super().__init__(today)
        self.today = today


class FutureMonthError(EntryRefusedError):
    """The month has not come yet; the last that can be named is `last`."""

    def __init__(self, last: Period) -> None:
        super().__init__(last)
        self.last = last


class NoWordsError(EntryRefusedError):
    """Nobody would learn why."""


def locked_account(account_id: int) -> Account:
    """The account, kept from other entries until this transaction ends.

    Raises:
        AccountNotFoundError: there is no such account.
    """
    lock(Account, account_id)
    account = OPENED.first(id=account_id)
    if account is None:
        raise AccountNotFoundError
    return account


def refuse_amount(amount: Decimal, *, largest: Decimal | None = None) -> None:
    """Lets an amount in rubles pass that somebody may have meant; one statement, or none.

    Raises:
        NotPositiveError: it is nothing, or negative.
        AbsurdAmountError: it is above the setting `largest_payment`, or above `largest`.
    """
    if amount <= 0:
        raise NotPositiveError
    most = rubles(get_house_settings().largest_payment) if largest is None else largest
    if amount > most:
        raise AbsurdAmountError(most)


def refuse_day(day: date, today: date) -> None:
    """Lets a day pass on which something can have happened.

    Raises:
        FutureDayError: it is later than today.
        AbsurdDayError: it is before the year 2000.
    """
    if day > today:
        raise FutureDayError(today)
    if day < EARLIEST:
        raise AbsurdDayError(EARLIEST)


def refuse_month(period: Period | None, last: Period) -> None:
    """Lets a month pass that is not later than `last`, and not before the year 2000.

    Raises:
        FutureMonthError: it is later.
        AbsurdDayError: it is long past.
    """
    if period is None:
        return
    if period > last:
        raise FutureMonthError(last)
    if period.first_day < EARLIEST:
        raise AbsurdDayError(EARLIEST)


def said(words: str) -> str:
    """Words that explain, without what surrounds them.

    Raises:
        NoWordsError: there are none.
    """
    found = " ".join(words.split())
    if not found:
        raise NoWordsError
    return found
