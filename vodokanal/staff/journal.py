"""The journal: who changed what, only to be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import SQL, Expression

from vodokanal.models.accounts import Account
from vodokanal.models.journal import JournalEntry
from vodokanal.models.people import Employee
from vodokanal.models.places import NO_BREAK
from vodokanal.operations.actors import ActorKind
from vodokanal.operations.downloads import DOWNLOADED
from vodokanal.staff.filters import Narrowing
from vodokanal.staff.listing import Asked
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import ID
from vodokanal.staff.searches import Said
from vodokanal.staff.setting_words import SETTING_WORDS

N_ = lazy_gettext

# What follows from other columns, and would be told twice.
DERIVED = frozenset(
    {"id", "search_text", "sort_key", "number_key", "telephone_key", "telephone_backwards"}
)
ACTIONS = {
    "create": N_("added"),
    "update": N_("changed"),
    "disable": N_("sign-in closed"),
    "enable": N_("sign-in opened"),
    "confirm_email": N_("e-mail confirmed"),
    "change_password": N_("new password"),
    "create_employee": N_("employee added"),
    "change_roles": N_("roles changed"),
    "change_permissions": N_("permissions changed"),
    "revoke_access": N_("access revoked"),
    "change_account": N_("account changed from a day on"),
    "take_back_change": N_("change taken back"),
    "change_holder": N_("holder changed"),
    "reverse_holder_change": N_("change of holder taken back"),
    "free_login": N_("login freed"),
    "change_setting": N_("setting changed"),
    "move_window_end": N_("intake prolonged"),
    "submit_readings": N_("readings taken"),
    "confirm_reading": N_("reading confirmed"),
    "correct_reading": N_("reading corrected"),
    "settle_reading": N_("reading settled"),
    "open_reading_sheet": N_("sheet begun"),
    "confirm_sheet_order": N_("order of a sheet confirmed"),
    "undo_reading_sheet": N_("sheet undone"),
    "take_back_readings": N_("readings taken back with their sheet"),
    "enter_sheet_file": N_("filled file of a sheet entered"),
    "note_remark": N_("remark noted"),
    "take_back_remark": N_("remark taken back"),
    "carry_readings": N_("readings went over to the new holder"),
    "settle_remark": N_("remark seen to"),
    "load_town": N_("demo town loaded"),
    DOWNLOADED: N_("list taken away"),
    "send_letter_again": N_("letter sent again"),
    "clear_away": N_("old rows cleared away at night"),
    "order_calculation": N_("calculation asked for"),
    "order_preview": N_("recalculation asked for"),
    "approve_recalculation": N_("recalculation approved"),
    "reverse_recalculation": N_("recalculation taken back"),
    "order_issue": N_("issue asked for"),
    "calculate_month": N_("month calculated"),
    "begin_issuing": N_("issuing begun"),
    "issue_month": N_("month issued"),
    "enter_payment": N_("payment entered"),
    "reverse_payment": N_("payment taken back"),
    "enter_opening": N_("opening balance entered"),
    "import_book": N_("book imported"),
    "undo_import": N_("import undone"),
    "enter_correction": N_("correction entered"),
    "withdraw_correction": N_("correction withdrawn"),
    "write_note": N_("note written"),
    "remove_note": N_("note removed"),
    "begin_look": N_("looked with the resident's eyes"),
    "open_dispute": N_("line disputed"),
    "explain_dispute": N_("dispute: explained"),
    "correct_dispute": N_("dispute: corrected"),
    "withdraw_dispute": N_("dispute: taken back"),
    "reopen_dispute": N_("dispute: open again"),
    "ask_deed": N_("left to the chief"),
    "approve_deed": N_("allowed"),
    "decline_deed": N_("declined"),
    "do_deed_alone": N_("done without asking"),
    "note_call": N_("rung up"),
    "print_case_file": N_("case file printed"),
}
# What is noted of a list that was taken away.
LIST_WORDS = {
    "list": N_("List"),
    "format": N_("File"),
    "rows": N_("Rows"),
    "search": N_("Search"),
}
ACTORS = {
    ActorKind.RESIDENT: N_("resident"),
    ActorKind.EMPLOYEE: N_("employee"),
    ActorKind.SYSTEM: N_("the portal itself"),
}
TABLES = {
    "district": N_("District"),
    "house": N_("House"),
    "premises": N_("Premises"),
    "norm_category": N_("Kind of amenities"),
    "premises_norm": N_("Amenities of premises"),
    "meter_possibility": N_("Can a meter be installed"),
    "premises_quantity": N_("Gardens and livestock"),
    "account": N_("Account"),
    "account_note": N_("Note"),
    "look": N_("With the resident's eyes"),
    "account_service": N_("Service"),
    "holder": N_("Payer"),
    "occupancy": N_("Who lives there"),
    "account_change": N_("Dated change"),
    "holder_change": N_("Change of holder"),
    "resident": N_("Resident"),
    "account_access": N_("Access"),
    "meter": N_("Meter"),
    "reading": N_("Reading"),
    "submission": N_("Readings"),
    "house_reading": N_("Reading of a common meter"),
    "reading_sheet": N_("Sheet of readings"),
    "sheet_remark": N_("Remark of an inspector"),
    "sheet_upload": N_("Filled file of a sheet"),
    "reading_window": N_("Days of intake"),
    "window_extension": N_("Intake prolonged"),
    "tariff": N_("Tariff"),
    "norm": N_("Norm"),
    "multiplier": N_("Multiplier"),
    "key_rate": N_("Key rate"),
    "moratorium": N_("Days without penalties"),
    "payment_term": N_("Days of payment"),
    "vat_rate": N_("VAT rate"),
    "legal_term": N_("Number of the law"),
    "day_off": N_("Day off"),
    "pending_deed": N_("Deed of the chief's to decide"),
    "silence_call": N_("Call about readings"),
    "opening_balance": N_("Opening balance"),
    "payment": N_("Payment"),
    "payment_reversal": N_("Payment taken back"),
    "absence": N_("Absence"),
    "interruption": N_("Break in supply"),
    "access_refusal": N_("Act of refused access"),
    "meter_check": N_("Check of a meter"),
    "book_import": N_("Import of a book"),
    "export_column": N_("Column of an export"),
    "recalculation_batch": N_("Months calculated anew"),
    "correction": N_("Correction"),
    "dispute": N_("Dispute"),
    "billing_month": N_("Month"),
    "month_order": N_("Job of a month"),
    "recalculation_preview": N_("Preview of a recalculation"),
    "receipt": N_("Receipt"),
    "receipt_message": N_("Message on receipts"),
    "employee": N_("Employee"),
    "role": N_("Role"),
    "setting": N_("Setting"),
    "letter": N_("Letter to a resident"),
    "job_run": N_("Nightly housekeeping"),
}

# Of what has no list of its own.
OTHER_WORDS: Mapping[str, Mapping[str, str]] = {
    "setting": SETTING_WORDS,
    "dispute": {
        "account": N_("Account"),
        "period": N_("Receipt"),
        "line": N_("Line of the receipt"),
        "debt_period": N_("Debt of the month"),
        "amount": N_("Disputed sum, ₽"),
        "words": N_("What is said"),
        "heard": N_("How it was heard"),
        "resident": N_("Resident"),
        "employee": N_("Taken down by"),
        "opened_at": N_("When"),
        "answer_by": N_("Answer until"),
        "state": N_("State"),
        "answer": N_("Answer"),
        "answered_by": N_("Who answered"),
        "answered_at": N_("Answered at"),
        "correction": N_("Correction"),
    },
}

# In the words of the index that holds what was not done by residents.
IS_EMPLOYEES = (JournalEntry.actor_kind == ActorKind.EMPLOYEE) & (
    JournalEntry.actor_kind != SQL("'resident'")
)
IS_OF_ACCOUNT = JournalEntry.subject_table == Account._meta.table_name


class JournalView(ListView):
    table, code, area, section = JournalEntry, "journal", "journal", "staff"
    title = N_("Journal")
    column_list = ("at", "actor_name", "action", "subject_table", "changes")
    column_labels = {
        "at": N_("When"),
        "actor_name": N_("Who"),
        "actor_kind": N_("Who it is"),
        "action": N_("What was done"),
        "subject_table": N_("To what"),
        "changes": N_("Before and after"),
    }
    column_formatters = {
        "actor_name": lambda _view, _context, row, _name: who(row),
        "action": lambda _view, _context, row, _name: str(ACTIONS.get(row.action, row.action)),
        "subject_table": lambda _view, _context, row, _name: what(row),
        "changes": lambda view, _context, row, _name: changes(row, words_in(view, row)),
    }
    order = (JournalEntry.id.desc(),)
    filtered_by = ("at", "actor_kind", "action")
    filter_words = {"actor_kind": ACTORS, "action": ACTIONS}
    usual = {"actor_kind": ActorKind.RESIDENT, "action": "submit_readings"}
    carried = ("table", "row")

    def conditions(self, asked: Asked, narrowing: Narrowing) -> list[Expression]:
        found = super().conditions(asked, narrowing)
        table, row = request.args.get("table"), request.args.get("row")
        if not table:
            return found
        # A link that names another table was not made here.
        if table not in TABLES or not ID.fullmatch(row or ""):
            abort(404)
        is_of_row = JournalEntry.subject_id == int(str(row))
        return [*found, JournalEntry.subject_table == table, is_of_row]

    def meant(self, said: Said) -> list[Expression]:
        """What an employee has done, or what has become of an account."""
        accounts = said.accounts(JournalEntry.subject_id)
        return [
            IS_EMPLOYEES & JournalEntry.actor_id.in_(said.ids(Employee.name)),
            *(IS_OF_ACCOUNT & each for each in accounts),
        ]

    def heading_of(self, row: Any) -> str:
        return what(row)


def who(row: JournalEntry) -> str:
    """Who did it."""
    kind = ACTORS.get(row.actor_kind, row.actor_kind)
    return f"{row.actor_name}, {kind}" if row.actor_kind != ActorKind.SYSTEM else str(kind)


def what(row: JournalEntry) -> str:
    """The row that was changed: its table and number."""
    table = str(TABLES.get(row.subject_table, row.subject_table))
    return table if row.subject_id is None else f"{table} №{NO_BREAK}{row.subject_id}"


def words_in(view: Any, row: JournalEntry) -> Mapping[str, str]:
    """What the columns of the changed table are called, or the filters of its list."""
    for other in view.admin._views:
        if isinstance(other, ListView) and other.table._meta.table_name == row.subject_table:
            labels: Mapping[str, str] = other.column_labels
            is_list = row.action == DOWNLOADED
            return {**labels, **LIST_WORDS, **filter_words(other)} if is_list else labels
    return OTHER_WORDS.get(row.subject_table, {})


def filter_words(view: ListView) -> dict[str, str]:
    """What the inputs of a list's filters are called."""
    found = {}
    for each in view.filters:
        for name, field in each.inputs().items():
            is_whole = name == each.column.name
            found[name] = str(each.label) if is_whole else f"{each.label}, {field.args[0]}"
    return found


def changes(row: JournalEntry, words: Mapping[str, str]) -> str:
    """What was before and what is after, by column."""
    before, after = _read(row.before), _read(row.after)
    parts = []
    for name in [each for each in {**before, **after} if each not in DERIVED]:
        old, new = _plain(before.get(name)), _plain(after.get(name))
        change = f"{old} → {new}" if name in before else new
        parts.append(f"{words.get(name, name)}: {change}")
    return "; ".join(parts)


def _read(text: str) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
