"""Tables of residents and of the accounts that they may open."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from peewee import Expression, ModelSelect

from vodokanal.models.accounts import Account
from vodokanal.models.people import AccountAccess, Resident
from vodokanal.models.places import House, Premises
from vodokanal.operations.accesses import revoke_access
from vodokanal.operations.credentials import enable_person
from vodokanal.operations.emails import confirm_email
from vodokanal.operations.signins import disable_person, login_key, person_of
from vodokanal.staff.accounts import OF_ACCOUNT
from vodokanal.staff.base import StaffView
from vodokanal.staff.deeds import Deed, carry_out
from vodokanal.staff.gate import expose
from vodokanal.staff.lookups import AccountLoader, ResidentLoader
from vodokanal.staff.passwords import DISABLE, ENABLE, PasswordIssue, issue_page
from vodokanal.staff.searches import Said
from vodokanal.web.clock import now
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

REVOKE = Deed(
    page="revoke",
    words=N_("Revoke the access"),
    question=N_("Revoke the access? The person will not see this account any more."),
    done=N_("The access is revoked."),
    fits=lambda row: row.revoked_at is None,
)
CONFIRM_EMAIL = Deed(
    page="confirm_email",
    words=N_("The e-mail is right"),
    question=N_("Was the address checked with its owner? Letters about readings will go there."),
    done=N_("Letters go to this address from now on."),
    fits=lambda row: bool(row.email) and row.email_confirmed_at is None,
)


class ResidentView(StaffView):
    table, code, area, section = Resident, "residents", "residents", "people"
    title, adding = N_("Residents"), N_("New resident")
    column_list = ("name", "login", "telephone", "email", "email_confirmed_at", "disabled_at")
    form_columns = ("name", "login", "telephone", "email")
    column_labels = {
        "name": N_("Full name"),
        "login": N_("Login"),
        "telephone": N_("Telephone"),
        "email": N_("E-mail"),
        "email_confirmed_at": N_("E-mail confirmed"),
        "disabled_at": N_("Sign-in closed"),
    }
    hints = {
        "login": N_("The account number is best: people know it. Without blanks."),
        "email": N_("If there is one. Nothing is sent to it until somebody says that it is right."),
    }
    order = (Resident.search_text,)
    sorted_by = {"name": Resident.search_text, "telephone": Resident.telephone_key}
    filtered_by = ("disabled_at",)
    taken = N_("Somebody has that login already.")
    related = (("accesses", "resident"),)
    deeds = (CONFIRM_EMAIL, DISABLE, ENABLE)
    adds_several = False
    row_pages = (("password", N_("New password")),)

    def meant(self, said: Said) -> list[Expression]:
        return said.residents(Resident.id)

    def added(self) -> dict[str, Any]:
        return {"created_at": now()}

    def values_from(self, form: FlaskForm) -> dict[str, Any]:
        # Kept as it is compared at the sign-in.
        values = super().values_from(form)
        return values | {"login": login_key(values["login"])}

    def check(self, form: FlaskForm) -> None:
        key = login_key(form.login.data)
        # Some blanks are not the keyboard's: of them nothing would be left.
        if not key or " " in key:
            form.login.errors = [_("A login has no blanks.")]

    def after_adding(self, row: Any) -> ResponseReturnValue:
        """A new resident has no password yet, so its form comes next."""
        return redirect(self.get_url(".password", id=row.id, url=self.return_url()))

    @expose("/password/", methods=("GET", "POST"))
    def password(self) -> ResponseReturnValue:
        row = self.get_one(request.args.get("id"))
        return issue_page(self, PasswordIssue(person_of(row), str(row.login)))

    @expose("/disable/", methods=("POST",))
    def disable(self) -> ResponseReturnValue:
        return carry_out(
            self, DISABLE, act=lambda row: disable_person(current_actor(), person_of(row), at=now())
        )

    @expose("/confirm-email/", methods=("POST",))
    def confirm_email(self) -> ResponseReturnValue:
        return carry_out(
            self,
            CONFIRM_EMAIL,
            act=lambda row: confirm_email(current_actor(), row.id, email=row.email, at=now()),
        )

    @expose("/enable/", methods=("POST",))
    def enable(self) -> ResponseReturnValue:
        return carry_out(
            self, ENABLE, act=lambda row: enable_person(current_actor(), person_of(row), at=now())
        )


class AccessView(StaffView):
    table, code, area, section = AccountAccess, "accesses", "accesses", "people"
    title, adding = N_("Access to accounts"), N_("New access to an account")
    # Another relation is another access: what somebody was allowed, and when, must stay readable.
    can_edit = False
    column_list = ("resident", "account", "relation", "granted_at", "revoked_at")
    form_columns = ("resident", "account", "relation")
    column_labels = {
        "resident": N_("Resident"),
        "account": N_("Account"),
        "relation": N_("Who this is to the account"),
        "granted_at": N_("Granted"),
        "revoked_at": N_("Revoked"),
    }
    hints = {
        "resident": N_("The name, the login or the telephone."),
        "account": N_("The number, or a part of the address."),
        "relation": N_("A trusted person sends readings and pays but sees no personal data."),
    }
    loaders = {"resident": ResidentLoader, "account": AccountLoader}
    order = (AccountAccess.id.desc(),)
    owners = ("resident", "account")
    filtered_by = ("relation", "granted_at", "revoked_at")
    taken = N_("This person may open this account already.")
    deeds = (REVOKE,)

    def rows(self) -> ModelSelect:
        return (
            AccountAccess.select(AccountAccess, Resident, Account, Premises, House)
            .join(Resident)
            .switch(AccountAccess)
            .join(Account)
            .join(Premises)
            .join(House)
        )

    def meant(self, said: Said) -> list[Expression]:
        residents = said.residents(AccountAccess.resident)
        return residents + said.accounts(AccountAccess.account, OF_ACCOUNT)

    def heading_of(self, row: Any) -> str:
        return str(row.resident)

    def added(self) -> dict[str, Any]:
        return {"granted_at": now(), "granted_by": current_actor().employee_id}

    @expose("/revoke/", methods=("POST",))
    def revoke(self) -> ResponseReturnValue:
        return carry_out(
            self, REVOKE, act=lambda row: revoke_access(current_actor(), row, at=now())
        )
