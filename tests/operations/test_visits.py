"""An account as its resident opens it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.cast import ACCOUNT, Cast
from tests.factories import make_reading, make_setting
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account
from vodokanal.operations.accounts import AccountNotFoundError
from vodokanal.operations.districts import all_districts
from vodokanal.operations.settings import get_house_settings
from vodokanal.operations.visits import Visit, get_visit

NOVEMBER = Period(2026, 11)
TODAY = date(2026, 11, 12)


def visit(cast: Cast, day: date = TODAY) -> Visit:
    return get_visit(cast.anna.id, ACCOUNT, today=day)


def test_visit_knows_account_meters_and_term(cast: Cast) -> None:
    found = visit(cast)
    assert (found.account, found.district) == (cast.account, cast.district)
    assert [story.meter for story in found.unsent] == [cast.cold, cast.hot]
    assert (found.term.is_open, found.term.period) == (True, NOVEMBER)


def test_visit_takes_three_statements(cast: Cast) -> None:
    with statements() as asked:
        visit(cast)
    assert len(asked) == 3


def test_stranger_has_no_visit(cast: Cast) -> None:
    with pytest.raises(AccountNotFoundError):
        get_visit(cast.vera.id, ACCOUNT, today=TODAY)


def test_sent_readings_are_told_from_unsent_ones(cast: Cast) -> None:
    early = datetime(2026, 11, 11, tzinfo=UTC)
    cold = make_reading(cast.cold, period=NOVEMBER, value="161")
    make_reading(cast.hot, period=NOVEMBER, value="1", state=ReadingState.ASKED, received_at=early)
    found = visit(cast)
    assert found.unsent == []
    assert [each.reading for each in found.settled] == [cold]
    assert [each.meter for each in found.asked] == [cast.hot]
    assert found.newest is not None
    assert found.newest.reading == cold


def test_nothing_sent_has_no_newest(cast: Cast) -> None:
    assert visit(cast).newest is None


def test_questions_of_earlier_months_stay_open(cast: Cast) -> None:
    make_reading(cast.cold, period=NOVEMBER, value="1", state=ReadingState.ASKED)
    found = visit(cast, date(2027, 2, 12))
    assert [each.reading.period for each in found.asked] == [NOVEMBER]


def test_closed_window_takes_nothing_unless_the_utility_keeps_it(cast: Cast) -> None:
    found = visit(cast, date(2026, 11, 23))
    assert not found.takes_readings(get_house_settings())
    make_setting("outside_window", "next_period")
    assert found.takes_readings(get_house_settings())


def test_trusted_resident_sees_no_people(cast: Cast) -> None:
    trusted = get_visit(cast.daria.id, ACCOUNT, today=TODAY)
    assert (visit(cast).sees_people, trusted.sees_people) == (True, False)


def test_organisation_is_no_household(cast: Cast) -> None:
    assert visit(cast).is_household
    Account.update(group=CustomerGroup.ORGANISATION).execute()
    assert not visit(cast).is_household


def test_districts_are_named_in_order(cast: Cast) -> None:
    assert [each.name for each in all_districts()] == ["Центральный"]
