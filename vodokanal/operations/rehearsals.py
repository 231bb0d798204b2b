"""What a deed would do to an account's bill: done, charged, and undone before anybody sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from vodokanal.billing.account_months import AccountCharge
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.rates import NoRateError
from vodokanal.billing.services import Service
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account
from vodokanal.models.database import database
from vodokanal.operations.calculation import Basis, draft, get_basis
from vodokanal.operations.issued_months import issued_months, posting_month
from vodokanal.operations.month_rows import Range
from vodokanal.operations.recalculating import bases_of, calculated_anew
from vodokanal.operations.transactions import writes

NOTHING, NO_WATER = rubles(0), cubic_metres(0)
# An account that cannot be charged for want of a rate; the other codes are billing's own.
NO_RATE = "no_rate"
# A change of longer ago is recorded, but what its months come to is left to the recalculation.
MOST_ISSUED = 12

Trouble = tuple[str, Mapping[str, Any]]
Sums = Mapping[Period, Decimal]


class ServiceSum(NamedTuple):
    """What a service comes to: m³ and rubles."""

    volume: Decimal = NO_WATER
    amount: Decimal = NOTHING


@dataclass(frozen=True)
class Bill:
    """What a month comes to for an account, before payments and penalties.

    `corrected` are the rubles by which it corrects earlier months; less is negative. `trouble` is
    the code of why the month cannot be charged, with its values; then there are no sums.
    """

    services: Mapping[Service, ServiceSum]
    corrected: Decimal = NOTHING
    trouble: Trouble | None = None

    @property
    def total(self) -> Decimal:
        """Rubles."""
        return rubles(sum((each.amount for each in self.services.values()), self.corrected))


class Opened(NamedTuple):
    """An account that the deed opens in the same premises, and its month."""

    number: str
    bill: Bill


@dataclass(frozen=True)
class Effect:
    """What a deed does to a month of an account.

    `opened` are the accounts that it opens in the same premises. `issued` is by how many rubles
    months that are issued already would come out otherwise: a recalculation of these months makes
    corrections of them. `is_counted` is false where there are too many of them to look at.
    """

    period: Period
    before: Bill
    after: Bill
    opened: Sequence[Opened] = ()
    issued: Sequence[tuple[Period, Decimal]] = ()
    is_counted: bool = True

    @property
    def services(self) -> list[Service]:
        """The services of both bills, in the order of a bill."""
        known = self.before.services.keys() | self.after.services.keys()
        return [each for each in Service if each in known]

    @property
    def difference(self) -> Decimal | None:
        """Rubles, more to pay is positive; None: one of the two months cannot be charged."""
        if self.before.trouble or self.after.trouble:
            return None
        return rubles(self.after.total - self.before.total)


class _Stage(NamedTuple):
    """What is looked up before anybody else has to wait."""

    account_id: int | None
    basis: Basis
    before: Bill
    beside: Mapping[int, str]
    bases: Sequence[Basis]
    issued: Sums


class _RehearsedError(Exception):
    """Carries what was found out of the transaction, which is rolled back on its way."""

    def __init__(self, effect: Effect) -> None:
        super().__init__(effect)
        self.effect = effect


def rehearse(
    deed: Callable[[], Any],
    *,
    account_id: int | None,
    today: date,
    zone: ZoneInfo,
    since: date | None = None,
) -> Effect:
    """Does the deed, charges the account before and after it, and undoes everything.

    The month is the open one, or that of the day `since` from which the deed holds, if this comes
    later; issued months from that day on are charged anew. Without `account_id` the account is the
    one that the deed returns. Others wait to write only for the deed and for charging once more.
    What the deed refuses, it refuses here too: its errors come through.
    """
    day = today if since is None else since
    period = posting_month(today) if since is None else max(posting_month(today), Period.of(day))
    issued = [each for each in issued_months() if Period.of(day) <= each < period]
    is_counted = len(issued) <= MOST_ISSUED
    bases = bases_of(issued[0], issued[-1], zone=zone) if issued and is_counted else []
    basis = get_basis(period, zone=zone)
    stage = _Stage(
        account_id,
        basis,
        Bill({}) if account_id is None else _bill(account_id, basis),
        _beside(account_id),
        bases,
        _sums(account_id, bases=bases),
    )
    try:
        _done_and_undone(deed, stage)
    except _RehearsedError as rehearsed:
        return replace(rehearsed.effect, is_counted=is_counted)


@writes
def _done_and_undone(deed: Callable[[], Any], stage: _Stage) -> NoReturn:
    # A savepoint: within somebody else's transaction only this much is undone.
    with database.atomic():
        answer, basis = deed(), stage.basis
        account_id = answer.id if stage.account_id is None else stage.account_id
        after = _bill(account_id, basis)
        beside = _beside(stage.account_id).items()
        new = [(each, number) for each, number in beside if each not in stage.beside]
        raise _RehearsedError(
            Effect(
                basis.period,
                stage.before,
                after,
                tuple(Opened(number, _bill(each, basis)) for each, number in new),
                _differing(stage.issued, _sums(account_id, bases=stage.bases)),
            )
        )


def _beside(account_id: int | None) -> dict[int, str]:
    """The numbers of all accounts of the same premises, by id; none without an account."""
    own = Account.select(Account.premises).where(Account.id == account_id)
    query = Account.select(Account.id, Account.number).where(Account.premises.in_(own))
    return dict(query.order_by(Account.id).tuples())


def _bill(account_id: int, basis: Basis) -> Bill:
    # With its history, as after a change: a reading of the past may correct issued months.
    known = replace(basis, read_anew=basis.read_anew | {account_id})
    try:
        drafts = draft(Range(account_id, account_id, basis.period), known)
    except NoRateError as error:
        return Bill({}, trouble=(NO_RATE, {"table": error.table, "day": error.day}))
    for _account_id, trouble in drafts.troubles:
        return Bill({}, trouble=(trouble.code, trouble.parameters))
    charges = [charge for _facts, charge in drafts.charges]
    # An account that is not opened by the month's end has no bill at all.
    return _added_up(charges[0]) if charges else Bill({})


def _added_up(charge: AccountCharge) -> Bill:
    sums: dict[Service, ServiceSum] = {}
    for line in charge.lines:
        before = sums.get(line.service, ServiceSum())
        sums[line.service] = ServiceSum(before.volume + line.volume, before.amount + line.amount)
    return Bill(sums, sum((each.amount for each in charge.corrections), NOTHING))


def _sums(account_id: int | None, *, bases: Sequence[Basis]) -> Sums:
    """By how many rubles each issued month differs from what was billed."""
    if account_id is None or not bases:
        return {}
    found: dict[Period, Decimal] = defaultdict(lambda: NOTHING)
    try:
        anew = calculated_anew(account_id, account_id, bases=bases)
    except NoRateError:
        return {}
    for _account_id, line in anew.differences:
        found[line.for_period] += line.amount
    return found


def _differing(before: Sums, after: Sums) -> tuple[tuple[Period, Decimal], ...]:
    months = sorted(before.keys() | after.keys())
    sums = ((each, after.get(each, NOTHING) - before.get(each, NOTHING)) for each in months)
    return tuple((period, amount) for period, amount in sums if amount)
