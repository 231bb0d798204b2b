"""The form by which an account is closed: the day, why, and what its meters showed last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.operations.account_closings import Closing, close_account
from vodokanal.operations.new_meters import meters_on
from vodokanal.staff.change_words import CLOSED_FOR
from vodokanal.staff.dated_desk import DatedDesk
from vodokanal.staff.dated_fields import (
    day_field,
    known_words,
    offered,
    paper_field,
    past_field,
)
from vodokanal.staff.dated_forms import DatedForm
from vodokanal.web.clock import today
from vodokanal.web.dates import full_day
from vodokanal.web.form_fields import ChoiceField, CubicMetresField

N_ = lazy_gettext

NAMES = ("on", "reason", "paper", "is_backdated")
READING = "reading-"


class ClosingForm(DatedForm):
    """The day and why; each meter adds its last reading."""

    on = day_field(N_("Closed from"), N_("On this day nothing is charged any more."))
    reason = ChoiceField(N_("Why"), offered=offered(CLOSED_FOR))
    paper = paper_field(N_("The paper that was seen"))
    is_backdated = past_field(
        N_("For a day in an issued month: it is put right when these months are calculated anew.")
    )


class ClosingDesk(DatedDesk):
    code, section = "account_closings", "accounts"
    title, address = N_("Close the account"), "/staff/account-closings"
    kind, deed = ChangeKind.CLOSED, "accounts.close"
    done = N_("The account is closed.")

    def obstacle(self, account: Account) -> str:
        if account.closed_on is None:
            return ""
        return _("The account is closed from %(day)s on.", day=full_day(account.closed_on))

    def form_class(self, account: Account) -> type[DatedForm]:
        hint = N_("Empty if nobody knows it: then its average is charged.")
        fields = {
            f"{READING}{each.id}": CubicMetresField(known_words(each), description=hint)
            for each in meters_on(account.id, today())
        }
        return type("Form", (ClosingForm,), fields)

    def proposed(self, account: Account) -> dict[str, Any]:
        return {"on": today()}

    def groups(self, form: FlaskForm) -> Sequence[tuple[str, Sequence[str]]]:
        meters = [name for name in form._fields if name.startswith(READING)]
        return (("", NAMES), *(((_("Last readings, m³"), meters),) if meters else ()))

    def operation(self) -> Any:
        return close_account

    def change_in(self, form: Any, account: Account) -> Closing:
        readings = {
            int(name.removeprefix(READING)): field.data
            for name, field in form._fields.items()
            if name.startswith(READING) and field.data is not None
        }
        return Closing(
            account.id,
            form.on.data,
            form.reason.data,
            readings,
            form.paper.data,
            form.is_backdated.data,
        )
