"""The turnover sheet: every kopeck of the ledger, in its place, for any months."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.engines import Engine
from tests.factories import make_account, make_district, make_house, make_premises
from tests.ledgers import (
    balance_of,
    bring,
    charge,
    correct,
    effect_of,
    issue,
    make_random_ledger,
    pay,
    penalise,
    take_back,
)
from tests.statements import statements
from vodokanal.billing.ledger import MovementKind
from vodokanal.billing.money import rubles
from vodokanal.billing.payments import Channel, OpeningKind
from vodokanal.billing.periods import Period, months_between
from vodokanal.billing.services import CustomerGroup, Service
from vodokanal.models.accounts import Account
from vodokanal.models.ledger import Movement
from vodokanal.operations import turnover
from vodokanal.operations.turnover import (
    Level,
    Scope,
    Turnover,
    account_lines,
    accounts_of,
    districts_of,
    houses_of,
    sum_of,
    turnover_by,
)

AUGUST, SEPTEMBER, OCTOBER = Period(2026, 8), Period(2026, 9), Period(2026, 10)
NOTHING = Decimal(0)


@pytest.fixture(autouse=True)
def _tables(database: Engine) -> None:
    """Every test has its database."""


def town(count: int = 4) -> list[Account]:
    """Accounts in two districts, the last one an organisation's."""
    houses = [make_house(district=make_district(name=name)) for name in ("Б", "А")]
    found = [make_account(premises=make_premises(house=houses[n % 2])) for n in range(count - 1)]
    shop = make_account(premises=make_premises(house=houses[0]), group=CustomerGroup.ORGANISATION)
    return [*found, shop]


def sheet_of(account: Account, scope: Scope) -> Turnover:
    """The line of one account."""
    return turnover_by(Level.ACCOUNT, scope)[account.id][account.group]


def test_every_kind_of_movement_has_its_place() -> None:
    account = make_account()
    bring(account, OCTOBER, "300", period=AUGUST)
    charge(account, OCTOBER, "173.78")
    charge(account, OCTOBER, "90.10", service=Service.SEWAGE)
    correct(account, OCTOBER, "-50")
    correct(account, OCTOBER, "7", service=None)
    penalise(account, OCTOBER, "3.33", of=AUGUST)
    penalise(account, OCTOBER, "-0.33", of=SEPTEMBER)
    pay(account, OCTOBER, "500", channel=Channel.BANK)
    take_back(pay(account, OCTOBER, "120", channel=Channel.DESK), OCTOBER)
    pay(account, OCTOBER, "20", channel=Channel.DESK)
    found = sheet_of(account, Scope(OCTOBER, OCTOBER))
    assert found == Turnover(
        opening=rubles(0),
        brought=rubles(300),
        charged={Service.COLD: rubles("173.78"), Service.SEWAGE: rubles("90.10")},
        corrected={Service.COLD: rubles("-50"), None: rubles("7")},
        penalty=rubles("3.00"),
        paid={Channel.BANK: rubles(500), Channel.DESK: rubles(20)},
    )
    assert (found.billed, found.closing) == (rubles("223.88"), rubles("3.88"))


def test_opening_is_what_the_month_before_closed_with() -> None:
    account = make_account()
    charge(account, AUGUST, "100")
    issue(AUGUST, account)
    pay(account, SEPTEMBER, "30")
    issue(SEPTEMBER, account)
    charge(account, OCTOBER, "55")
    found = sheet_of(account, Scope(OCTOBER, OCTOBER))
    assert (found.opening, found.closing) == (rubles(70), rubles(125))


def test_open_month_begins_after_movements_of_the_one_before() -> None:
    account = make_account()
    charge(account, AUGUST, "100")
    issue(AUGUST, account)
    charge(account, SEPTEMBER, "50")
    pay(account, OCTOBER, "20")
    found = sheet_of(account, Scope(OCTOBER, OCTOBER))
    assert (found.opening, found.closing) == (rubles(150), rubles(130))


def test_account_without_a_receipt_brings_all_its_movements() -> None:
    told, silent = make_account(), make_account()
    charge(told, AUGUST, "100")
    pay(silent, AUGUST, "40")
    issue(AUGUST, told)
    found = turnover_by(Level.ACCOUNT, Scope(SEPTEMBER, SEPTEMBER))
    lines = {key: sum_of(line.values()).opening for key, line in found.items()}
    assert lines == {told.id: rubles(100), silent.id: rubles(-40)}


