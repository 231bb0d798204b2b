"""Readings as they arrived, and the submissions that brought them."""

from __future__ import annotations

from peewee import SQL, CharField, Check, DateField, ForeignKeyField, TextField

from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.billing.settlements import RefusalReason, Settlement
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table, one_of
from vodokanal.models.fields import ChoiceField, MomentField, PeriodField, VolumeField
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee, Resident

LONGEST_WORDS = 300


def submission_number(period: Period, row_id: int) -> str:
    """The number a resident is told, such as 2611-000418: the period and the submission's row."""
    return f"{period.as_int % 10000:04d}-{row_id:06d}"


class Submission(Table):
    """Readings that arrived together: their moment counts for the window, their code proves it."""

    # Its index is the first half of (account, period).
    account = ForeignKeyField(Account, backref="submissions", on_delete="RESTRICT", index=False)
    period = PeriodField()
    received_at = MomentField()
    code = CharField(max_length=12, unique=True)

    class Meta:
        indexes = ((("account", "period"), False),)

    @property
    def number(self) -> str:
        """The number a resident is told."""
        return submission_number(self.period, self.id)

    def __str__(self) -> str:
        return self.number


class Reading(Table):
    """One value of one meter for one period; a corrected one stays as `replaced`."""

    submission = ForeignKeyField(Submission, backref="readings", on_delete="RESTRICT")
    # Its index is the first half of (meter, period).
    meter = ForeignKeyField(Meter, backref="readings", on_delete="RESTRICT", index=False)
    period = PeriodField()
    value = VolumeField()
    taken_on = DateField()
    received_at = MomentField()
    source = ChoiceField(Source)
    state = ChoiceField(ReadingState)
    # Codes and values, never sentences: `billing.findings` reads and writes them.
    findings = TextField(default="[]")
    # Nobody asks for the readings of a person, and every index costs each submission a write.
    resident = ForeignKeyField(Resident, null=True, on_delete="RESTRICT", index=False)
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)

    class Meta:
        # The second one is the list of a month, the newest first.
        indexes = ((("meter", "period"), False), (("period", "id"), False))
        constraints = [
            one_of("source", Source),
            one_of("state", ReadingState),
            Check("value >= 0"),
            Check("resident_id IS NULL OR employee_id IS NULL"),
        ]


# One value counts for a meter and a month; the others are history.
COUNTS = SQL("state NOT IN ('replaced', 'refused')")
Reading.add_index(
    Reading.meter,
    Reading.period,
    unique=True,
    where=COUNTS,
    name="reading_counts_once",
)
# What waits for an answer or a decision is few among millions. A query must say it in the same
# words: SQLite does not look for a partial index by parameters.
IS_WAITING = SQL("state IN ('asked', 'held')")
Reading.add_index(Reading.state, Reading.received_at, where=IS_WAITING, name="reading_waits")
# Nearly all are sent by residents and accepted at once; only the others cost these a write.
Reading.add_index(Reading.state, Reading.id, where=SQL("state <> 'accepted'"), name="reading_odd")
Reading.add_index(
    Reading.source, Reading.id, where=SQL("source <> 'resident'"), name="reading_from_others"
)


class ReadingSettlement(Table):
    """What an employee has decided about a reading that waited; a resident's answer is none."""

    reading = ForeignKeyField(Reading, backref="settlements", unique=True, on_delete="RESTRICT")
    how = ChoiceField(Settlement)
    reason = ChoiceField(RefusalReason, null=True)
    # The employee's own words, as the resident reads them.
    words = CharField(max_length=LONGEST_WORDS, default="")
    # Nobody asks for what one employee has settled: that is what the journal is for.
    employee = ForeignKeyField(Employee, null=True, on_delete="RESTRICT", index=False)
    settled_at = MomentField()

    class Meta:
        constraints = [
            one_of("how", Settlement),
            Check("how <> 'refused' OR reason IS NOT NULL"),
            Check("reason <> 'other' OR words <> ''"),
        ]


TABLES = (Submission, Reading, ReadingSettlement)
