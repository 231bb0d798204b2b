"""Settling a reading that waits: an employee takes it, takes what was meant, or refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN

from vodokanal.billing.findings import findings_from_json
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, suggestion_of
from vodokanal.billing.refusals import MeterRemovedError
from vodokanal.billing.settlements import Decision, Settlement, can_precede
from vodokanal.models.accounts import Account
from vodokanal.models.database import lock
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee
from vodokanal.models.prepared import Prepared, slot
from vodokanal.models.readings import IS_WAITING, Reading, ReadingSettlement, Submission
from vodokanal.operations.actors import Actor
from vodokanal.operations.journal import record
from vodokanal.operations.meters import GONE, KNOWN
from vodokanal.operations.submission_keys import claim_key, keep_answer
from vodokanal.operations.transactions import writes
from vodokanal.operations.waiting import WAITS

STATES = {
    Settlement.AS_TYPED: ReadingState.ACCEPTED,
    Settlement.AS_MEANT: ReadingState.REPLACED,
    Settlement.REFUSED: ReadingState.REFUSED,
}

# Asked on the page that everybody opens on the 20th.
REFUSALS: Prepared[ReadingSettlement] = Prepared(
    lambda: (
        ReadingSettlement.select(ReadingSettlement, Reading, Meter)
        .join(Reading)
        .join(Meter)
        .switch(Reading)
        .join(Submission)
        .where(
            Submission.account == slot("account", Account.id),
            Submission.period >= slot("since", Submission.period),
            Reading.state == ReadingState.REFUSED,
        )
        .order_by(Reading.period, Reading.id)
    )
)


class SettledAlreadyError(Exception):
    """Somebody was quicker: the colleague's `settlement`, if it was one; the `value` that counts."""

    def __init__(self, settlement: ReadingSettlement | None, value: Decimal | None) -> None:
        super().__init__(settlement, value)
        self.settlement = settlement
        self.value = value


class NothingMeantError(Exception):
    """The rules see no single number that was probably meant."""


class NoReasonError(Exception):
    """The resident would not learn why the reading is refused."""


class LaterValueError(Exception):
    """The meter is known to have shown less later: `value` in the month `period`."""

    def __init__(self, value: Decimal, period: Period) -> None:
        super().__init__(value, period)
        self.value = value
        self.period = period


@writes
def settle_reading(
    actor: Actor, reading: Reading, *, decision: Decision, key: str, at: datetime
) -> ReadingState:
    """Ends the waiting of a reading; how it stands now. Sent again with the same key: the same.

    What was meant is a new reading of the same submission, so the moment of the first arrival
    counts. A refused month is one without a reading: another one may be sent.

    Raises:
        SettledAlreadyError: it waits no longer; with what was decided.
        NothingMeantError: there is no number that was probably meant.
        NoReasonError: a refusal without a reason.
        LaterValueError: the value does not fit what the meter showed later.
        MeterRemovedError: the meter was gone by the day of the reading; it can only be refused.
        KeyReusedError: the key was used for something else.
    """
    claim = claim_key(actor, key, body=_body(reading, decision), at=at)
    if claim.answer is not None:
        return ReadingState(claim.answer["state"])
    lock(Account, reading.submission.account_id)
    waiting = find_reading(reading.id)
    if waiting is None or waiting.state not in WAITS:
        raise _settled_already(reading)
    value = _value_of(waiting, decision)
    state = STATES[decision.how]
    # A resident's answer takes no lock: whoever comes second finds that nothing waits.
    is_mine = (Reading.id == waiting.id) & IS_WAITING
    if not Reading.update(state=state).where(is_mine).execute():
        raise _settled_already(reading)
    _keep(actor, waiting, decision=decision, value=value, at=at)
    keep_answer(claim, {"state": state.value})
    return state


def find_reading(reading_id: int) -> Reading | None:
    """A reading with its meter and its submission; for staff, whatever the account."""
    found: Reading | None = (
        Reading.select(Reading, Meter, Submission)
        .join(Meter)
        .switch(Reading)
        .join(Submission)
        .where(Reading.id == reading_id)
        .first()
    )
    return found


