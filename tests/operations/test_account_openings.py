"""An account opened with everything at once, and taken back as if it had never been."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.factories import make_access, make_note, make_premises
from tests.month_factories import make_charge_line, make_month, make_month_trouble
from tests.months import ZONE, make_rates
from tests.tables import everything
from vodokanal.billing.money import rubles
from vodokanal.billing.month_states import MonthState
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind
from vodokanal.billing.services import Charging, Service
from vodokanal.models.account_changes import AccountChange
from vodokanal.models.account_notes import AccountNote
from vodokanal.models.accounts import Account, Holder
from vodokanal.models.looks import CameFrom, CardOpening
from vodokanal.models.meters import Meter
from vodokanal.models.places import Premises, PremisesNorm
from vodokanal.operations.account_changes import take_back_change
from vodokanal.operations.account_openings import (
    NewHolder,
    Opening,
    accounts_at,
    needs_category,
    open_account,
)
from vodokanal.operations.accounts import AccountNotFoundError
from vodokanal.operations.change_refusals import (
    BadNumberError,
    ChangedSinceError,
    ChangeRefusedError,
    FarDayError,
    IssuedMonthError,
    NoServicesError,
    NumberTakenError,
    SameSerialError,
)
from vodokanal.operations.looks import note_opening
from vodokanal.operations.new_meters import NewMeter
from vodokanal.operations.rehearsals import rehearse

NOVEMBER = Period(2026, 11)
TODAY, AT, ON = date(2026, 11, 12), moment("2026-11-12T10:42"), date(2026, 11, 11)
UNDONE = frozenset({"journal_entry", "submission_key"})
METERS = (
    NewMeter(Kind.COLD, "1", Decimal(3), commissioned_on=ON),
    NewMeter(Kind.HOT, "2", Decimal(2), commissioned_on=ON),
)


@pytest.fixture
def flat(cast: Cast) -> Premises:
    """A flat without an account in Anna's house."""
    return make_premises(house=cast.account.premises.house, flat="14")


def opening(flat: Premises, **given: Any) -> Opening:
    usual = Opening(
        flat.id,
        "90-14",
        ON,
        NewHolder("Громова Ольга", telephone="+7 900 000-00-14"),
        {Service.COLD: Charging.CHARGED, Service.HOT: None, Service.SEWAGE: Charging.COUNTED},
        registered=2,
        meters=METERS,
    )
    return replace(usual, **given)


def opened(cast: Cast, flat: Premises, *, key: str = "k", **given: Any) -> Account:
    new = opening(flat, **given)
    return open_account(actor_of(cast.galina), new, key=key, today=TODAY, at=AT)


def test_everything_of_an_account_begins_on_its_day(cast: Cast, flat: Premises) -> None:
    account = opened(cast, flat, category=make_rates().id)
    assert accounts_at(flat.id, TODAY) == [account]
    assert (account.number, account.opened_on) == ("90-14", ON)
    holder = Holder.get(Holder.account == account)
    assert (holder.name, holder.telephone_key) == ("Громова Ольга", "9000000014")
    assert [(each.service, each.charging) for each in account.services] == [
        (Service.COLD, Charging.CHARGED),
        (Service.SEWAGE, Charging.COUNTED),
    ]
    assert [(each.registered, each.owners) for each in account.occupancies] == [(2, 1)]
    assert [each.initial_reading for each in account.meters] == [3, 2]
    assert not needs_category(flat.id, ON)


def test_sent_twice_it_is_opened_once(cast: Cast, flat: Premises) -> None:
    assert opened(cast, flat) == opened(cast, flat)
    assert Account.select().where(Account.premises == flat).count() == 1


def test_its_first_month_is_told_before_it_is_opened(cast: Cast, flat: Premises) -> None:
    category = make_rates().id
    found = rehearse(
        lambda: opened(cast, flat, category=category, meters=()),
        account_id=None,
        today=TODAY,
        zone=ZONE,
    )
    # 5.016 m³ for each of two for twenty days of thirty, three times 42.18 ₽.
    assert found.after.total == rubles("846.30")
    assert Account.select().where(Account.premises == flat).count() == 0


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"number": "12-34"}, NumberTakenError),
        ({"number": "12 34"}, NumberTakenError),
        ({"number": "№ 7 / а"}, BadNumberError),
        ({"on": date(2026, 10, 31)}, IssuedMonthError),
        ({"on": date(2028, 1, 1)}, FarDayError),
        ({"services": {Service.HOT: None}}, NoServicesError),
        ({"meters": (METERS[0], METERS[0])}, SameSerialError),
    ],
)
def test_what_cannot_be_is_refused(
    cast: Cast, flat: Premises, given: dict[str, Any], refusal: type[ChangeRefusedError]
) -> None:
    make_month(period=Period(2026, 10), state=MonthState.ISSUED)
    before = everything()
    with pytest.raises(refusal):
        opened(cast, flat, **given)
    assert everything() == before


def test_amenities_that_are_known_stay(cast: Cast, flat: Premises) -> None:
    category = make_rates().id
    opened(cast, flat, category=category)
    opened(cast, flat, key="k2", number="90-15", category=category, meters=())
    assert PremisesNorm.select().where(PremisesNorm.premises == flat).count() == 1


def test_what_is_taken_back_was_never_there(cast: Cast, flat: Premises) -> None:
    before = everything(but=UNDONE | {"card_opening"})
    account = opened(cast, flat, category=None)
    # The open month was calculated meanwhile.
    make_charge_line(account=account, period=NOVEMBER)
    make_month_trouble(account=account, period=NOVEMBER)
    # And somebody has looked at what was opened.
    note_opening(cast.galina.id, account.id, came_from=CameFrom.LIST, at=AT)
    take_back_change(actor_of(cast.dmitry), AccountChange.get(), today=TODAY, at=AT)
    assert everything(but=UNDONE | {"card_opening"}) == before
    assert CardOpening.get().account_id is None
    with pytest.raises(AccountNotFoundError):
        opened(cast, flat, category=None)


def test_note_that_was_removed_prevents_nothing(cast: Cast, flat: Premises) -> None:
    before = everything(but=UNDONE)
    note = make_note(account=opened(cast, flat))
    with pytest.raises(ChangedSinceError) as caught:
        take_back_change(actor_of(cast.dmitry), AccountChange.get(), today=TODAY, at=AT)
    assert caught.value.table == "account_note"
    AccountNote.update(removed_at=AT).where(AccountNote.id == note.id).execute()
    take_back_change(actor_of(cast.dmitry), AccountChange.get(), today=TODAY, at=AT)
    assert everything(but=UNDONE) == before


def test_an_account_that_somebody_may_open_stays(cast: Cast, flat: Premises) -> None:
    account = opened(cast, flat)
    make_access(account=account, resident=cast.vera)
    with pytest.raises(ChangedSinceError) as caught:
        take_back_change(actor_of(cast.dmitry), AccountChange.get(), today=TODAY, at=AT)
    assert caught.value.table == "account_access"
    assert Meter.select().where(Meter.account == account).count() == 2
