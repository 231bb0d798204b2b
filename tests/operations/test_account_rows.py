"""An account's row in the table: what a dated deed has set is not set anew behind its back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.factories import make_account, make_holder_change
from tests.month_factories import make_account_change
from vodokanal.models.account_changes import ChangeKind
from vodokanal.models.accounts import Account
from vodokanal.operations.account_rows import SetByDeedError, change_account

AT = moment("2026-11-12T10:42")
TENTH = date(2026, 11, 10)


@pytest.fixture
def left(cast: Cast) -> Account:
    """An account that somebody else's followed on the 10th."""
    old = make_account(number="77-1", closed_on=TENTH)
    make_holder_change(old_account=old, new_account=cast.account)
    return old


def change(cast: Cast, account: Account, **values: Any) -> Account:
    return change_account(actor_of(cast.galina), account, values=values, seen={}, at=AT)


def refused(cast: Cast, account: Account, **values: Any) -> tuple[str, date, bool]:
    with pytest.raises(SetByDeedError) as told:
        change(cast, account, **values)
    return told.value.name, told.value.on, told.value.is_holder_change


def test_tenure_that_ended_is_not_opened_again(cast: Cast, left: Account) -> None:
    assert refused(cast, left, closed_on=None) == ("closed_on", TENTH, True)
    elsewhere = make_account(number="77-9").premises
    assert refused(cast, left, premises=elsewhere) == ("premises", TENTH, True)
    assert Account.get_by_id(left.id).closed_on == TENTH
    begun = refused(cast, cast.account, opened_on=date(2026, 11, 1))
    assert begun == ("opened_on", TENTH, True)


def test_closing_is_taken_back_where_it_was_made(cast: Cast) -> None:
    closed = make_account(number="77-2", closed_on=TENTH)
    make_account_change(account=closed, kind=ChangeKind.CLOSED)
    assert refused(cast, closed, closed_on=date(2026, 11, 11)) == ("closed_on", TENTH, False)


def test_the_rest_is_changed_as_ever(cast: Cast, left: Account) -> None:
    same = {"closed_on": TENTH, "premises": left.premises}
    assert change(cast, left, **same, contract_number="12").contract_number == "12"
    assert change(cast, cast.account, closed_on=date(2026, 12, 1)).closed_on == date(2026, 12, 1)
    free = make_account(number="77-3", closed_on=TENTH)
    assert change(cast, free, closed_on=None).closed_on is None