def settlements_of(reading_ids: Iterable[int]) -> dict[int, ReadingSettlement]:
    """What employees have decided about readings, by reading; one statement, or none."""
    ids = list(reading_ids)
    if not ids:
        return {}
    query: Any = ReadingSettlement.select(ReadingSettlement, Employee).join(
        Employee, JOIN.LEFT_OUTER
    )
    return {each.reading_id: each for each in query.where(ReadingSettlement.reading.in_(ids))}


def refusals_of(account_id: int, *, since: Period) -> list[ReadingSettlement]:
    """An account's readings of that month and later ones that were not taken, oldest first."""
    return REFUSALS.rows(account=account_id, since=since)


def _body(reading: Reading, decision: Decision) -> dict[str, object]:
    reason = decision.reason.value if decision.reason else None
    return {
        "reading": reading.id,
        "how": decision.how.value,
        "reason": reason,
        "words": decision.words,
    }


def _value_of(reading: Reading, decision: Decision) -> Decimal | None:
    """The value that is to count, or None: none of them."""
    if not decision.is_explained:
        raise NoReasonError
    if decision.how is Settlement.REFUSED:
        return None
    value: Decimal | None = reading.value
    if decision.how is Settlement.AS_MEANT:
        value = suggestion_of(findings_from_json(reading.findings))
    if value is None:
        raise NothingMeantError
    _refuse_what_cannot_be(reading, value)
    return value


def _refuse_what_cannot_be(reading: Reading, value: Decimal) -> None:
    """Lets a value pass that the meter can have shown before what is known to follow."""
    meter = reading.meter
    if meter.removed_on is not None and meter.removed_on <= reading.taken_on:
        raise MeterRemovedError(meter.removed_on)
    later = _next_known(reading)
    if later is not None and not can_precede(value, later[0], digits_before=meter.digits_before):
        raise LaterValueError(*later)


def _next_known(reading: Reading) -> tuple[Decimal, Period] | None:
    """What the meter is known to have shown next: of a later month, or when it was removed."""
    later = (
        Reading.select(Reading.value, Reading.period)
        .where(
            Reading.meter == reading.meter_id,
            Reading.period > reading.period,
            Reading.state.in_(KNOWN),
        )
        .order_by(Reading.period)
        .first()
    )
    if later is not None:
        return later.value, later.period
    meter = reading.meter
    if meter.removed_on is None or meter.final_reading is None:
        return None
    return meter.final_reading, Period.of(meter.removed_on)


def _keep(
    actor: Actor, reading: Reading, *, decision: Decision, value: Decimal | None, at: datetime
) -> None:
    before: dict[str, object] = {"state": reading.state}
    after: dict[str, object] = {"state": STATES[decision.how]}
    if decision.how is Settlement.AS_MEANT:
        before, after = {"value": reading.value}, {"value": value}
        _add_meant(actor, reading, value=value)
    ReadingSettlement.create(
        reading=reading.id,
        how=decision.how,
        reason=decision.reason,
        words=decision.words,
        employee=actor.employee_id,
        settled_at=at,
    )
    if decision.how is Settlement.REFUSED:
        after |= {"reason": decision.reason, "words": decision.words}
    record(actor, "settle_reading", subject=reading, at=at, changes=(before, after))


def _add_meant(actor: Actor, reading: Reading, *, value: Decimal | None) -> None:
    Reading.create(
        submission=reading.submission_id,
        meter=reading.meter_id,
        period=reading.period,
        value=value,
        taken_on=reading.taken_on,
        received_at=reading.received_at,
        source=reading.source,
        state=ReadingState.ACCEPTED,
        resident=actor.resident_id,
        employee=actor.employee_id,
    )


def _settled_already(reading: Reading) -> SettledAlreadyError:
    counting = Reading.get_or_none(
        Reading.meter == reading.meter_id,
        Reading.period == reading.period,
        Reading.state.not_in(GONE),
    )
    settlement = settlements_of([reading.id]).get(reading.id)
    return SettledAlreadyError(settlement, counting.value if counting else None)
