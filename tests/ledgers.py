"""A small ledger for tests: rows of the month, each with its movement, and receipts that fit them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from tests.month_factories import (
    make_charge_line,
    make_correction,
    make_month,
    make_movement,
    make_opening,
    make_payment,
    make_payment_reversal,
    make_penalty_posting,
    make_receipt,
)
from vodokanal.billing.debts import debts_to_json, fold
from vodokanal.billing.ledger import OWED, MovementKind, Side
from vodokanal.billing.money import from_kopecks, rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.services import Service
from vodokanal.models.accounts import Account
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.recalculations import Correction
from vodokanal.models.receipts import Receipt
from vodokanal.operations.due_days import DueDays
from vodokanal.operations.ledger import movements_of

NOTHING = Decimal(0)
# What a line of October was made of: 4,120 m³ at 42,18 rubles.
INPUTS = (
    '{"method":"meter","of":31,"price":"42.18","since":"2026-07-01","vat":"22.00",'
    '"product":"173.7816","meters":[{"id":1,"kind":"cold","serial":"1","by":"meter",'
    '"volume":"4.120","values":[["149.080","2026-09-13","resident"],'
    '["153.200","2026-10-14","resident"]]}]}'
)


def charge(account: Account, period: Period, amount: str, **line: Any) -> ChargeLine:
    """A line of the month and its movement."""
    given = {"group": account.group, "inputs": INPUTS, **line}
    row = make_charge_line(account=account, period=period, amount=amount, **given)
    make_movement(
        account=account,
        amount=amount,
        service=row.service,
        debt_period=period,
        posted_period=period,
        on=period.last_day,
        source_id=row.id,
    )
    return row


def correct(account: Account, period: Period, amount: str, **given: Any) -> Correction:
    """A correction on the month's receipt and its movement; less to pay is negative."""
    row = make_correction(account=account, posted_period=period, amount=rubles(amount), **given)
    sides = _sides(Side.PRINCIPAL, Side.REVENUE, falls=row.amount < 0)
    make_movement(
        kind=MovementKind.CORRECTION,
        account=account,
        **sides,
        amount=abs(row.amount),
        service=row.service,
        posted_period=period,
        on=period.last_day,
        source_table=SourceTable.CORRECTION,
        source_id=row.id,
    )
    return row


def penalise(account: Account, period: Period, amount: str, *, of: Period) -> None:
    """A penalty on the debt of a month, posted with another month; less is negative."""
    row = make_penalty_posting(
        account=account, posted_period=period, debt_period=of, amount=rubles(amount)
    )
    make_movement(
        kind=MovementKind.PENALTY,
        account=account,
        **_sides(Side.PENALTY, Side.PENALTY_INCOME, falls=row.amount < 0),
        amount=abs(row.amount),
        service=None,
        debt_period=of,
        posted_period=period,
        on=period.last_day,
        source_table=SourceTable.PENALTY,
        source_id=row.id,
    )


def pay(account: Account, posted: Period, amount: str, **given: Any) -> Payment:
    """A payment that the receipt of a month shows; on its tenth day unless said otherwise."""
    given = {"received_on": date(posted.year, posted.month, 10)} | given
    row = make_payment(account=account, amount=amount, **given)
    _move_money(row, MovementKind.PAYMENT, posted=posted, source=row)
    return row


def take_back(payment: Payment, posted: Period) -> PaymentReversal:
    """That a payment was taken back."""
    row = make_payment_reversal(payment, reversed_on=payment.received_on)
    _move_money(payment, MovementKind.REVERSAL, posted=posted, source=row)
    return row


def bring(account: Account, posted: Period, amount: str, **given: Any) -> OpeningBalance:
    """What the account brought along from before the portal; a debt of a month by itself."""
    row = make_opening(account=account, amount=amount, **given)
    side = Side.PENALTY if row.kind is OpeningKind.PENALTY else Side.PRINCIPAL
    make_movement(
        kind=MovementKind.OPENING,
        account=account,
        **_sides(side, Side.OPENING, falls=row.kind is OpeningKind.ADVANCE),
        amount=amount,
        service=None,
        debt_period=row.period,
        posted_period=posted,
        on=row.on,
        source_table=SourceTable.OPENING,
        source_id=row.id,
    )
    return row


