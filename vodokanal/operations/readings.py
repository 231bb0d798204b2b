"""Readings: one way in for residents, telephone and visits, under the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from secrets import token_bytes

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.refusals import AccountClosedError, WindowClosedError
from vodokanal.billing.windows import NoWindowRuleError
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.prepared import Prepared, insert_together, slot, slots
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.intakes import Intake
from vodokanal.operations.journal import record
from vodokanal.operations.judging import (
    Bench,
    Delivery,
    Judged,
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
    by_meter,
    judge_delivery,
    row_of,
)
from vodokanal.operations.letters import confirm_by_letter
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes

CODE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CODE_LENGTH = 12
REFUSALS = (
    NothingSentError,
    NotYourMeterError,
    ReadingsRefusedError,
    AccountClosedError,
    WindowClosedError,
    NoWindowRuleError,
)
SUBMISSION = Prepared[int](
    lambda: Submission.insert(slots(Submission, "account", "period", "received_at", "code"))
)


@dataclass(frozen=True)
class _Sending:
    """Who sends what, when, and under which key."""

    actor: Actor
    delivery: Delivery
    key: str
    at: datetime


@dataclass(frozen=True)
class _Verdict:
    """What the rules say of a delivery, and the month that it is for."""

    period: Period
    judged: Sequence[Judged]


def submit_readings(
    actor: Actor, intake: Intake, *, delivery: Delivery, key: str, at: datetime
) -> str:
    """Keeps every value that is sent and judges it; the submission's number.

    A clean value is accepted, a doubtful one is kept and asked about; the moment `at` counts
    for the window either way. Sent again with the same key, the number is the same.

    Raises:
        NothingSentError: every field is empty.
        ReadingsRefusedError: at least one value is impossible; nothing was kept.
        WindowClosedError: residents' readings are not taken today; with the next first day.
        AccountClosedError: the account was closed; only employees enter its last values.
        NotYourMeterError: a meter that does not belong here.
        KeyReusedError: the key was used for something else.
    """
    # On the 20th the writers queue: whoever judges in front of it holds nobody up.
    try:
        verdict = _judge(intake, delivery)
    except REFUSALS:
        # To be said inside: the key may have had its answer already.
        verdict = None
    return _submit(_Sending(actor, delivery, key, at), intake, verdict=verdict)


def new_code() -> str:
    """A code of a submission's proof."""
    # The letters are one for each value of five bits.
    return "".join(CODE_ALPHABET[each % len(CODE_ALPHABET)] for each in token_bytes(CODE_LENGTH))


@writes
def _submit(sending: _Sending, intake: Intake, *, verdict: _Verdict | None) -> str:
    code = new_code()
    body = _body(intake.account_id, sending.delivery)
    claim = claim_key(sending.actor, sending.key, body=body, at=sending.at, answer={"code": code})
    if claim.answer is not None:
        return str(Submission.get(Submission.code == claim.answer["code"]).number)
    lock(Account, intake.account_id)
    if verdict is None or not intake.still_holds():
        verdict = _judge(intake.read_again(), sending.delivery)
    if any(each.is_news for each in verdict.judged):
        return _keep(sending, intake.account_id, verdict=verdict, code=code)
    # The same numbers once more: what was said of them before still holds.
    known = next(each.current for each in verdict.judged if each.current is not None)
    keep_answer(claim, {"code": known.submission.code})
    return str(known.submission.number)


def _judge(intake: Intake, delivery: Delivery) -> _Verdict:
    period = intake.term_for(delivery.source).period
    bench = Bench(
        by_meter(intake.stories), period, intake.today, intake.configuration.house.takes_whole_only
    )
    return _Verdict(period, judge_delivery(delivery, bench))


def _keep(sending: _Sending, account_id: int, *, verdict: _Verdict, code: str) -> str:
    news = [each for each in verdict.judged if each.is_news]
    columns = {"account": account_id, "period": verdict.period, "received_at": sending.at}
    submission = Submission(id=SUBMISSION.run(**columns, code=code), **columns, code=code)
    replaced = [each.current.id for each in news if each.current is not None]
    if replaced:
        _replacing(len(replaced)).run(**{f"id{n}": each for n, each in enumerate(replaced)})
    actor, at = sending.actor, sending.at
    rows = [
        row_of(each, sending.delivery, actor=actor, period=verdict.period, at=at) for each in news
    ]
    insert_together(Reading, [{**row, "submission": submission.id} for row in rows])
    values = {each.story.meter.serial: each.judgement.value for each in news}
    record(actor, "submit_readings", subject=submission, at=at, changes=({}, values))
    confirm_by_letter(actor, account_id, submission_id=submission.id, at=at)
    return str(submission.number)


@lru_cache(maxsize=32)
def _replacing(count: int) -> Prepared[int]:
    ids = [slot(f"id{place}", Reading.id) for place in range(count)]
    return Prepared(lambda: Reading.update(state=ReadingState.REPLACED).where(Reading.id.in_(ids)))


def _body(account_id: int, delivery: Delivery) -> dict[str, object]:
    entries = {str(meter): text.strip() for meter, text in delivery.entries.items()}
    taken_on = delivery.taken_on.isoformat() if delivery.taken_on else None
    return {"account": account_id, "entries": entries, "taken_on": taken_on}
