"""Two clerks at once, on both engines: nothing breaks, nothing is half, the second reads a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from flask import Flask

from tests.books import rows_of_one, written
from tests.cast import ACCOUNT, COLD_NEXT, HOT_NEXT, Cast, actor_of
from tests.conftest import SECRET_KEY, ClientAs
from tests.crowd import crowd
from tests.engines import Engine, disconnect
from tests.faults.clerks import PATIENCE, Pressed, assert_told, assert_whole, at_once, filled
from tests.months import make_rates, run_at, settle
from tests.page import Client
from tests.servers import Server, served
from tests.sheet_factories import make_reading_sheet, make_row_of_flats
from tests.staff.test_book import send
from vodokanal.billing.periods import Period
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.book_imports import BookImport, BookState
from vodokanal.models.holder_changes import ChangeKind, HolderChange
from vodokanal.models.meters import Meter
from vodokanal.models.reading_sheets import ReadingSheet, SheetEntry, SheetState
from vodokanal.models.readings import Reading
from vodokanal.operations import holder_changes
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.calculating import calculate_month
from vodokanal.operations.holder_changes import NewChange, Paper, change_holder
from vodokanal.operations.issuing import issue_month
from vodokanal.operations.meters import GONE
from vodokanal.operations.months import ChangedSinceError
from vodokanal.operations.tenures import NewHolder, Tenure, close_tenure

OCTOBER, NOVEMBER = Period(2026, 10), Period(2026, 11)
NOW, FLATS, GLEB = "2026-11-12T10:42", 12, "Громов Глеб Олегович"
TODAY, AT = date(2026, 11, 12), datetime(2026, 11, 12, 8, tzinfo=UTC)
SHEETS, CHANGES = "/staff/reading-sheets/", "/staff/holder-changes/"


@pytest.fixture
def portal(app: Flask, cast: Cast, database: Engine) -> Iterator[Server]:
    """`python app.py` with two workers on the cast's database, which this process has open too."""
    with served(database.folder, database.url, VODOKANAL_SECRET_KEY=SECRET_KEY) as running:
        yield running
    disconnect()


@pytest.fixture
def galina(client_as: ClientAs, cast: Cast) -> Client:
    """The office's browser."""
    return client_as(cast.galina)


@pytest.fixture
def olga(client_as: ClientAs, cast: Cast) -> Client:
    """The chief's browser."""
    return client_as(cast.olga)


def typed_row(clerk: Client, sheet: ReadingSheet, meter: Meter, value: int) -> Pressed:
    """A row of a sheet as a clerk has typed it."""
    page = clerk.get(f"{SHEETS}{sheet.id}/")
    (form,) = (
        each
        for each in page.forms
        if (each.element.get("action") or "").endswith(f"/rows/{meter.account_id}/")
    )
    return filled(clerk, page, form, **{f"meter-{meter.id}": value})


def undoing(clerk: Client, sheet: ReadingSheet) -> Pressed:
    page = clerk.get(f"{SHEETS}{sheet.id}/undo/")
    return filled(clerk, page, page.form("/undo/"))


def counting(meters: Sequence[Meter]) -> dict[int, Decimal]:
    """What counts for November, by meter."""
    rows = Reading.select().where(
        Reading.meter.in_([each.id for each in meters]),
        Reading.period == NOVEMBER,
        Reading.state.not_in(GONE),
    )
    found = {row.meter_id: row.value for row in rows}
    assert len(found) == len(rows)
    return found


def test_rows_of_one_sheet_typed_at_once(portal: Server, galina: Client, olga: Client) -> None:
    meters = make_row_of_flats(FLATS)
    sheet = make_reading_sheet(house=meters[0].account.premises.house)
    mine = {meter: 100 * flat + 18 for flat, meter in enumerate(meters, start=1)}
    different, same = meters[:8], meters[8:]
    rows = [
        typed_row(galina if number % 2 else olga, sheet, meter, mine[meter])
        for number, meter in enumerate(different)
    ]
    assert [answer.status for answer in at_once(portal, *rows)] == [303] * len(different)
    for meter in same:
        both = [
            typed_row(clerk, sheet, meter, mine[meter] + more)
            for more, clerk in enumerate((galina, olga))
        ]
        answers = at_once(portal, *both)
        assert sorted(answer.status for answer in answers) == [303, 409]
        assert_told(answers, "записано другое значение")
    found = counting(meters)
    assert [found[meter.id] for meter in different] == [mine[meter] for meter in different]
    assert {found[meter.id] - mine[meter] for meter in same} <= {0, 1}
    assert SheetEntry.select().where(SheetEntry.sheet == sheet).count() == FLATS


