"""Calls to those who have not sent, and what their silence will cost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.cast import Cast, actor_of
from tests.months import make_rates
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.services import CustomerGroup
from vodokanal.models.accounts import Account
from vodokanal.models.silence_calls import CallOutcome, SilenceCall
from vodokanal.operations.entries import NoWordsError
from vodokanal.operations.kept_rates import rates_under
from vodokanal.operations.prospects import Prospect, prospect_of
from vodokanal.operations.silence_calls import NewCall, last_calls, note_call
from vodokanal.operations.silent import Silence, silent_accounts
from vodokanal.operations.silent_costs import costs_of_silence
from vodokanal.operations.visits import get_looked_visit
from vodokanal.operations.windows import get_calendar, get_term

TODAY = date(2026, 11, 12)
AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
NOVEMBER = Period(2026, 11)


def rung(cast: Cast, outcome: CallOutcome, words: str = "", key: str = "k") -> SilenceCall:
    new = NewCall(cast.account.id, NOVEMBER, outcome, words)
    return note_call(actor_of(cast.galina), new, key=key, at=AT)


def test_call_is_noted_once_and_the_last_one_shown(cast: Cast) -> None:
    rung(cast, CallOutcome.NO_ANSWER)
    rung(cast, CallOutcome.NO_ANSWER)
    call = rung(cast, CallOutcome.OTHER, " в  больнице", key="k2")
    assert (SilenceCall.select().count(), call.words) == (2, "в больнице")
    ids = [cast.account.id, cast.vera_account.id]
    assert last_calls(ids, NOVEMBER) == {cast.account.id: call}
    assert last_calls(ids, NOVEMBER.previous) == {}


def test_something_else_needs_words(cast: Cast) -> None:
    with pytest.raises(NoWordsError):
        rung(cast, CallOutcome.OTHER, "  ")


def test_costs_of_a_page_are_those_that_residents_read(cast: Cast) -> None:
    make_rates()
    Account.update(group=CustomerGroup.ORGANISATION).where(
        Account.id == cast.vera_account.id
    ).execute()
    calendar, rates = get_calendar(TODAY), rates_under("")
    silence = Silence(NOVEMBER, TODAY, cast.district.id)
    term = get_term(TODAY, district_id=cast.district.id, calendar=calendar)
    found = silent_accounts(silence, after=None, limit=10)
    with statements() as seen:
        costs = costs_of_silence(found, silence, rates=rates, term=term)
    visit = get_looked_visit("12-34", today=TODAY, calendar=calendar)
    assert costs == {cast.account.id: prospect_of(visit, NOVEMBER, rates=rates)}
    assert isinstance(costs[cast.account.id].now, Decimal)
    assert costs[cast.account.id] != Prospect()
    assert len(seen) == 3
    assert costs_of_silence([], silence, rates=rates, term=term) == {}
