"""Why a reading was not taken, in words: for its resident, and for the employee who decides."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from vodokanal.billing.settlements import RefusalReason, Settlement
from vodokanal.web.dates import moment
from vodokanal.web.numbers import volume

N_ = lazy_gettext

# What the resident reads.
BECAUSE = {
    RefusalReason.LOWER: N_(
        "It is lower than the reading before, and we could not find out how that came about."
    ),
    RefusalReason.TOO_HIGH: N_(
        "It would mean far more water than usual, and we could not make sure that it is right."
    ),
    RefusalReason.SWAPPED: N_("It looks as if the numbers of hot and cold water were swapped."),
    RefusalReason.NOT_REACHED: N_("We had a question about it and could not reach you."),
}
# What the employee chooses from.
REASONS = {
    RefusalReason.LOWER: N_("lower than before"),
    RefusalReason.TOO_HIGH: N_("too much water"),
    RefusalReason.SWAPPED: N_("hot and cold swapped"),
    RefusalReason.NOT_REACHED: N_("resident not reached"),
    RefusalReason.OTHER: N_("another reason, in own words"),
}
DECIDED = {
    Settlement.AS_TYPED: N_("taken as typed"),
    Settlement.AS_MEANT: N_("the suggested number was taken"),
    Settlement.REFUSED: N_("not taken"),
}


# A row without a type of its own: audiences do not name tables.
def refused_because(settlement: Any) -> str:
    """Why a reading was not taken, as its resident reads it."""
    sentences = [str(BECAUSE.get(settlement.reason, "")), str(settlement.words)]
    return " ".join(filter(None, sentences))


def settled_already(error: Any) -> str:
    """What somebody else has made of a reading meanwhile: a colleague, or its resident."""
    settlement = error.settlement
    if settlement is not None:
        return _(
            "This reading has been settled already, %(moment)s: %(decision)s (%(who)s).",
            moment=moment(settlement.settled_at),
            decision=DECIDED[settlement.how],
            who=settlement.employee or "—",
        )
    if error.value is None:
        return _("This reading waits no longer.")
    return _(
        "The resident has answered meanwhile: %(value)s counts now.", value=volume(error.value)
    )
