"""Disputes: a payer does not agree with a line of a receipt, and is explained it or has it corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from vodokanal.billing.periods import Period
from vodokanal.billing.terms import Term
from vodokanal.casework.disputes import (
    DisputeState,
    Heard,
    answer_day,
    may_become,
)
from vodokanal.models.disputes import LONGEST_WORDS, Dispute
from vodokanal.models.recalculations import REASON
from vodokanal.models.terms import DayOff, LegalTerm
from vodokanal.operations.actors import Actor
from vodokanal.operations.corrections import NewCorrection, enter_correction
from vodokanal.operations.disputable_lines import get_line
from vodokanal.operations.dispute_letters import tell_by_letter
from vodokanal.operations.dispute_reopenings import ANSWER, waiting_dispute
from vodokanal.operations.entries import EntryRefusedError, locked_account, refuse_amount, said
from vodokanal.operations.journal import record
from vodokanal.operations.records import values_of
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

NOTHING = Decimal("0.00")
# So many characters of words are kept, and of a correction's, which stand on a receipt.
MOST_CHARACTERS, MOST_ON_RECEIPT = LONGEST_WORDS, REASON
# No holidays are longer; days off are looked up so far ahead.
FAR = timedelta(days=400)


class DisputeNotFoundError(Exception):
    """There is no such dispute."""


class TooManyWordsError(EntryRefusedError):
    """More is said than `most` characters."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class AboveLineError(EntryRefusedError):
    """The correction is above what the line itself comes to, `amount` rubles: probably a slip."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(amount)
        self.amount = amount


class DisputedAlreadyError(Exception):
    """The line is disputed, and that waits for an answer; it is kept in `dispute`."""

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(dispute)
        self.dispute = dispute


class AnsweredAlreadyError(Exception):
    """The dispute waits for no answer any more; as it is, it is kept in `dispute`."""

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(dispute)
        self.dispute = dispute


@dataclass(frozen=True)
class NewDispute:
    """With which line of which receipt somebody does not agree, in their own words."""

    account_id: int
    period: Period
    line: str
    words: str
    heard: Heard = Heard.PORTAL


@dataclass(frozen=True)
class Fix:
    """By how many rubles a disputed line is corrected, less to pay is negative, and why.

    `is_above` says that it is meant to be more than the line itself comes to.
    """

    dispute_id: int
    amount: Decimal
    words: str
    is_above: bool = False


@writes
def open_dispute(actor: Actor, new: NewDispute, *, key: str, today: date, at: datetime) -> Dispute:
    """Keeps that somebody does not agree, with the day of the answer; with the same key, once.

    ПП 354 п. 31 к sets that day; without a row of the law none is promised.

    Raises:
        LineNotFoundError: the account's receipt of the month has no such line.
        DisputedAlreadyError: the line is disputed already.
        NoWordsError: nothing is said.
        TooManyWordsError: too much is said.
        AccountNotFoundError: there is no such account.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body=_body(new), at=at)
    if claim.answer is not None:
        return get_dispute(claim.answer["id"])
    words = _said(new.words)
    locked_account(new.account_id)
    line = get_line(new.account_id, new.period, code=new.line)
    known = waiting_dispute(new.account_id, new.period, line=new.line)
    if known is not None:
        raise DisputedAlreadyError(known)
    dispute = Dispute.create(
        account=new.account_id,
        period=new.period,
        line=new.line,
        debt_period=line.debt_period,
        amount=max(line.amount, NOTHING),
        words=words,
        heard=new.heard,
        resident=actor.resident_id,
        employee=actor.employee_id,
        opened_at=at,
        answer_by=_answer_day(today),
    )
    record(actor, "open_dispute", subject=dispute, at=at, changes=({}, values_of(dispute)))
    keep_answer(claim, {"id": dispute.id})
    return dispute


