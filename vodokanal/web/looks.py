"""An employee sees an account as its resident does: one account, only to read, for a while."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, g, request, url_for
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
    words = Words(_("Only to look at"), sentence)
    return failure_page(HTTPStatus.FORBIDDEN, words=words, onward=_onward()[:1])


def refuse_to_look(person: SignedIn | None) -> Response | None:
    """The page for an account's address without a look, for whoever could begin one."""
    if person is None or NUMBER not in (request.view_args or {}) or not person.may(LOOKING):
        return None
    sentence = _("Half an hour has passed, or you have not said yet why you look at this account.")
    words = Words(_("You do not look with the resident's eyes now"), sentence)
    return failure_page(HTTPStatus.FORBIDDEN, words=words, onward=_onward())


def _onward() -> list[tuple[str, str]]:
    """The account's card, and the question why it is looked at."""
    number = str((request.view_args or {})[NUMBER])
    try:
        key = known_key(number)
    except AccountNotFoundError:
        return [(url_for("admin.index"), _("To the first page of the staff"))]
    return [
        (url_for("account_card.index", number=key), _("To the account's card")),
        (url_for("account_look.account", number=key), _("Look once more")),
    ]
