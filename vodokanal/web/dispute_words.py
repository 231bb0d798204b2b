"""The words of disputes: which line, how it stands, how it was heard of."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.services import Service
from vodokanal.casework.disputes import DisputeState, Heard
from vodokanal.web.charge_words import service_word
from vodokanal.web.dates import day, month
from vodokanal.web.penalty_words import penalty_title
from vodokanal.web.wording import Label

N_ = lazy_gettext

HEARD = {
    Heard.TELEPHONE: N_("has rung up"),
    Heard.OFFICE: N_("has come in"),
    Heard.PAPER: N_("on paper"),
    Heard.PORTAL: N_("in the cabinet"),
}
STATES = {
    DisputeState.OPEN: ("ask", N_("being checked")),
    DisputeState.EXPLAINED: ("neutral", N_("explained")),
    DisputeState.CORRECTED: ("ok", N_("corrected")),
    DisputeState.WITHDRAWN: ("neutral", N_("taken back")),
}


def state_label(state: DisputeState) -> Label:
    """How a dispute stands."""
    kind, words = STATES[state]
    return Label(kind, str(words))


# A row without a type of its own: pages do not name tables.
def line_words(dispute: Any) -> str:
    """Which line is disputed: Холодная вода за октябрь."""
    what, _dash, _rest = str(dispute.line).partition("-")
    if what == "penalty":
        return penalty_title(dispute.debt_period)
    if what == "correction":
        return _("Recalculation on the receipt for %(month)s", month=month(dispute.period))
    return _(
        "%(service)s for %(month)s",
        service=service_word(Service(what)),
        month=month(dispute.debt_period),
    )


def waiting_words(dispute: Any) -> str:
    """By when it is answered; nobody promises a day that no law sets."""
    if dispute.answer_by is None:
        return _("We are checking it and will answer here.")
    return _("We are checking it and will answer here by %(day)s.", day=day(dispute.answer_by))
