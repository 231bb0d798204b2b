"""Calls to those who have not sent: noted once each, shown beside the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from vodokanal.billing.periods import Period
from vodokanal.models.people import Employee
from vodokanal.models.silence_calls import CallOutcome, SilenceCall
from vodokanal.operations.actors import Actor
from vodokanal.operations.entries import locked_account, said
from vodokanal.operations.journal import record
from vodokanal.operations.records import values_of
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

# As much as the column holds.
LONGEST_CALL = 200


@dataclass(frozen=True)
class NewCall:
    """A call about the readings of a month; `words` are needed where no outcome fits."""

    account_id: int
    period: Period
    outcome: CallOutcome
    words: str = ""


@writes
def note_call(actor: Actor, new: NewCall, *, key: str, at: datetime) -> SilenceCall:
    """Notes a call; with the same key, once.

    Raises:
        NoWordsError: no outcome fits, and nobody would learn what was said.
        AccountNotFoundError: there is no such account.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    body = {**vars(new), "period": str(new.period)}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return SilenceCall.get_by_id(claim.answer["id"])
    is_other = new.outcome is CallOutcome.OTHER
    words = said(new.words) if is_other else " ".join(new.words.split())
    locked_account(new.account_id)
    call = SilenceCall.create(
        account=new.account_id,
        period=new.period,
        outcome=new.outcome,
        words=words[:LONGEST_CALL],
        employee=actor.employee_id,
        called_at=at,
    )
    record(actor, "note_call", subject=call, at=at, changes=({}, values_of(call)))
    keep_answer(claim, {"id": call.id})
    return call


def last_calls(account_ids: Iterable[int], period: Period) -> Mapping[int, Any]:
    """The last call about the month to each of the accounts that was rung up; one statement."""
    rows = (
        SilenceCall.select(SilenceCall, Employee)
        .join(Employee, JOIN.LEFT_OUTER)
        .where(SilenceCall.account.in_(list(account_ids)), SilenceCall.period == period)
        .order_by(SilenceCall.id)
    )
    return {row.account_id: row for row in rows}
