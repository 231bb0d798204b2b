"""Which employee has opened whose card: what the journal of changes does not hold, only to be read."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from peewee import JOIN, Expression, ModelSelect

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.looks import CardOpening
from vodokanal.models.people import Employee
from vodokanal.models.places import House, Premises
from vodokanal.staff.lists import ListView
from vodokanal.staff.lookups import AccountLoader
from vodokanal.staff.searches import Said

N_ = lazy_gettext


class CardOpeningView(ListView):
    table, code, area, section = CardOpening, "card_openings", "journal", "staff"
    title = N_("Openings of cards")
    column_list = ("opened_at", "employee", "account", "came_from")
    column_labels = {
        "opened_at": N_("Opened at"),
        "employee": N_("Employee"),
        "account": N_("Account"),
        "came_from": N_("From where"),
    }
    loaders = {"account": AccountLoader}
    owners = ("account",)
    order = (CardOpening.opened_at.desc(),)
    filtered_by = ("opened_at",)

    def rows(self) -> ModelSelect:
        return (
            CardOpening.select(CardOpening, Employee, Account, Premises, House)
            .join(Employee)
            .switch(CardOpening)
            # It may have been taken back since.
            .join(Account, JOIN.LEFT_OUTER)
            .join(Premises, JOIN.LEFT_OUTER)
            .join(House, JOIN.LEFT_OUTER)
        )

    def meant(self, said: Said) -> list[Expression]:
        """What an employee has opened, or who has opened an account."""
        return [
            CardOpening.employee.in_(said.ids(Employee.name)),
            *said.accounts(CardOpening.account),
        ]

    def heading_of(self, row: Any) -> str:
        named = row.employee.name if row.account is None else grouped(str(row.account.number))
        return str(named)
