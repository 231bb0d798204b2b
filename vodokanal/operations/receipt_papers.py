"""Receipts as they were issued, for paper: read from frozen rows alone, however long ago."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import JOIN, ModelSelect

from vodokanal.billing.debts import debts_from_json
from vodokanal.billing.methods import Method
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.receipts import (
    PaperCorrection,
    PaperDebt,
    PaperLine,
    PaperNorm,
    ReceiptDetails,
    ReceiptPaper,
    Requisites,
)
from vodokanal.billing.replay import inputs_from_json
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account, ReceiptDelivery
from vodokanal.models.months import BillingMonth, ChargeLine
from vodokanal.models.places import District, House, Premises
from vodokanal.models.recalculations import Correction, RecalculationBatch
from vodokanal.models.receipts import Receipt
from vodokanal.operations.receipts import ReceiptNotFoundError

BY_NORM = frozenset({Method.NO_METER, Method.NORM})
ON_PAPER = (ReceiptDelivery.PAPER, ReceiptDelivery.BOTH)


class MonthNotIssuedError(Exception):
    """The month has no receipts yet, or not all of them."""

    def __init__(self, period: Period) -> None:
        super().__init__(period)
        self.period = period


class UnknownDistrictError(Exception):
    """No district has that name; there are `known` ones."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


@dataclass(frozen=True)
class _Rows:
    """The frozen rows of some accounts' month, by account."""

    lines: Mapping[int, Sequence[PaperLine]]
    corrections: Mapping[int, Sequence[PaperCorrection]]
    owed_before: Mapping[int, str]


def get_receipt_paper(account_id: int, period: Period) -> ReceiptPaper:
    """The receipt of one account and month; five statements.

    Raises:
        ReceiptNotFoundError: the account has no receipt of that month.
    """
    found = receipt_papers([account_id], period)
    if not found:
        raise ReceiptNotFoundError(account_id, period)
    return found[0]


def receipt_papers(account_ids: Sequence[int], period: Period) -> list[ReceiptPaper]:
    """The receipts of these accounts and that month in the order asked for; five statements.

    Nothing in them depends on settings, holders, rates or meters of today (ПП 354 п. 69: what the
    payer was told then). Accounts without a receipt of the month are left out.
    """
    receipts = {
        receipt.account_id: receipt
        for receipt in Receipt.select(Receipt, Account.id, Account.number)
        .join(Account)
        .where(Receipt.period == period, Receipt.account.in_(list(account_ids)))
    }
    if not receipts:
        return []
    rows = _Rows(_lines(receipts, period), _corrections(receipts, period), _owed(receipts, period))
    requisites = get_requisites(period)
    return [
        _paper(receipts[account_id], rows, requisites=requisites)
        for account_id in account_ids
        if account_id in receipts
    ]


def get_requisites(period: Period) -> Requisites:
    """The utility's name and requisites as the month's receipts show them; one statement."""
    kept = BillingMonth.select(BillingMonth.requisites).where(BillingMonth.period == period)
    return Requisites.from_json(kept.scalar() or "{}")


def accounts_to_print(period: Period, *, district: str = "") -> list[int]:
    """The accounts whose receipts go out on paper, street by street, house by house; two statements.

    Of the whole town, or of the district of that name.

    Raises:
        MonthNotIssuedError: the month is not issued, or not to its end.
        UnknownDistrictError: there is no such district.
    """
    is_issued = BillingMonth.select().where(
        BillingMonth.period == period, BillingMonth.state == MonthState.ISSUED
    )
    if not is_issued.exists():
        raise MonthNotIssuedError(period)
    query = (
        Receipt.select(Receipt.account)
        .join(Account)
        .join(Premises)
        .join(House)
        .where(Receipt.period == period, Account.receipt_delivery.in_(ON_PAPER))
        .order_by(House.sort_key, House.id, Premises.sort_key, Premises.id, Account.id)
    )
    if district:
        query = query.where(House.district == _district_id(district))
    return [account_id for (account_id,) in query.tuples()]