@writes
def explain_dispute(
    actor: Actor, dispute_id: int, *, words: str, key: str, at: datetime
) -> Dispute:
    """Answers that the line is right, and why; with the same key, once.

    Raises:
        NoWordsError: nothing is said.
        TooManyWordsError: too much is said.
        AnsweredAlreadyError: it was answered or taken back.
        DisputeNotFoundError: there is no such dispute.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body={"explain": dispute_id, "words": words}, at=at)
    if claim.answer is not None:
        return get_dispute(dispute_id)
    answer = _said(words)
    dispute = _open_one(dispute_id, DisputeState.EXPLAINED)
    dispute.answer = answer
    _settle(actor, dispute, state=DisputeState.EXPLAINED, at=at)
    keep_answer(claim, {"id": dispute.id})
    return dispute


@writes
def correct_dispute(actor: Actor, fix: Fix, *, key: str, today: date, at: datetime) -> Dispute:
    """Corrects the line on the receipt of the open month, and says so; with the same key, once.

    Raises:
        EntryRefusedError: the amount or the words cannot be right; see its subclasses.
        AnsweredAlreadyError: it was answered or taken back.
        DisputeNotFoundError: there is no such dispute.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    body = {"correct": fix.dispute_id, "amount": str(fix.amount), "words": fix.words}
    body |= {"above": fix.is_above}
    claim = claim_key(actor, key, body=body, at=at)
    if claim.answer is not None:
        return get_dispute(fix.dispute_id)
    _said(fix.words, most=MOST_ON_RECEIPT)
    dispute = _open_one(fix.dispute_id, DisputeState.CORRECTED)
    line = get_line(dispute.account_id, dispute.period, code=dispute.line)
    refuse_amount(abs(fix.amount))
    if abs(fix.amount) > abs(line.amount) and not fix.is_above:
        raise AboveLineError(abs(line.amount))
    new = NewCorrection(
        dispute.account_id, line.for_period, fix.amount, fix.words, line.service, line.side
    )
    # An answer is given once, but once more when its correction was withdrawn.
    correction_key = f"dispute-{dispute.id}-{claim.row_id}"
    correction = enter_correction(actor, new, key=correction_key, today=today, at=at)
    dispute.correction, dispute.answer = correction, correction.words
    _settle(actor, dispute, state=DisputeState.CORRECTED, at=at)
    keep_answer(claim, {"id": dispute.id})
    return dispute


@writes
def withdraw_dispute(actor: Actor, dispute_id: int, *, key: str, at: datetime) -> Dispute:
    """Takes a dispute back: whoever had opened it agrees now; with the same key, once.

    Raises:
        AnsweredAlreadyError: it was answered or taken back.
        DisputeNotFoundError: there is no such dispute.
        KeyReusedError: the key was used for something else.
        MissingKeyError: there is no key.
    """
    claim = claim_key(actor, key, body={"withdraw": dispute_id}, at=at)
    if claim.answer is not None:
        return get_dispute(dispute_id)
    dispute = _open_one(dispute_id, DisputeState.WITHDRAWN)
    _settle(actor, dispute, state=DisputeState.WITHDRAWN, at=at)
    keep_answer(claim, {"id": dispute.id})
    return dispute


def get_dispute(dispute_id: int) -> Dispute:
    """The dispute of that number; one statement.

    Raises:
        DisputeNotFoundError: there is none.
    """
    found = Dispute.get_or_none(Dispute.id == dispute_id)
    if found is None:
        raise DisputeNotFoundError(dispute_id)
    return found


def _said(words: str, *, most: int = MOST_CHARACTERS) -> str:
    found = said(words)
    if len(found) > most:
        raise TooManyWordsError(most)
    return found


def _open_one(dispute_id: int, state: DisputeState) -> Any:
    """The dispute, kept from others and able to come into a state."""
    locked_account(get_dispute(dispute_id).account_id)
    dispute = get_dispute(dispute_id)
    if not may_become(dispute.state, state):
        raise AnsweredAlreadyError(dispute)
    return dispute


def _settle(actor: Actor, dispute: Any, *, state: DisputeState, at: datetime) -> None:
    deeds = {
        DisputeState.EXPLAINED: "explain_dispute",
        DisputeState.CORRECTED: "correct_dispute",
        DisputeState.WITHDRAWN: "withdraw_dispute",
    }
    before = {"state": dispute.state}
    dispute.state, dispute.answered_at = state, at
    dispute.answered_by = actor.employee_id
    dispute.save()
    after = {name: dispute.__data__.get(name) for name in ANSWER}
    record(actor, deeds[state], subject=dispute, at=at, changes=(before, after))
    if state is not DisputeState.WITHDRAWN:
        tell_by_letter(dispute, at=at)


def _answer_day(today: date) -> date | None:
    """By when the law wants an answer; two statements."""
    days = LegalTerm.select(LegalTerm.value).where(
        LegalTerm.term == Term.ANSWER_DAYS,
        LegalTerm.starts_on <= today,
        LegalTerm.ends_on.is_null() | (LegalTerm.ends_on >= today),
    )
    value = days.scalar()
    if value is None:
        return None
    off = DayOff.select(DayOff.on, DayOff.is_working).where(DayOff.on.between(today, today + FAR))
    return answer_day(today, int(value), days_off=dict(off.tuples()))


def _body(new: NewDispute) -> dict[str, object]:
    return {
        "account": new.account_id,
        "period": str(new.period),
        "line": new.line,
        "words": new.words,
        "heard": new.heard.value,
    }