def issue(period: Period, *accounts: Account) -> None:
    """Receipts of the accounts by their movements so far; the month is issued."""
    pay_by = date(period.next.year, period.next.month, 15)
    month = make_month(period=period, state=MonthState.ISSUING, pay_by=pay_by)
    for account in accounts:
        debts = fold(movements_of(account.id, last=period), DueDays())
        make_receipt(
            account=account,
            period=period,
            pay_by=pay_by,
            debts=debts_to_json(debts),
            **_sums(account, period),
        )
    BillingMonth.update(state=MonthState.ISSUED).where(BillingMonth.id == month.id).execute()


def balance_of(account: Account | None = None, *, until: Period | None = None) -> Decimal:
    """The whole sum of the ledger's movements, of one account or of all; debt is positive."""
    query = Movement.select()
    if account is not None:
        query = query.where(Movement.account == account)
    if until is not None:
        query = query.where(Movement.posted_period <= until)
    return sum((effect_of(each) for each in query), NOTHING)


def effect_of(movement: Movement) -> Decimal:
    """What a movement adds to the balance."""
    amount: Decimal = movement.amount
    return amount if movement.debit in OWED else -amount


def make_random_ledger(accounts: list[Account], months: list[Period], *, seed: int) -> None:
    """Everything that a ledger knows, at random; every month but the last is issued."""
    chance = Random(seed)
    for place, period in enumerate(months):
        for account in accounts:
            _add_at_random(account, period, chance)
        if place < len(months) - 1:
            issue(period, *accounts)


def _add_at_random(account: Account, period: Period, chance: Random) -> None:
    def amount() -> str:
        return str(from_kopecks(chance.randint(1, 500_000)))

    deeds: list[Callable[[], Any]] = [
        *(lambda each=each: charge(account, period, amount(), service=each) for each in Service),
        lambda: correct(account, period, amount(), service=chance.choice([None, *Service])),
        lambda: correct(account, period, f"-{amount()}"),
        lambda: penalise(account, period, amount(), of=period.plus(-3)),
        lambda: penalise(account, period, f"-{amount()}", of=period.plus(-4)),
        lambda: pay(account, period, amount(), channel=chance.choice(list(Channel))),
        lambda: take_back(pay(account, period, amount(), channel=Channel.CARD), period),
        lambda: bring(account, period, amount(), kind=chance.choice(list(OpeningKind))),
    ]
    for deed in chance.sample(deeds, chance.randint(0, len(deeds))):
        deed()


def _sums(account: Account, period: Period) -> dict[str, Decimal]:
    last = Receipt.get_or_none(Receipt.account == account, Receipt.period == period.previous)
    sums = dict.fromkeys(("opening", "charged", "corrected", "penalty", "paid"), NOTHING)
    sums["opening"] = NOTHING if last is None else last.closing
    names = {
        MovementKind.OPENING: "opening",
        MovementKind.CHARGE: "charged",
        MovementKind.CORRECTION: "corrected",
        MovementKind.PENALTY: "penalty",
    }
    since = period if last is not None else Period(1, 1)
    mine = Movement.select().where(
        Movement.account == account,
        Movement.posted_period >= since,
        Movement.posted_period <= period,
    )
    for each in mine:
        name = names.get(each.kind, "paid") if each.posted_period == period else "opening"
        sums[name] += -effect_of(each) if name == "paid" else effect_of(each)
    owed = sum(sums.values(), NOTHING) - sums["paid"]
    return {**sums, "closing": owed - sums["paid"]}


def _move_money(
    payment: Payment, kind: MovementKind, *, posted: Period, source: Payment | PaymentReversal
) -> None:
    is_back = kind is MovementKind.REVERSAL
    make_movement(
        kind=kind,
        account=payment.account_id,
        **_sides(Side.PRINCIPAL, Side.MONEY, falls=not is_back),
        amount=payment.amount,
        service=None,
        debt_period=payment.period,
        posted_period=posted,
        on=payment.received_on,
        source_table=SourceTable.REVERSAL if is_back else SourceTable.PAYMENT,
        source_id=source.id,
    )


def _sides(owed: Side, other: Side, *, falls: bool) -> dict[str, Side]:
    return {"debit": other, "credit": owed} if falls else {"debit": owed, "credit": other}
