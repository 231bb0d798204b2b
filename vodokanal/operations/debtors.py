"""Who owes and for how long: the debts of the last receipts, and what was posted since.

Overdue is what was to be paid by a day that is over (ЖК ст. 155 ч. 1); what is not due yet stands
apart and makes nobody a debtor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from peewee import JOIN, Case, Expression, ModelSelect, fn

from vodokanal.billing.debt_ages import Age, debt_by_age
from vodokanal.billing.debts import Debts, debts_from_json, fold, folded_on, must_fold_anew
from vodokanal.billing.ledger import OWED
from vodokanal.billing.ledger import Movement as Moved
from vodokanal.billing.periods import Period
from vodokanal.formats.search_text import search_words
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.fields import total
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.payments import Payment, PaymentReversal
from vodokanal.models.places import House, Premises
from vodokanal.models.receipts import Receipt
from vodokanal.models.texts import holds
from vodokanal.operations.addresses import PADDED
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.issued_months import last_issued_month
from vodokanal.operations.ledger import COLUMNS, FIRST, moved_of, movements_of

NOTHING = Decimal("0.00")
# So many accounts are named in one statement.
AT_A_TIME = 500
OVERDUE = (Age.TO_30, Age.TO_90, Age.TO_365, Age.OLDER)


@dataclass(frozen=True)
class Debtor:
    """An account that is late with something; sums in rubles by age."""

    account_id: int
    district_id: int
    ages: Mapping[Age, Decimal]

    @property
    def overdue(self) -> Decimal:
        """What was to be paid already."""
        return sum((self.ages[age] for age in OVERDUE), NOTHING)

    @property
    def not_due(self) -> Decimal:
        """What is still to be paid in time."""
        return self.ages[Age.NOT_DUE]


@dataclass(frozen=True)
class KnownDebtor:
    """A debtor as whoever rings up needs it: who, where, when something was paid last."""

    debtor: Debtor
    account: Account
    holder: Holder | None
    paid_on: date | None
    paid: Decimal | None


@dataclass
class _Known:
    """What is known of an account before its debts are looked at."""

    district_id: int
    closing: Decimal = NOTHING
    debts: str | None = None
    since: Decimal = NOTHING
    has_newer: bool = False
    newer: list[Moved] = field(default_factory=list)


@dataclass(frozen=True)
class DebtFigures:
    """What everybody owes together in rubles, by age, and how much of it is the last issued month's."""

    by_age: Mapping[Age, Decimal]
    of_last_month: Decimal


def debtors(today: date, *, street: str = "") -> list[Debtor]:
    """Everybody who is late, the largest sum first; a few statements for each thousand of them.

    `street` leaves those whose street or house begins with its words.
    """
    found = [
        Debtor(key, district_id, debt_by_age(debts.debts, today))
        for key, district_id, debts in _owing(last_issued_month(), street=street)
    ]
    late = [each for each in found if each.overdue]
    return sorted(late, key=lambda each: (-each.overdue, each.account_id))


def get_debt_figures(today: date) -> DebtFigures:
    """What is owed, the late and what is not due yet; looks at every account that owes."""
    last = last_issued_month()
    by_age, of_last_month = dict.fromkeys(Age, NOTHING), NOTHING
    for _key, _district_id, debts in _owing(last):
        for age, amount in debt_by_age(debts.debts, today).items():
            by_age[age] += amount
        of_last_month += sum((each.left for each in debts.debts if each.period == last), NOTHING)
    return DebtFigures(by_age, of_last_month)


def _owing(last: Period | None, *, street: str = "") -> Iterator[tuple[int, int, Debts]]:
    """Whoever owes something: account, district and what is open."""
    known = _known(last, street=street)
    owing = {key: each for key, each in known.items() if each.closing + each.since > 0}
    _load_newer(owing, after=FIRST if last is None else last.next)
    due_days = DueDays()
    for key, each in owing.items():
        yield key, each.district_id, _debts(key, each, due_days=due_days)


def in_order_of_streets(found: Sequence[Debtor]) -> list[Debtor]:
    """The same debtors house by house; one statement."""
    by_account = {each.account_id: each for each in found}
    rows = (
        House.select(Account.id)
        .join(Premises, JOIN.CROSS)
        .join(Account, JOIN.CROSS)
        .where(Premises.house == House.id, Account.premises == Premises.id)
        .order_by(House.sort_key, House.id, Premises.sort_key, Premises.id, Account.id)
    )
    return [by_account[key] for (key,) in rows.tuples() if key in by_account]


