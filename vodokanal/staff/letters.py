"""The table of letters: what has gone out, what waits and why; sent again from here."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import JOIN, Expression, ModelSelect

from vodokanal.models.letters import Letter, LetterState
from vodokanal.models.people import Resident
from vodokanal.models.readings import Submission
from vodokanal.operations.letters import GIVEN_UP, NO_ADDRESS, NOTHING_TO_TELL, send_again
from vodokanal.staff.deeds import Deed, carry_out
from vodokanal.staff.gate import expose
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import ResidentLoader
from vodokanal.staff.searches import Said
from vodokanal.web.clock import now
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
}
ANSWERED = "smtp_"

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
        "resident": N_("Resident"),
        "kind": N_("Letter to a resident"),
        "about": N_("About what"),
        "state": N_("State"),
        "attempts": N_("Attempts"),
        "trouble": N_("What went wrong"),
        "sent_at": N_("Sent"),
    }
    column_formatters = {
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
        return (
            Letter.select(Letter, Resident, Submission)
            .join(Resident)
            .switch(Letter)
            .join(Submission, JOIN.LEFT_OUTER, on=of_submission, attr="submission")
        )

    def meant(self, said: Said) -> list[Expression]:
        return said.residents(Letter.resident)

    def heading_of(self, row: Any) -> str:
        return f"{row.resident} · {about(row)}"

    @expose("/send-again/", methods=("POST",))
    def send_again(self) -> ResponseReturnValue:
        return carry_out(
            self, SEND_AGAIN, act=lambda row: send_again(current_actor(), row, at=now())
        )


def about(row: Letter) -> str:
    """What a letter is about: показания № 2611-000418."""
    return _("readings № %(number)s", number=row.submission.number)


def trouble(row: Letter) -> str:
    """Why a letter has not gone out, or not yet."""
    code = str(row.last_error)
    if code.startswith(ANSWERED) and code not in TROUBLES:
        return _("the mail server answered %(code)s", code=code.removeprefix(ANSWERED))
    return str(TROUBLES[code]) if code else ""
