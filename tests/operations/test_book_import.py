"""Importing a workbook: all or nothing, once, undone exactly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from peewee import DatabaseError

from tests.books import AT, SEPTEMBER, TODAY, book_of, changed, make_book_import, rows_of_one
from tests.cast import Cast
from tests.engines import Engine
from tests.factories import (
    make_access,
    make_employee,
    make_house_reading,
    make_note,
    make_reading,
)
from tests.month_factories import (
    make_charge_line,
    make_correction,
    make_month,
    make_month_trouble,
    make_payment,
    make_receipt,
)
from tests.months import closed, make_rates, settle
from vodokanal.billing.ledger import Side
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Source
from vodokanal.billing.recalculation_reasons import AUTOMATIC
from vodokanal.formats.book_sheets import BY_CODE
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account, AccountService, Holder, Occupancy
from vodokanal.models.book_imports import BookImport, BookImportRange, BookState
from vodokanal.models.database import database as current
from vodokanal.models.house_readings import HouseReading
from vodokanal.models.journal import JournalEntry
from vodokanal.models.ledger import Movement
from vodokanal.models.looks import CameFrom, CardOpening
from vodokanal.models.meters import Meter
from vodokanal.models.months import ChargeLine, MonthTrouble
from vodokanal.models.payments import OpeningBalance
from vodokanal.models.people import AccountAccess
from vodokanal.models.places import District, House, Premises, PremisesNorm
from vodokanal.models.readings import Reading, Submission
from vodokanal.models.recalculations import Correction
from vodokanal.models.schema import TABLES
from vodokanal.operations import book_checks
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.balances import get_balance
from vodokanal.operations.book_checks import check_book
from vodokanal.operations.book_import import (
    BookWrongError,
    Sent,
    import_book,
    ranges_of,
    report_of,
)
from vodokanal.operations.book_rows import Kept, rows_kept
from vodokanal.operations.book_undo import (
    BuiltUponError,
    MonthIssuedError,
    NotDoneError,
    undo_import,
)
from vodokanal.operations.verification import verify_ledger

NOVEMBER = Period(2026, 11)
# What tells of imports stays when they are undone.
TELLING = frozenset({BookImport, BookImportRange, JournalEntry})
Rows = Mapping[str, Any]


def imported(rows: Rows, *, folder: str = "") -> BookImport:
    checked = check_book(book_of(rows), today=TODAY)
    return import_book(SYSTEM, checked, sent=Sent("book.xlsx", folder), today=TODAY, at=AT)


def contradictions(rows: Rows) -> list[tuple[str, str, Any]]:
    """What of a book the portal cannot take: column, code, what it keeps."""
    found = check_book(book_of(rows), today=TODAY).book.problems
    return [(each.column, each.code, each.values.get("kept")) for each in found]


def whole() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that an import may touch."""
    return {
        table._meta.table_name: list(table.select().order_by(table.id).tuples())
        for table in TABLES
        if table not in TELLING
    }


def test_everything_of_a_book_is_added(database: Engine) -> None:
    imported(rows_of_one())
    first, second = Account.select().order_by(Account.number)
    assert (first.number, first.number_key, first.opened_on) == ("0045", "0045", date(2020, 1, 1))
    assert first.premises.address == "ул. Новая, д.\u00a07, кв.\u00a03"
    assert [str(each.category) for each in PremisesNorm.select()] == ["Дома с ванной"] * 2
    holder = Holder.get(Holder.account == first)
    assert (holder.telephone_key, holder.search_text[:10]) == ("9007654321", "кузнецова ")
    assert [each.registered for each in Occupancy.select()] == [2]
    assert [each.service for each in AccountService.select()] == ["cold"]
    assert second.premises.house_id == first.premises.house_id
    assert verify_ledger() == []


def test_last_readings_belong_to_the_last_closed_month(database: Engine) -> None:
    rows = rows_of_one()
    rows["meters"][0] |= {"read": TODAY}
    imported(rows)
    (reading,) = Reading.select()
    assert (reading.value, reading.period, reading.taken_on, reading.source) == (
        Decimal("123.456"),
        Period(2026, 10),
        TODAY,
        Source.IMPORT,
    )
    assert reading.submission.account == reading.meter.account
    (common,) = HouseReading.select()
    assert (common.meter.house.address, common.value) == ("ул. Новая, д.\u00a07", Decimal(900))


