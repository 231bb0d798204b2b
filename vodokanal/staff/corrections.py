"""The table of corrections, those found by the calculation and those entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.billing.ledger import Side
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.services import Service
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.base import Table
from vodokanal.models.recalculations import Correction
from vodokanal.operations.corrections import (
    NewCorrection,
    PostedAlreadyError,
    withdraw_correction,
)
from vodokanal.operations.dispute_reopenings import DisputedAnewError, answered_with
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.issued_months import posting_month
from vodokanal.operations.records import RowRefusedError
from vodokanal.staff.asking import asked_or_done
from vodokanal.staff.base import StaffView
from vodokanal.staff.deeds import Deed, carry_out
from vodokanal.staff.entry_refusals import EntryNotTakenError, note_refusal
from vodokanal.staff.gate import expose
from vodokanal.staff.labels import LABELS, label_of
from vodokanal.staff.monthly import MonthlyView, in_rubles
from vodokanal.web.clock import now, today
from vodokanal.web.dates import month_title
from vodokanal.web.form_fields import ChoiceField, Filled
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

PENALTY = "penalty"
LESS, MORE = "less", "more"
FIELDS = {"month": "for_period"}


class Which(NamedTuple):
    """What of a bill a correction by hand is about."""

    service: Service | None
    side: Side


SUBJECTS = (
    *((each.value, words) for each, words in LABELS[Service].items()),
    (PENALTY, N_("penalty")),
)
WHICH = {
    **{service.value: Which(service, Side.PRINCIPAL) for service in Service},
    PENALTY: Which(None, Side.PENALTY),
}


def is_withdrawable(row: Any) -> bool:
    """Whether a correction by hand stands on no receipt yet."""
    by_hand = row.reason is RecalculationReason.MANUAL and row.batch_id is None
    return by_hand and row.posted_period >= posting_month(today())


WITHDRAW = Deed(
    page="withdraw",
    words=N_("Withdraw"),
    question=N_("The correction will not stand on the receipt. Withdraw it?"),
    done=N_("The correction is withdrawn."),
    fits=is_withdrawable,
)


def subject_words(row: Any) -> str:
    """A service, or the penalty."""
    if row.side is Side.PENALTY:
        return _("penalty")
    return "" if row.service is None else label_of(row.service)


class CorrectionView(StaffView, MonthlyView):
    table, code, area, section = Correction, "corrections", "recalculations", "money"
    title, adding = N_("Corrections"), N_("New correction")
    can_edit = False
    month = "posted_period"
    column_list = ("account", "posted_period", "for_period", "what", "reason", "amount", "words")
    form_columns = ("account", "for_period", "amount", "words")
    column_labels = {
        "account": N_("Account"),
        "posted_period": N_("On the receipt of"),
        "for_period": N_("For the month"),
        "what": N_("What of it"),
        "reason": N_("Why"),
        "amount": N_("Amount, ₽"),
        "words": N_("What the resident reads"),
    }
    hints = {
        "for_period": N_("The month that was charged wrongly."),
        "words": N_("Why, in a sentence: it stands on the receipt."),
    }
    field_options = {"words": {"validators": [Filled()]}}
    column_formatters = {
        **in_rubles("amount"),
        "what": lambda _view, _context, row, _name: subject_words(row),
    }
    downloaded = {"what": subject_words}
    deeds = (WITHDRAW,)
    filtered_by = ("posted_period",)
    order = (Correction.posted_period, Correction.account)

    def heading_of(self, row: Any) -> str:
        return f"{grouped(str(row.account.number))} · {month_title(row.for_period)}"

    def scaffold_form(self) -> type[FlaskForm]:
        chosen = {
            "direction": ChoiceField(
                N_("Which way"),
                offered=lambda: ((LESS, N_("less to pay")), (MORE, N_("more to pay"))),
            ),
            "subject": ChoiceField(N_("What of it"), offered=lambda: SUBJECTS),
        }
        return type("CorrectionForm", (super().scaffold_form(),), chosen)

    def form_names(self, row: Table | None) -> tuple[str, ...]:
        return ("account", "for_period", "subject", "direction", "amount", "words")

    def values_from(self, form: FlaskForm) -> dict[str, Any]:
        return {name: form[name].data for name in self.form_names(None)}

    def keep_new(self, values: Mapping[str, Any], *, key: str) -> Table:
        which = WHICH[values["subject"]]
        amount = values["amount"]
        new = NewCorrection(
            values["account"],
            values["for_period"],
            -amount if values["direction"] == LESS else amount,
            values["words"],
            which.service,
            which.side,
        )
        try:
            row: Table = asked_or_done(new, key=key)
        except EntryRefusedError as error:
            raise EntryNotTakenError(error) from error
        return row

    def note_refusal(self, error: RowRefusedError, form: FlaskForm) -> None:
        if isinstance(error, EntryNotTakenError):
            note_refusal(error.refusal, form, fields=FIELDS)
        else:
            super().note_refusal(error, form)

    @expose("/withdraw/", methods=("POST",))
    def withdraw(self) -> ResponseReturnValue:
        try:
            return carry_out(self, WITHDRAW, act=_withdraw)
        except PostedAlreadyError:
            flash(_("Its month is issued: enter another correction that undoes it."), "error")
        except DisputedAnewError as error:
            flash(
                _(
                    "The same line is disputed anew: answer dispute № %(number)s first.",
                    number=error.dispute.id,
                ),
                "error",
            )
        return redirect(self.return_url())


def _withdraw(row: Any) -> None:
    dispute: Any = answered_with(row.id)
    withdraw_correction(current_actor(), row, today=today(), at=now())
    if dispute is not None:
        words = _("Dispute № %(number)s was answered with it: it is open again.", number=dispute.id)
        flash(words, "success")
