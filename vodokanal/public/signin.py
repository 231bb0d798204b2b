"""Residents sign in and everybody signs out."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from vodokanal.operations.actors import ActorKind
from vodokanal.public.blueprint import blueprint
from vodokanal.web.addresses import resident_target
from vodokanal.web.form_again import form_again
from vodokanal.web.identity import sign_out, signed_in
from vodokanal.web.signing_in import (
    SignInForm,
    WrongSignInError,
    too_many_attempts_page,
    try_sign_in,
)
from vodokanal.web.throttling import TooManyAttemptsError


def new_sign_in_form() -> SignInForm:
    """The form for a page that offers to sign in; the device is to be remembered unless unticked."""
    form = SignInForm()
    if request.method != "POST":
        form.remember.data = True
        form.next.data = resident_target(request.args.get("next"))
    return form


def show_login(refusal: str = "", *, form: SignInForm | None = None) -> str:
    return render_template("public/login.html", form=form or new_sign_in_form(), refusal=refusal)


@blueprint.route("/login", methods=["GET", "POST"])
@form_again(show_login)
def login() -> ResponseReturnValue:
    person = signed_in()
    form = new_sign_in_form()
    target = resident_target(form.next.data) or url_for("resident.accounts")
    if request.method != "POST":
        if person is not None and person.is_resident:
            return redirect(target, code=303)
        return show_login()
    if not form.validate():
        return show_login(form=form), 400
    try:
        try_sign_in(ActorKind.RESIDENT, form)
    except WrongSignInError:
        return show_login(_("The account number or the password is wrong.")), 400
    except TooManyAttemptsError as error:
        return too_many_attempts_page(error)
    return redirect(target, code=303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    person = signed_in()
    sign_out()
    was_staff = person is not None and person.is_employee
    return redirect(url_for("staff.login" if was_staff else "public.home"), code=303)
