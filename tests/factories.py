"""One function a table, with defaults that make sense; a row's parents are made when not given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from vodokanal.billing.ledger import MovementKind, Side
from vodokanal.billing.methods import Method
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.settlements import RefusalReason, Settlement
from vodokanal.billing.terms import Term
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.base import Table
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement, SourceTable
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.models.meters import Meter
from vodokanal.models.months import BillingMonth, ChargeLine, MonthTrouble, PenaltyPosting
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.payments import OpeningBalance, Payment, PaymentReversal
from vodokanal.models.people import (
    AccountAccess,
    Employee,
    EmployeeRole,
    Relation,
    Resident,
    Role,
)
from vodokanal.models.places import (
    District,
    House,
    MeterPossibility,
    NormCategory,
    Premises,
    PremisesNorm,
    PremisesQuantity,
    QuantityKind,
)
from vodokanal.models.readings import Reading, ReadingSettlement, Submission
from vodokanal.models.recalculations import (
    Absence,
    AccessRefusal,
    Correction,
    Interruption,
    MeterCheck,
    RecalculationBatch,
)
from vodokanal.models.receipts import Receipt, ReceiptMessage
from vodokanal.models.settings import Setting
from vodokanal.models.signins import SignIn
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import (
    DayOff,
    KeyRate,
    LegalTerm,
    Moratorium,
    PaymentTerm,
    VatRate,
)
from vodokanal.models.windows import ReadingWindow, WindowExtension

LONG_AGO = date(2020, 1, 1)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)

Row = TypeVar("Row", bound=Table)
_numbers = count(1)


def _made(table: type[Row], defaults: dict[str, Any], given: dict[str, Any]) -> Row:
    row = table(**(defaults | given))
    row.derive()
    row.save(force_insert=True)
    return row


def make_district(**given: Any) -> District:
    return _made(District, {"name": f"Район {next(_numbers)}"}, given)


def make_house(**given: Any) -> House:
    given.setdefault("district", None)
    given["district"] = given["district"] or make_district()
    return _made(House, {"street": "ул. Садовая", "number": str(next(_numbers))}, given)


def make_premises(**given: Any) -> Premises:
    if "house" not in given:
        given["house"] = make_house()
    return _made(Premises, {"flat": str(next(_numbers))}, given)


def make_norm_category(**given: Any) -> NormCategory:
    return _made(NormCategory, {"name": f"Дома с ванной {next(_numbers)}"}, given)


def make_premises_norm(**given: Any) -> PremisesNorm:
    if "category" not in given:
        given["category"] = make_norm_category()
    return _of_premises(PremisesNorm, {}, given)


def make_meter_possibility(**given: Any) -> MeterPossibility:
    return _of_premises(MeterPossibility, {"kind": Kind.COLD}, given)


def make_premises_quantity(**given: Any) -> PremisesQuantity:
    defaults = {"kind": QuantityKind.GARDEN, "what": "огород", "quantity": 600}
    return _of_premises(PremisesQuantity, defaults, given)


def make_account(**given: Any) -> Account:
    defaults = {"number": f"77-{next(_numbers)}", "opened_on": LONG_AGO}
    return _of_premises(Account, defaults, given)


def make_account_service(**given: Any) -> AccountService:
    return _of_account(AccountService, {"service": Service.COLD, "starts_on": LONG_AGO}, given)


def make_holder(**given: Any) -> Holder:
    return _of_account(Holder, {"name": "Иванова Анна Петровна", "starts_on": LONG_AGO}, given)


def make_occupancy(**given: Any) -> Occupancy:
    return _of_account(Occupancy, {"registered": 2, "starts_on": LONG_AGO}, given)


def make_employee(role: str = "office", **given: Any) -> Employee:
    number = next(_numbers)
    defaults = {"login": f"employee{number}", "name": f"Сотрудник {number}", "created_at": BEFORE}
    employee = _made(Employee, defaults, given)
    EmployeeRole.create(employee=employee, role=Role.get(Role.code == role))
    return employee


def make_resident(**given: Any) -> Resident:
    number = next(_numbers)
    defaults = {"login": f"resident{number}", "name": f"Жилец {number}", "created_at": BEFORE}
    return _made(Resident, defaults, given)


def make_access(**given: Any) -> AccountAccess:
    if "resident" not in given:
        given["resident"] = make_resident()
    defaults = {"relation": Relation.OWNER, "granted_at": BEFORE}
    return _of_account(AccountAccess, defaults, given)


def make_sign_in(**given: Any) -> SignIn:
    if not {"resident", "employee"} & given.keys():
        given["resident"] = make_resident()
    moments = {"started_at": BEFORE, "last_seen_at": BEFORE}
    return _made(SignIn, {"token_hash": f"{next(_numbers):064x}", **moments}, given)


def make_submission_key(**given: Any) -> SubmissionKey:
    number = next(_numbers)
    defaults = {"actor": "system", "key": f"key{number}", "body_hash": "0" * 64}
    return _made(SubmissionKey, {**defaults, "created_at": BEFORE}, given)


def make_meter(**given: Any) -> Meter:
    if not {"account", "house"} & given.keys():
        given["account"] = make_account()
    installed_on = given.setdefault("installed_on", LONG_AGO)
    defaults = {
        "kind": Kind.COLD,
        "serial": f"{next(_numbers):08d}",
        "place": "кухня",
        "commissioned_on": installed_on,
        "verified_on": installed_on,
        "verify_by": date(2030, 1, 1),
    }
    return _made(Meter, defaults, given)


def make_submission(**given: Any) -> Submission:
    defaults = {"period": Period(2026, 10), "received_at": BEFORE}
    return _of_account(Submission, {**defaults, "code": f"{next(_numbers):012d}"}, given)


def make_reading(meter: Meter | None = None, **given: Any) -> Reading:
    """A reading that was taken on the 15th of its period and accepted."""
    meter = meter or make_meter()
    period = given.setdefault("period", Period(2026, 10))
    received_at = datetime(period.year, period.month, 15, 9, 30, tzinfo=UTC)
    if "submission" not in given:
        given["submission"] = make_submission(
            account=meter.account_id, period=period, received_at=received_at
        )
    defaults = {
        "meter": meter,
        "value": "100",
        "taken_on": received_at.date(),
        "received_at": received_at,
        "source": Source.RESIDENT,
        "state": ReadingState.ACCEPTED,
    }
    return _made(Reading, defaults, given)


def make_settlement(reading: Reading | None = None, **given: Any) -> ReadingSettlement:
    """A refusal of a reading, as it is decided at the desk."""
    reading = reading or make_reading(state=ReadingState.REFUSED)
    defaults = {
        "reading": reading,
        "how": Settlement.REFUSED,
        "reason": RefusalReason.LOWER,
        "settled_at": BEFORE,
    }
    return _made(ReadingSettlement, defaults, given)


def make_window(**given: Any) -> ReadingWindow:
    return _made(ReadingWindow, {"starts_on": date(2026, 1, 1)}, given)


def make_extension(**given: Any) -> WindowExtension:
    defaults = {
        "period": Period(2026, 11),
        "ends_on": date(2026, 11, 25),
        "sentence": "Приём продлён из-за праздников",
        "decided_at": BEFORE,
    }
    return _made(WindowExtension, defaults, given)


def make_journal_entry(**given: Any) -> JournalEntry:
    defaults = {"at": BEFORE, "actor_kind": "system", "action": "test", "subject_table": "account"}
    return _made(JournalEntry, defaults, given)


def make_email(resident: Resident, address: str = "anna@mail.example") -> Resident:
    """Gives a resident an address that has been confirmed."""
    chosen = {"email": address, "email_confirmed_at": BEFORE}
    Resident.update(chosen).where(Resident.id == resident.id).execute()
    found: Resident = Resident.get_by_id(resident.id)
    return found


def make_letter(resident: Resident | None = None, **given: Any) -> Letter:
    """A letter about a submission with a single reading."""
    resident = resident or make_email(make_resident())
    if "subject_id" not in given:
        account = make_account()
        make_access(resident=resident, account=account)
        given["subject_id"] = make_reading(make_meter(account=account)).submission_id
    defaults = {
        "kind": LetterKind.READINGS_RECEIVED,
        "resident": resident,
        "language": "ru",
        "subject_table": "submission",
        "created_at": BEFORE,
    }
    return _made(Letter, defaults, given)


def make_setting(name: str, value: str) -> Setting:
    return _made(Setting, {}, {"name": name, "value": value})


def _of_premises(table: type[Row], defaults: dict[str, Any], given: dict[str, Any]) -> Row:
    if "premises" not in given:
        given["premises"] = make_premises()
    if "starts_on" in table._meta.fields:
        defaults = {"starts_on": LONG_AGO, **defaults}
    return _made(table, defaults, given)


def _of_account(table: type[Row], defaults: dict[str, Any], given: dict[str, Any]) -> Row:
    if "account" not in given:
        given["account"] = make_account()
    return _made(table, defaults, given)


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
