"""The rows of meters and of everything that was sent of them."""

from __future__ import annotations

from random import Random

from vodokanal.billing.readings import Source
from vodokanal.demo.calendar import Surroundings
from vodokanal.demo.courses import Visits, course_of
from vodokanal.demo.households import Household
from vodokanal.demo.meters import MeterPlan, meters_of
from vodokanal.demo.readings import MeterTale, cubic_metres_of, sendings_of, sent_readings
from vodokanal.demo.rows import Rows
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading, Submission
from vodokanal.operations.readings import CODE_ALPHABET, CODE_LENGTH

# The clerk who writes down what comes by telephone: the first employee's row.
CLERK_ID = 1
SEALS = 10_000_000


def add_meters(
    rows: Rows, people: Household, *, around: Surroundings, resident_id: int | None, rng: Random
) -> None:
    """Adds the meters of an account, taken down ones too, with their readings."""
    plans = meters_of(people, around.this_month, rng=rng)
    if not plans:
        return
    sendings = sendings_of(people, around.turns, now=around.now, rng=rng)
    visits = Visits(people, [(sending.turn, sending.at.date()) for sending in sendings], rng)
    tales = []
    for plan in plans:
        tale = _add_meter(rows, plan, visits=visits)
        tales.append(tale)
        if plan.follows:
            tales.append(_add_meter(rows, plan.follows, visits=visits, replaced_by=tale.id))
    for sending, readings in sent_readings(people, tales, sendings=sendings):
        submission_id = rows.add(
            Submission,
            account=people.serial,
            period=sending.turn.period,
            received_at=sending.at,
            code="".join(rng.choices(CODE_ALPHABET, k=CODE_LENGTH)),
        )
        by_resident = sending.source is Source.RESIDENT
        who = {
            "submission": submission_id,
            "resident": resident_id if by_resident else None,
            "employee": None if by_resident else CLERK_ID,
        }
        rows.extend(Reading, (reading.row(sending) | who for reading in readings))


def _add_meter(
    rows: Rows, plan: MeterPlan, *, visits: Visits, replaced_by: int | None = None
) -> MeterTale:
    course = course_of(plan, visits)
    meter_id = rows.add(
        Meter,
        account=visits.people.serial,
        **plan.row(),
        seal_number=f"{visits.rng.randrange(SEALS):07d}",
        initial_reading=cubic_metres_of(course.initial),
        final_reading=None if course.final is None else cubic_metres_of(course.final),
        replaced_by=replaced_by,
    )
    return MeterTale(meter_id, plan.facts(meter_id), course)
