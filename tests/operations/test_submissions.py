"""What was sent is found by number or code, in one's own account only."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.factories import make_reading, make_submission
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.operations.submissions import (
    ReadingNotFoundError,
    asked_readings_of,
    find_submission_by_code,
    get_reading,
    get_submission,
    readings_in,
)

NOVEMBER = Period(2026, 11)


def test_submission_is_found_by_its_number(cast: Cast) -> None:
    submission = make_submission(account=cast.account, period=NOVEMBER)
    assert get_submission(cast.account.id, submission.number) == submission


@pytest.mark.parametrize(
    "number",
    ["", "2611", "2611-", "2611-x", "2611-１", "2611-000099", "2611-1", "-000001", "9" * 500],
)
def test_number_that_nobody_was_given_is_not_found(cast: Cast, number: str) -> None:
    make_submission(account=cast.account, period=NOVEMBER)
    with pytest.raises(ReadingNotFoundError):
        get_submission(cast.account.id, number)


def test_right_row_under_another_month_is_not_found(cast: Cast) -> None:
    submission = make_submission(account=cast.account, period=NOVEMBER)
    with pytest.raises(ReadingNotFoundError):
        get_submission(cast.account.id, submission.number.replace("2611", "2612"))


def test_strangers_submission_is_like_a_missing_one(cast: Cast) -> None:
    submission = make_submission(account=cast.account, period=NOVEMBER)
    with pytest.raises(ReadingNotFoundError):
        get_submission(cast.vera_account.id, submission.number)


def test_anybody_with_the_code_finds_the_submission(cast: Cast) -> None:
    submission = make_submission(account=cast.account, code="ABCDEFGHIJKL")
    assert find_submission_by_code("ABCDEFGHIJKL") == submission
    assert find_submission_by_code("ABCDEFGHIJKM") is None


def test_submission_shows_what_was_not_replaced(cast: Cast) -> None:
    submission = make_submission(account=cast.account, period=NOVEMBER)
    common = {"submission": submission, "period": NOVEMBER}
    make_reading(cast.cold, state=ReadingState.REPLACED, **common)
    cold = make_reading(cast.cold, **common)
    hot = make_reading(cast.hot, **common)
    assert readings_in(submission) == [cold, hot]


def test_open_questions_are_the_oldest_first(cast: Cast) -> None:
    asked = [
        make_reading(meter, period=period, state=ReadingState.ASKED)
        for meter, period in ((cast.cold, NOVEMBER), (cast.hot, NOVEMBER.next))
    ]
    make_reading(cast.hot, period=NOVEMBER)
    make_reading(cast.vera_meter, period=NOVEMBER, state=ReadingState.ASKED)
    assert asked_readings_of(cast.account.id) == asked


def test_asked_reading_is_found_in_its_account_only(cast: Cast) -> None:
    reading = make_reading(cast.cold, period=NOVEMBER, state=ReadingState.ASKED)
    assert get_reading(cast.account.id, reading.id) == reading
    for account, number in ((cast.vera_account, reading.id), (cast.account, 2**31 - 1)):
        with pytest.raises(ReadingNotFoundError):
            get_reading(account.id, number)
