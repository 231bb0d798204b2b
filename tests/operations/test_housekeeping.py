"""The night's work: once a date by whichever worker, in slices, taken up again after a death."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.clock import moment
from tests.crowd import crowd
from tests.engines import Engine
from tests.factories import make_account, make_employee, make_resident, make_sign_in
from tests.month_factories import make_difference, make_preview, make_recalculation_batch
from vodokanal.billing.periods import Period
from vodokanal.models.jobs import JobRun
from vodokanal.models.journal import JournalEntry
from vodokanal.models.previews import MonthDifference, RecalculationPreview
from vodokanal.models.signins import SignIn
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.operations import housekeeping
from vodokanal.operations.housekeeping import (
    LEASE,
    PREVIEWS_KEPT,
    Night,
    clear_away,
    counts_of,
    finish_night,
    is_night_due,
    leave_night,
    night_of,
    take_night,
)

REAL = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
NIGHT = Night(
    TODAY,
    REAL,
    keys_before=REAL - 90 * DAY,
    previews_before=REAL - PREVIEWS_KEPT,
    sign_ins_before=REAL - 101 * DAY,
)


def make_key(days_ago: int, number: int = 0) -> None:
    SubmissionKey.create(
        actor="resident:1",
        key=f"{days_ago}-{number}",
        body_hash="",
        created_at=REAL - days_ago * DAY,
    )


def take(at: datetime = REAL) -> JobRun:
    run = take_night(replace(NIGHT, real_now=at))
    assert run is not None
    return run


def whole_night(run: JobRun) -> None:
    assert clear_away(run, NIGHT, goes_on=lambda: True)
    finish_night(run, at=moment("2026-11-12T03:00"), real_now=REAL)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-20T02:59", date(2026, 11, 19)),
        ("2026-11-20T03:00", date(2026, 11, 20)),
        ("2026-11-20T23:59", date(2026, 11, 20)),
        ("2026-11-21T00:00", date(2026, 11, 20)),
    ],
)
def test_night_begins_at_three(local: str, expected: date) -> None:
    assert night_of(moment(local)) == expected


def test_machine_that_was_off_at_night_works_late(database: Engine) -> None:
    whole_night(take())
    late = moment("2026-11-21T14:00")
    assert is_night_due(night_of(late), late)


def test_only_what_has_had_its_time_is_removed(database: Engine) -> None:
    for days_ago in (0, 89, 91, 200):
        make_key(days_ago)
    resident = make_resident()
    for days_ago in (0, 100, 102, 300):
        seen_at = REAL - days_ago * DAY
        ended_at = seen_at if days_ago == 300 else None
        make_sign_in(resident=resident, last_seen_at=seen_at, ended_at=ended_at)
    whole_night(take())
    keys = [row.key for row in SubmissionKey.select().order_by(SubmissionKey.id)]
    seen = [(REAL - row.last_seen_at).days for row in SignIn.select().order_by(SignIn.id)]
    assert (keys, seen) == (["0-0", "89-0"], [0, 100])


def test_previews_go_with_their_rows_unless_something_followed(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "SLICE", 2)
    made = {"employee": make_employee("chief"), "ended_at": REAL}
    account = make_account()
    for days_ago, more in (
        (32, {}),
        (30, {}),
        (400, {"batch": make_recalculation_batch()}),
        (400, {"ended_at": None}),
    ):
        preview = make_preview(created_at=REAL - days_ago * DAY, **made | more)
        for month in (7, 8, 9):
            make_difference(preview=preview, account=account, period=Period(2026, month))
    run = take()
    whole_night(run)
    left = RecalculationPreview.select().order_by(RecalculationPreview.id)
    assert [(REAL - each.created_at).days for each in left] == [30, 400, 400]
    assert MonthDifference.select().count() == 9
    assert counts_of(run) == {"differences": 3, "previews": 1}


def test_journal_tells_of_the_night_once_with_counts(database: Engine) -> None:
    make_key(91)
    make_sign_in(last_seen_at=REAL - 102 * DAY)
    run = take()
    whole_night(run)
    whole_night(run)
    (entry,) = JournalEntry.select().where(JournalEntry.action == "clear_away")
    assert json.loads(entry.after) == {"keys": 1, "sign_ins": 1}
    assert (entry.subject_table, entry.actor_kind) == ("job_run", "system")
    assert entry.at == moment("2026-11-12T03:00")


def test_quiet_night_leaves_no_line_in_the_journal(database: Engine) -> None:
    whole_night(take())
    assert JournalEntry.select().count() == 0
    assert JobRun.get().finished_at == REAL


def test_night_is_one_workers_alone(database: Engine) -> None:
    found = crowd(6, lambda _: take_night(NIGHT))
    assert len([each for each in found if each is not None]) == 1
    assert not is_night_due(TODAY, REAL)


def test_finished_night_is_not_begun_again(database: Engine) -> None:
    whole_night(take())
    later = REAL + 10 * LEASE
    assert not is_night_due(TODAY, later)
    assert take_night(replace(NIGHT, real_now=later)) is None


def test_dead_workers_night_is_finished_by_another(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "SLICE", 2)
    for number in range(5):
        make_key(91, number)
    first = take()
    housekeeping.remove_slice(
        first, SubmissionKey, name="keys", had_its_time=SubmissionKey.created_at < REAL
    )
    assert not is_night_due(TODAY, REAL + LEASE - timedelta(seconds=1))
    assert is_night_due(TODAY, REAL + LEASE)
    second = take(REAL + LEASE)
    whole_night(second)
    assert (second.id, counts_of(second)) == (first.id, {"keys": 5})
    assert JournalEntry.select().count() == 1


def test_order_to_stop_leaves_the_rest_to_the_next_worker(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "SLICE", 2)
    for number in range(5):
        make_key(91, number)
    run = take()
    assert not clear_away(run, NIGHT, goes_on=lambda: False)
    leave_night(run, real_now=REAL)
    assert (SubmissionKey.select().count(), is_night_due(TODAY, REAL)) == (3, True)
    whole_night(take())
    assert (SubmissionKey.select().count(), counts_of(run)) == (0, {"keys": 5})