def known_debtors(found: Sequence[Debtor], *, today: date) -> list[KnownDebtor]:
    """Some debtors with what is known of them, in the same order; three statements."""
    ids = [each.account_id for each in found]
    if not ids:
        return []
    query = Account.select(Account, Premises, House).join(Premises).join(House)
    accounts = {row.id: row for row in query.where(Account.id.in_(ids))}
    holders, payments = _holders(ids, today), _last_payments(ids)
    return [
        KnownDebtor(
            each,
            accounts[each.account_id],
            holders.get(each.account_id),
            *payments.get(each.account_id, (None, None)),
        )
        for each in found
    ]


def _known(last: Period | None, *, street: str) -> dict[int, _Known]:
    """Every account that owes something or has movements since the last issued month."""
    places = [holds(PADDED, f" {word}") for word in search_words(street)]
    found: dict[int, _Known] = {}
    if last is not None:
        for key, district, closing, debts in _where(_closings(last), places):
            found[key] = _Known(district, closing, debts)
    for key, district, debit, amount in _where(_movements(last), places):
        each = found.setdefault(key, _Known(district))
        each.since += amount if debit in OWED else -amount
        each.has_newer = True
    return found


def _where(query: ModelSelect, conditions: Iterable[Expression]) -> Iterable[Any]:
    for condition in conditions:
        query = query.where(condition)
    return query.tuples()


def _closings(last: Period) -> ModelSelect:
    # The debts of who has paid ahead are not even read.
    debts = Case(None, [(Receipt.closing > 0, Receipt.debts)])
    return (
        Receipt.select(Receipt.account, House.district, Receipt.closing, debts)
        .join(Account)
        .join(Premises)
        .join(House)
        .where(Receipt.period == last)
    )


def _movements(last: Period | None) -> ModelSelect:
    after: Any = 0
    query = (
        Account.select(Account.id, House.district, Movement.debit, total(Movement.amount))
        .join(Premises)
        .join(House)
    )
    if last is not None:
        is_last = (Receipt.account == Account.id) & (Receipt.period == last)
        query = query.join_from(Account, Receipt, JOIN.LEFT_OUTER, on=is_last)
        # An account that was told nothing of that month brings all its movements.
        after = fn.COALESCE(Receipt.period, 0)
    is_newer = (Movement.account == Account.id) & (Movement.posted_period > after)
    # From account to account along the index: an inner join would read the whole ledger.
    return (
        query.join_from(Account, Movement, JOIN.LEFT_OUTER, on=is_newer)
        .group_by(Account.id, House.district, Movement.debit)
        .having(Movement.debit.is_null(is_null=False))
    )


def _load_newer(owing: Mapping[int, _Known], *, after: Period) -> None:
    """Fetches the movements since of those who owe and have some."""
    ids = [key for key, each in owing.items() if each.has_newer and each.debts is not None]
    for start in range(0, len(ids), AT_A_TIME):
        query = (
            Movement.select(Movement.account, *COLUMNS)
            .join(
                PaymentReversal,
                JOIN.LEFT_OUTER,
                on=(Movement.source_table == SourceTable.REVERSAL)
                & (Movement.source_id == PaymentReversal.id),
            )
            .where(
                Movement.account.in_(ids[start : start + AT_A_TIME]),
                Movement.posted_period >= after,
            )
        )
        for key, *row in query.tuples():
            owing[key].newer.append(moved_of(row))


def _debts(account_id: int, known: _Known, *, due_days: DueDays) -> Debts:
    # Who had paid ahead, or was told nothing yet, is not so many.
    if known.debts is None:
        return fold(movements_of(account_id), due_days)
    before = debts_from_json(known.debts)
    if not known.newer:
        return before
    if must_fold_anew(before, known.newer):
        return fold(movements_of(account_id), due_days)
    return folded_on(before, known.newer, due_on=due_days)


def _holders(ids: Sequence[int], today: date) -> dict[int, Holder]:
    rows = Holder.select().where(
        Holder.account.in_(ids),
        Holder.starts_on <= today,
        Holder.ends_on.is_null() | (Holder.ends_on >= today),
    )
    return {row.account_id: row for row in rows.order_by(Holder.starts_on)}


def _last_payments(ids: Sequence[int]) -> dict[int, tuple[date, Decimal]]:
    rows = (
        Payment.select(Payment.account, Payment.received_on, Payment.amount)
        .join(PaymentReversal, JOIN.LEFT_OUTER, on=PaymentReversal.payment == Payment.id)
        .where(Payment.account.in_(ids), PaymentReversal.id.is_null())
        .order_by(Payment.received_on, Payment.id)
    )
    return {key: (received_on, amount) for key, received_on, amount in rows.tuples()}
