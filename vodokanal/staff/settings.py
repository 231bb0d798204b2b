"""The desk of settings: what the utility decides about itself, a group a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField

from vodokanal.formats.account_numbers import (
    AccountNumberError,
    NumberPattern,
    account_key,
    new_account_number,
)
from vodokanal.formats.requisites import is_bank_account, is_correspondent_account
from vodokanal.operations.settings import (
    HouseSettings,
    SettingsChangedError,
    change_settings,
    get_house_settings,
)
from vodokanal.staff.desk import StaffDesk
from vodokanal.staff.gate import expose
from vodokanal.staff.keeping import CONFLICT, UNPROCESSABLE, propose
from vodokanal.staff.requisites import valid_bic, valid_inn, valid_kpp
from vodokanal.staff.seen import carried_values
from vodokanal.staff.setting_words import GROUPS, OPTIONS, SETTING_HINTS, SETTING_WORDS, Group
from vodokanal.web.addresses import own_target
from vodokanal.web.clock import now
from vodokanal.web.form_again import typed
from vodokanal.web.form_fields import (
    ChoiceField,
    Filled,
    LineField,
    WholeField,
    mistakes_in,
)
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

# More would not fit into the head of a page.
LONGEST = 200
# Settings that are whole numbers, and between which others.
WHOLE = {"account_length": (4, 20), "largest_payment": (1, 10**9), "approval_above": (0, 10**9)}
VALIDATORS: Mapping[str, list[Any]] = {
    "utility_name": [Filled()],
    "account_length": [Filled()],
    "largest_payment": [Filled()],
    "inn": [valid_inn],
    "kpp": [valid_kpp],
    "bank_bic": [valid_bic],
}


class SettingsDesk(StaffDesk):
    code, area, section = "settings", "settings", "rules"
    title, address = N_("Settings"), "/staff/settings"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        house = get_house_settings()
        groups = [(group, _shown(group, house)) for group in GROUPS]
        return self.render("staff/settings.html", groups=groups)

    @expose("/<group>/", methods=("GET", "POST"))
    def change(self, group: str) -> ResponseReturnValue:
        chosen, form = _form(group)
        if request.method == "POST" and _is_right(form) and _kept(chosen, form):
            flash(_("Saved."), "success")
            return redirect(self.get_url(".index"))
        return self.form_page(chosen, form)

    def form_page(self, group: Group, form: FlaskForm, *, refusal: str = "") -> ResponseReturnValue:
        """The form of a group."""
        changed = getattr(form, "refusal", "")
        page = self.render(
            "staff/setting_form.html",
            form=form,
            heading=group.title,
            names=group.names,
            mistakes=mistakes_in(form, group.names),
            refusal=refusal or changed,
            return_url=self.get_url(".index"),
        )
        status = CONFLICT if changed else UNPROCESSABLE
        return (page, status) if request.method == "POST" else page

    def show_again(self, page: str, *, refusal: str, **place: Any) -> ResponseReturnValue:
        return self.form_page(*_form(place["group"]), refusal=refusal)


def _form(code: str) -> tuple[Group, FlaskForm]:
    if code not in FORMS:
        abort(404)
    group, form_class = FORMS[code]
    house = get_house_settings()
    values = {name: getattr(house, name) for name in group.names}
    form = form_class(typed() or None, data=values)
    propose(form.seen, json.dumps(values))
    return group, form


def _is_right(form: FlaskForm) -> bool:
    if form.validate():
        _check_bank(form)
        _check_numbers(form)
        if form.data.get("logo") and own_target(form.logo.data) is None:
            form.logo.errors = [_("The address begins with / and lies on this site.")]
    return not form.errors


def _check_bank(form: FlaskForm) -> None:
    values = {name: form.data.get(name) or "" for name in SETTING_WORDS}
    wrong = _("This number does not belong to the bank with this BIC: check the digits.")
    own, correspondent = values["bank_account"], values["bank_correspondent_account"]
    if own and not is_bank_account(own, bic=values["bank_bic"]):
        form.bank_account.errors = [wrong]
    if correspondent and not is_correspondent_account(correspondent, bic=values["bank_bic"]):
        form.bank_correspondent_account.errors = [wrong]


def _check_numbers(form: FlaskForm) -> None:
    if "account_prefix" not in form:
        return
    pattern = NumberPattern(
        prefix=form.account_prefix.data,
        length=int(form.account_length.data),
        check_digit=form.account_check_digit.data == "luhn",
    )
    try:
        account_key(new_account_number(1, pattern))
    except AccountNumberError:
        form.account_prefix.errors = [
            _("No number can be made like this: letters, digits, dashes.")
        ]


def _kept(group: Group, form: FlaskForm) -> bool:
    # A setting is kept as text, whatever its field reads it as.
    values = {name: _as_text(form[name].data) for name in group.names}
    try:
        change_settings(current_actor(), values, seen=carried_values(form.seen.data), at=now())
    except SettingsChangedError:
        house = get_house_settings()
        form.seen.data = json.dumps({name: getattr(house, name) for name in group.names})
        form.refusal = _(
            "Somebody else has changed these settings meanwhile. What you typed is still here: "
            "save once more to replace theirs."
        )
        return False
    return True


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _shown(group: Group, house: HouseSettings) -> list[tuple[str, str]]:
    shown = []
    for name in group.names:
        value = str(getattr(house, name))
        words = dict(OPTIONS.get(name, ())).get(value, value)
        shown.append((str(SETTING_WORDS[name]), str(words) or "—"))
    return shown


def _field(name: str) -> Any:
    options: dict[str, Any] = {
        "label": SETTING_WORDS[name],
        "description": SETTING_HINTS.get(name, ""),
        "validators": VALIDATORS.get(name, [Filled()] if name in OPTIONS else []),
    }
    if name in OPTIONS:
        return ChoiceField(offered=lambda: OPTIONS[name], **options)
    if name in WHOLE:
        least, most = WHOLE[name]
        return WholeField(least=least, most=most, **options)
    return LineField(longest=LONGEST, **options)


def _form_class(group: Group) -> type[FlaskForm]:
    members = {name: _field(name) for name in group.names}
    return type("SettingsForm", (FlaskForm,), {"seen": HiddenField(), **members})


FORMS = {group.code: (group, _form_class(group)) for group in GROUPS}
