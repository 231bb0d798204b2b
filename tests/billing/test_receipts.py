"""What a receipt shows is kept as JSON and read back, also when it is from an older version."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.papers import (
    CORRECTION,
    DETAILS,
    LINES,
    METERS,
    OCTOBER,
    REQUISITES,
    SEPTEMBER,
    receipt_paper,
)
from vodokanal.billing.money import from_kopecks, rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.receipts import (
    LastPayment,
    NotReceiptDetailsError,
    PaperDebt,
    PaperMeter,
    People,
    ReceiptDetails,
    Requisites,
)
from vodokanal.billing.volumes import cubic_metres, from_cubic_centimetres

KEPT = {
    "holder": "Иванова Анна Петровна",
    "address": "Садовая ул., д. 12",
    "people": {"registered": 2, "owners": 1},
    "area": None,
    "meters": [
        {
            "id": 7,
            "kind": "hot",
            "serial": "18-204418",
            "place": "ванная",
            "previous": None,
            "previous_on": None,
            "last": "89.980",
            "last_on": "2026-10-14",
            "source": "telephone",
            "verify_by": "2027-05-01",
            "digits_before": 5,
            "digits_after": 3,
        }
    ],
    "last_payment": {"on": "2026-10-08", "amount": "462.37"},
    "message": ["Поверка до мая"],
    "large_print": True,
    "delivery": "both",
}
READ = ReceiptDetails(
    holder="Иванова Анна Петровна",
    address="Садовая ул., д. 12",
    people=People(2, 1),
    meters=(
        PaperMeter(
            id=7,
            kind=Kind.HOT,
            serial="18-204418",
            place="ванная",
            last=cubic_metres("89.98"),
            last_on=date(2026, 10, 14),
            source="telephone",
            verify_by=date(2027, 5, 1),
        ),
    ),
    last_payment=LastPayment(date(2026, 10, 8), rubles("462.37")),
    messages=("Поверка до мая",),
    large_print=True,
    delivery="both",
)


def test_details_are_read_as_they_are_kept() -> None:
    assert ReceiptDetails.from_json(json.dumps(KEPT)) == READ


def test_details_are_kept_as_they_are_read() -> None:
    assert json.loads(READ.to_json()) == KEPT


def test_nothing_known_is_kept_as_nothing() -> None:
    kept = json.loads(ReceiptDetails().to_json())
    assert (kept["people"], kept["last_payment"], kept["meters"]) == (None, None, [])
    assert ReceiptDetails.from_json(json.dumps(kept)) == ReceiptDetails()


def test_receipt_of_an_older_version_lacks_what_it_did_not_know() -> None:
    assert ReceiptDetails.from_json("{}") == ReceiptDetails()
    older = {"meters": [{"id": 1, "kind": "cold", "serial": "5"}], "from_the_future": 1}
    assert ReceiptDetails.from_json(json.dumps(older)).meters == (PaperMeter(1, Kind.COLD, "5"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        '{"people": 3}',
        '{"meters": [{"id": 1}]}',
        '{"meters": [{"id": 1, "serial": "5", "kind": "gas"}]}',
        '{"meters": [{"id": 1, "serial": "5", "kind": "hot", "last": "viel"}]}',
        '{"last_payment": {"on": "gestern", "amount": "1.00"}}',
        '{"last_payment": {"on": "2026-10-08"}}',
    ],
)
def test_anything_else_is_refused_with_what_was_kept(text: str) -> None:
    with pytest.raises(NotReceiptDetailsError) as refused:
        ReceiptDetails.from_json(text)
    assert refused.value.kept == text


DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
VOLUMES = st.integers(0, 10**12).map(from_cubic_centimetres)
WORDS = st.text(max_size=30)
SOME_METERS = st.builds(
    PaperMeter,
    id=st.integers(1, 10**9),
    kind=st.sampled_from(Kind),
    serial=WORDS,
    place=WORDS,
    previous=st.none() | VOLUMES,
    previous_on=st.none() | DAYS,
    last=st.none() | VOLUMES,
    last_on=st.none() | DAYS,
    source=st.none() | WORDS,
    verify_by=st.none() | DAYS,
    digits_before=st.integers(3, 9),
    digits_after=st.integers(0, 3),
)
SOME_DETAILS = st.builds(
    ReceiptDetails,
    holder=WORDS,
    address=WORDS,
    people=st.none() | st.builds(People, st.integers(0, 1000), st.integers(0, 1000)),
    meters=st.lists(SOME_METERS, max_size=7).map(tuple),
    last_payment=st.none() | st.builds(LastPayment, DAYS, st.integers(1, 10**12).map(from_kopecks)),
    messages=st.lists(WORDS, max_size=3).map(tuple),
    large_print=st.booleans(),
    delivery=st.sampled_from(["paper", "email", "both"]),
)


@given(SOME_DETAILS)
def test_whatever_is_frozen_thaws_unchanged(details: ReceiptDetails) -> None:
    assert ReceiptDetails.from_json(details.to_json()) == details


def test_requisites_are_those_among_the_settings() -> None:
    kept = {"utility_name": "Водоканал", "inn": "7736520080", "logo": "drop.svg"}
    assert Requisites.of(kept) == Requisites(utility_name="Водоканал", inn="7736520080")
    assert Requisites.from_json(json.dumps(kept)) == Requisites.of(kept)


@pytest.mark.parametrize("text", ["", "[]", "5"])
def test_requisites_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(NotReceiptDetailsError):
        Requisites.from_json(text)


def test_sums_of_the_example_add_up() -> None:
    paper = receipt_paper()
    added = paper.opening + paper.charged + paper.corrected + paper.penalty - paper.paid
    assert paper.closing == added
    assert paper.charged == sum(line.amount for line in LINES)
    assert paper.corrected == CORRECTION.amount
    assert sum(each.left for each in paper.debts) == paper.closing


@pytest.mark.parametrize(
    ("closing", "to_pay"), [("0", "0"), ("-12.30", "0"), ("0.01", "0.01"), ("99.90", "99.90")]
)
def test_nobody_pays_less_than_nothing(closing: str, to_pay: str) -> None:
    assert receipt_paper(closing=rubles(closing)).to_pay == rubles(to_pay)


def test_vat_is_what_the_lines_hold_of_it() -> None:
    cold, hot, sewage = LINES
    both = (cold, replace(hot, vat=rubles("436.34")), sewage)
    assert receipt_paper().vat == rubles("31.34")
    assert receipt_paper(lines=both).vat == rubles("467.68")
    assert receipt_paper(lines=(sewage,)).vat is None
    assert receipt_paper(lines=()).vat is None


def test_overdue_are_the_months_before_this_one() -> None:
    august = PaperDebt(Period(2026, 8), rubles("10"), date(2026, 9, 15))
    september = PaperDebt(SEPTEMBER, rubles("20"), date(2026, 10, 15))
    october = PaperDebt(OCTOBER, rubles("30"), date(2026, 11, 16))
    assert receipt_paper(debts=(august, september, october)).overdue == (august, september)
    assert receipt_paper(debts=(october,)).overdue == ()


def test_example_has_every_item() -> None:
    paper = receipt_paper()
    assert (paper.details, paper.requisites, paper.lines) == (DETAILS, REQUISITES, LINES)
    assert {meter.kind for meter in METERS} == set(Kind)
    assert any(line.multiplier != Decimal(1) for line in paper.lines)
