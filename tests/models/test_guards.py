"""What is acknowledged or recorded stays: the database itself refuses to change it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from peewee import DatabaseError

from tests.engines import Engine, only_sqlite
from tests.factories import (
    make_journal_entry,
    make_meter,
    make_reading,
    make_settlement,
    make_submission,
)
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState, Source
from vodokanal.models.database import database as current
from vodokanal.models.guards import FIXED_COLUMNS, install_guards
from vodokanal.models.journal import JournalEntry
from vodokanal.models.readings import Reading, ReadingSettlement, Submission

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_journal_entry_is_never_changed(database: Engine) -> None:
    make_journal_entry(action="create")
    with pytest.raises(DatabaseError, match="journal_entry rows are never changed"):
        JournalEntry.update(action="nothing").execute()
    assert [each.action for each in JournalEntry.select()] == ["create"]


def test_journal_entry_is_never_deleted(database: Engine) -> None:
    make_journal_entry()
    with pytest.raises(DatabaseError, match="journal_entry rows are never deleted"):
        JournalEntry.delete().execute()
    assert JournalEntry.select().count() == 1


def test_submission_is_never_changed(database: Engine) -> None:
    submission = make_submission(code="ABCDEFGHIJKL")
    with pytest.raises(DatabaseError, match="submission rows are never changed"):
        Submission.update(received_at=LATER).execute()
    assert Submission.get_by_id(submission.id).received_at == submission.received_at


def test_submission_is_never_deleted(database: Engine) -> None:
    submission = make_submission()
    with pytest.raises(DatabaseError, match="submission rows are never deleted"):
        submission.delete_instance(recursive=True)
    assert Submission.select().count() == 1


def test_reading_is_never_deleted_not_even_with_its_meter(database: Engine) -> None:
    reading = make_reading()
    with pytest.raises(DatabaseError, match="reading rows are never deleted"):
        reading.meter.delete_instance(recursive=True)
    assert Reading.select().count() == 1


def test_settlement_of_a_reading_is_never_changed(database: Engine) -> None:
    make_settlement(words="Другой счётчик.")
    with pytest.raises(DatabaseError, match="reading_settlement rows are never changed"):
        ReadingSettlement.update(words="").execute()
    with pytest.raises(DatabaseError, match="reading_settlement rows are never deleted"):
        ReadingSettlement.delete().execute()
    assert [each.words for each in ReadingSettlement.select()] == ["Другой счётчик."]


def test_decision_about_a_reading_may_change(database: Engine) -> None:
    make_reading(state=ReadingState.ASKED)
    Reading.update(state=ReadingState.ACCEPTED, findings="[]").execute()
    assert [each.state for each in Reading.select()] == [ReadingState.ACCEPTED]


@pytest.mark.parametrize("column", FIXED_COLUMNS["reading"])
def test_what_arrived_in_a_reading_is_never_changed(database: Engine, column: str) -> None:
    make_reading()
    with pytest.raises(DatabaseError, match="what arrived in reading is never changed"):
        Reading.update({other_value(column)[0]: other_value(column)[1]}).execute()


def test_other_tables_are_not_guarded(database: Engine) -> None:
    meter = make_meter()
    meter.place = "подвал"
    meter.save()
    assert meter.delete_instance() == 1


def test_installing_the_guards_twice_changes_nothing(database: Engine) -> None:
    install_guards()
    make_journal_entry()
    with pytest.raises(DatabaseError, match="never changed"):
        JournalEntry.update(action="nothing").execute()


@only_sqlite
@pytest.mark.parametrize("value", ["17,859", 17.5, b"17"])
def test_sqlite_keeps_whole_numbers_only(database: Engine, value: object) -> None:
    meter = make_meter()
    with pytest.raises(DatabaseError, match="meter keeps whole numbers"):
        current.execute_sql("UPDATE meter SET initial_reading = ? WHERE id = ?", (value, meter.id))


def other_value(column: str) -> tuple[Any, Any]:
    """A field of `Reading` and a value of its column that no row of these tests has."""
    field = Reading._meta.columns[column]
    others: dict[str, Any] = {
        "submission_id": 0,
        "meter_id": 0,
        "period": Period(2001, 1),
        "value": "0.001",
        "taken_on": date(2001, 1, 1),
        "received_at": LATER,
        "source": Source.TOKEN,
        "resident_id": 77,
        "employee_id": 77,
    }
    return field, others[column]
