"""One attempt to sign in: the form, the limits, the password, the same answer for all strangers."""

from __future__ import annotations

import math

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from vodokanal.formats.account_numbers import InvalidAccountNumberError, account_key
from vodokanal.operations.actors import ActorKind
from vodokanal.operations.passwords import (
    PasswordRefusedError,
    hash_password,
    needs_new_hash,
    password_matches,
    upgrade_hash,
)
from vodokanal.operations.signins import (
    NAME_LENGTH,
    Person,
    find_employee,
    find_resident,
    login_key,
)
from vodokanal.web.arguments import clean_line
from vodokanal.web.clock import real_now
from vodokanal.web.devices import known_device, remember_device
from vodokanal.web.failures import Words, failure_page
from vodokanal.web.identity import sign_in
from vodokanal.web.logs import log_event
from vodokanal.web.throttling import (
    TooManyAttemptsError,
    count_attempt,
    forgive_attempt,
    sign_in_buckets,
)

N_ = lazy_gettext
FINDERS = {ActorKind.RESIDENT: find_resident, ActorKind.EMPLOYEE: find_employee}
MINUTE = 60


class WrongSignInError(Exception):
    """The name, the password or both are wrong; nobody learns which."""


class SignInForm(FlaskForm):
    """Name, password, whether to remember the device, and where to go then."""

    login = StringField(
        filters=[clean_line],
        validators=[
            InputRequired(N_("Please type this.")),
            Length(max=NAME_LENGTH, message=N_("This is too long.")),
        ],
    )
    password = PasswordField(validators=[InputRequired(N_("Please type the password."))])
    remember = BooleanField()
    next = HiddenField()


def try_sign_in(kind: ActorKind, form: SignInForm) -> Person:
    """Signs in whom the form names.

    Raises:
        TooManyAttemptsError: a limit is used up; nothing was compared.
        WrongSignInError: name and password do not belong together.
    """
    name = str(form.login.data)
    person = FINDERS[kind](name)
    buckets = sign_in_buckets(f"{kind.value} {_counted(name)}", device=known_device(person))
    try:
        count_attempt(buckets)
    except TooManyAttemptsError:
        log_event("sign_in_throttled", kind=kind.value)
        raise
    able = person is not None and not person.is_disabled
    kept = person.password_hash if person is not None and able else ""
    if not password_matches(kept, str(form.password.data)) or person is None:
        log_event("sign_in_refused", kind=kind.value)
        raise WrongSignInError
    _renew_hash(person, str(form.password.data))
    forgive_attempt(buckets)
    sign_in(person, remembered=bool(form.remember.data))
    remember_device(person)
    return person


def too_many_attempts_page(error: TooManyAttemptsError) -> Response:
    """A calm page that says how long to wait and whom to ring meanwhile."""
    seconds = max((error.until - real_now()).total_seconds(), 1)
    minutes = math.ceil(seconds / MINUTE)
    sentence = ngettext(
        "Please try again in %(num)s minute. If it is urgent, ring the office.",
        "Please try again in %(num)s minutes. If it is urgent, ring the office.",
        minutes,
    )
    page = failure_page(429, words=Words(_("Too many attempts"), sentence))
    page.headers["Retry-After"] = str(math.ceil(seconds))
    return page


def _renew_hash(person: Person, password: str) -> None:
    if needs_new_hash(person.password_hash):
        try:
            upgrade_hash(person, password_hash=hash_password(password))
        except PasswordRefusedError:
            # Accepted under older rules; it stays until its owner changes it.
            log_event("old_hash_kept", who=person.code)


def _counted(name: str) -> str:
    """The name as it is counted: however an account number is spaced, it is one name."""
    try:
        return account_key(name)
    except InvalidAccountNumberError:
        return login_key(name)
