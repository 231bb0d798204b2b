"""A statement that was put together once gives the same rows as Peewee's own."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from peewee import JOIN, Query

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import make_extension, make_meter, make_reading, make_submission_key
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.accounts import Account
from vodokanal.models.base import Table
from vodokanal.models.meters import Meter
from vodokanal.models.people import Employee, Resident
from vodokanal.models.places import District, House, Premises
from vodokanal.models.prepared import (
    AT_ONCE,
    Owned,
    Prepared,
    among,
    as_kept,
    insert_together,
    slot,
    slots,
)
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.submission_keys import SubmissionKey
from vodokanal.models.windows import ReadingWindow, WindowExtension

AT = datetime(2026, 11, 12, 7, 42, 31, 5, tzinfo=UTC)
CODE = "ABCDEFGHIJKL"


def readings_of() -> Prepared[Reading]:
    return Prepared(
        lambda: (
            Reading.select().where(Reading.meter == slot("meter", Meter.id)).order_by(Reading.id)
        )
    )


def columns(row: Table | None) -> dict[str, Any]:
    assert row is not None
    return dict(row.__data__)


def _prepared(query: Query) -> Prepared[Table]:
    return Prepared(lambda: query)


def test_every_column_is_what_peewee_makes_of_it(database: Engine) -> None:
    made = make_reading(value="153.2", state=ReadingState.ASKED, received_at=AT)
    (found,) = readings_of().rows(meter=made.meter_id)
    assert columns(found) == columns(Reading.get())
    assert (found.value, found.period) == (Decimal("153.200"), Period(2026, 10))
    assert (found.state, found.received_at) == (ReadingState.ASKED, AT)


def test_people_and_meters_are_what_peewee_makes_of_them(cast: Cast) -> None:
    for table in (Meter, Resident, Employee, Account, House):
        query = table.select().order_by(table.id)
        found = _prepared(query).rows()
        assert [columns(row) for row in found] == [
            columns(row) for row in table.select().order_by(table.id)
        ]


def test_joined_rows_come_along(cast: Cast) -> None:
    query = Meter.select(Meter, Account, Premises, House, District)
    joined = query.join(Account).join(Premises).join(House).join(District).order_by(Meter.id)
    with statements() as asked:
        (first, *_) = Prepared[Meter](lambda: joined).rows()
        district = first.account.premises.house.district
    assert (district, district.name) == (cast.district, cast.district.name)
    assert len(asked) == 1


def test_nothing_found_by_an_outer_join_is_none(database: Engine) -> None:
    windows = Prepared[Any](
        lambda: ReadingWindow.select(ReadingWindow, WindowExtension).join(
            WindowExtension,
            JOIN.LEFT_OUTER,
            on=(WindowExtension.period >= slot("since", WindowExtension.period)),
            attr="extension",
        )
    )
    make_extension(period=Period(2026, 11))
    assert [row.extension for row in windows.rows(since=Period(2026, 12))] == [None]
    (found,) = windows.rows(since=Period(2026, 11))
    assert found.extension.period == Period(2026, 11)


def test_columns_alone_are_tuples(database: Engine) -> None:
    reading = make_reading()
    states = Prepared[tuple[int, ReadingState]](
        lambda: Reading.select(Reading.id, Reading.state).tuples()
    )
    assert states.rows() == [(reading.id, ReadingState.ACCEPTED)]


def test_columns_as_kept_are_not_converted(database: Engine) -> None:
    make_reading(value="153.2", period=Period(2026, 10))
    query = Reading.select(*as_kept(Reading.value, Reading.period, Reading.state)).tuples()
    assert Prepared[Any](lambda: query).rows() == [(153_200_000, 202610, "accepted")]


def test_no_rows_are_none(database: Engine) -> None:
    query = Reading.select(Reading.value, Reading.taken_on).tuples()
    assert Prepared[Any](lambda: query).rows() == []


def test_nobody_is_none(cast: Cast) -> None:
    assert readings_of().first(meter=0) is None


def test_row_is_clean_and_may_be_changed(cast: Cast) -> None:
    kept = Prepared[Meter](lambda: Meter.select().order_by(Meter.id)).first()
    assert kept is not None
    assert not kept.is_dirty()
    kept.place = "подвал"
    kept.save()
    assert Meter.get_by_id(kept.id).place == "подвал"


def test_inserted_row_gives_its_number(cast: Cast) -> None:
    insert = Prepared[int](
        lambda: Submission.insert(slots(Submission, "account", "period", "received_at", "code"))
    )
    number = insert.run(account=cast.account.id, period=Period(2026, 11), received_at=AT, code=CODE)
    kept = Submission.get_by_id(number)
    assert (kept.period, kept.received_at, kept.code) == (Period(2026, 11), AT, CODE)


def test_row_that_is_there_already_is_no_number(database: Engine) -> None:
    known = make_submission_key()
    insert = Prepared[int](
        lambda: SubmissionKey.insert(
            slots(SubmissionKey, "actor", "key", "body_hash", "created_at")
        ).on_conflict_ignore()
    )
    again = insert.run(actor=known.actor, key=known.key, body_hash="", created_at=AT)
    assert again == 0
    assert SubmissionKey.select().count() == 1


def test_update_says_how_many(cast: Cast) -> None:
    update = Prepared[int](
        lambda: Meter.update(slots(Meter, "place")).where(Meter.id == slot("id", Meter.id))
    )
    assert update.run(id=cast.cold.id, place="коридор") == 1
    assert update.run(id=0, place="нигде") == 0
    assert Meter.get_by_id(cast.cold.id).place == "коридор"


def test_rows_inserted_together_are_one_statement(database: Engine) -> None:
    rows = [
        {"account": make_meter().account_id, "period": Period(2026, month), "received_at": AT}
        | {"code": f"{CODE[:11]}{month}"}
        for month in (8, 9)
    ]
    with statements() as asked:
        insert_together(Submission, rows)
    assert len(asked) == 1
    kept = Submission.select().order_by(Submission.id)
    assert [{name: row.__data__[name] for name in rows[0]} for row in kept] == rows


def test_rows_are_found_by_any_number_of_ids(database: Engine) -> None:
    meter = make_meter()
    numbers = Prepared[tuple[int]](
        lambda: Meter.select(Meter.id).where(among(Meter.id)).order_by(Meter.id).tuples()
    )
    many = [meter.id, *range(meter.id + 1, meter.id + 2 * AT_ONCE)]
    assert (numbers.among(many), numbers.among([])) == ([(meter.id,)], [])


def test_alike_rows_are_made_once_and_given_to_their_owners(database: Engine) -> None:
    meters = [make_meter(place="ванная") for _ in range(2)]
    places = Owned(
        lambda: Meter.select(Meter.account, Meter.place, Meter.kind).order_by(Meter.id).tuples(),
        lambda *row: list(row),
    )
    first, second = places.by_owner().values()
    assert first == [["ванная", meters[0].kind]]
    assert first[0] is second[0]


def test_rows_that_are_hardly_ever_alike_are_made_each(database: Engine) -> None:
    meter = make_meter(place="ванная")
    make_meter(account=meter.account, place="ванная")
    places = Owned(
        lambda: Meter.select(Meter.account, Meter.place).tuples(),
        lambda place: [place],
        alike=False,
    )
    (both,) = places.by_owner().values()
    assert both == [["ванная"], ["ванная"]]
    assert both[0] is not both[1]
