"""Rows of months and money: rates, lines, payments, the ledger, and what a worker does for them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from tests.factories import (
    BEFORE,
    LONG_AGO,
    _made,
    _numbers,
    _of_account,
    make_employee,
    make_house,
    make_meter,
    make_norm_category,
    make_resident,
)
from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.methods import Method
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term
from vodokanal.models.account_changes import AccountChange, ChangeKind
from vodokanal.models.approvals import DeedKind, PendingDeed
from vodokanal.models.disputes import Dispute
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.meters import Meter
from vodokanal.models.month_orders import MonthDeed, MonthOrder
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble, PenaltyPosting
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.models.recalculations import (
    Absence,
    AccessRefusal,
    Correction,
    Interruption,
    MeterCheck,
    RecalculationBatch,
)
from vodokanal.models.receipts import Receipt, ReceiptMessage
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import (
    DayOff,
    KeyRate,
    LegalTerm,
    Moratorium,
    PaymentTerm,
    VatRate,
)


def make_month_order(**given: Any) -> MonthOrder:
    defaults = {"period": Period(2026, 11), "deed": MonthDeed.CALCULATE, "created_at": BEFORE}
    return _made(MonthOrder, defaults, given)


def make_preview(**given: Any) -> RecalculationPreview:
    if "employee" not in given:
        given["employee"] = make_employee("chief")
    months = {"first_period": Period(2026, 9), "last_period": Period(2026, 10)}
    return _made(RecalculationPreview, {**months, "created_at": BEFORE}, given)


def make_difference(**given: Any) -> MonthDifference:
    if "preview" not in given:
        given["preview"] = make_preview()
    amounts = {"service": Service.COLD, "was": "173.78", "now": "164.80"}
    defaults = {"period": Period(2026, 10), **amounts, "inputs": "{}"}
    return _of_account(MonthDifference, defaults, given)


def make_tariff(**given: Any) -> Tariff:
    defaults = {"service": Service.COLD, "price": "42.18", "starts_on": LONG_AGO}
    return _made(Tariff, defaults, given)


def make_norm(**given: Any) -> Norm:
    if given.get("basis", NormBasis.PERSON) == NormBasis.PERSON and "category" not in given:
        given["category"] = make_norm_category()
    defaults = {"service": Service.COLD, "volume": "5.016", "starts_on": LONG_AGO}
    return _made(Norm, defaults, given)


def make_multiplier(**given: Any) -> Multiplier:
    return _made(Multiplier, {"service": Service.COLD, "value": 3, "starts_on": LONG_AGO}, given)


def make_key_rate(**given: Any) -> KeyRate:
    return _made(KeyRate, {"percent": 16, "starts_on": LONG_AGO}, given)


def make_moratorium(**given: Any) -> Moratorium:
    days = {"starts_on": date(2022, 4, 1), "ends_on": date(2022, 10, 1)}
    return _made(Moratorium, days, given)


def make_payment_term(**given: Any) -> PaymentTerm:
    defaults = {"bill_by_day": 5, "pay_by_day": 15, "starts_on": LONG_AGO}
    return _made(PaymentTerm, defaults, given)


def make_vat_rate(**given: Any) -> VatRate:
    return _made(VatRate, {"percent": 22, "starts_on": LONG_AGO}, given)


def make_legal_term(term: Term, value: str, **given: Any) -> LegalTerm:
    return _made(LegalTerm, {"term": term, "value": value, "starts_on": LONG_AGO}, given)


def make_day_off(on: date, **given: Any) -> DayOff:
    return _made(DayOff, {"on": on}, given)


def make_opening(**given: Any) -> OpeningBalance:
    defaults = {"kind": OpeningKind.DEBT, "period": Period(2026, 9), "amount": "100"}
    return _of_account(
        OpeningBalance, {**defaults, "on": date(2026, 10, 1), "created_at": BEFORE}, given
    )


def make_payment(**given: Any) -> Payment:
    defaults = {"amount": "500", "received_on": date(2026, 10, 8), "channel": Channel.BANK}
    return _of_account(Payment, {**defaults, "created_at": BEFORE}, given)


def make_payment_reversal(payment: Payment | None = None, **given: Any) -> PaymentReversal:
    defaults = {
        "payment": payment or make_payment(),
        "reversed_on": date(2026, 10, 9),
        "reason": "Чужой платёж",
        "created_at": BEFORE,
    }
    return _made(PaymentReversal, defaults, given)


def make_absence(**given: Any) -> Absence:
    days = {
        "left_on": date(2026, 10, 1),
        "came_back_on": date(2026, 10, 20),
        "applied_on": date(2026, 10, 21),
    }
    return _of_account(Absence, {**days, "document": "билеты", "created_at": BEFORE}, given)


def make_interruption(**given: Any) -> Interruption:
    if not {"house", "district"} & given.keys():
        given["house"] = make_house()
    defaults = {
        "service": Service.COLD,
        "began_at": datetime(2026, 10, 5, 6, tzinfo=UTC),
        "ended_at": datetime(2026, 10, 5, 20, tzinfo=UTC),
        "created_at": BEFORE,
    }
    return _made(Interruption, defaults, given)


def make_access_refusal(**given: Any) -> AccessRefusal:
    return _of_account(AccessRefusal, {"act_number": "7", "starts_on": date(2026, 10, 1)}, given)


def make_meter_check(meter: Meter | None = None, **given: Any) -> MeterCheck:
    defaults = {
        "meter": meter or make_meter(),
        "checked_on": date(2026, 10, 20),
        "found": "110",
        "act_number": "12",
        "created_at": BEFORE,
    }
    return _made(MeterCheck, defaults, given)


def make_recalculation_batch(**given: Any) -> RecalculationBatch:
    defaults = {
        "first_period": Period(2026, 7),
        "last_period": Period(2026, 9),
        "posted_period": Period(2026, 10),
        "sentence": "Цена исправлена по решению регулятора",
        "created_at": BEFORE,
    }
    return _made(RecalculationBatch, defaults, given)


def make_correction(**given: Any) -> Correction:
    defaults = {
        "posted_period": Period(2026, 10),
        "for_period": Period(2026, 9),
        "service": Service.COLD,
        "reason": RecalculationReason.MANUAL,
        "amount": "-50",
        "words": "По заявлению",
    }
    return _of_account(Correction, {**defaults, "created_at": BEFORE}, given)


def make_account_change(**given: Any) -> AccountChange:
    """Who lives there is another number, by no row at all: taking it back changes nothing."""
    days = {"on": date(2026, 11, 10), "period": Period(2026, 11)}
    defaults = {"kind": ChangeKind.RESIDENTS, **days, "steps": "[]", "created_at": BEFORE}
    return _of_account(AccountChange, defaults, given)


def make_dispute(**given: Any) -> Dispute:
    """A resident does not agree with October's cold water: see that there is such a line."""
    if not {"resident", "employee"} & given.keys():
        given["resident"] = make_resident()
    defaults = {
        "period": Period(2026, 10),
        "line": "cold-0",
        "debt_period": Period(2026, 10),
        "amount": "173.78",
        "words": "Нас не было дома",
        "opened_at": BEFORE,
    }
    return _of_account(Dispute, defaults, given)