def _district_id(name: str) -> int:
    known = dict(District.select(District.name, District.id).order_by(District.name).tuples())
    if name not in known:
        raise UnknownDistrictError(name, list(known))
    found: int = known[name]
    return found


def _paper(receipt: Receipt, rows: _Rows, *, requisites: Requisites) -> ReceiptPaper:
    account_id = receipt.account_id
    return ReceiptPaper(
        number=receipt.account.number,
        period=receipt.period,
        opening=receipt.opening,
        charged=receipt.charged,
        corrected=receipt.corrected,
        penalty=receipt.penalty,
        paid=receipt.paid,
        closing=receipt.closing,
        pay_by=receipt.pay_by,
        details=ReceiptDetails.from_json(receipt.details),
        requisites=requisites,
        lines=tuple(rows.lines.get(account_id, ())),
        corrections=tuple(rows.corrections.get(account_id, ())),
        owed_before=_debts(rows.owed_before.get(account_id, "{}")),
        debts=_debts(receipt.debts),
    )


def _lines(account_ids: Iterable[int], period: Period) -> Mapping[int, Sequence[PaperLine]]:
    columns = (
        *(ChargeLine.account, ChargeLine.service, ChargeLine.method, ChargeLine.volume),
        *(ChargeLine.price, ChargeLine.amount, ChargeLine.group, ChargeLine.multiplier),
        *(ChargeLine.excess, ChargeLine.vat, ChargeLine.inputs),
    )
    query = (
        ChargeLine.select(*columns)
        .where(ChargeLine.period == period, ChargeLine.account.in_(list(account_ids)))
        .order_by(ChargeLine.account, ChargeLine.service, ChargeLine.part)
    )
    found: dict[int, list[PaperLine]] = defaultdict(list)
    for account_id, *values, inputs in query.tuples():
        found[account_id].append(explained(PaperLine(*values), inputs))
    return found


def explained(line: PaperLine, inputs: str) -> PaperLine:
    """The line with the norms that it was charged by, or with whether its price has VAT in it."""
    if line.method in BY_NORM:
        return replace(line, norms=norms_of(inputs))
    if line.group is CustomerGroup.POPULATION:
        return line
    return replace(line, price_has_vat=inputs_from_json(inputs).price.includes_vat)


def norms_of(inputs: str) -> tuple[PaperNorm, ...]:
    """The norms of a line, each once, however many parts of the month it was for."""
    uses = inputs_from_json(inputs).norms
    return tuple(dict.fromkeys(PaperNorm(each.norm, each.units, each.basis) for each in uses))


def _corrections(
    account_ids: Iterable[int], period: Period
) -> Mapping[int, Sequence[PaperCorrection]]:
    query: Any = (
        Correction.select(Correction, RecalculationBatch.sentence.alias("of_batch"))
        .join(RecalculationBatch, JOIN.LEFT_OUTER)
        .where(Correction.posted_period == period, Correction.account.in_(list(account_ids)))
        .order_by(Correction.for_period, Correction.id)
        .objects()
    )
    found: dict[int, list[PaperCorrection]] = defaultdict(list)
    for row in query:
        correction = PaperCorrection(
            for_period=row.for_period,
            reason=row.reason,
            amount=row.amount,
            service=row.service,
            side=row.side,
            volume=row.volume,
            words=row.words or row.of_batch or "",
        )
        found[row.account_id].append(correction)
    return found


def _owed(account_ids: Iterable[int], period: Period) -> Mapping[int, str]:
    """What the receipts of the month before left open."""
    query: ModelSelect = Receipt.select(Receipt.account, Receipt.debts)
    before = query.where(Receipt.period == period.previous, Receipt.account.in_(list(account_ids)))
    return dict(before.tuples())


def _debts(kept: str) -> tuple[PaperDebt, ...]:
    return tuple(
        PaperDebt(each.period, each.left, each.due_on) for each in debts_from_json(kept).open
    )
