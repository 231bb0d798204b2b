"""Views that fail on purpose, as a test wants them to."""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from vodokanal.web.access import Audience
from vodokanal.web.form_again import form_again, typed
from vodokanal.web.identity import current_resident


class Probe:
    """What the failing views are to do next."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.calls: list[str] = []

    def fail(self) -> None:
        """Raises what the test has chosen, if anything."""
        if self.error is not None:
            raise self.error


def show_form(refusal: str = "") -> str:
    return f"<h1>{refusal}</h1><p>{typed().get('value', '')}</p>"


def probes(probe: Probe) -> Blueprint:
    """Pages that end as the test wants them to."""
    views = Blueprint("probe", __name__, url_prefix="/probe")

    @views.route("/plain", methods=["GET", "POST"])
    def plain() -> str:
        probe.fail()
        probe.calls.append("plain")
        return "done"

    @views.route("/form", methods=["GET", "POST"])
    @form_again(show_form)
    def form() -> str:
        probe.fail()
        probe.calls.append("form")
        return show_form()

    @views.route("/mine", methods=["GET", "POST"])
    @form_again(show_form)
    def mine() -> str:
        probe.fail()
        probe.calls.append(current_resident().name)
        return show_form()

    @views.get("/abort/<int:code>")
    def aborting(code: int) -> ResponseReturnValue:
        abort(code)

    @views.get("/unclassified")
    def unclassified() -> str:
        return "nobody decided who may see this"

    return views


ROWS = {
    "probe.plain": Audience.ANYONE,
    "probe.form": Audience.ANYONE,
    "probe.aborting": Audience.ANYONE,
    "probe.mine": Audience.RESIDENT,
}
