"""The desk where an account is opened: the address is found, then everything is on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, Service
from vodokanal.formats.account_numbers import grouped
from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.places import Premises
from vodokanal.operations.account_changes import changes_of
from vodokanal.operations.account_openings import (
    Opening,
    accounts_at,
    needs_category,
    open_account,
)
from vodokanal.operations.numbering import next_account_number
from vodokanal.operations.service_changes import services_on
from vodokanal.operations.submission_keys import new_key
from vodokanal.staff.dated_forms import Answer, ChangeLine, DatedForms, line_of
from vodokanal.staff.effects import effect_words
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import propose
from vodokanal.staff.lookups import PremisesLoader
from vodokanal.staff.opening_form import (
    WholeForm,
    further_groups,
    groups,
    has_further,
    holder_in,
    meters_in,
)
from vodokanal.staff.service_changes import NONE, services_in
from vodokanal.web.arguments import printable
from vodokanal.web.clock import today
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import mistakes_in
from vodokanal.web.identity import current_employee
from vodokanal.web.page import house_settings

N_ = lazy_gettext

MOST_SHOWN, LONGEST_TEXT = 20, 100
PREMISES = PremisesLoader("premises")


@dataclass(frozen=True)
class Neighbour:
    """An account that is open at the address, and that it was opened here, if it was."""

    number: str
    key: str
    opening: ChangeLine | None


class AccountOpeningDesk(DatedForms):
    code, section = "account_openings", "accounts"
    title, address = N_("Open an account"), "/staff/account-openings"
    kind, deed = ChangeKind.OPENED, "accounts.open"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        text = printable(request.args.get("find")).strip()[:LONGEST_TEXT]
        found = PREMISES.get_list(text, limit=MOST_SHOWN) if text else []
        may_add = current_employee().may("premises.write")
        return self.render(
            "staff/opening_find.html", text=text, found=found, may_add_premises=may_add
        )

    @expose("/at/<premises>/", methods=("GET", "POST"))
    def opening(self, premises: str) -> ResponseReturnValue:
        place = place_of(premises)
        form = self.new_form(place)
        if request.method != "POST" or not form.validate():
            return self.form_page(place, form)
        answer = self.answer(place, form, change=opening_in(form, place))
        if answer is not None:
            return self.form_page(place, form, answer=answer)
        number = form.number.data
        flash(_("Account %(number)s is opened.", number=grouped(number)), "success")
        return redirect(self.get_url(".opening", premises=place.id))

    def operation(self) -> Any:
        return open_account

    def account_of(self, subject: Any) -> int | None:
        return None

    def new_form(self, place: Premises) -> Any:
        """The form as it was typed, or as it is proposed."""
        proposed = {
            "on": today(),
            # Only offered: two who open an account at once are told so by the unique number.
            "number": next_account_number(house_settings()),
            "registered": 1,
            "owners": 1,
            "meter2_kind": Kind.HOT,
            "meter4_kind": Kind.HOT,
            **supplied_at(place),
        }
        form = WholeForm(typed() or None, data=proposed)
        propose(form.key, new_key())
        return form

    def form_page(
        self, place: Premises, form: Any, *, answer: Answer | None = None
    ) -> ResponseReturnValue:
        """The address with its accounts, the form, and what its first month comes to."""
        answer = answer or Answer()
        parts = groups(needs_category=needs_category(place.id, form.on.data or today()))
        page = self.render(
            "staff/account_opening.html",
            place=place,
            neighbours=neighbours_at(place),
            form=form,
            groups=parts,
            further=further_groups(),
            further_used=has_further(form),
            mistakes=mistakes_in(
                form, [name for _words, names in [*parts, *further_groups()] for name in names]
            ),
            effect=None if answer.effect is None else effect_words(answer.effect),
            refusal=answer.refusal,
        )
        return (page, answer.status) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **at: Any) -> ResponseReturnValue:
        place = place_of(at["premises"])
        return self.form_page(place, self.new_form(place), answer=Answer(refusal=refusal))


def place_of(premises: str) -> Premises:
    """The premises of that id, or the page that there are none."""
    found = PREMISES.get_one(premises)
    if found is None:
        abort(404)
    place: Premises = found
    return place


def supplied_at(place: Premises) -> dict[str, Any]:
    """The services as a neighbour at the address has them; of an empty one, all."""
    for account in accounts_at(place.id, today()):
        now = services_on(account.id, today())
        return {each.value: who or NONE for each, who in now.items()}
    return {each.value: Charging.CHARGED for each in Service}


def opening_in(form: Any, place: Premises) -> Opening:
    """What was typed, as the operation takes it."""
    on = form.on.data
    return Opening(
        place.id,
        form.number.data,
        on,
        holder_in(form),
        services_in(form),
        form.registered.data,
        form.owners.data,
        meters_in(form, on=on),
        form.group.data,
        form.category.data,
        form.paper.data,
    )


def neighbours_at(place: Premises) -> Sequence[Neighbour]:
    """The accounts that are open at the address today."""
    found = []
    for account in accounts_at(place.id, today()):
        made = changes_of(account.id, [ChangeKind.OPENED])
        opening = line_of(made[0]) if made else None
        found.append(Neighbour(grouped(str(account.number)), str(account.number_key), opening))
    return found
