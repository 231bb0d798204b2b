"""Somebody's sign-in: closed, opened, and given a new password that is shown once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from vodokanal.operations.credentials import AlreadyIssuedError, issue_password
from vodokanal.operations.signins import Person
from vodokanal.operations.submission_keys import KeyReusedError, MissingKeyError, new_key
from vodokanal.staff.deeds import Deed
from vodokanal.staff.keeping import CONFLICT
from vodokanal.web.clock import now
from vodokanal.web.identity import current_actor

N_ = lazy_gettext

DISABLE = Deed(
    page="disable",
    words=N_("Close the sign-in"),
    question=N_("Close the sign-in? The person is signed out everywhere at once."),
    done=N_("The sign-in is closed."),
    fits=lambda row: row.disabled_at is None,
)
ENABLE = Deed(
    page="enable",
    words=N_("Open the sign-in"),
    question=N_("Let this person sign in again?"),
    done=N_("The sign-in is open again."),
    fits=lambda row: row.disabled_at is not None,
)


@dataclass(frozen=True)
class PasswordIssue:
    """Who gets a password, and the login that goes with it."""

    person: Person
    login: str


def issue_page(view: Any, issue: PasswordIssue) -> ResponseReturnValue:
    """Asks before a password is made; once made it is on this page and nowhere else."""
    password, repeated = "", False
    if request.method == "POST":
        try:
            password = issue_password(
                current_actor(), issue.person, key=request.form.get("key", ""), at=now()
            )
        except (AlreadyIssuedError, KeyReusedError, MissingKeyError):
            repeated = True
    page: str = view.render(
        "staff/password.html",
        issue=issue,
        password=password,
        repeated=repeated,
        # After a refusal the next press is a new form; after a success there is no form.
        key=new_key(),
        return_url=view.return_url(),
    )
    return page, CONFLICT if repeated else 200
