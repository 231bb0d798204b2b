"""The check of a proof: whoever holds its code learns that it is genuine, when it came, its state."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute

from vodokanal.operations.submissions import find_submission_by_code, standing_of
from vodokanal.public.blueprint import blueprint
from vodokanal.web.networks import client_network
from vodokanal.web.signing_in import too_many_attempts_page
from vodokanal.web.throttling import Bucket, TooManyAttemptsError, count_attempt
from vodokanal.web.wording import state_label

PER_NETWORK = RateLimitItemPerMinute(60, 15, namespace="check")
LONGEST = 40
# What people type for the letters of the code, which has no 0, 1, 8 or 9.
MEANT = str.maketrans({"0": "O", "1": "I", "8": "B", " ": "", "\u00a0": "", "-": ""})


@blueprint.get("/check/", defaults={"code": ""})
@blueprint.get("/check/<code>")
def check(code: str) -> ResponseReturnValue:
    asked = request.args.get("code", "")
    # The form leads to the address that stands on the paper.
    if asked and not code:
        return redirect(url_for("public.check", code=code_of(asked)), code=303)
    if not code:
        return render_template("public/check.html", submission=None, code="")
    # Twelve characters cannot be guessed, but the attempts would load the database.
    try:
        count_attempt([Bucket(PER_NETWORK, client_network())])
    except TooManyAttemptsError as error:
        return too_many_attempts_page(error)
    submission = find_submission_by_code(code_of(code))
    if submission is None:
        return render_template("public/check.html", submission=None, code=code[:LONGEST]), 404
    label = state_label(standing_of(submission))
    return render_template("public/check.html", submission=submission, label=label, code=code)


def code_of(text: str) -> str:
    """The code that was typed, in any case, with spaces or dashes."""
    return text[:LONGEST].translate(MEANT).strip().upper()
