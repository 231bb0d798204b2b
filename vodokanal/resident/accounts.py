"""Choosing the account; the only one is opened at once."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vodokanal.operations.accounts import accounts_of
from vodokanal.resident.blueprint import blueprint
from vodokanal.web.identity import current_resident


@blueprint.get("/")
def accounts() -> ResponseReturnValue:
    found = [each.account for each in accounts_of(current_resident().id)]
    # Most people have one account and must not be asked which.
    if len(found) == 1:
        return redirect(url_for("resident.cabinet", number=found[0].number), code=303)
    return render_template("resident/accounts.html", accounts=found)
