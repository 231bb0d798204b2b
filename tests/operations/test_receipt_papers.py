"""Receipts on paper are read from frozen rows: whatever has changed since, they show the same."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import pytest

from tests.cast import Cast
from tests.engines import Engine
from tests.factories import make_account, make_district, make_house, make_premises, make_setting
from tests.month_factories import (
    make_charge_line,
    make_correction,
    make_month,
    make_recalculation_batch,
    make_receipt,
    make_tariff,
)
from tests.papers import DETAILS, REQUISITES
from tests.statements import statements
from vodokanal.billing.debts import Debts, debts_to_json
from vodokanal.billing.methods import Method
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.norms import NormBasis
from vodokanal.billing.penalties import MonthDebt
from vodokanal.billing.periods import Period
from vodokanal.billing.recalculation_reasons import RecalculationReason
from vodokanal.billing.receipts import (
    PaperCorrection,
    PaperDebt,
    PaperLine,
    PaperNorm,
    ReceiptPaper,
)
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.billing.volumes import cubic_metres
from vodokanal.models.accounts import Account, Holder, ReceiptDelivery
from vodokanal.models.meters import Meter
from vodokanal.models.months import BillingMonth
from vodokanal.operations.receipt_papers import (
    MonthNotIssuedError,
    UnknownDistrictError,
    accounts_to_print,
    get_receipt_paper,
    receipt_papers,
)
from vodokanal.operations.receipts import ReceiptNotFoundError

SEPTEMBER, OCTOBER = Period(2026, 9), Period(2026, 10)
DUE = date(2026, 10, 15)
BY_NORM = json.dumps(
    {
        "method": "no_meter",
        "of": 31,
        "price": "221.10",
        "since": "2026-01-01",
        "product": "0",
        "norms": [
            {"service": "hot", "basis": "person", "units": "2", "norm": "3.648", "days": 10},
            {"service": "hot", "basis": "person", "units": "2", "norm": "3.648", "days": 21},
            {"service": "hot", "basis": "garden", "units": "600", "norm": "0.05", "days": 31},
        ],
    }
)


def open_debt(period: Period, left: str) -> str:
    return debts_to_json(Debts((MonthDebt(period, DUE, rubles(left)),)))


@pytest.fixture
def issued(cast: Cast) -> ReceiptPaper:
    """Anna's October, issued with everything on it; how it was read then."""
    make_receipt(account=cast.account, period=SEPTEMBER, debts=open_debt(SEPTEMBER, "173.78"))
    month = make_month(requisites=json.dumps(asdict(REQUISITES)))
    make_charge_line(account=cast.account)
    make_charge_line(
        account=cast.account,
        service=Service.HOT,
        method=Method.NO_METER,
        volume="7.296",
        price="221.10",
        multiplier="1.5",
        amount="2419.72",
        excess="806.57",
        vat="436.34",
        inputs=BY_NORM,
    )
    make_correction(account=cast.account, words="По акту", volume="-1.2")
    batch = make_recalculation_batch(sentence="Цена исправлена")
    make_correction(
        account=cast.account, reason=RecalculationReason.RATES, words="", batch=batch, service=None
    )
    make_receipt(
        account=cast.account,
        opening="173.78",
        charged="2593.50",
        corrected="-100",
        closing="2667.28",
        details=DETAILS.to_json(),
        debts=open_debt(OCTOBER, "2667.28"),
    )
    close(month)
    return get_receipt_paper(cast.account.id, OCTOBER)


def close(month: BillingMonth) -> None:
    BillingMonth.update(state=MonthState.ISSUED).where(BillingMonth.id == month.id).execute()


def test_paper_has_all_that_was_issued(issued: ReceiptPaper, cast: Cast) -> None:
    sums = (issued.opening, issued.charged, issued.corrected, issued.penalty, issued.paid)
    assert sums == tuple(map(rubles, ("173.78", "2593.50", "-100", "0", "0")))
    assert (issued.number, issued.period, issued.closing) == ("12-34", OCTOBER, rubles("2667.28"))
    assert (issued.details, issued.requisites) == (DETAILS, REQUISITES)
    assert issued.owed_before == (PaperDebt(SEPTEMBER, rubles("173.78"), DUE),)
    assert issued.debts == (PaperDebt(OCTOBER, rubles("2667.28"), DUE),)


def test_paper_has_the_lines_with_their_norms(issued: ReceiptPaper) -> None:
    cold, hot = issued.lines
    assert cold == PaperLine(
        Service.COLD, Method.METER, cubic_metres("4.12"), rubles("42.18"), rubles("173.78")
    )
    assert hot == PaperLine(
        Service.HOT,
        Method.NO_METER,
        cubic_metres("7.296"),
        rubles("221.10"),
        rubles("2419.72"),
        group=CustomerGroup.POPULATION,
        multiplier=rubles("1.5"),
        excess=rubles("806.57"),
        vat=rubles("436.34"),
        norms=(
            PaperNorm(cubic_metres("3.648"), rubles(2)),
            PaperNorm(cubic_metres("0.05"), rubles(600), NormBasis.GARDEN),
        ),
    )


