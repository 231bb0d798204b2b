"""Employees sign in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from vodokanal.operations.actors import ActorKind
from vodokanal.web.addresses import staff_target
from vodokanal.web.form_again import form_again
from vodokanal.web.identity import signed_in
from vodokanal.web.signing_in import (
    SignInForm,
    WrongSignInError,
    too_many_attempts_page,
    try_sign_in,
)
from vodokanal.web.throttling import TooManyAttemptsError

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


def show_login(refusal: str = "", *, form: SignInForm | None = None) -> str:
    return render_template("staff/login.html", form=form or _new_form(), refusal=refusal)


@blueprint.route("/login", methods=["GET", "POST"])
@form_again(show_login)
def login() -> ResponseReturnValue:
    person = signed_in()
    form = _new_form()
    target = staff_target(form.next.data) or url_for("admin.index")
    if request.method != "POST":
        if person is not None and person.is_employee:
            return redirect(target, code=303)
        return show_login()
    # A desk is shared and its sign-in short: nothing in the form can ask to be remembered.
    form.remember.data = False
    if not form.validate():
        return show_login(form=form), 400
    try:
        try_sign_in(ActorKind.EMPLOYEE, form)
    except WrongSignInError:
        return show_login(_("The login or the password is wrong.")), 400
    except TooManyAttemptsError as error:
        return too_many_attempts_page(error)
    return redirect(target, code=303)


def _new_form() -> SignInForm:
    form = SignInForm()
    if request.method != "POST":
        form.next.data = staff_target(request.args.get("next"))
    return form
