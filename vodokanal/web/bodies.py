"""How large a request may be: small, but for the few pages that take files, from who may send them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, current_app, request

from vodokanal.formats.book_sources import LIMITS
from vodokanal.web.access import access_table, allows
from vodokanal.web.identity import signed_in

# Some room for the form around the file.
FORM = 1 << 20
LARGE: Mapping[str, int] = {"book.index": LIMITS.packed + FORM}


def install_bodies(app: Flask) -> None:
    """Widens the limit of those pages; register it before anything that looks into the form."""
    app.before_request(_widen)


def _widen() -> None:
    limit = LARGE.get(request.endpoint or "")
    if limit is None or request.method != "POST":
        return
    row = access_table(current_app).row_of(str(request.endpoint))
    # Nobody else makes the server write files of that size.
    if row is not None and allows(row, signed_in()):
        request.max_content_length = limit
