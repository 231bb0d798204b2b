"""The visitor's own district: its window and its telephones, remembered in a cookie."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from vodokanal.operations.districts import all_districts
from vodokanal.public.blueprint import blueprint
from vodokanal.web.configuration import settings

COOKIE = "district"
YEAR = 365 * 24 * 3600


def cookie_name() -> str:
    """The cookie's name; over TLS it is bound to this host."""
    return f"__Host-{COOKIE}" if settings().is_https else COOKIE


def chosen_among(ids: Sequence[int]) -> int | None:
    """The district that this browser has chosen, if it is one of these."""
    return next((each for each in ids if str(each) == request.cookies.get(cookie_name())), None)


@blueprint.post("/district")
def district() -> ResponseReturnValue:
    response = redirect(url_for("public.home"), code=303)
    wanted = request.form.get("district", "")
    if any(str(each.id) == wanted for each in all_districts()):
        response.set_cookie(
            cookie_name(),
            wanted,
            max_age=YEAR,
            secure=settings().is_https,
            httponly=True,
            samesite="Lax",
        )
    else:
        # "Any" and whatever is not one of ours are the same wish: to forget.
        response.delete_cookie(cookie_name(), secure=settings().is_https, httponly=True)
    return response
