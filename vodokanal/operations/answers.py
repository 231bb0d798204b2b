"""Answers to the question that a doubtful reading raises, now or after the window."""

from __future__ import annotations

from datetime import datetime

from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.readings import ReadingState, verdict_when_confirmed
from vodokanal.models.readings import Reading
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.judging import (
    Bench,
    Delivery,
    by_meter,
    judge_delivery,
    row_of,
)
from vodokanal.operations.meters import stories_of
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes


@writes
def confirm_reading(
    actor: Actor, reading: Reading, *, key: str, at: datetime
) -> ReadingState:
    """Takes the answer that the meter shows just this; the state it has now.

    A value lower than the previous one is then held for staff to decide. A second answer, from
    another window or another person, changes nothing.

    Raises:
        KeyReusedError: the key was used for something else.
    """
    claim = claim_key(actor, key, body={"reading": reading.id, "answer": "confirm"}, at=at)
    if claim.answer is None:
        state = ReadingState(verdict_when_confirmed(findings_from_json(reading.findings)).value)
        if _decide(reading, state):
            changes = ({"state": ReadingState.ASKED}, {"state": state})
            record(actor, "confirm_reading", subject=reading, at=at, changes=changes)
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
        KeyReusedError: the key was used for something else.
    """
    claim = claim_key(actor, key, body={"reading": reading.id, "text": text.strip()}, at=at)
    if claim.answer is not None:
        return ReadingState(claim.answer["state"])
    stories = by_meter(stories_of(reading.submission.account_id, today=at.date(), locked=True))
    house = get_house_settings()
    bench = Bench(stories, reading.period, at.date(), house.takes_whole_only)
    delivery = Delivery({reading.meter_id: text}, reading.source, reading.taken_on)
    (judged,) = judge_delivery(delivery, bench)
    if not _decide(reading, ReadingState.REPLACED):
        keep_answer(claim, {"state": _state_of(reading).value})
        return _state_of(reading)
    row = row_of(judged, delivery, actor=actor, period=reading.period, at=at)
    new = Reading.create(**row, submission=reading.submission_id)
    changes = ({"value": reading.value}, {"value": new.value, "reading": new.id})
    record(actor, "correct_reading", subject=reading, at=at, changes=changes)
    keep_answer(claim, {"state": new.state.value})
    return ReadingState(new.state)


def _decide(reading: Reading, state: ReadingState) -> bool:
    """Moves an asked reading on; False if somebody else already has."""
    waiting = (Reading.id == reading.id) & (Reading.state == ReadingState.ASKED)
    return bool(Reading.update(state=state).where(waiting).execute())


def _state_of(reading: Reading) -> ReadingState:
    return ReadingState(Reading.get_by_id(reading.id).state)
