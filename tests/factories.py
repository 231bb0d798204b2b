"""One function a table, with defaults that make sense; a row's parents are made when not given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.billing.services import Service
from vodokanal.billing.settlements import RefusalReason, Settlement
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.base import Table
from vodokanal.models.holder_changes import ChangeKind, HolderChange
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.journal import JournalEntry
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.models.looks import CameFrom, CardOpening, Look, LookReason
from vodokanal.models.meters import Meter
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
from vodokanal.models.settings import Setting
from vodokanal.models.signins import SignIn
from vodokanal.models.submission_keys import SubmissionKey
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


def make_house_reading(meter: Meter | None = None, **given: Any) -> HouseReading:
    """A reading of a common meter, taken on the 25th of its month."""
    meter = meter or make_meter(house=make_house())
    period = given.setdefault("period", Period(2026, 10))
    taken_on = date(period.year, period.month, 25)
    defaults = {"meter": meter, "value": "100", "taken_on": taken_on, "created_at": BEFORE}
    return _made(HouseReading, defaults, given)


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


def make_note(**given: Any) -> AccountNote:
    defaults = {"words": "Плохо слышит, говорите громче.", "written_at": BEFORE}
    return _of_account(AccountNote, defaults, given)


def make_card_opening(**given: Any) -> CardOpening:
    given.setdefault("employee", None)
    given["employee"] = given["employee"] or make_employee()
    defaults = {"opened_at": BEFORE, "came_from": CameFrom.SEARCH}
    return _of_account(CardOpening, defaults, given)


def make_look(**given: Any) -> Look:
    given.setdefault("employee", None)
    given["employee"] = given["employee"] or make_employee()
    moments = {"began_at": BEFORE, "ends_at": BEFORE + timedelta(minutes=30)}
    defaults = {"sign_in_id": 1, "reason": LookReason.CALLED, **moments}
    return _of_account(Look, defaults, given)


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


def make_holder_change(**given: Any) -> HolderChange:
    """That the premises were sold on the 10th, as if nothing had hung there."""
    old, new = given.pop("old_account", None), given.pop("new_account", None)
    accounts = {"old_account": old or make_account(), "new_account": new or make_account()}
    defaults = {
        "on": date(2026, 11, 10),
        "kind": ChangeKind.SALE,
        "paper_kind": "договор",
        "number": str(accounts["new_account"].number),
        "entered_at": BEFORE,
    }
    return _made(HolderChange, {**defaults, **accounts}, given)


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
