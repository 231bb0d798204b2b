"""The turnover sheet: what was owed, charged, paid and is owed, for months from one to another.

It is made of the ledger's own movements; what was owed before them is the closing of the last month
that was issued before, and the movements since. So it equals the ledger, an open month's included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar

from peewee import JOIN, SQL, Expression, Field, ModelSelect, fn

from vodokanal.billing.ledger import OWED, MovementKind
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account
from vodokanal.models.fields import total
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import BillingMonth
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.places import House, Premises
from vodokanal.models.receipts import Receipt
from vodokanal.operations.districts import all_districts
from vodokanal.operations.issued_months import posting_month

Named = TypeVar("Named", Service, Channel, Service | None)

NOTHING = Decimal("0.00")
# So many accounts are asked for at a time when all of them are listed.
AT_A_TIME = 1000
# As the indexes have it: a page is found without sorting the town.
IN_ORDER = (House.sort_key, House.id, Premises.sort_key, Premises.id, Account.id)


# What an account is listed by; a hundred thousand of them are not read with all they have.
NAMED = (
    *(Account.id, Account.number, Account.group, Premises.id, Premises.flat, House.id),
    *(House.settlement, House.street, House.number, House.letter, House.building),
)


class Level(StrEnum):
    """What one line of a sheet is about."""

    DISTRICT = "district"
    HOUSE = "house"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Scope:
    """Months from the first to the last, both included, and whose; nothing named is everybody."""

    first: Period
    last: Period
    district: int | None = None
    house: int | None = None
    group: CustomerGroup | None = None

    def conditions(self) -> list[Expression]:
        """What the accounts and their houses must be like."""
        asked = (
            (House.district, self.district),
            (House.id, self.house),
            (Account.group, self.group),
        )
        return [column == value for column, value in asked if value is not None]


@dataclass
class Turnover:
    """Sums in rubles; debt is positive, `brought` are opening balances entered in these months."""

    opening: Decimal = NOTHING
    brought: Decimal = NOTHING
    charged: dict[Service, Decimal] = field(default_factory=dict)
    corrected: dict[Service | None, Decimal] = field(default_factory=dict)
    penalty: Decimal = NOTHING
    # What was taken back is subtracted where it had come.
    paid: dict[Channel, Decimal] = field(default_factory=dict)

    @property
    def closing(self) -> Decimal:
        """What is owed at the end."""
        return self.opening + self.brought + self.billed - sum(self.paid.values(), NOTHING)

    @property
    def billed(self) -> Decimal:
        """Charges, corrections and penalties together."""
        charged = sum(self.charged.values(), NOTHING)
        return charged + sum(self.corrected.values(), NOTHING) + self.penalty

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was owed and nothing happened."""
        return not (self.opening or self.brought or self.charged or self.corrected) and not (
            self.penalty or self.paid
        )

    def add(self, other: Turnover) -> None:
        """Takes in the sums of another one."""
        self.opening += other.opening
        self.brought += other.brought
        self.penalty += other.penalty
        _add_all(self.charged, other.charged)
        _add_all(self.corrected, other.corrected)
        _add_all(self.paid, other.paid)


# By the id of what a line is about, then by whom the prices apply to.
Sheet = Mapping[int, Mapping[CustomerGroup, Turnover]]


def sum_of(turnovers: Iterable[Turnover]) -> Turnover:
    """Several turnovers together."""
    found = Turnover()
    for each in turnovers:
        found.add(each)
    return found


def turnover_by(
    level: Level, scope: Scope, *, only: Sequence[int] | None = None
) -> dict[int, dict[CustomerGroup, Turnover]]:
    """The sheet of a scope, by district, house or account and by group; three statements.

    With `only` of these districts, houses or accounts. What has neither balance nor movements is
    not in it.
    """
    key = {Level.DISTRICT: House.district, Level.HOUSE: House.id, Level.ACCOUNT: Account.id}[level]
    base = _issued_before(scope.first)
    found: dict[int, dict[CustomerGroup, Turnover]] = {}
    conditions = scope.conditions()
    if only is not None:
        conditions.append(key.in_(only))
    if base is not None:
        for key_id, group, closing in _where(_closings(key, base), conditions):
            _line(found, key_id, group=group).opening += closing
    for key_id, group, kind, *rest in _where(_movements(key, scope, base=base), conditions):
        if kind is not None:
            _post(_line(found, key_id, group=group), kind, *rest)
    return found


def months_of_sheets(today: date) -> list[Period]:
    """The months that a sheet can be made of, the newest first; two statements."""
    known = [period for (period,) in BillingMonth.select(BillingMonth.period).tuples()]
    # What is entered now may belong to a month that nobody has begun.
    known.append(posting_month(today))
    return list(months_between(min(known), max(known)))[::-1]


def districts_of(scope: Scope) -> list[tuple[int, str]]:
    """The districts of a scope, by name; one statement."""
    return [
        (each.id, str(each.name)) for each in all_districts() if scope.district in (None, each.id)
    ]


def houses_of(scope: Scope, *, offset: int, limit: int) -> list[House]:
    """Houses of a scope in the order of their streets; one statement."""
    query = House.select().order_by(House.sort_key, House.id)
    for column, value in ((House.district, scope.district), (House.id, scope.house)):
        if value is not None:
            query = query.where(column == value)
    return list(query.limit(limit).offset(offset))


