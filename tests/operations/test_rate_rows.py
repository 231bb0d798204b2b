"""Writing what is set by day: overlaps, gaps, slips of the finger, rows that bills were made from."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.clock import moment
from tests.crowd import crowd
from tests.engines import Engine
from tests.factories import make_district, make_norm_category
from tests.month_factories import make_month, make_tariff
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.terms import Term
from vodokanal.models.base import Table
from vodokanal.models.journal import JournalEntry
from vodokanal.models.norms import Multiplier, Norm
from vodokanal.models.tariffs import Tariff
from vodokanal.models.terms import KeyRate, LegalTerm, Moratorium, PaymentTerm, VatRate
from vodokanal.operations.actors import SYSTEM
from vodokanal.operations.rate_rows import (
    AddedRate,
    GapError,
    ImpossibleValueError,
    UnlikelyValueError,
    UsedRateError,
    add_rate,
    change_rate,
)
from vodokanal.operations.records import DaysOverlapError, RowChangedError, RowRefusedError
from vodokanal.operations.submission_keys import KeyReusedError

NOW = moment("2026-11-12T10:42")
JANUARY, JULY, OCTOBER = date(2026, 1, 1), date(2026, 7, 1), date(2026, 10, 1)
END_OF_JUNE, END_OF_YEAR = date(2026, 6, 30), date(2026, 12, 31)
OCTOBERS_BILLS, LAST_BILLED = date(2026, 10, 31), Period(2026, 10)


def add(table: type[Table], key: str = "k", **values: Any) -> AddedRate:
    return add_rate(SYSTEM, table, values=values, at=NOW, key=key)


def price(starts_on: date, amount: str = "50.93", **values: Any) -> AddedRate:
    key = f"{starts_on} {amount} {values}".replace(" ", "")[-60:]
    key = "".join(each for each in key if each.isascii())
    values = {"service": Service.COLD, "price": Decimal(amount), **values}
    return add(Tariff, key, starts_on=starts_on, **values)


def change(row: Table, **values: Any) -> Any:
    return change_rate(SYSTEM, row, values=values, seen={}, at=NOW)


def days(table: type[Any] = Tariff) -> list[tuple[date, date | None]]:
    rows = table.select().order_by(table.starts_on)
    return [(row.starts_on, row.ends_on) for row in rows]


def journal() -> list[tuple[str, Any]]:
    entries = JournalEntry.select().order_by(JournalEntry.id)
    return [(each.action, json.loads(each.after)) for each in entries]


def issue(period: Period = LAST_BILLED, state: MonthState = MonthState.ISSUED) -> None:
    make_month(period=period, state=state)


def test_first_price_is_kept_and_journalled(database: Engine) -> None:
    added = price(JANUARY)
    assert (added.ended, days()) == (None, [(JANUARY, None)])
    ((action, after),) = journal()
    assert (action, after["price"]) == ("create", "50.93")


def test_same_form_adds_its_row_once(database: Engine) -> None:
    price(JANUARY)
    first = add(Tariff, service=Service.COLD, price=Decimal("55.00"), starts_on=JULY)
    again = add(Tariff, service=Service.COLD, price=Decimal("55.00"), starts_on=JULY)
    assert (again.row.id, again.ended, len(days())) == (first.row.id, None, 2)
    with pytest.raises(KeyReusedError):
        add(Tariff, service=Service.COLD, price=Decimal("56.00"), starts_on=JULY)


def test_later_row_ends_the_one_that_goes_on(database: Engine) -> None:
    first = price(JANUARY)
    later = price(JULY, "55.00")
    assert days() == [(JANUARY, END_OF_JUNE), (JULY, None)]
    assert later.ended is not None
    assert (later.ended.id, later.ended.ends_on) == (first.row.id, END_OF_JUNE)
    assert [action for action, _ in journal()] == ["create", "update", "create"]
    assert journal()[1] == ("update", {"ends_on": "2026-06-30"})


def test_row_for_the_rest_of_an_ended_one_takes_its_place(database: Engine) -> None:
    price(JANUARY, ends_on=END_OF_YEAR)
    price(date(2027, 1, 1), "60.00")
    price(OCTOBER, "55.00", ends_on=END_OF_YEAR)
    assert days() == [
        (JANUARY, date(2026, 9, 30)),
        (OCTOBER, END_OF_YEAR),
        (date(2027, 1, 1), None),
    ]


def test_row_in_the_middle_of_an_ended_one_is_refused(database: Engine) -> None:
    there = price(JANUARY, ends_on=END_OF_YEAR).row
    with pytest.raises(DaysOverlapError) as refusal:
        price(JULY, "55.00", ends_on=OCTOBER)
    assert refusal.value.other.id == there.id
    assert days() == [(JANUARY, END_OF_YEAR)]


@pytest.mark.parametrize("starts_on", [JANUARY, date(2025, 7, 1)])
def test_row_that_begins_no_later_than_another_is_refused(
    database: Engine, starts_on: date
) -> None:
    price(JANUARY)
    with pytest.raises(DaysOverlapError):
        price(starts_on, "55.00")
    assert (days(), len(journal())) == ([(JANUARY, None)], 1)


def test_earlier_row_that_ends_in_time_is_taken(database: Engine) -> None:
    price(JULY)
    price(JANUARY, "48.00", ends_on=END_OF_JUNE)
    assert days() == [(JANUARY, END_OF_JUNE), (JULY, None)]


def test_day_that_no_row_would_cover_is_refused(database: Engine) -> None:
    price(JANUARY, ends_on=END_OF_JUNE)
    with pytest.raises(GapError) as refusal:
        price(OCTOBER, "55.00")
    assert (refusal.value.first, refusal.value.last) == (JULY, date(2026, 9, 30))
    assert days() == [(JANUARY, END_OF_JUNE)]


def test_gap_before_the_first_row_is_refused_too(database: Engine) -> None:
    price(OCTOBER)
    with pytest.raises(GapError):
        price(JANUARY, "48.00", ends_on=END_OF_JUNE)


def test_row_shortened_before_another_is_refused(database: Engine) -> None:
    price(JANUARY)
    price(JULY, "55.00")
    first = Tariff.get(Tariff.starts_on == JANUARY)
    with pytest.raises(GapError) as refusal:
        change(first, ends_on=date(2026, 5, 31))
    assert (refusal.value.first, refusal.value.last) == (date(2026, 6, 1), END_OF_JUNE)


def test_row_that_leaves_a_hole_behind_is_refused(database: Engine) -> None:
    for first, amount in [(JANUARY, "50.93"), (JULY, "55.00"), (OCTOBER, "56.00")]:
        price(first, amount)
    middle = Tariff.get(Tariff.starts_on == JULY)
    with pytest.raises(GapError):
        change(middle, service=Service.HOT)


def test_hole_that_is_there_may_be_filled_in_steps(database: Engine) -> None:
    make_tariff(starts_on=JANUARY, ends_on=date(2026, 3, 31))
    make_tariff(starts_on=OCTOBER)
    price(JULY, ends_on=date(2026, 9, 30))
    assert days()[1] == (JULY, date(2026, 9, 30))


def test_last_row_may_end(database: Engine) -> None:
    row = price(JANUARY).row
    assert change(row, ends_on=END_OF_YEAR).ends_on == END_OF_YEAR


def test_district_needs_a_price_of_its_own_on_some_days_only(database: Engine) -> None:
    north = make_district()
    price(JANUARY, "33.20", district=north.id, ends_on=END_OF_JUNE)
    price(OCTOBER, "33.80", district=north.id)
    price(JANUARY)
    assert len(days()) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"service": Service.HOT},
        {"group": CustomerGroup.ORGANISATION},
        {"includes_vat": False, "group": CustomerGroup.BUDGET},
    ],
)
def test_price_of_another_thing_holds_on_the_same_days(
    database: Engine, other: dict[str, Any]
) -> None:
    price(JANUARY)
    assert price(JANUARY, **other).ended is None


def test_norms_of_gardens_do_not_meet_those_of_people(database: Engine) -> None:
    bath = make_norm_category()
    norm = {"service": Service.COLD, "starts_on": JANUARY}
    add(Norm, "a", category=bath.id, volume=Decimal("5.016"), **norm)
    add(Norm, "b", basis=NormBasis.GARDEN, volume=Decimal("0.212"), **norm)
    later = {"service": Service.COLD, "starts_on": JULY}
    ended = add(Norm, "c", basis=NormBasis.GARDEN, volume=Decimal("0.3"), **later).ended
    assert ended is not None
    assert ended.basis is NormBasis.GARDEN


def test_days_without_penalties_may_lie_apart(database: Engine) -> None:
    add(Moratorium, starts_on=JANUARY, ends_on=END_OF_JUNE)
    assert days(Moratorium)[-1] == (JANUARY, END_OF_JUNE)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (KeyRate, {"percent": Decimal(15)}),
        (PaymentTerm, {"bill_by_day": 5, "pay_by_day": 20}),
        (VatRate, {"percent": None}),
        (Multiplier, {"service": Service.COLD, "value": Decimal(4)}),
        (LegalTerm, {"term": Term.ABSENCE_DAYS, "value": Decimal(7)}),
    ],
)
def test_tables_without_an_owner_have_one_row_a_day(
    database: Engine, table: type[Table], values: dict[str, Any]
) -> None:
    table.delete().execute()
    add(table, "a", starts_on=JANUARY, **values)
    again = add(table, "b", starts_on=JULY, **values)
    assert again.ended is not None
    assert again.ended.ends_on == END_OF_JUNE
    with pytest.raises(DaysOverlapError):
        add(table, "c", starts_on=JULY, **values)


@pytest.mark.parametrize("amount", ["0", "0.00", "-5", "100000.01"])
def test_price_that_cannot_be_is_refused(database: Engine, amount: str) -> None:
    with pytest.raises(ImpossibleValueError) as refusal:
        price(JANUARY, amount)
    limits = refusal.value.limits
    assert (limits.column, limits.least, limits.most) == (
        "price",
        Decimal("0.01"),
        Decimal(100_000),
    )


@pytest.mark.parametrize("amount", ["5093.01", "0.50"])
def test_price_far_from_the_one_before_is_refused(database: Engine, amount: str) -> None:
    price(JANUARY)
    with pytest.raises(UnlikelyValueError) as refusal:
        price(JULY, amount)
    assert (refusal.value.column, refusal.value.before) == ("price", Decimal("50.93"))


@pytest.mark.parametrize("amount", ["5093.00", "0.51", "39.19"])
def test_price_may_rise_and_fall(database: Engine, amount: str) -> None:
    price(JANUARY)
    assert price(JULY, amount).row.price == Decimal(amount)


def test_first_price_is_compared_with_the_one_after(database: Engine) -> None:
    price(JULY)
    with pytest.raises(UnlikelyValueError):
        price(JANUARY, "6000", ends_on=END_OF_JUNE)


def test_norm_of_nothing_is_compared_with_nothing(database: Engine) -> None:
    norm = {"service": Service.HOT, "category": make_norm_category().id}
    add(Norm, "a", volume=Decimal(0), starts_on=JANUARY, **norm)
    add(Norm, "b", volume=Decimal("3.648"), starts_on=JULY, **norm)
    add(Norm, "c", volume=Decimal(0), starts_on=OCTOBER, **norm)
    with pytest.raises(ImpossibleValueError):
        add(Norm, "d", volume=Decimal(1001), starts_on=END_OF_YEAR, **norm)


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (Term.PENALTY_FIRST_SHARE, "0"),
        (Term.AVERAGE_MONTHS, "6.5"),
        (Term.PENALTY_CAP, "100.5"),
    ],
)
def test_number_of_the_law_that_cannot_be_is_refused(
    database: Engine, term: Term, value: str
) -> None:
    with pytest.raises(ImpossibleValueError):
        add(LegalTerm, term=term, value=Decimal(value), starts_on=date(2027, 1, 1))


def test_what_the_table_itself_refuses_is_refused(database: Engine) -> None:
    with pytest.raises(RowRefusedError):
        add(PaymentTerm, bill_by_day=20, pay_by_day=5, starts_on=date(2027, 1, 1))
    assert days(PaymentTerm)[-1] == (date(2026, 3, 1), None)


@pytest.mark.parametrize("state", [MonthState.ISSUING, MonthState.ISSUED])
@pytest.mark.parametrize(
    "values",
    [
        {"price": Decimal("51.00")},
        {"document": "x"},
        {"starts_on": JULY},
        {"ends_on": date(2026, 10, 30)},
        {"ends_on": END_OF_YEAR, "price": Decimal("51.00")},
    ],
)
def test_row_that_bills_were_made_from_is_not_changed(
    database: Engine, values: dict[str, Any], state: MonthState
) -> None:
    row = price(JANUARY).row
    issue(state=state)
    with pytest.raises(UsedRateError) as refusal:
        change(row, **values)
    assert refusal.value.last_day == OCTOBERS_BILLS
    assert Tariff.get().price == Decimal("50.93")


@pytest.mark.parametrize("ends_on", [OCTOBERS_BILLS, END_OF_YEAR])
def test_row_that_bills_were_made_from_is_ended(database: Engine, ends_on: date) -> None:
    row = price(JANUARY).row
    issue()
    assert change(row, ends_on=ends_on).ends_on == ends_on
    assert change(row, ends_on=None).ends_on is None


def test_row_that_bills_were_made_from_is_superseded(database: Engine) -> None:
    price(JANUARY)
    issue()
    price(date(2026, 11, 1), "55.00")
    assert days() == [(JANUARY, OCTOBERS_BILLS), (date(2026, 11, 1), None)]


def test_row_is_not_superseded_in_a_month_that_is_issued(database: Engine) -> None:
    price(JANUARY)
    issue()
    with pytest.raises(UsedRateError):
        price(OCTOBERS_BILLS, "55.00")
    assert days() == [(JANUARY, None)]


def test_rows_before_and_after_the_bills_may_be_changed(database: Engine) -> None:
    price(date(2020, 1, 1), "40.00", ends_on=date(2025, 12, 31))
    price(JANUARY)
    later = price(date(2026, 11, 1), "55.00").row
    issue(Period(2026, 9))
    issue()
    early = Tariff.get(Tariff.starts_on == date(2020, 1, 1))
    assert change(early, price=Decimal("41.00")).price == Decimal("41.00")
    assert change(later, price=Decimal("56.00")).price == Decimal("56.00")


def test_calculated_month_holds_nothing_up(database: Engine) -> None:
    row = price(JANUARY).row
    issue(state=MonthState.CALCULATED)
    assert change(row, price=Decimal("51.00")).price == Decimal("51.00")


def test_saving_a_used_row_as_it_is_changes_nothing(database: Engine) -> None:
    row = price(JANUARY).row
    issue()
    assert change(row, price=Decimal("50.93")).price == Decimal("50.93")
    assert len(journal()) == 1


def test_price_that_somebody_changed_meanwhile_is_not_overwritten(database: Engine) -> None:
    row = price(JANUARY).row
    Tariff.update(price=Decimal("52.00")).execute()
    seen = {"price": Decimal("50.93")}
    with pytest.raises(RowChangedError):
        change_rate(SYSTEM, row, values={"price": Decimal("51.00")}, seen=seen, at=NOW)


def test_price_is_not_changed_into_one_that_cannot_be(database: Engine) -> None:
    row = price(JANUARY).row
    with pytest.raises(ImpossibleValueError):
        change(row, price=Decimal(0))


def test_of_rates_added_at_the_same_moment_one_is_kept(database: Engine) -> None:
    KeyRate.delete().execute()

    def race(number: int) -> AddedRate:
        return add(KeyRate, f"k{number}", percent=Decimal(10 + number), starts_on=JANUARY)

    outcomes = crowd(4, race)
    kept = [each for each in outcomes if isinstance(each, AddedRate)]
    refused = [each for each in outcomes if isinstance(each, DaysOverlapError)]
    assert (len(kept), len(refused), KeyRate.select().count()) == (1, 3, 1)
