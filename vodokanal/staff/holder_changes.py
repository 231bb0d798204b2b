"""The desk that changes the holder of an account: a form with its effect, then both papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from peewee import JOIN

from vodokanal.formats.account_numbers import grouped
from vodokanal.models.accounts import Account
from vodokanal.models.holder_changes import ChangeKind, HolderChange
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.operations.accounts import AccountNotFoundError, current_holder, get_account
from vodokanal.operations.holder_acts import NoActError, get_new_act, get_old_act
from vodokanal.operations.holder_changes import NewChange, change_holder, find_change
from vodokanal.operations.holder_control import ControlRefusedError
from vodokanal.operations.holder_refusals import HolderChangeRefusedError, ReversalRefusedError
from vodokanal.operations.holder_reversals import dependent_tables, reverse_holder_change
from vodokanal.operations.rehearsals import rehearse
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.account_desk import AccountDesk
from vodokanal.staff.effects import ShownEffect, effect_words
from vodokanal.staff.gate import expose
from vodokanal.staff.holder_done import carried_lines, meters_of, sides_of
from vodokanal.staff.holder_form import (
    GROUND,
    NAMES,
    NUMBER,
    WHO,
    HolderChangeForm,
    account_meant,
    meter_lines,
    new_change,
)
from vodokanal.staff.holder_words import REFUSALS, REVERSALS, control_sentence, table_words
from vodokanal.staff.keeping import ALREADY_SENT, CONFLICT, UNPROCESSABLE, propose
from vodokanal.staff.labels import LABELS
from vodokanal.staff.lookups import ID
from vodokanal.staff.todays_bills import pdf_answer
from vodokanal.web.access import Row
from vodokanal.web.arguments import LARGEST_ID
from vodokanal.web.clock import now, today
from vodokanal.web.configuration import settings
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import mistakes_in
from vodokanal.web.holder_papers import new_act_pdf, old_act_pdf
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

RECENT = 20


class HolderChangesDesk(AccountDesk):
    code, section = "holder_changes", "accounts"
    title, address = N_("Change of holder"), "/staff/holder-changes"
    finder = "staff/holder_changes.html"
    finder_label = N_("Whose account changes hands")

    def row_for(self, page: str) -> Row:
        return "holders.write"

    def beside_finder(self) -> dict[str, Any]:
        recent = (
            HolderChange.select(HolderChange, Account, Employee)
            .join(Account, on=HolderChange.old_account)
            .switch(HolderChange)
            .join(Employee, JOIN.LEFT_OUTER, on=HolderChange.entered_by)
            .order_by(HolderChange.id.desc())
            .limit(RECENT)
        )
        return {
            "recent": [(each, grouped(str(each.number))) for each in recent],
            "kinds": LABELS[ChangeKind],
        }

    @expose("/<number>/", methods=("GET", "POST"))
    def account(self, number: str) -> ResponseReturnValue:
        account = opened(number)
        form = new_form(account)
        if request.method != "POST" or not form.validate():
            return self.form_page(account, form)
        new = new_change(form, account_meant(form, account))
        if "show" in request.form:
            return self.show(account, form, new=new)
        return self.submit(account, form, new=new)

    @expose("/<number>/<change>/")
    def done(self, number: str, change: str) -> ResponseReturnValue:
        found = self.found(number, change)
        return self.done_page(found)

    @expose("/<number>/<change>/old.pdf")
    def old_paper(self, number: str, change: str) -> ResponseReturnValue:
        found = self.found(number, change)
        try:
            act = get_old_act(found, today=today(), zone=settings().zone)
        except NoActError:
            abort(404)
        return pdf_answer(old_act_pdf(act), f"act of leaving {act.number}")

    @expose("/<number>/<change>/new.pdf")
    def new_paper(self, number: str, change: str) -> ResponseReturnValue:
        found = self.found(number, change)
        try:
            act = get_new_act(found)
        except NoActError:
            abort(404)
        return pdf_answer(new_act_pdf(act), f"act of opening {act.number}")

    @expose("/<number>/<change>/reverse/", methods=("GET", "POST"))
    def reverse(self, number: str, change: str) -> ResponseReturnValue:
        found = self.found(number, change)
        # Whoever had to sign in before the form was taken comes back here by GET.
        if request.method != "POST":
            return redirect(self.get_url(".done", number=number, change=found.id))
        key = request.form.get("key", "")
        try:
            reverse_holder_change(current_actor(), found.id, key=key, today=today(), at=now())
        except ReversalRefusedError as error:
            return self.done_page(found, refusal=REVERSALS[type(error)](error)), CONFLICT
        except (KeyReusedError, MissingKeyError):
            return self.done_page(found, refusal=str(ALREADY_SENT)), CONFLICT
        flash(_("The change is taken back: everything is as it was before."), "success")
        old = Account.get_by_id(found.old_account_id)
        return redirect(self.get_url(".account", number=old.number_key))

    def show(
        self, account: Account, form: HolderChangeForm, *, new: NewChange
    ) -> ResponseReturnValue:
        """What would come of it, for the old account and the new one; nothing is kept."""

        def deed() -> HolderChange:
            return change_holder(current_actor(), new, key=new_key(), today=today(), at=now())

        try:
            effect = rehearse(
                deed, account_id=new.account_id, today=today(), zone=settings().zone, since=new.on
            )
        except (HolderChangeRefusedError, ControlRefusedError, AccountNotFoundError) as error:
            return self.refuse(account, form, error=error)
        return self.form_page(account, form, effect=effect_words(effect))

    def submit(
        self, account: Account, form: HolderChangeForm, *, new: NewChange
    ) -> ResponseReturnValue:
        """Changes the holder and goes on to the papers."""
        actor, key = current_actor(), form.key.data
        try:
            change = change_holder(actor, new, key=key, today=today(), at=now())
        except (HolderChangeRefusedError, ControlRefusedError, AccountNotFoundError) as error:
            return self.refuse(account, form, error=error)
        except (KeyReusedError, MissingKeyError):
            # What is pressed after reading the refusal is a sending of its own.
            form.key.data = new_key()
            return self.form_page(account, form, refusal=str(ALREADY_SENT))
        old = Account.get_by_id(change.old_account_id)
        return redirect(self.get_url(".done", number=old.number_key, change=change.id))

    def refuse(
        self, account: Account, form: HolderChangeForm, *, error: Exception
    ) -> ResponseReturnValue:
        """Says at the field, or above the form, why nothing was done."""
        if isinstance(error, ControlRefusedError):
            errors = {
                meter: control_sentence(each, Meter.get_by_id(meter))
                for meter, each in error.refusals.items()
            }
            return self.form_page(account, form, errors=errors)
        if isinstance(error, AccountNotFoundError):
            abort(404)
        field, words = REFUSALS[type(error)]
        if not field:
            return self.form_page(account, form, refusal=words(error))
        form[field].errors = [words(error)]
        return self.form_page(account, form)

    def form_page(
        self,
        account: Account,
        form: HolderChangeForm,
        *,
        errors: Mapping[int, str] | None = None,
        effect: ShownEffect | None = None,
        refusal: str = "",
    ) -> ResponseReturnValue:
        """The form as it was typed, with what would come of it or what is to be mended."""
        lines = meter_lines(account, errors or {})
        wrong = [(each.name, f"{each.title}: {each.error}") for each in lines if each.error]
        page = self.render(
            "staff/holder_change.html",
            account=account,
            number=grouped(str(account.number)),
            holder=current_holder(account.id),
            form=form,
            parts=(GROUND, WHO, NUMBER),
            lines=lines,
            mistakes=[*mistakes_in(form, NAMES), *wrong],
            effect=effect,
            refusal=refusal,
        )
        if request.method != "POST" or effect is not None:
            return page
        # What stands above the form is what somebody else has done.
        return page, CONFLICT if refusal else UNPROCESSABLE

    def done_page(self, change: HolderChange, *, refusal: str = "") -> str:
        """What was done, both papers, and the way back as long as there is one."""
        sides, place = sides_of(change), {"number": change.old_account.number_key}
        obstacles = [table_words(each) for each in dependent_tables(change)] if sides else []
        return self.render(
            "staff/holder_changed.html",
            change=change,
            kinds=LABELS[ChangeKind],
            sides=sides,
            meters=meters_of(change),
            carried=carried_lines(change),
            obstacles=obstacles,
            address=self.get_url(".reverse", change=change.id, **place),
            key=new_key(),
            refusal=refusal,
        )

    def found(self, number: str, text: str) -> HolderChange:
        """The change of that id, as far as the number is one of its accounts'."""
        is_id = ID.fullmatch(text) is not None and int(text) <= LARGEST_ID
        change = find_change(int(text)) if is_id else None
        if change is None or opened(number).id not in (
            change.old_account_id,
            change.new_account_id,
        ):
            abort(404)
        return change

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        if page == "reverse":
            return self.done_page(self.found(place["number"], place["change"]), refusal=refusal)
        account = opened(place["number"])
        return self.form_page(account, new_form(account), refusal=refusal)


def opened(number: str) -> Account:
    """The account of that number, or the page that there is none."""
    try:
        return get_account(number)
    except AccountNotFoundError:
        abort(404)


def new_form(account: Account) -> HolderChangeForm:
    """The form as it was typed, or as it is proposed."""
    proposed = {"on": today(), "kind": ChangeKind.SALE, "registered": 1, "owners": 1}
    form = HolderChangeForm(typed() or None, data=proposed)
    propose(form.key, new_key())
    propose(form.account, str(account.id))
    return form
