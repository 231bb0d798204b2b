"""The reading window from its rows: dated, per district, one month's end moved later."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast, actor_of
from tests.clock import moment
from tests.engines import Engine
from tests.factories import make_district, make_extension, make_window
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.windows import Window
from vodokanal.models.journal import JournalEntry
from vodokanal.models.windows import WindowExtension
from vodokanal.operations.windows import (
    Term,
    TooEarlyEndError,
    get_calendar,
    get_term,
    move_window_end,
)

NOW = moment("2026-11-18T12:00")
NOVEMBER, DECEMBER = Period(2026, 11), Period(2026, 12)
ORDINARY = Window(NOVEMBER, date(2026, 11, 10), date(2026, 11, 20))
SENTENCE = "Приём продлён из-за праздников"


def term_on(day: date, district_id: int | None = None) -> Term:
    return get_term(day, district_id=district_id, calendar=get_calendar(day))


def test_ordinary_window_is_from_the_10th_to_the_20th(database: Engine) -> None:
    assert term_on(date(2026, 11, 20)) == Term(date(2026, 11, 20), NOVEMBER, ORDINARY, True)


def test_closed_window_names_the_next_one(database: Engine) -> None:
    following = Window(DECEMBER, date(2026, 12, 10), date(2026, 12, 20))
    assert term_on(date(2026, 11, 21)) == Term(date(2026, 11, 21), DECEMBER, following, False)


def test_district_has_its_own_window(database: Engine) -> None:
    north = make_district()
    make_window(district=north, from_day=1, to_day=25)
    assert term_on(date(2026, 11, 25), north.id).is_open
    assert not term_on(date(2026, 11, 25)).is_open


def test_rule_of_a_later_year_does_not_hold_yet(database: Engine) -> None:
    make_window(from_day=1, to_day=25, starts_on=date(2027, 1, 1))
    assert not term_on(date(2026, 11, 25)).is_open
    assert term_on(date(2027, 1, 25)).is_open


def test_window_across_the_months_end_belongs_to_its_first_month(database: Engine) -> None:
    make_window(from_day=25, to_day=3, starts_on=date(2026, 11, 1))
    assert term_on(date(2026, 12, 3)).period == NOVEMBER


def test_calendar_costs_one_statement(database: Engine) -> None:
    for months in range(3):
        make_extension(period=NOVEMBER.plus(-months))
        make_window(district=make_district())
    with statements() as asked:
        found = get_calendar(date(2026, 11, 12))
    assert (len(asked), len(found.rules), len(found.extensions)) == (1, 4, 2)


def test_moved_end_is_shown_with_its_sentence(cast: Cast) -> None:
    move_window_end(
        actor_of(cast.olga), ORDINARY, ends_on=date(2026, 11, 25), sentence=SENTENCE, at=NOW
    )
    window = term_on(date(2026, 11, 25), cast.district.id).window
    assert window == Window(NOVEMBER, date(2026, 11, 10), date(2026, 11, 25), SENTENCE)


def test_moved_end_may_be_moved_once_more(cast: Cast) -> None:
    for day in (25, 30):
        move_window_end(
            actor_of(cast.olga),
            ORDINARY,
            ends_on=date(2026, 11, day),
            sentence=SENTENCE,
            at=NOW,
        )
    row = WindowExtension.get()
    assert (row.ends_on, row.decided_by, row.decided_at) == (date(2026, 11, 30), cast.olga, NOW)
    assert JournalEntry.select().count() == 2


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 11, 19), SENTENCE),
        (date(2026, 11, 20), SENTENCE),
        (date(2026, 12, 10), SENTENCE),
        (date(2026, 11, 25), "  "),
    ],
)
def test_end_is_not_moved_back_nor_into_the_next_window_nor_without_a_word(
    cast: Cast, day: date, sentence: str
) -> None:
    with pytest.raises(TooEarlyEndError):
        move_window_end(actor_of(cast.olga), ORDINARY, ends_on=day, sentence=sentence, at=NOW)
    assert WindowExtension.select().count() == 0