def test_balances_go_through_the_ledger(database: Engine) -> None:
    imported(rows_of_one())
    debtor = get_balance(Account.get(Account.number == "0045").id, today=TODAY)
    (debt,) = debtor.debts
    assert (debt.period, debt.principal, debt.penalty) == (
        SEPTEMBER,
        Decimal("1234.50"),
        Decimal("15.07"),
    )
    ahead = get_balance(Account.get(Account.number == "0046").id, today=TODAY)
    assert (ahead.amount, ahead.advance) == (Decimal("-300.00"), Decimal("300.00"))
    sides = [(each.debit, each.credit) for each in Movement.select().order_by(Movement.id)]
    assert sides == [
        (Side.PRINCIPAL, Side.OPENING),
        (Side.PENALTY, Side.OPENING),
        (Side.OPENING, Side.PRINCIPAL),
    ]


def test_penalty_that_outlived_its_debt_is_taken_away_alone(database: Engine) -> None:
    rows = changed(balances={"what": "penalty", "amount": Decimal("5.00")})
    imported(rows)
    found = rows_kept_of("balances", Kept.on(TODAY))
    assert [(each["what"], each["amount"]) for each in found] == [("penalty", Decimal("5.00"))]


def test_import_leaves_one_line_in_the_journal(database: Engine) -> None:
    row = imported(rows_of_one())
    (entry,) = JournalEntry.select()
    assert (entry.action, entry.subject_table, entry.subject_id) == (
        "import_book",
        "book_import",
        row.id,
    )
    assert '"account": 2' in entry.after


def test_same_book_twice_changes_nothing(database: Engine) -> None:
    first, before = imported(rows_of_one()), whole()
    assert imported(rows_of_one()) == first
    assert (whole(), BookImport.select().count()) == (before, 1)


def test_another_book_adds_only_what_is_not_there(database: Engine) -> None:
    imported(changed())
    second = imported(rows_of_one())
    assert report_of(second)["sheets"]["accounts"]["new"] == 1
    assert (House.select().count(), District.select().count(), Account.select().count()) == (
        1,
        1,
        2,
    )
    undo_import(SYSTEM, second.id, at=AT)
    assert [each.number for each in Account.select()] == ["0045"]


def test_second_account_of_a_flat_shares_its_place(database: Engine) -> None:
    imported(changed())
    rows = changed(accounts={"account": "0047"}, residents={"account": "0047"})
    imported({code: rows[code] for code in ("accounts", "residents")})
    assert (Premises.select().count(), Account.select().count()) == (1, 2)


@pytest.mark.parametrize(
    ("code", "changes", "problem"),
    [
        ("houses", {"district": "Южный"}, ("Район", "contradiction", "Северный")),
        ("accounts", {"name": "Кто-то"}, ("Плательщик", "contradiction", "Кузнецова Нина Львовна")),
        ("accounts", {"premises": "room"}, ("Помещение", "contradiction", "квартира")),
        ("residents", {"registered": 3}, ("Зарегистрировано", "contradiction", "2")),
        ("residents", {"from": date(2022, 1, 1)}, ("С какого дня", "overlap", None)),
        ("meters", {"reading": Decimal(130)}, ("Последнее показание", "contradiction", "123,456")),
        ("balances", {"amount": Decimal(1)}, ("Сумма, руб.", "contradiction", "1234,50")),
    ],
)
def test_book_that_contradicts_is_refused(
    database: Engine, code: str, changes: Mapping[str, Any], problem: tuple[str, str, Any]
) -> None:
    imported(changed())
    before = whole()
    assert contradictions(changed(**{code: changes})) == [problem]
    with pytest.raises(BookWrongError):
        imported(changed(**{code: changes}))
    assert whole() == before


