"""Answers to the question that a doubtful reading raises, now or after the window."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.readings import ReadingState, verdict_when_confirmed
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.readings import Reading
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.judging import Bench, Delivery, by_meter, judge_delivery, row_of
from vodokanal.operations.meters import GONE, KNOWN, stories_of
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes


class AnsweredAlreadyError(Exception):
    """Somebody has answered meanwhile, and another value counts: it is kept in `value`."""

    def __init__(self, value: Decimal | None) -> None:
        super().__init__(value)
        self.value = value


@writes
def confirm_reading(actor: Actor, reading: Reading, *, key: str, at: datetime) -> ReadingState:
    """Takes the answer that the meter shows just this; the state it has now.

    A value lower than the one before, or above one that is known of a later month, is then held
    for staff to decide. The same answer given twice changes nothing.

    Raises:
        AnsweredAlreadyError: another value counts since.
        KeyReusedError: the key was used for something else.
    """
    claim = claim_key(actor, key, body={"reading": reading.id, "answer": "confirm"}, at=at)
    if claim.answer is None:
        verdict = verdict_when_confirmed(findings_from_json(reading.findings))
        state = _beside_later(reading, reading.value, state=ReadingState(verdict.value))
        if _decide(reading, state):
            changes = ({"state": ReadingState.ASKED}, {"state": state})
            record(actor, "confirm_reading", subject=reading, at=at, changes=changes)
        else:
            _refuse_other_value(reading, reading.value)
        keep_answer(claim, {})
    return _state_of(reading)


@writes
def correct_reading(
    actor: Actor, reading: Reading, *, text: str, key: str, at: datetime
) -> ReadingState:
    """Replaces an asked value with the one that was meant; the state the new one has.

    The new value belongs to the same submission: the day on which the first one arrived counts.

    Raises:
        NothingSentError: no value was given.
        ReadingsRefusedError: the new value is impossible; the question stays open.
        AnsweredAlreadyError: another value counts since.
        KeyReusedError: the key was used for something else.
    """
    claim = claim_key(actor, key, body={"reading": reading.id, "text": text.strip()}, at=at)
    if claim.answer is not None:
        return ReadingState(claim.answer["state"])
    lock(Account, reading.submission.account_id)
    stories = by_meter(stories_of(reading.submission.account_id, today=at.date()))
    house = get_house_settings()
    bench = Bench(stories, reading.period, at.date(), house.takes_whole_only)
    delivery = Delivery({reading.meter_id: text}, reading.source, reading.taken_on)
    (judged,) = judge_delivery(delivery, bench)
    row = row_of(judged, delivery, actor=actor, period=reading.period, at=at)
    state = _beside_later(
        reading, judged.judgement.value, state=ReadingState(judged.judgement.verdict.value)
    )
    if _decide(reading, ReadingState.REPLACED):
        new = Reading.create(**row | {"state": state}, submission=reading.submission_id)
        changes = ({"value": reading.value}, {"value": new.value, "reading": new.id})
        record(actor, "correct_reading", subject=reading, at=at, changes=changes)
    else:
        _refuse_other_value(reading, judged.judgement.value)
        state = _state_of(reading)
    keep_answer(claim, {"state": state.value})
    return state


def _beside_later(reading: Reading, value: Decimal, *, state: ReadingState) -> ReadingState:
    """The state, or held where a later month is known to have begun lower: both cannot be right."""
    if state is not ReadingState.ACCEPTED:
        return state
    contradicting = Reading.select().where(
        Reading.meter == reading.meter_id,
        Reading.period > reading.period,
        Reading.state.in_(KNOWN),
        Reading.value < value,
    )
    return ReadingState.HELD if contradicting.exists() else state


def _refuse_other_value(reading: Reading, value: Decimal) -> None:
    """Lets an answer pass only if what it says is what counts already."""
    counting = Reading.get_or_none(
        Reading.meter == reading.meter_id,
        Reading.period == reading.period,
        Reading.state.not_in(GONE),
    )
    if counting is None or counting.value != value:
        raise AnsweredAlreadyError(counting.value if counting else None)


def _decide(reading: Reading, state: ReadingState) -> bool:
    """Moves an asked reading on; False if somebody else already has."""
    waiting = (Reading.id == reading.id) & (Reading.state == ReadingState.ASKED)
    return bool(Reading.update(state=state).where(waiting).execute())


def _state_of(reading: Reading) -> ReadingState:
    return ReadingState(Reading.get_by_id(reading.id).state)
