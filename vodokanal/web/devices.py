"""Devices that have signed in to an account before: a signed cookie that lets nobody in."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadData, URLSafeSerializer

from vodokanal.operations.signins import Person
from vodokanal.web.configuration import settings

NAME = "device"
SALT = "known device"
ID_BYTES = 12
LIFETIME = timedelta(days=400)
MOST_PEOPLE = 8


def install_devices(app: Flask) -> None:
    """Sends the cookie when it has changed."""
    app.after_request(_send)


def known_device(person: Person | None) -> str | None:
    """The device's id if this person has signed in on it before."""
    kept = _kept()
    return kept["id"] if person is not None and person.code in kept["people"] else None


def remember_device(person: Person) -> None:
    """Notes that this person signed in on this device."""
    kept = _kept()
    others = [code for code in kept["people"] if code != person.code]
    g.device_cookie = {"id": kept["id"], "people": [person.code, *others][:MOST_PEOPLE]}


def _kept() -> dict[str, Any]:
    try:
        found = _serializer().loads(request.cookies.get(_name(), ""))
    except BadData:
        return {"id": secrets.token_urlsafe(ID_BYTES), "people": []}
    return dict(found)


def _send(response: Response) -> Response:
    if "device_cookie" in g:
        response.set_cookie(
            _name(),
            str(_serializer().dumps(g.device_cookie)),
            max_age=LIFETIME,
            secure=settings().is_https,
            httponly=True,
            samesite="Lax",
        )
    return response


def _name() -> str:
    return f"__Host-{NAME}" if settings().is_https else NAME


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=SALT)
