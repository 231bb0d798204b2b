"""Finding accounts: a resident reaches only their own, and a stranger's is like none."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.clock import moment
from tests.factories import (
    make_access,
    make_account,
    make_district,
    make_holder,
    make_house,
    make_premises,
)
from tests.statements import statements
from vodokanal.models.accounts import Holder
from vodokanal.models.people import AccountAccess
from vodokanal.operations.accounts import (
    AccountNotFoundError,
    accounts_of,
    current_holder,
    get_access,
    get_account,
)

TYPED = ("12-34", "1234", " 12 34 ", "12–34")
MISSING = ("99-99", "", "x" * 500, "12;34", "12\x0034", "１２34")


@pytest.mark.parametrize("typed", TYPED)
def test_own_account_is_found_however_it_is_typed(cast: Cast, typed: str) -> None:
    assert get_access(cast.anna.id, typed).account == cast.account


@pytest.mark.parametrize("typed", [*MISSING, "56-78"])
def test_strangers_account_is_like_a_missing_one(cast: Cast, typed: str) -> None:
    with pytest.raises(AccountNotFoundError) as refusal:
        get_access(cast.anna.id, typed)
    assert refusal.value.args == ()


def test_revoked_access_opens_nothing(cast: Cast) -> None:
    AccountAccess.update(revoked_at=moment("2026-11-01")).execute()
    with pytest.raises(AccountNotFoundError):
        get_access(cast.anna.id, "12-34")
    assert accounts_of(cast.anna.id) == []


def test_access_granted_again_opens_again(cast: Cast) -> None:
    AccountAccess.update(revoked_at=moment("2026-11-01")).execute()
    again = make_access(resident=cast.anna, account=cast.account)
    assert get_access(cast.anna.id, "12-34") == again


def test_accounts_are_in_the_order_of_district_and_natural_address(cast: Cast) -> None:
    north = make_house(district=make_district(name="Александровский"), number="1")
    for flat in ("10", "2", "10А"):
        premises = make_premises(house=north, flat=flat)
        make_access(resident=cast.anna, account=make_account(premises=premises))
    with statements() as asked:
        found = [each.account.premises.address for each in accounts_of(cast.anna.id)]
    flats = [address.rsplit("\u00a0", 1)[1] for address in found]
    assert (flats, len(asked)) == (["2", "10", "10А", "12"], 1)


@pytest.mark.parametrize("typed", TYPED)
def test_staff_find_any_account(cast: Cast, typed: str) -> None:
    with statements() as asked:
        account = get_account(typed)
        assert account.premises.house.district == cast.district
    assert (account, len(asked)) == (cast.account, 1)


@pytest.mark.parametrize("typed", MISSING)
def test_missing_account_is_said_to_be_missing(cast: Cast, typed: str) -> None:
    with pytest.raises(AccountNotFoundError):
        get_account(typed)


def test_holder_is_the_one_of_today(cast: Cast) -> None:
    Holder.update(ends_on=date(2026, 6, 30)).execute()
    assert current_holder(cast.account.id) is None
    new = make_holder(account=cast.account, name="Новый", starts_on=date(2026, 7, 1))
    assert current_holder(cast.account.id) == new
