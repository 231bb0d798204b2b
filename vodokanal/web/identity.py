"""Who is signed in: one `SignIn` row a device, named by a random token in the cookies."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import ClassVar

from flask import Flask, Response, current_app, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user, logout_user
from peewee import PeeweeException

from vodokanal.models.database import BusyDatabaseError, OutcomeUnknownError, StrayWriteError
from vodokanal.operations.actors import Actor, ActorKind
from vodokanal.operations.roles import permissions_of
from vodokanal.operations.signins import (
    Person,
    Presence,
    end_sign_in,
    find_presence,
    start_sign_in,
    touch_sign_in,
)
from vodokanal.web.clock import real_now
from vodokanal.web.configuration import KEY
from vodokanal.web.form_again import CARRIED
from vodokanal.web.logs import log_event

# People come once a month, so a remembered device must outlast three missed months.
REMEMBERED = timedelta(days=100)
RESIDENT_IDLE = timedelta(hours=12)
EMPLOYEE_IDLE = timedelta(minutes=30)
EMPLOYEE_LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)
REST_AFTER_FAILURE = timedelta(minutes=1)
WRITE_FAILURES = (PeeweeException, BusyDatabaseError, OutcomeUnknownError, StrayWriteError)


class NobodySignedInError(Exception):
    """A view asks for a person although the access table lets anybody in."""


@dataclass(frozen=True)
class SignedIn:
    """The person of this request, as Flask-Login and the views know them."""

    kind: ActorKind
    id: int
    name: str
    language: str
    sign_in_id: int
    remembered: bool
    last_seen_at: datetime
    configuration: str
    token: str = field(repr=False)

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        """What the cookies carry."""
        return self.token

    @property
    def is_resident(self) -> bool:
        """Whether this is a resident."""
        return self.kind is ActorKind.RESIDENT

    @property
    def is_employee(self) -> bool:
        """Whether this is an employee."""
        return self.kind is ActorKind.EMPLOYEE

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What the employee's roles allow; asked once a request, and nothing for residents."""
        return permissions_of(self.id) if self.is_employee else frozenset()

    def may(self, permission: str) -> bool:
        """Whether the person's roles allow it."""
        return permission in self.permissions

    @property
    def actor(self) -> Actor:
        """The person as operations know them."""
        return Actor(self.kind, self.id, self.name)


def install_identity(app: Flask) -> None:
    """Reads the cookies into `signed_in()` and keeps them safe and fresh."""
    secure = app.config[KEY].is_https
    prefix = "__Host-" if secure else ""
    app.config.update(
        SESSION_COOKIE_NAME=f"{prefix}session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_NAME=f"{prefix}remember",
        REMEMBER_COOKIE_SECURE=secure,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_DURATION=REMEMBERED,
        # Our own rows decide; a changed browser version must not sign anybody out.
        SESSION_PROTECTION=None,
    )
    manager = LoginManager(app)
    manager.user_loader(_identity_of)
    app.before_request(_drop_broken_cookie)
    app.after_request(_note_seen)


def signed_in() -> SignedIn | None:
    """Who is signed in, if anybody."""
    found = current_user._get_current_object()
    return found if isinstance(found, SignedIn) else None


def found_identity() -> SignedIn | None:
    """Who is signed in as far as this request has already asked."""
    found = g.get("_login_user")
    return found if isinstance(found, SignedIn) else None


def be_nobody() -> None:
    """Stops asking who is signed in: the database cannot answer."""
    g._login_user = AnonymousUserMixin()


def current_resident() -> SignedIn:
    """The resident of this request; for views whose audience is residents."""
    person = signed_in()
    if person is None or not person.is_resident:
        raise NobodySignedInError
    return person


def current_employee() -> SignedIn:
    """The employee of this request; for views whose audience is staff."""
    person = signed_in()
    if person is None or not person.is_employee:
        raise NobodySignedInError
    return person


def current_actor() -> Actor:
    """Who acts in this request."""
    person = signed_in()
    if person is None:
        raise NobodySignedInError
    return person.actor


def sign_in(person: Person, *, remembered: bool) -> None:
    """Signs the person in on this device, in a new session, instead of whoever was before."""
    before = signed_in()
    device = "".join(filter(str.isprintable, request.user_agent.string))
    token = start_sign_in(person, device=device, remembered=remembered, at=real_now())
    if before is not None:
        end_sign_in(before.sign_in_id, at=real_now())
    carried = {name: session[name] for name in CARRIED if name in session}
    session.clear()
    session.update(carried)
    if not remembered and current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies:
        session["_remember"] = "clear"
    identity = _identity_of(token)
    login_user(identity, remember=remembered)
    log_event("signed_in", who=person.code, remembered=remembered)


def sign_out() -> None:
    """Ends this device's sign-in; its cookies are dead even if somebody copied them."""
    person = signed_in()
    if person is not None:
        end_sign_in(person.sign_in_id, at=real_now())
        log_event("signed_out", who=person.actor.code)
    session.clear()
    logout_user()


def is_alive(presence: Presence, at: datetime) -> bool:
    """Whether a sign-in is still young enough to be believed."""
    idle = at - presence.last_seen_at
    if presence.person.kind is ActorKind.EMPLOYEE:
        return idle <= EMPLOYEE_IDLE and at - presence.started_at <= EMPLOYEE_LONGEST
    return idle <= (REMEMBERED if presence.remembered else RESIDENT_IDLE)


def _drop_broken_cookie() -> None:
    # Flask-Login compares signatures as text and fails on letters that are not ASCII.
    if not request.cookies.get(current_app.config["REMEMBER_COOKIE_NAME"], "").isascii():
        session["_remember"] = "clear"


def _identity_of(token: str) -> SignedIn | None:
    presence = find_presence(token)
    if presence is None or not is_alive(presence, real_now()):
        return None
    return SignedIn(
        kind=presence.person.kind,
        id=presence.person.id,
        name=presence.person.name,
        language=presence.language,
        sign_in_id=presence.id,
        remembered=presence.remembered,
        last_seen_at=presence.last_seen_at,
        configuration=presence.configuration,
        token=token,
    )


def _note_seen(response: Response) -> Response:
    """Notes at most every five minutes that the device was seen; never spoils an answer."""
    person, at = found_identity(), real_now()
    if (
        person is None
        or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        or at - person.last_seen_at < NOTED_EVERY
    ):
        return response
    if at < current_app.extensions.get("last_seen_rests_until", at):
        return response
    try:
        touch_sign_in(person.sign_in_id, at=at)
    except WRITE_FAILURES:
        current_app.extensions["last_seen_rests_until"] = at + REST_AFTER_FAILURE
        log_event("last_seen_not_noted", level=logging.WARNING)
    if person.remembered:
        session["_remember"] = "set"
    return response
