"""A dispute whose answer was a correction waits again when that correction is withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.casework.disputes import DisputeState
from vodokanal.models.disputes import IS_WAITING, Dispute
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record

# What an answer changes.
ANSWER = ("state", "answer", "answered_by", "answered_at", "correction")


class DisputedAnewError(Exception):
    """The line is disputed once more, and that waits for an answer; it is kept in `dispute`."""

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(dispute)
        self.dispute = dispute


def answered_with(correction_id: int) -> Dispute | None:
    """The dispute that was answered with a correction; one statement."""
    found: Dispute | None = Dispute.get_or_none(Dispute.correction == correction_id)
    return found


def waiting_dispute(account_id: int, period: Period, *, line: str) -> Dispute | None:
    """The dispute about a line that waits for an answer: there is one at most; one statement."""
    found: Dispute | None = Dispute.get_or_none(
        IS_WAITING, Dispute.account == account_id, Dispute.period == period, Dispute.line == line
    )
    return found


def reopen_dispute(actor: Actor, correction_id: int, *, at: datetime) -> None:
    """Opens the dispute again that was answered with a correction, if any; its account is locked.

    By when it is to be answered stays as it was: the payer has waited since then.

    Raises:
        DisputedAnewError: another dispute about the line waits; one line has one open dispute.
    """
    dispute: Any = answered_with(correction_id)
    if dispute is None:
        return
    newer = waiting_dispute(dispute.account_id, dispute.period, line=dispute.line)
    if newer is not None:
        raise DisputedAnewError(newer)
    before = {name: dispute.__data__.get(name) for name in ANSWER}
    dispute.state, dispute.answer = DisputeState.OPEN, ""
    dispute.answered_by = dispute.answered_at = dispute.correction = None
    dispute.save()
    after = {name: dispute.__data__.get(name) for name in ANSWER}
    record(actor, "reopen_dispute", subject=dispute, at=at, changes=(before, after))