def make_pending_deed(**given: Any) -> PendingDeed:
    """Somebody asks to take a payment back that is above the set sum."""
    if "asked_by" not in given:
        given["asked_by"] = make_employee()
    payment = given.pop("payment", None) or make_payment()
    defaults = {
        "kind": DeedKind.REVERSAL,
        "account": payment.account,
        "amount": payment.amount,
        "parameters": json.dumps({"payment_id": payment.id, "reason": "Чужой счёт"}),
        "asked_at": BEFORE,
    }
    return _made(PendingDeed, defaults, given)


def make_month(**given: Any) -> BillingMonth:
    return _made(BillingMonth, {"period": Period(2026, 10), "state": MonthState.CALCULATED}, given)


def make_charge_line(**given: Any) -> ChargeLine:
    defaults = {
        "period": Period(2026, 10),
        "service": Service.COLD,
        "group": CustomerGroup.POPULATION,
        "method": Method.METER,
        "volume": "4.120",
        "price": "42.18",
        "amount": "173.78",
        "inputs": "{}",
    }
    return _of_account(ChargeLine, defaults, given)


def make_month_trouble(**given: Any) -> MonthTrouble:
    return _of_account(MonthTrouble, {"period": Period(2026, 10), "code": "no_people"}, given)


def make_penalty_posting(**given: Any) -> PenaltyPosting:
    defaults = {
        "posted_period": Period(2026, 10),
        "debt_period": Period(2026, 7),
        "amount": "1.25",
        "inputs": '{"whole":"1.25","posted":"0","due_on":"2026-08-17","first":"2026-09-17",'
        '"segments":[]}',
    }
    return _of_account(PenaltyPosting, defaults, given)


def make_movement(**given: Any) -> Movement:
    """A charge of October, unless something else is said."""
    defaults = {
        "kind": MovementKind.CHARGE,
        "debit": Side.PRINCIPAL,
        "credit": Side.REVENUE,
        "amount": "173.78",
        "service": Service.COLD,
        "debt_period": Period(2026, 10),
        "posted_period": Period(2026, 10),
        "on": date(2026, 10, 31),
        "posted_at": BEFORE,
        "source_table": SourceTable.CHARGE,
        "source_id": next(_numbers),
    }
    return _of_account(Movement, defaults, given)


def make_receipt(**given: Any) -> Receipt:
    defaults = {
        "period": Period(2026, 10),
        "opening": "0",
        "charged": "173.78",
        "corrected": "0",
        "penalty": "0",
        "paid": "0",
        "closing": "173.78",
        "pay_by": date(2026, 11, 16),
        "debts": "{}",
        "details": "{}",
    }
    return _of_account(Receipt, defaults, given)


def make_receipt_message(**given: Any) -> ReceiptMessage:
    return _made(ReceiptMessage, {"period": Period(2026, 10), "words": "Поверка до мая"}, given)
