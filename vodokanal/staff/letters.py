"""The table of letters: what has gone out, what waits and why; sent again from here."""

from __future__ import annotations

import json
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import JOIN, Expression, ModelSelect

from vodokanal.billing.periods import Period
from vodokanal.models.letters import Letter, LetterKind, LetterState
from vodokanal.models.people import Employee, Resident
from vodokanal.models.readings import Submission
from vodokanal.models.receipts import Receipt
from vodokanal.operations.letters import GIVEN_UP, NO_ADDRESS, NOTHING_TO_TELL, send_again
from vodokanal.operations.month_mornings import EMPLOYEE_GONE, MONTH_ISSUED
from vodokanal.staff.deeds import Deed, carry_out
from vodokanal.staff.gate import expose
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import ResidentLoader
from vodokanal.staff.searches import Said
from vodokanal.web.clock import now
from vodokanal.web.dates import month
from vodokanal.web.identity import current_actor
from vodokanal.web.mailing import UNWRITABLE

N_ = lazy_gettext

TROUBLES = {
    "outbox": N_("the folder of letters cannot be written to"),
    "unreachable": N_("the mail server does not answer"),
    "smtp_failed": N_("the mail server could not be talked to"),
    "bad_sender": N_("the e-mail of the utility is wrong"),
    "bad_address": N_("there is no such e-mail address"),
    "bad_header": N_("there is no such e-mail address"),
    UNWRITABLE: N_("the letter could not be written: see the log"),
    GIVEN_UP: N_("tried too often"),
    NOTHING_TO_TELL: N_("the readings were corrected since, or the access was revoked"),
    NO_ADDRESS: N_("the resident has no confirmed e-mail"),
    MONTH_ISSUED: N_("the month has been issued since"),
    EMPLOYEE_GONE: N_("the employee has left or has no e-mail any more"),
}
ANSWERED = "smtp_"
# Where the list joins what a letter is about.
SUBJECTS = {LetterKind.READINGS_RECEIVED: "submission", LetterKind.RECEIPT_READY: "receipt"}

SEND_AGAIN = Deed(
    page="send_again",
    words=N_("Send again"),
    question=N_("Send the letter again? It goes to the e-mail that the resident has now."),
    done=N_("The letter will be sent at once."),
    fits=lambda row: row.state != LetterState.SENDING,
)


class LetterView(ListView):
    table, code, area, section = Letter, "letters", "letters", "people"
    title = N_("Letters")
    column_list = (
        "created_at",
        "resident",
        "kind",
        "about",
        "state",
        "attempts",
        "trouble",
        "sent_at",
    )
    column_labels = {
        "created_at": N_("When"),
        "resident": N_("To whom"),
        "kind": N_("Letter to a resident"),
        "about": N_("About what"),
        "state": N_("State"),
        "attempts": N_("Attempts"),
        "trouble": N_("What went wrong"),
        "sent_at": N_("Sent"),
    }
    column_formatters = {
        "resident": lambda _view, _context, row, _name: str(row.resident or row.employee),
        "about": lambda _view, _context, row, _name: about(row),
        "trouble": lambda _view, _context, row, _name: trouble(row),
    }
    loaders = {"resident": ResidentLoader}
    owners = ("resident",)
    filtered_by = ("state",)
    usual = {"state": LetterState.SENT}
    order = (Letter.id.desc(),)
    deeds = (SEND_AGAIN,)

    def rows(self) -> ModelSelect:
        of_submission = (Letter.subject_table == Submission._meta.table_name) & (
            Letter.subject_id == Submission.id
        )
        of_receipt = (Letter.subject_table == Receipt._meta.table_name) & (
            Letter.subject_id == Receipt.id
        )
        return (
            Letter.select(Letter, Resident, Employee, Submission, Receipt)
            .join(Resident, JOIN.LEFT_OUTER)
            .switch(Letter)
            .join(Employee, JOIN.LEFT_OUTER)
            .switch(Letter)
            .join(Submission, JOIN.LEFT_OUTER, on=of_submission, attr="submission")
            .switch(Letter)
            .join(Receipt, JOIN.LEFT_OUTER, on=of_receipt, attr="receipt")
        )

    def meant(self, said: Said) -> list[Expression]:
        return said.residents(Letter.resident)

    def heading_of(self, row: Any) -> str:
        return f"{row.resident or row.employee} · {about(row)}"

    @expose("/send-again/", methods=("POST",))
    def send_again(self) -> ResponseReturnValue:
        return carry_out(
            self, SEND_AGAIN, act=lambda row: send_again(current_actor(), row, at=now())
        )


def about(row: Letter) -> str:
    """What a letter of the list is about; the rows that it may name are joined to it."""
    return told_of(row, getattr(row, SUBJECTS.get(row.kind, ""), None))


def told_of(row: Letter, subject: Any) -> str:
    """What a letter is about: показания № 2611-000418, квитанция за октябрь."""
    if row.kind == LetterKind.RECEIPT_READY:
        return _("receipt for %(month)s", month=month(subject.period))
    if row.kind == LetterKind.MONTH_STANDING:
        return _("what stands in the way of %(month)s", month=month(month_told(row)))
    if row.kind == LetterKind.DISPUTE_ANSWERED:
        return _("dispute № %(number)s", number=row.subject_id)
    return _("readings № %(number)s", number=subject.number)


def month_told(row: Letter) -> Period:
    """The month that a letter to an employee is about."""
    return Period.parse(json.loads(row.parameters)["period"])


def trouble(row: Letter) -> str:
    """Why a letter has not gone out, or not yet."""
    code = str(row.last_error)
    if code.startswith(ANSWERED) and code not in TROUBLES:
        return _("the mail server answered %(code)s", code=code.removeprefix(ANSWERED))
    return str(TROUBLES[code]) if code else ""