def test_paper_says_why_sums_were_corrected(issued: ReceiptPaper) -> None:
    by_hand, by_rates = issued.corrections
    assert by_hand == PaperCorrection(
        SEPTEMBER,
        RecalculationReason.MANUAL,
        rubles("-50"),
        service=Service.COLD,
        volume=cubic_metres("-1.2"),
        words="По акту",
    )
    assert (by_rates.words, by_rates.service, by_rates.volume) == ("Цена исправлена", None, None)


def test_paper_says_that_a_price_is_without_vat(cast: Cast) -> None:
    on_top = json.loads(BY_NORM) | {"method": "meter", "norms": [], "vat": "22", "vat_on_top": True}
    make_receipt(account=cast.account)
    month = make_month()
    for part, more in enumerate(({"vat": "22", "vat_on_top": False}, {})):
        inputs = json.dumps(on_top | more)
        budget = {"group": CustomerGroup.BUDGET, "part": part, "inputs": inputs}
        make_charge_line(account=cast.account, **budget)
    close(month)
    paper = get_receipt_paper(cast.account.id, OCTOBER)
    assert [line.price_has_vat for line in paper.lines] == [True, False]


def test_years_later_it_is_the_same_paper(issued: ReceiptPaper, cast: Cast) -> None:
    for name in ("utility_name", "bank_account", "bank_bic", "office_phone"):
        make_setting(name, "new")
    Holder.update(name="Новый владелец").execute()
    Meter.update(serial="999", verify_by=date(2040, 1, 1)).execute()
    Account.update(large_print=True, group=CustomerGroup.BUDGET).execute()
    make_tariff(price="99.99", starts_on=date(2026, 10, 1))
    make_receipt(
        account=cast.account, period=Period(2026, 11), opening="2667.28", closing="2841.06"
    )
    make_correction(account=cast.account, posted_period=Period(2026, 11), for_period=OCTOBER)
    assert get_receipt_paper(cast.account.id, OCTOBER) == issued


def test_receipts_come_in_the_order_asked_for(cast: Cast) -> None:
    third = make_account()
    for account in (cast.account, cast.vera_account, third):
        make_receipt(account=account)
    asked = [third.id, 10**6, cast.account.id]
    numbers = [paper.number for paper in receipt_papers(asked, OCTOBER)]
    assert numbers == [third.number, "12-34"]


def test_many_receipts_are_as_few_statements_as_one(cast: Cast) -> None:
    for account in (cast.account, cast.vera_account):
        make_receipt(account=account)
    with statements() as asked:
        receipt_papers([cast.account.id, cast.vera_account.id], OCTOBER)
    assert len(asked) == 5


def test_account_without_a_receipt_has_no_paper(cast: Cast) -> None:
    make_receipt(account=cast.account)
    with pytest.raises(ReceiptNotFoundError):
        get_receipt_paper(cast.account.id, SEPTEMBER)
    with pytest.raises(ReceiptNotFoundError):
        get_receipt_paper(cast.vera_account.id, OCTOBER)


def test_papers_go_out_as_the_postman_walks(database: Engine) -> None:
    district = make_district(name="Заречье")
    far, near, garden = (
        make_house(district=district, street=street, number=number)
        for street, number in (("ул. Речная", "10"), ("ул. Речная", "2"), ("ул. Садовая", "3"))
    )
    month = make_month()
    flats = ((far, "2"), (garden, "1"), (near, "11"), (far, "10"))
    expected = [make_account(premises=make_premises(house=h, flat=flat)).id for h, flat in flats]
    for account_id in expected:
        make_receipt(account=account_id)
    close(month)
    by_foot = [expected[at] for at in (2, 0, 3, 1)]
    assert accounts_to_print(OCTOBER) == by_foot
    assert accounts_to_print(OCTOBER, district="Заречье") == by_foot


def test_only_paper_is_printed_and_only_of_the_district(cast: Cast) -> None:
    month = make_month()
    far = make_account(receipt_delivery=ReceiptDelivery.BOTH)
    Account.update(receipt_delivery=ReceiptDelivery.EMAIL).where(
        Account.id == cast.vera_account.id
    ).execute()
    for account in (cast.account, cast.vera_account, far):
        make_receipt(account=account)
    close(month)
    assert set(accounts_to_print(OCTOBER)) == {cast.account.id, far.id}
    assert accounts_to_print(OCTOBER, district="Центральный") == [cast.account.id]


def test_month_that_is_not_issued_is_not_printed(cast: Cast) -> None:
    make_month()
    make_receipt(account=cast.account)
    for period in (OCTOBER, SEPTEMBER):
        with pytest.raises(MonthNotIssuedError) as refused:
            accounts_to_print(period)
        assert refused.value.period == period


def test_unknown_district_is_told_with_the_known_ones(cast: Cast) -> None:
    close(make_month())
    with pytest.raises(UnknownDistrictError) as refused:
        accounts_to_print(OCTOBER, district="Луна")
    assert (refused.value.name, refused.value.known) == ("Луна", ["Центральный"])