def test_book_of_many_accounts_is_compared_with_everything(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(rows_of_one())
    wrong = changed(accounts={"name": "Кто-то"}, residents={"account": "45"})
    found = contradictions(wrong)
    monkeypatch.setattr(book_checks, "MOST_ASKED_FOR", 0)
    assert contradictions(wrong) == found
    assert [code for _, code, _ in found] == ["contradiction", "zeros_missing"]


def test_later_reading_does_not_contradict_the_book_of_before(database: Engine) -> None:
    imported(changed())
    rows = changed(houses={"gis": None})
    make_reading(Meter.get(), period=NOVEMBER, value="130")
    assert contradictions(rows) == []
    make_month(period=NOVEMBER, state=MonthState.ISSUED)
    assert contradictions(rows) == []


def test_rows_that_repeat_each_other_are_told(database: Engine) -> None:
    rows = changed()
    rows["services"].append(rows["services"][0])
    found = check_book(book_of(rows), today=TODAY).book.problems
    assert [(each.place.row, each.code, each.values) for each in found] == [
        (3, "repeated", {"row": 2})
    ]


def test_account_with_receipts_brings_no_debt_along(cast: Cast) -> None:
    from_cast = {"account": str(cast.account.number)}
    rows = {"balances": [{**changed()["balances"][0], **from_cast}]}
    assert contradictions(rows) == []
    make_receipt(account=cast.account)
    assert contradictions(rows) == [("Лицевой счёт", "has_receipts", None)]


def test_what_is_owed_by_now_comes_back_unchanged(cast: Cast) -> None:
    settle(cast.account, make_rates())
    closed(Period(2026, 10), "2026-11-02T10:00")
    (owed,) = rows_kept_of("balances", Kept.on(TODAY))
    checked = check_book(book_of({"balances": [owed]}), today=TODAY)
    assert (checked.book.problems, checked.fresh["balances"]) == ([], [])
    more = {**owed, "amount": owed["amount"] + 1}
    assert contradictions({"balances": [more]}) == [("Сумма, руб.", "contradiction", "756,51")]
    older = {**owed, "month": Period(2026, 9)}
    assert contradictions({"balances": [older]}) == [("Лицевой счёт", "has_receipts", None)]


def test_book_with_anything_to_mend_leaves_nothing(database: Engine) -> None:
    before = whole()
    with pytest.raises(BookWrongError) as refused:
        imported(changed(residents={"account": "45"}))
    assert [each.code for each in refused.value.checked.book.problems] == ["zeros_missing"]
    assert whole() == before


def test_what_has_changed_meanwhile_is_looked_at_again(database: Engine) -> None:
    checked = check_book(book_of(changed(houses={"gis": "1"})), today=TODAY)
    imported(changed(accounts={"name": "Кто-то Другой"}))
    with pytest.raises(BookWrongError):
        import_book(SYSTEM, checked, sent=Sent("book.xlsx"), today=TODAY, at=AT)
    assert [str(each.name) for each in Holder.select()] == ["Кто-то Другой"]


def test_dry_run_is_kept_and_becomes_the_import(database: Engine) -> None:
    kept = make_book_import(folder="abc")
    done = imported(changed(), folder="abc")
    assert (done.id, done.state, done.posted_period) == (kept.id, BookState.DONE, NOVEMBER)


def test_undoing_leaves_the_database_as_it_was(cast: Cast) -> None:
    before = whole()
    row = imported(rows_of_one())
    assert undo_import(SYSTEM, row.id, at=AT).state == BookState.UNDONE
    assert whole() == before
    assert BookImportRange.select().count() == 0
    with pytest.raises(NotDoneError):
        undo_import(SYSTEM, row.id, at=AT)
    assert imported(rows_of_one()).state == BookState.DONE


CHANGES: Mapping[str, Any] = {
    "phone": lambda: Holder.update(telephone="1").execute(),
    "place": lambda: Meter.update(place="кухня", seal_number="9").execute(),
    "people": lambda: Occupancy.update(registered=5).execute(),
    "service": lambda: AccountService.update(ends_on=TODAY).execute(),
    "closed": lambda: Account.update(closed_on=TODAY).execute(),
    "street": lambda: House.update(street="ул. Иная").execute(),
    "common": lambda: HouseReading.update(value=901).execute(),
}


@given(
    changes=st.lists(st.sampled_from(sorted(CHANGES)), max_size=4),
    twice=st.booleans(),
    people=st.integers(0, 9),
)
@hypothesis_settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_undoing_is_exact_whatever_was_edited(
    database: Engine, changes: list[str], twice: bool, people: int
) -> None:
    before = whole()
    row = imported(changed(residents={"registered": people}))
    second = imported(rows_of_one({"meters": [{"serial": "2"}]})) if twice and people == 2 else None
    for each in changes:
        CHANGES[each]()
    for done in filter(None, (second, row)):
        undo_import(SYSTEM, done.id, at=AT)
    assert whole() == before


def test_what_was_calculated_of_it_is_thrown_away(database: Engine) -> None:
    row = imported(rows_of_one())
    account = Account.get()
    make_month(period=NOVEMBER, state=MonthState.CALCULATED)
    make_charge_line(account=account, period=NOVEMBER)
    make_month_trouble(account=account, period=NOVEMBER)
    make_correction(account=account, posted_period=NOVEMBER, reason=min(AUTOMATIC))
    undo_import(SYSTEM, row.id, at=AT)
    left = [table.select().count() for table in (ChargeLine, MonthTrouble, Correction, Account)]
    assert left == [0, 0, 0, 0]


def test_issued_month_keeps_the_import(database: Engine) -> None:
    row = imported(rows_of_one())
    make_month(period=Period(2026, 12), state=MonthState.ISSUED)
    with pytest.raises(MonthIssuedError) as refused:
        undo_import(SYSTEM, row.id, at=AT)
    assert (refused.value.period, Account.select().count()) == (Period(2026, 12), 2)


def test_what_was_built_upon_it_is_named(database: Engine) -> None:
    row = imported(rows_of_one())
    make_payment(account=Account.get(Account.number == "0046"))
    with pytest.raises(BuiltUponError) as refused:
        undo_import(SYSTEM, row.id, at=AT)
    assert (refused.value.table, refused.value.count, refused.value.account) == (
        "payment",
        1,
        "0046",
    )


def test_card_that_was_looked_at_stands_in_nobodys_way(database: Engine) -> None:
    row = imported(rows_of_one())
    opening = CardOpening.create(
        account=Account.get(Account.number == "0046"),
        employee=make_employee("office", login="galina"),
        opened_at=AT,
        came_from=CameFrom.SEARCH,
    )
    undo_import(SYSTEM, row.id, at=AT)
    assert CardOpening.get_by_id(opening.id).account_id is None


def test_note_and_access_that_are_over_stand_in_nobodys_way(database: Engine) -> None:
    row = imported(rows_of_one())
    account = Account.get(Account.number == "0046")
    note = make_note(account=account)
    access = make_access(account=account, revoked_at=AT)
    with pytest.raises(BuiltUponError) as refused:
        undo_import(SYSTEM, row.id, at=AT)
    assert refused.value.table == "account_note"
    AccountNote.update(removed_at=AT).execute()
    undo_import(SYSTEM, row.id, at=AT)
    kept = (AccountNote.get_or_none(id=note.id), AccountAccess.get_or_none(id=access.id))
    assert kept == (None, None)


def test_reading_and_common_reading_since_keep_the_import(database: Engine) -> None:
    row = imported(rows_of_one())
    common = Meter.get(Meter.serial == "ОД-1")
    make_house_reading(common, period=NOVEMBER)
    with pytest.raises(BuiltUponError) as refused:
        undo_import(SYSTEM, row.id, at=AT)
    assert (refused.value.table, refused.value.account) == ("house_reading", "")
    HouseReading.delete().where(HouseReading.period == NOVEMBER).execute()
    make_reading(Meter.get(Meter.serial == "00778"), period=NOVEMBER)
    with pytest.raises(BuiltUponError) as refused:
        undo_import(SYSTEM, row.id, at=AT)
    assert refused.value.table in {"reading", "submission"}


def test_house_that_got_another_flat_keeps_the_import(database: Engine) -> None:
    row = imported(rows_of_one())
    Premises.create(house=House.get(), flat="99")
    with pytest.raises(BuiltUponError) as refused:
        undo_import(SYSTEM, row.id, at=AT)
    assert (refused.value.table, refused.value.account) == ("premises", "")


@pytest.mark.parametrize("table", [Submission, Reading, OpeningBalance, Movement])
def test_rows_of_a_book_go_only_while_it_is_undone(database: Engine, table: Any) -> None:
    row = imported(rows_of_one())
    with pytest.raises(DatabaseError, match="rows are never deleted"), current.atomic():
        table.delete().execute()
    BookImport.update(state=BookState.UNDOING).where(BookImport.id == row.id).execute()
    make_month(period=NOVEMBER, state=MonthState.ISSUED)
    with pytest.raises(DatabaseError, match="rows are never deleted"), current.atomic():
        table.delete().execute()
    assert table.select().exists()


def test_numbers_of_what_was_taken_back_are_not_given_to_the_next_book(database: Engine) -> None:
    imported(rows_of_one())
    gone = {table: max(row.id for row in table.select()) for table in (Account, Meter, House)}
    undo_import(SYSTEM, BookImport.get().id, at=AT)
    imported(rows_of_one())
    assert all(table.select().get().id > number for table, number in gone.items())


def test_ranges_are_unbroken_runs() -> None:
    assert list(ranges_of([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]
    assert list(ranges_of([])) == []


def test_what_is_taken_away_comes_back_the_same(database: Engine) -> None:
    imported(rows_of_one())
    kept = Kept.on(TODAY)
    sheets = {code: list(rows_kept_of(code, kept)) for code in rows_of_one()}
    undo_import(SYSTEM, BookImport.get().id, at=AT)
    imported(sheets)
    assert {code: list(rows_kept_of(code, kept)) for code in sheets} == sheets


def rows_kept_of(code: str, kept: Kept) -> list[dict[str, Any]]:
    sheet = BY_CODE[code]
    return [dict(zip(sheet.codes, row, strict=True)) for row in rows_kept(sheet, kept)]
