"""Who may open what: every endpoint is in exactly one row of one table."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from vodokanal.web.addresses import own_target
from vodokanal.web.csrf import is_own_origin
from vodokanal.web.form_again import keep_typed
from vodokanal.web.identity import SignedIn, signed_in
from vodokanal.web.logs import log_event
from vodokanal.web.looks import looks_here, refuse_to_look, refuse_to_write

KEY = "access"


class Audience(StrEnum):
    """Who an endpoint is for, when no permission is needed beyond being one of them."""

    ANYONE = "anyone"
    RESIDENT = "resident"
    EMPLOYEE = "employee"


# An audience, or the permission that an employee must have.
Row = Audience | str

ROWS: Mapping[str, Row] = {
    "public.home": Audience.ANYONE,
    "public.login": Audience.ANYONE,
    "public.logout": Audience.ANYONE,
    "public.check": Audience.ANYONE,
    "public.district": Audience.ANYONE,
    "public.healthz": Audience.ANYONE,
    "resident.accounts": Audience.RESIDENT,
    "resident.cabinet": Audience.RESIDENT,
    "resident.readings": Audience.RESIDENT,
    "resident.proof": Audience.RESIDENT,
    "resident.answer": Audience.RESIDENT,
    "resident.history": Audience.RESIDENT,
    "resident.more": Audience.RESIDENT,
    "resident.balance": Audience.RESIDENT,
    "resident.movements_file": Audience.RESIDENT,
    "resident.receipts": Audience.RESIDENT,
    "resident.receipt": Audience.RESIDENT,
    "resident.disagree": Audience.RESIDENT,
    "resident.receipt_paper": Audience.RESIDENT,
    "resident.statement_paper": Audience.RESIDENT,
    "resident.certificate_paper": Audience.RESIDENT,
    "staff.login": Audience.ANYONE,
}


class AccessTable:
    """Patterns of endpoints (`accounts.*`) and who may open them."""

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._rows: dict[str, Row] = dict(rows)
        self._found: dict[str, Row | None] = {}

    def classify(self, rows: Mapping[str, Row]) -> None:
        """Adds rows; a pattern that is there already is refused."""
        known = self._rows.keys() & rows.keys()
        if known:
            raise ValueError(f"already classified: {sorted(known)}")
        self._rows.update(rows)
        self._found.clear()

    @property
    def rows(self) -> Mapping[str, Row]:
        """Every row, by its pattern."""
        return MappingProxyType(self._rows)

    def patterns_of(self, endpoint: str) -> list[str]:
        """Every pattern that the endpoint matches; right is exactly one."""
        return [pattern for pattern in self._rows if fnmatchcase(endpoint, pattern)]

    def row_of(self, endpoint: str) -> Row | None:
        """Who may open the endpoint; None when nobody has decided."""
        if endpoint not in self._found:
            patterns = self.patterns_of(endpoint)
            self._found[endpoint] = self._rows[patterns[0]] if len(patterns) == 1 else None
        return self._found[endpoint]


def install_access(app: Flask) -> None:
    """Refuses every request that its row does not allow."""
    app.extensions[KEY] = AccessTable(ROWS)
    app.before_request(_refuse_strangers)


def classify(app: Flask, rows: Mapping[str, Row]) -> None:
    """Adds the rows of endpoints that are registered elsewhere, such as the admin's."""
    access_table(app).classify(rows)


def access_table(app: Flask) -> AccessTable:
    """The application's table."""
    table: AccessTable = app.extensions[KEY]
    return table


def allows(row: Row, person: SignedIn | None) -> bool:
    """Whether the row lets the person in."""
    if row is Audience.ANYONE:
        return True
    if person is None:
        return False
    if row is Audience.RESIDENT:
        return person.is_resident
    if row is Audience.EMPLOYEE:
        return person.is_employee
    return person.may(row)


def _refuse_strangers() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    row = access_table(current_app).row_of(request.endpoint)
    # Without asking who it is, so that an open page costs no statement for it.
    if row is Audience.ANYONE:
        g.let_in = True
        return None
    person = signed_in()
    if row is not None and allows(row, person):
        g.let_in = True
        return None
    if row is not None and person is None:
        return _to_sign_in(row)
    if row is Audience.RESIDENT and looks_here(person):
        return refuse_to_write()
    return _refused(row, person)


def _refused(row: Row | None, person: SignedIn | None) -> ResponseReturnValue:
    """The page that says no; to one of ours who only has to say why, that."""
    log_event(
        "access_refused" if row is not None else "access_unclassified",
        level=logging.WARNING if row is not None else logging.ERROR,
        endpoint=request.endpoint,
        who=person.actor.code if person else None,
    )
    page = refuse_to_look(person) if row is Audience.RESIDENT else None
    if page is None:
        raise Forbidden
    return page


def _to_sign_in(row: Row) -> ResponseReturnValue:
    # Somebody else's page could otherwise leave its own words in our forms.
    if is_own_origin():
        keep_typed()
    door = "public.login" if row is Audience.RESIDENT else "staff.login"
    return redirect(url_for(door, next=own_target(_asked())), code=303)


def _asked() -> str:
    path = quote(request.path)
    if request.method == "POST" or not request.query_string:
        return path
    return f"{path}?{request.query_string.decode('ascii', 'replace')}"