def test_sheet_undone_while_another_clerk_enters(
    portal: Server, galina: Client, olga: Client
) -> None:
    meters = make_row_of_flats(FLATS)
    for flat in range(0, FLATS, 3):
        sheet = make_reading_sheet(house=meters[0].account.premises.house)
        before, *others = meters[flat : flat + 3]
        (saved,) = at_once(portal, typed_row(galina, sheet, before, 100 * flat + 118))
        assert saved.status == 303
        rows = [typed_row(galina, sheet, each, 100 * flat + 250) for each in others]
        answers = at_once(portal, rows[0], undoing(olga, sheet), rows[1])
        assert_told(answers, "Эта ведомость отменена")
        assert answers[1].status == 303
        assert ReadingSheet.get_by_id(sheet.id).state is SheetState.UNDONE
        assert counting(meters) == {}


def changing(clerk: Client, name: str, on: str) -> Pressed:
    """The form of a change of holder, as a clerk has filled it in for Anna's account."""
    page = clerk.get(f"{CHANGES}1234/")
    form = page.form("Сменить владельца")
    typed = {"on": on, "paper_kind": "договор", "name": name, "registered": "1"}
    return filled(clerk, page, form, **typed)


def test_account_changes_hands_once_however_many_press(
    portal: Server, galina: Client, olga: Client, cast: Cast
) -> None:
    before = Account.select().count()
    # The later day would fit the new holder: but it was Anna whom the second clerk had in mind.
    both = changing(galina, GLEB, "2026-11-10"), changing(olga, "Ильин Иван Ильич", "2026-11-11")
    answers = at_once(portal, *both)
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert_told(answers, "Владельца уже сменили")
    (change,) = HolderChange.select()
    assert Account.select().count() == before + 1
    assert Holder.select().where(Holder.account == change.new_account).count() == 1
    assert_whole()


def test_change_of_holder_while_the_resident_sends(
    portal: Server, galina: Client, client_as: ClientAs, cast: Cast
) -> None:
    anna = client_as(cast.anna)
    page = anna.get(f"/personal/{ACCOUNT}/readings/")
    values = {f"meter-{cast.cold.id}": COLD_NEXT, f"meter-{cast.hot.id}": HOT_NEXT}
    (form,) = (each for each in page.forms if values.keys() <= each.fields.keys())
    sent = filled(anna, page, form, **values)
    hers, changed = at_once(portal, sent, changing(galina, GLEB, "2026-11-10"))
    assert (hers.status in (303, 404), changed.status) == (True, 303)
    # Sent in time, or too late: she is outside by now, and the account is nobody's that she knows.
    if hers.status == 303:
        assert hers.location.startswith((f"/personal/{ACCOUNT}/readings/2611-", "/login"))
    change = HolderChange.get()
    left = Reading.select().join(Meter).where(Meter.account == change.old_account)
    late = left.where(Reading.period == NOVEMBER, Reading.taken_on >= change.on)
    assert not late.where(Reading.state.not_in(GONE)).exists()
    assert_whole()


def test_change_of_holder_while_the_month_is_issued(
    portal: Server, galina: Client, cast: Cast
) -> None:
    settle(cast.account, make_rates())
    calculate_month(SYSTEM, OCTOBER, run=run_at(NOW))
    change = changing(galina, GLEB, "2026-10-20")
    told: list[str] = []

    def issued() -> None:
        try:
            issue_month(SYSTEM, OCTOBER, run=run_at(NOW))
        except ChangedSinceError:
            told.append("changed")

    (answer,) = at_once(portal, change, beside=issued)
    assert_told([answer], "Квитанции за тот месяц уже выпущены")
    # Either the month knew of the change, or the change of the month.
    assert (answer.status == 303) == bool(told)
    assert_whole()


def test_month_is_not_issued_under_a_change_that_is_being_entered(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(cast.account, make_rates())
    calculate_month(SYSTEM, OCTOBER, run=run_at(NOW))
    looked, issued = Event(), Event()

    def hesitate(*given: Any, **named: Any) -> Any:
        looked.set()
        issued.wait(0.5)
        return close_tenure(*given, **named)

    new = NewChange(
        cast.account.id,
        date(2026, 10, 20),
        ChangeKind.SALE,
        Paper("договор"),
        Tenure(NewHolder(GLEB), registered=1),
    )

    def press(number: int) -> object:
        if number == 0:
            return change_holder(actor_of(cast.galina), new, key="k", today=TODAY, at=AT)
        looked.wait(PATIENCE)
        try:
            return issue_month(SYSTEM, OCTOBER, run=run_at(NOW))
        finally:
            issued.set()

    monkeypatch.setattr(holder_changes, "close_tenure", hesitate)
    _, told = crowd(2, press)
    assert isinstance(told, ChangedSinceError), told


def test_book_imported_twice_at_once(
    portal: Server, olga: Client, client_as: ClientAs, cast: Cast
) -> None:
    before = Account.select().count()
    chiefs = [olga, client_as(cast.olga)]
    pages = [send(each, written(rows_of_one())) for each in chiefs]
    forms = [
        filled(clerk, page, page.form("Загрузить"))
        for clerk, page in zip(chiefs, pages, strict=True)
    ]
    answers = at_once(portal, forms[0], forms[1], forms[0], forms[1])
    assert_told(answers, "загружена")
    assert Account.select().count() == before + 2
    assert BookImport.select().where(BookImport.state == BookState.DONE).count() == 1
    assert_whole()