def test_receipts_of_issued_months_say_the_same() -> None:
    account = make_account()
    bring(account, AUGUST, "80", kind=OpeningKind.ADVANCE, period=None)
    charge(account, AUGUST, "100")
    issue(AUGUST, account)
    charge(account, SEPTEMBER, "10")
    found = sheet_of(account, Scope(AUGUST, AUGUST))
    assert (found.brought, found.closing) == (rubles(-80), rubles(20))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", Level)
def test_sheet_equals_the_ledger_to_the_kopeck(level: Level, seed: int) -> None:
    accounts, months = town(), list(months_between(AUGUST, OCTOBER))
    make_random_ledger(accounts, months, seed=seed)
    for first, last in [(a, b) for a in months for b in months if a <= b]:
        whole = sum_of(_lines(level, Scope(first, last)))
        assert whole.opening == balance_of(until=first.previous)
        assert whole.closing == balance_of(until=last)
        kinds = (MovementKind.CHARGE, whole.charged), (MovementKind.CORRECTION, whole.corrected)
        for kind, sums in kinds:
            assert sum(sums.values(), NOTHING) == _moved(first, last, kind)
        assert -sum(whole.paid.values(), NOTHING) == _moved(
            first, last, MovementKind.PAYMENT, MovementKind.REVERSAL
        )


def _lines(level: Level, scope: Scope) -> list[Turnover]:
    return [each for line in turnover_by(level, scope).values() for each in line.values()]


def _moved(first: Period, last: Period, *kinds: MovementKind) -> Decimal:
    rows = Movement.select().where(
        Movement.posted_period >= first, Movement.posted_period <= last, Movement.kind.in_(kinds)
    )
    return sum(map(effect_of, rows), NOTHING)


def test_parts_of_the_town_add_up_to_it() -> None:
    accounts = town()
    make_random_ledger(accounts, [AUGUST, SEPTEMBER], seed=7)
    scope = Scope(AUGUST, SEPTEMBER)
    whole = sum_of(_lines(Level.DISTRICT, scope))
    by_district = [Scope(AUGUST, SEPTEMBER, district=key) for key, _name in districts_of(scope)]
    by_group = [Scope(AUGUST, SEPTEMBER, group=group) for group in CustomerGroup]
    houses = houses_of(scope, offset=0, limit=10)
    by_house = [Scope(AUGUST, SEPTEMBER, house=house.id) for house in houses]
    for parts in (by_district, by_group, by_house):
        assert sum_of(sum_of(_lines(Level.HOUSE, each)) for each in parts) == whole


def test_organisations_stand_apart() -> None:
    *_, flat, shop = town()
    charge(flat, OCTOBER, "10")
    charge(shop, OCTOBER, "900")
    found = turnover_by(Level.DISTRICT, Scope(OCTOBER, OCTOBER))
    assert found[shop.premises.house.district_id].keys() == {
        CustomerGroup.ORGANISATION,
        CustomerGroup.POPULATION,
    }


def test_lines_come_house_by_house_and_leave_out_what_has_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turnover, "AT_A_TIME", 2)
    accounts = town(6)
    for account in accounts[:3]:
        charge(account, OCTOBER, "10")
    take_back(pay(accounts[4], SEPTEMBER, "5"), SEPTEMBER)
    issue(SEPTEMBER, accounts[5])
    scope = Scope(OCTOBER, OCTOBER)
    walked = [each.id for each in accounts_of(scope, offset=0, limit=9)]
    listed = [account.id for account, _line in account_lines(scope)]
    assert set(listed) == {each.id for each in accounts[:3]}
    assert listed == [each for each in walked if each in listed]


def test_houses_and_accounts_are_cut_to_the_scope() -> None:
    accounts = town()
    house = accounts[1].premises.house
    scope = Scope(OCTOBER, OCTOBER, district=house.district_id, house=house.id)
    assert [each.id for each in houses_of(scope, offset=0, limit=9)] == [house.id]
    assert houses_of(scope, offset=1, limit=9) == []
    assert [each.id for each in accounts_of(scope, offset=0, limit=9)] == [accounts[1].id]
    assert [name for _key, name in districts_of(Scope(OCTOBER, OCTOBER))] == ["А", "Б"]
    assert [name for _key, name in districts_of(scope)] == ["А"]
    assert accounts_of(scope, offset=5, limit=9) == []


def test_account_of_a_later_month_is_not_listed() -> None:
    make_account(opened_on=OCTOBER.first_day)
    assert accounts_of(Scope(SEPTEMBER, SEPTEMBER), offset=0, limit=9) == []


def test_sheet_asks_three_times() -> None:
    make_random_ledger(town(), [AUGUST, SEPTEMBER], seed=1)
    with statements() as seen:
        turnover_by(Level.HOUSE, Scope(SEPTEMBER, SEPTEMBER))
    assert len(seen) == 3