def accounts_of(scope: Scope, *, offset: int, limit: int) -> list[Account]:
    """Accounts of a scope, house by house, with their places; two statements."""
    ids = [key for (key,) in _ids(scope).limit(limit).offset(offset).tuples()]
    return _loaded(ids)


def account_lines(scope: Scope) -> Iterator[tuple[Account, Turnover]]:
    """Every account of a scope that has anything to show, house by house; memory does not grow."""
    ids = iter([key for (key,) in _ids(scope).tuples()])
    while chunk := list(islice(ids, AT_A_TIME)):
        sheet = turnover_by(Level.ACCOUNT, scope, only=chunk)
        for account in _loaded([key for key in chunk if key in sheet]):
            turnover = sum_of(sheet[account.id].values())
            if not turnover.is_nothing:
                yield account, turnover


def _ids(scope: Scope) -> ModelSelect:
    # The houses in their order, then the flats of each: no other plan is left to the engine.
    return (
        House.select(Account.id)
        .join(Premises, JOIN.CROSS)
        .join(Account, JOIN.CROSS)
        .where(Premises.house == House.id, Account.premises == Premises.id)
        .where(Account.opened_on <= scope.last.last_day, *scope.conditions())
        .order_by(*IN_ORDER)
    )


def _loaded(ids: Sequence[int]) -> list[Account]:
    if not ids:
        return []
    query = Account.select(*NAMED).join(Premises).join(House)
    rows = {row.id: row for row in query.where(Account.id.in_(ids))}
    return [rows[each] for each in ids]


def _issued_before(first: Period) -> Period | None:
    found: Period | None = (
        BillingMonth.select(fn.MAX(BillingMonth.period))
        .where(BillingMonth.period < first, BillingMonth.state == MonthState.ISSUED)
        .scalar()
    )
    return found


def _where(query: ModelSelect, conditions: Iterable[Expression]) -> Iterable[Any]:
    for condition in conditions:
        query = query.where(condition)
    return query.tuples()


def _of_accounts(*columns: Any) -> ModelSelect:
    return Account.select(*columns).join(Premises).join(House)


def _closings(key: Field, base: Period) -> ModelSelect:
    is_last = (Receipt.account == Account.id) & (Receipt.period == base)
    query = _of_accounts(key, Account.group, total(Receipt.closing)).join_from(
        Account, Receipt, on=is_last
    )
    return query.group_by(key, Account.group)


def _movements(key: Field, scope: Scope, *, base: Period | None) -> ModelSelect:
    """Sums of what was posted after the last closing, by all that tells where they belong."""
    reversed_payment = Payment.alias()
    channel = fn.COALESCE(Payment.channel, reversed_payment.channel).converter(_channel)
    # A number of ours, and the same text in both places, as PostgreSQL asks.
    is_before = SQL(f"(posted_period < {scope.first.as_int})").alias("is_before")
    columns = (key, Account.group, Movement.kind, Movement.debit, Movement.service)
    since: Any = 0
    query = _of_accounts(*columns, channel.alias("through"), is_before, total(Movement.amount))
    if base is not None:
        is_last = (Receipt.account == Account.id) & (Receipt.period == base)
        query = query.join_from(Account, Receipt, JOIN.LEFT_OUTER, on=is_last)
        # An account that was told nothing of that month brings all its movements.
        since = fn.COALESCE(Receipt.period, 0)
    return (
        # From account to account along the index: an inner join would read the whole ledger.
        query.join_from(
            Account,
            Movement,
            JOIN.LEFT_OUTER,
            on=(Movement.account == Account.id)
            & (Movement.posted_period > since)
            & (Movement.posted_period <= scope.last),
        )
        .join_from(Movement, Payment, JOIN.LEFT_OUTER, on=_is(Payment, SourceTable.PAYMENT))
        .join_from(
            Movement,
            PaymentReversal,
            JOIN.LEFT_OUTER,
            on=_is(PaymentReversal, SourceTable.REVERSAL),
        )
        .join_from(
            PaymentReversal,
            reversed_payment,
            JOIN.LEFT_OUTER,
            on=PaymentReversal.payment == reversed_payment.id,
        )
        .group_by(*columns, SQL("through"), SQL("is_before"))
    )


def _is(table: Any, source: SourceTable) -> Expression:
    found: Expression = (Movement.source_table == source) & (Movement.source_id == table.id)
    return found


def _channel(value: str | None) -> Channel | None:
    return None if value is None else Channel(value)


def _line(
    found: dict[int, dict[CustomerGroup, Turnover]], key: int, *, group: CustomerGroup
) -> Turnover:
    return found.setdefault(key, {}).setdefault(group, Turnover())


def _post(line: Turnover, kind: MovementKind, *rest: Any) -> None:
    debit, service, channel, is_before, amount = rest
    effect = amount if debit in OWED else -amount
    if is_before:
        line.opening += effect
    elif kind is MovementKind.OPENING:
        line.brought += effect
    elif kind is MovementKind.PENALTY:
        line.penalty += effect
    elif kind is MovementKind.CHARGE:
        _add_all(line.charged, {service: effect})
    elif kind is MovementKind.CORRECTION:
        _add_all(line.corrected, {service: effect})
    else:
        _add_all(line.paid, {channel: -effect})


def _add_all(sums: dict[Named, Decimal], more: Mapping[Named, Decimal]) -> None:
    for name, amount in more.items():
        sums[name] = sums.get(name, NOTHING) + amount
