"""The table of what accounts brought along when the portal began to keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import JOIN, Expression, ModelSelect

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.payments import OpeningBalance
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.operations.entries import EntryRefusedError
from vodokanal.operations.opening_balances import NewOpening
from vodokanal.operations.records import RowRefusedError
from vodokanal.staff.asking import asked_or_done
from vodokanal.staff.base import StaffView
from vodokanal.staff.entry_refusals import EntryNotTakenError, note_refusal
from vodokanal.staff.lookups import AccountLoader
from vodokanal.staff.meters import BY_ACCOUNT
from vodokanal.staff.monthly import in_rubles
from vodokanal.staff.searches import Said
from vodokanal.web.clock import today

N_ = lazy_gettext

FIELDS = {"day": "on", "month": "period"}


class OpeningBalanceView(StaffView):
    table, code, area, section = OpeningBalance, "opening_balances", "payments", "money"
    title, adding = N_("Opening balances"), N_("New opening balance")
    can_edit = False
    permissions = dict.fromkeys(("create_view", "ajax_lookup"), "payments.enter")
    column_list = ("account", "kind", "period", "amount", "on", "employee", "created_at")
    form_columns = ("account", "kind", "period", "amount", "on")
    column_labels = {
        "account": N_("Account"),
        "kind": N_("What it is"),
        "period": N_("For the month"),
        "amount": N_("Amount, ₽"),
        "on": N_("As of"),
        "employee": N_("Entered by"),
        "created_at": N_("When it was entered"),
    }
    hints = {
        "kind": N_("A debt and its penalty are entered apart, a row for each month."),
        "period": N_("The month that is owed for; empty for an advance."),
        "on": N_("From the next day on the portal counts penalties itself."),
    }
    column_formatters = in_rubles("amount")
    loaders = {"account": AccountLoader}
    owners = ("account",)
    order = (OpeningBalance.id.desc(),)

    def rows(self) -> ModelSelect:
        return (
            OpeningBalance.select(OpeningBalance, Account, Premises, House, Employee)
            .join(Account)
            .join(Premises)
            .join(House)
            .switch(OpeningBalance)
            .join(Employee, JOIN.LEFT_OUTER)
        )

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(OpeningBalance.account, BY_ACCOUNT)

    def heading_of(self, row: Any) -> str:
        return _("Account %(number)s", number=grouped(str(row.account.number)))

    def proposed(self) -> dict[str, Any]:
        return {**super().proposed(), "on": today()}

    def keep_new(self, values: Mapping[str, Any], *, key: str) -> Table:
        new = NewOpening(
            values["account"], values["kind"], values["amount"], values["on"], values["period"]
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
