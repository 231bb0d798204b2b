"""An employee sees an account as its resident does: one account, only to read, for a while."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, g, request
from flask_babel import gettext as _

from vodokanal.models.looks import Look
from vodokanal.operations.accounts import AccountNotFoundError, known_key
from vodokanal.operations.looks import Onlooker, find_look
from vodokanal.web.clock import real_now
from vodokanal.web.csrf import SAFE
from vodokanal.web.failures import Words, failure_page
from vodokanal.web.identity import SignedIn

LOOKING = "accounts.look"
# What every page of one account has in its address.
NUMBER = "number"


def current_look() -> Look | None:
    """The look of this request; None for a resident at home."""
    found: Look | None = g.get("look")
    return found


def onlooker_of(person: SignedIn) -> Onlooker:
    """The employee on this device, as looks know them."""
    return Onlooker(person.actor, person.sign_in_id)


def looks_here(person: SignedIn | None) -> bool:
    """Whether the employee may see this page of a resident's: asked only where nobody else may."""
    number = (request.view_args or {}).get(NUMBER)
    if person is None or number is None or not person.may(LOOKING):
        return False
    try:
        key = known_key(str(number))
    except AccountNotFoundError:
        return False
    g.look = find_look(onlooker_of(person), key, at=real_now())
    return g.look is not None


def refuse_to_write() -> Response | None:
    """The page for a form that is sent during a look: whoever only looks, changes nothing."""
    if request.method in SAFE:
        return None
    sentence = _(
        "You are looking with the resident's eyes: nothing can be sent from here. Do it on the "
        "account's card; it is noted there who asked for it."
    )
    return failure_page(HTTPStatus.FORBIDDEN, words=Words(_("Only to look at"), sentence))
