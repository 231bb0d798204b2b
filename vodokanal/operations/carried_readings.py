"""Readings of the new holder's days, given before the change was entered: they become the new one's.

Why they are other rows is told in docs/decisions/017-change-of-holder.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from vodokanal.billing.consumption import PastReading
from vodokanal.billing.findings import Finding, findings_to_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import (
    Neighbour,
    ReadingState,
    Source,
    judge,
    why_only_recorded,
)
from vodokanal.billing.refusals import ReadingRefusedError
from vodokanal.models.accounts import Account
from vodokanal.models.holder_changes import HolderChange, HolderChangeSubmission
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.journal import record
from vodokanal.operations.meters import KNOWN, facts_of
from vodokanal.operations.readings import new_code
from vodokanal.operations.tenures import CarriedMeter, Moving
from vodokanal.operations.touched_rows import made_in


def carry_readings(
    carried: Sequence[CarriedMeter], moving: Moving, *, account: Account
) -> list[Submission]:
    """Ends the readings of the new holder's days at the old account, and begins them at the new one.

    Day, value, source and arrival stay. What the meter really had counts at once; a doubtful value
    waits for an employee, since whoever would be asked has left. Of two for one month the later.
    The copies of what brought them.
    """
    brought: dict[tuple[int, Period], Submission] = {}
    for each in carried:
        for old in each.control.taken_later:
            # The old account is not charged by it any more.
            moving.touched.change(old, state=ReadingState.REPLACED)
        for period, old in _by_period(each, moving.on).items():
            key = (old.submission_id, period)
            if key not in brought:
                brought[key] = _submission(old, moving, account=account, period=period)
            copy = _copy(old, moving, meter=each.new, submission=brought[key])
            others = [_neighbour(other) for other in carried if other is not each]
            copy.findings = findings_to_json(_findings(old, meter=each.new, neighbours=others))
            moving.touched.make(copy)
    for submission in brought.values():
        _tell(submission, moving)
    return list(brought.values())


def keep_copies(change: HolderChange, submissions: Iterable[Submission]) -> None:
    """Writes which submissions are copies, so that they may go when the change is taken back."""
    for submission in submissions:
        HolderChangeSubmission.create(change=change.id, submission=submission.id)


def carried_over(change: HolderChange) -> list[Reading]:
    """What a standing change has carried over, as it came, by day; meters loaded."""
    ids = [row_id for table, row_id in made_in(change.made) if table is Reading]
    query = Reading.select(Reading, Meter).join(Meter).where(Reading.id.in_(ids))
    return list(query.order_by(Reading.taken_on, Reading.id))


def _by_period(each: CarriedMeter, on: date) -> dict[Period, Reading]:
    """The readings by the new account's months; it has none before the month of its first day."""
    first = Period.of(on)
    later: Sequence[Any] = each.control.taken_later
    return {max(first, old.period): old for old in later}


def _submission(old: Reading, moving: Moving, *, account: Account, period: Period) -> Submission:
    # Of its own: number and code of the old one lead to the old holder's time.
    submission = Submission(
        account=account, period=period, received_at=old.received_at, code=new_code()
    )
    moving.touched.make(submission)
    return submission


def _copy(old: Reading, moving: Moving, *, meter: Meter, submission: Submission) -> Reading:
    """The row at the new account: it names nobody of the old household.

    What somebody of that household sent in the cabinet is for the new one something that the
    office has noted: "sent by you" would not be true.
    """
    was_sent = old.source is Source.RESIDENT
    return Reading(
        submission=submission,
        meter=meter,
        period=submission.period,
        value=old.value,
        taken_on=old.taken_on,
        received_at=old.received_at,
        source=Source.OFFICE if was_sent else old.source,
        state=old.state if old.state in KNOWN else ReadingState.HELD,
        employee=moving.actor.employee_id if was_sent else old.employee_id,
    )


def _findings(
    old: Reading, *, meter: Meter, neighbours: Sequence[Neighbour]
) -> tuple[Finding, ...]:
    """What is odd by the new account's own readings: what is usual was the old household's."""
    facts = facts_of(meter)
    if old.state in KNOWN:
        return why_only_recorded(facts, old.taken_on)
    try:
        return judge(
            old.value,
            meter=facts,
            taken_on=old.taken_on,
            history=[_start(meter)],
            neighbours=neighbours,
        ).findings
    except ReadingRefusedError:
        # The display was noted anew since: an employee sees the value and decides.
        return ()


def _start(meter: Meter) -> PastReading:
    return PastReading(meter.initial_reading, meter.installed_on)


def _neighbour(each: CarriedMeter) -> Neighbour:
    meter = each.new
    history = [_start(meter)]
    return Neighbour(meter.kind, meter.serial, history, digits_before=meter.digits_before)


def _tell(submission: Submission, moving: Moving) -> None:
    rows = Reading.select(Reading, Meter).join(Meter).where(Reading.submission == submission.id)
    values = {each.meter.serial: each.value for each in rows.order_by(Reading.id)}
    record(moving.actor, "carry_readings", subject=submission, at=moving.at, changes=({}, values))
