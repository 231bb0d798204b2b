"""The desk of what was changed from a day on: everything of an account, each to be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.account_changes import AccountChange, ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.operations.account_changes import changes_of, find_change, take_back_change
from vodokanal.operations.accounts import current_holder
from vodokanal.operations.change_refusals import TakingBackRefusedError
from vodokanal.operations.rehearsals import Effect, rehearse
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.change_words import taking_back_words
from vodokanal.staff.dated_forms import line_of, opened
from vodokanal.staff.effects import effect_words
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT
from vodokanal.staff.lookups import ID
from vodokanal.web.access import Row
from vodokanal.web.arguments import LARGEST_ID
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.identity import current_actor, current_employee

N_ = lazy_gettext

# Whoever may make a change may take it back.
DEEDS: Mapping[ChangeKind, str] = {
    ChangeKind.METER: "meters.replace",
    ChangeKind.OPENED: "accounts.open",
    ChangeKind.CLOSED: "accounts.close",
    ChangeKind.RESIDENTS: "accounts.change",
    ChangeKind.SERVICES: "accounts.change",
}


class AccountChangesDesk(AccountDesk):
    code, section, in_menu = "account_changes", "accounts", False
    title, address = N_("Changes from a day on"), "/staff/account-changes"

    def row_for(self, page: str) -> Row:
        return "accounts.change"

    @expose("/<number>/")
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        return self.render(
            "staff/account_changes.html",
            account=account,
            number=grouped(str(account.number)),
            holder=current_holder(account.id),
            changes=[line_of(each) for each in changes_of(account.id, ChangeKind)],
        )

    @expose("/take-back/<dated>/", methods=("GET", "POST"))
    def undo(self, dated: str) -> ResponseReturnValue:
        row = change_of(dated)
        if request.method != "POST":
            return self.undo_page(row)
        try:
            take_back_change(current_actor(), row, today=today(), at=now())
        except TakingBackRefusedError as error:
            return self.undo_page(row, refusal=taking_back_words(error)), CONFLICT
        flash(_("The change is taken back: everything is as it was before it."), "success")
        return redirect(self.after(row))

    def after(self, change: Any) -> str:
        """Where the employee is led: what is opened by a change is gone with it."""
        if change.kind is ChangeKind.OPENED:
            return url_for("account_openings.opening", premises=change.account.premises_id)
        return self.get_url(".account", number=change.account.number_key)

    def undo_page(self, change: Any, *, refusal: str = "") -> str:
        """The question whether a change is to be taken back, and what that does to the bill."""
        account: Account = change.account
        effect = None
        try:
            effect = undone(change)
        except TakingBackRefusedError as error:
            refusal = taking_back_words(error)
        return self.render(
            "staff/dated_undo.html",
            account=account,
            number=grouped(str(account.number)),
            holder=current_holder(account.id),
            line=line_of(change),
            back=self.get_url(".account", number=account.number_key),
            effect=None if effect is None else effect_words(effect),
            refusal=refusal,
        )

    def show_again(self, page: str, *, refusal: str, **place: Any) -> Any:
        return self.undo_page(change_of(place["dated"]), refusal=refusal)


def change_of(change_id: str) -> AccountChange:
    """A change that the employee may take back, or the page that there is none, or that he may not."""
    is_id = ID.fullmatch(change_id) and int(change_id) <= LARGEST_ID
    found = find_change(int(change_id)) if is_id else None
    if found is None:
        abort(404)
    if not current_employee().may(DEEDS[found.kind]):
        abort(403)
    return found


def undone(change: Any) -> Effect:
    """What taking a change back does to the bill."""
    return rehearse(
        lambda: take_back_change(current_actor(), change, today=today(), at=now()),
        account_id=change.account_id,
        today=today(),
        zone=settings().zone,
        since=change.on,
    )
