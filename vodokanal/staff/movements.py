"""The table of the ledger's movements: only to be looked at."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import Expression, ModelSelect

from vodokanal.models.accounts import Account
from vodokanal.models.ledger import Movement
from vodokanal.models.places import House, Premises
from vodokanal.staff.filters import Narrowing
from vodokanal.staff.listing import Asked
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import AccountLoader
from vodokanal.staff.meters import BY_ACCOUNT
from vodokanal.staff.monthly import in_rubles
from vodokanal.staff.report import month_of_address
from vodokanal.staff.searches import Said

N_ = lazy_gettext


class MovementView(ListView):
    table, code, area, section = Movement, "movements", "charges", "money"
    title = N_("Ledger")
    column_list = ("id", "account", "kind", "amount", "debit", "credit", "on", "posted_period")
    form_columns = ("service", "debt_period", "posted_at", "source_table", "source_id")
    column_labels = {
        "id": N_("No."),
        "account": N_("Account"),
        "kind": N_("What it is"),
        "amount": N_("Amount, ₽"),
        "debit": N_("Debit"),
        "credit": N_("Credit"),
        "on": N_("Counts from"),
        "posted_period": N_("On the receipt of"),
        "service": N_("Service"),
        "debt_period": N_("For the month"),
        "posted_at": N_("When it was posted"),
        "source_table": N_("Where it comes from"),
        "source_id": N_("Row there"),
    }
    column_formatters = in_rubles("amount")
    loaders = {"account": AccountLoader}
    owners = ("account",)
    carried = ("from", "to")
    # The newest first, wherever they belong.
    order = (Movement.id.desc(),)

    def rows(self) -> ModelSelect:
        return (
            Movement.select(Movement, Account, Premises, House)
            .join(Account)
            .join(Premises)
            .join(House)
        )

    def conditions(self, asked: Asked, narrowing: Narrowing) -> list[Expression]:
        """Those of an account may be only some months'; of everybody no index knows them."""
        found = super().conditions(asked, narrowing)
        if self.owner() and request.args.get("from"):
            found.append(Movement.posted_period >= month_of_address("from"))
        if self.owner() and request.args.get("to"):
            found.append(Movement.posted_period <= month_of_address("to"))
        return found

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(Movement.account, BY_ACCOUNT)

    def heading_of(self, row: Any) -> str:
        return _("Movement %(number)s", number=row.id)
