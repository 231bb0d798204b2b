"""Letters that a dispute is answered: who gets one, and what is known when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vodokanal.casework.disputes import DisputeState
from vodokanal.models.accounts import Account
from vodokanal.models.disputes import Dispute
from vodokanal.models.letters import Letter, LetterKind
from vodokanal.operations.account_letters import add_letters, find_subject
from vodokanal.operations.letters import NO_ADDRESS, NOTHING_TO_TELL, has_address


@dataclass(frozen=True)
class DisputeNews:
    """What a letter about an answer tells: the dispute, and of which account."""

    dispute: Dispute
    account: Account


def tell_by_letter(dispute: Dispute, *, at: datetime) -> None:
    """Adds the letters that a dispute is answered, in the caller's transaction; see `add_letters`."""
    add_letters(LetterKind.DISPUTE_ANSWERED, Dispute, where=Dispute.id == dispute.id, at=at)


def find_dispute_news(letter: Letter) -> DisputeNews | str:
    """What the letter tells, or the code of why it is not sent any more; one statement."""
    if not has_address(letter.resident):
        return NO_ADDRESS
    row: Any = find_subject(letter, Dispute)
    # One that was opened again has no answer any more.
    if row is None or row.state is DisputeState.OPEN:
        return NOTHING_TO_TELL
    return DisputeNews(row, row.account)
