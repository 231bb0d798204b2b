"""What was sent: submissions by number or code, their readings, the questions still open."""

from __future__ import annotations

from vodokanal.billing.readings import ReadingState
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, Submission

LONGEST_NUMBER = 12
BY_URGENCY = (
    ReadingState.ASKED,
    ReadingState.HELD,
    ReadingState.ACCEPTED,
    ReadingState.RECORDED,
    ReadingState.REFUSED,
)


class ReadingNotFoundError(Exception):
    """There is no such reading in this account."""


def get_submission(account_id: int, number: str) -> Submission:
    """A submission of the account by its number, such as 2611-000418.

    Raises:
        ReadingNotFoundError: this account has no such submission.
    """
    _, _, tail = number.partition("-")
    known = None
    if tail.isascii() and tail.isdigit() and len(tail) <= LONGEST_NUMBER:
        known = Submission.get_or_none(Submission.id == int(tail), Submission.account == account_id)
    if known is None or known.number != number:
        raise ReadingNotFoundError(number)
    found: Submission = known
    return found


def find_submission_by_code(code: str) -> Submission | None:
    """The submission that a proof's code belongs to."""
    found: Submission | None = Submission.get_or_none(Submission.code == code)
    return found


def standing_of(submission: Submission) -> ReadingState:
    """How a submission stands as a whole: what is still open in it goes first."""
    query = Reading.select(Reading.state).where(Reading.submission == submission.id).distinct()
    states = {state for (state,) in query.tuples()}
    return next((each for each in BY_URGENCY if each in states), ReadingState.REPLACED)


def readings_in(submission: Submission) -> list[Reading]:
    """What came with a submission and was not replaced since, meters loaded."""
    return list(
        Reading.select(Reading, Meter)
        .join(Meter)
        .where(Reading.submission == submission.id, Reading.state != ReadingState.REPLACED)
        .order_by(Meter.kind, Meter.place, Meter.id)
    )


def asked_readings_of(account_id: int) -> list[Reading]:
    """Every question still open in an account, oldest first; meters and submissions loaded."""
    return list(
        Reading.select(Reading, Meter, Submission)
        .join(Meter)
        .switch(Reading)
        .join(Submission)
        .where(Submission.account == account_id, Reading.state == ReadingState.ASKED)
        .order_by(Reading.received_at, Reading.id)
    )


def get_reading(account_id: int, reading_id: int) -> Reading:
    """A reading of the account, whatever its state; meter and submission loaded.

    Raises:
        ReadingNotFoundError: this account has no such reading.
    """
    reading = (
        Reading.select(Reading, Meter, Submission)
        .join(Meter)
        .switch(Reading)
        .join(Submission)
        .where(Reading.id == reading_id, Submission.account == account_id)
        .first()
    )
    if reading is None:
        raise ReadingNotFoundError(reading_id)
    found: Reading = reading
    return found
