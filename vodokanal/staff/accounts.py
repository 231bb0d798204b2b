"""Tables of accounts, of their services, holders and occupants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import Expression, ModelSelect

from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key, grouped
from vodokanal.models.accounts import Account, AccountService, Holder, HolderKind, Occupancy
from vodokanal.models.base import Table
from vodokanal.models.places import House, Premises
from vodokanal.operations.account_rows import SetByDeedError, change_account
from vodokanal.operations.finding import FoundBy, names_fit, telephone_begins
from vodokanal.operations.numbering import next_account_number
from vodokanal.operations.records import RowRefusedError
from vodokanal.staff.base import StaffView
from vodokanal.staff.card_actions import listed_card
from vodokanal.staff.lookups import AccountLoader, PremisesLoader
from vodokanal.staff.places import DATED, DATED_HINTS
from vodokanal.staff.requisites import valid_inn, valid_kpp
from vodokanal.staff.searches import Said
from vodokanal.web.clock import now, today
from vodokanal.web.dates import day
from vodokanal.web.identity import current_actor
from vodokanal.web.page import house_settings

N_ = lazy_gettext

OF_ACCOUNT = (FoundBy.NUMBER, FoundBy.SERIAL, FoundBy.ADDRESS)


class AccountView(StaffView):
    table, code, area, section = Account, "accounts", "accounts", "accounts"
    title, adding = N_("Accounts"), N_("New account")
    column_list = ("number", "premises", "group", "opened_on", "closed_on")
    form_columns = (
        "number",
        "premises",
        "group",
        "opened_on",
        "closed_on",
        "contract_number",
        "contract_on",
        "receipt_delivery",
        "large_print",
        "gis_account_id",
        "gis_service_id",
    )
    column_labels = {
        "number": N_("Account number"),
        "premises": N_("Address"),
        "group": N_("Customers"),
        "contract_number": N_("Number of the contract"),
        "contract_on": N_("Day of the contract"),
        "opened_on": N_("Opened"),
        "closed_on": N_("Closed"),
        "receipt_delivery": N_("How the receipt comes"),
        "large_print": N_("Receipts in large type"),
        "gis_account_id": N_("Account in the state system"),
        "gis_service_id": N_("Service id in the state system"),
    }
    hints = {
        "number": N_("Exactly as in the books: up to 20 letters, digits and dashes."),
        "premises": N_("A part of the street, the house number, the flat."),
        "closed_on": N_("Empty while the account is open."),
        "receipt_delivery": N_("By e-mail it goes to whoever has a confirmed address here."),
        "gis_account_id": N_("If there is one."),
        "gis_service_id": N_("If there is one."),
    }
    loaders = {"premises": PremisesLoader}
    column_formatters = {
        "number": lambda _view, _context, row, _name: grouped(str(row.number)),
    }
    order = (Account.number_key,)
    sorted_by = {"number": Account.number_key}
    owners = ("premises",)
    filtered_by = ("group", "opened_on", "closed_on")
    downloaded = {"number": lambda row: str(row.number)}
    days_in_order = (("opened_on", "closed_on"),)
    taken = N_("There is an account with that number already.")
    related = (
        ("account_services", "account"),
        ("holders", "account"),
        ("occupancies", "account"),
        ("meters", "account"),
        ("accesses", "account"),
        ("payments", "account"),
        ("movements", "account"),
    )

    def rows(self) -> ModelSelect:
        return Account.select(Account, Premises, House).join(Premises).join(House)

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(Account.id)

    def heading_of(self, row: Any) -> str:
        return _("Account %(number)s", number=grouped(str(row.number)))

    def address_of(self, row: Any, return_url: str) -> str:
        return listed_card(row)

    def proposed(self) -> dict[str, Any]:
        # Only offered: two who add an account at once are told so by the unique number.
        number = next_account_number(house_settings())
        return {"number": number, "opened_on": today(), **super().proposed()}

    def keep_changed(
        self, row: Table, *, values: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Table:
        return change_account(current_actor(), row, values=values, seen=seen, at=now())

    def note_refusal(self, error: RowRefusedError, form: FlaskForm) -> None:
        if isinstance(error, SetByDeedError):
            form[error.name].errors = [deed_words(error)]
        else:
            super().note_refusal(error, form)

    def check(self, form: FlaskForm) -> None:
        try:
            account_key(form.number.data)
        except InvalidAccountNumberError:
            form.number.errors = [_("Up to 20 letters, digits and dashes.")]


def deed_words(error: SetByDeedError) -> str:
    """Which deed has set the column, and where it is taken back."""
    if error.is_holder_change:
        return _(
            "Set by the change of holder of %(day)s: take that change back, on the account's card.",
            day=day(error.on),
        )
    return _(
        "The account was closed from %(day)s on in “Close the account”: take that back there.",
        day=day(error.on),
    )


class AccountFactView(StaffView):
    """What is known of an account from one day until another."""

    section = "accounts"
    loaders = {"account": AccountLoader}
    owners = ("account",)
    filtered_by: ClassVar[Sequence[str]] = ("starts_on", "ends_on")
    taken = N_("There is a row from that day already.")

    def rows(self) -> ModelSelect:
        return (
            self.table.select(self.table, Account, Premises, House)
            .join(Account)
            .join(Premises)
            .join(House)
        )

    def meant(self, said: Said) -> list[Expression]:
        return said.accounts(self.table.account)

    def heading_of(self, row: Any) -> str:
        return _("Account %(number)s", number=grouped(str(row.account.number)))


class AccountServiceView(AccountFactView):
    table, code, area = AccountService, "account_services", "accounts"
    title, adding = N_("Services"), N_("New service")
    column_list = form_columns = ("account", "service", "charging", "starts_on", "ends_on")
    column_labels = {
        "account": N_("Account"),
        "service": N_("Service"),
        "charging": N_("Who charges"),
        **DATED,
    }
    hints = {
        "charging": N_("Hot water that somebody else bills is counted only: for the sewage."),
        **DATED_HINTS,
    }
    order = (AccountService.account, AccountService.service, AccountService.starts_on)
    filtered_by = ("service", "charging", "starts_on", "ends_on")


class HolderView(AccountFactView):
    table, code, area = Holder, "holders", "holders"
    title, adding = N_("Payers"), N_("New payer")
    column_list = ("name", "account", "telephone", "starts_on", "ends_on")
    form_columns = (
        "account",
        "kind",
        "name",
        "inn",
        "kpp",
        "telephone",
        "email",
        "starts_on",
        "ends_on",
    )
    column_labels = {
        "account": N_("Account"),
        "kind": N_("Who it is"),
        "name": N_("Name or title"),
        "inn": N_("INN"),
        "kpp": N_("KPP"),
        "telephone": N_("Telephone"),
        "email": N_("E-mail"),
        **DATED,
    }
    hints = {"inn": N_("Of an organisation: 10 digits."), **DATED_HINTS}
    field_options = {"inn": {"validators": [valid_inn]}, "kpp": {"validators": [valid_kpp]}}
    sorted_by = {"name": Holder.search_text, "telephone": Holder.telephone_key}
    order = (Holder.search_text,)
    filtered_by = ("kind", "starts_on", "ends_on")
    usual = {"kind": HolderKind.PERSON}

    def meant(self, said: Said) -> list[Expression]:
        # By what the row itself says, not by who else has held the account.
        telephone = telephone_begins(said.text)
        own = [*names_fit(said.text), *([] if telephone is None else [telephone])]
        return own + said.accounts(Holder.account, OF_ACCOUNT)

    def heading_of(self, row: Any) -> str:
        return str(row.name)

    def check(self, form: FlaskForm) -> None:
        if form.kind.data is HolderKind.ORGANISATION and not form.inn.data:
            form.inn.errors = [_("An organisation has one.")]


class OccupancyView(AccountFactView):
    table, code, area = Occupancy, "occupancies", "accounts"
    title, adding = N_("Who lives there"), N_("New number of residents")
    column_list = form_columns = ("account", "registered", "owners", "starts_on", "ends_on")
    column_labels = {
        "account": N_("Account"),
        "registered": N_("Registered"),
        "owners": N_("Owners"),
        **DATED,
    }
    hints = {
        "owners": N_("Counted where nobody is registered."),
        **DATED_HINTS,
    }
    field_options = {"registered": {"most": 1000}, "owners": {"most": 1000}}
    order = (Occupancy.account, Occupancy.starts_on)
    filtered_by = ("registered", "owners", "starts_on", "ends_on")
