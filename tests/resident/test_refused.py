"""A reading that was not taken: its resident reads why, what is charged, and what to do."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import COLD_NEXT, Cast
from tests.clock import Clock, moment
from tests.conftest import ClientAs
from tests.factories import make_reading, make_settlement, make_submission
from tests.page import Client
from tests.statements import statements
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.billing.settlements import RefusalReason
from vodokanal.models.meters import Meter
from vodokanal.models.readings import Reading

CABINET = "/personal/12-34/"
NOVEMBER = Period(2026, 11)
BECAUSE = "Оно меньше прежнего, и выяснить, почему так вышло, не удалось. Был не тот счётчик."


@pytest.fixture
def anna(client_as: ClientAs, cast: Cast) -> Client:
    return client_as(cast.anna)


@pytest.fixture
def refused(cast: Cast) -> Reading:
    """Anna's cold water for November, not taken, with words of the employee's own."""
    at = moment("2026-11-11T18:20")
    reading = make_reading(
        cast.cold,
        submission=make_submission(account=cast.account, period=NOVEMBER, received_at=at),
        period=NOVEMBER,
        value="150",
        received_at=at,
        resident=cast.anna,
        state=ReadingState.REFUSED,
    )
    make_settlement(reading, words="Был не тот счётчик.", employee=cast.galina)
    return reading


@pytest.mark.parametrize("path", ["", "readings/"])
def test_cabinet_and_form_say_why(anna: Client, refused: Reading, path: str) -> None:
    page = anna.get(f"{CABINET}{path}")
    assert "Холодная вода: показание 150,000 за ноябрь не принято." in page.plain
    assert BECAUSE in page.plain
    assert "передайте показание ещё раз до 20 ноября" in page.plain


def test_another_reading_makes_it_good(anna: Client, refused: Reading, cast: Cast) -> None:
    form = anna.get(f"{CABINET}readings/").form(f"{CABINET}readings/")
    form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT}).submit()
    for path in ("", "readings/"):
        assert "не принято" not in anna.get(f"{CABINET}{path}").plain


def test_proof_says_why_and_what_to_do(anna: Client, refused: Reading) -> None:
    page = anna.get(f"{CABINET}readings/{refused.submission.number}")
    assert page.heading == "Показание не принято"
    assert BECAUSE in page.plain
    assert "передайте показание ещё раз до 20 ноября" in page.plain
    assert "Галина" not in page.text


def test_history_says_why(anna: Client, refused: Reading) -> None:
    assert f"150,000 не принято. {BECAUSE}" in anna.get(f"{CABINET}meters/").plain


def test_after_the_window_the_charge_is_said(anna: Client, refused: Reading, clock: Clock) -> None:
    clock.at("2026-11-25T10:00")
    words = "Пока за ноябрь другого показания нет, посчитаем так: холодная вода — 3,3 м³, горячая"
    for path in (CABINET, f"{CABINET}readings/{refused.submission.number}"):
        page = anna.get(path)
        assert words in page.plain
        assert "позвоните, пожалуйста, в офис" in page.plain


def test_meter_without_an_average_is_charged_by_the_norm(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    reading = make_reading(cast.vera_meter, period=NOVEMBER, state=ReadingState.REFUSED)
    make_settlement(reading)
    clock.at("2026-11-25T10:00")
    page = client_as(cast.vera).get("/personal/56-78/")
    assert "Пока за ноябрь другого показания нет, посчитаем по нормативу." in page.plain


def test_meter_that_is_only_recorded_has_no_charge_to_tell(
    client_as: ClientAs, cast: Cast, clock: Clock
) -> None:
    make_settlement(make_reading(cast.vera_meter, period=NOVEMBER, state=ReadingState.REFUSED))
    Meter.update(verify_by=date(2026, 1, 1)).where(Meter.id == cast.vera_meter.id).execute()
    clock.at("2026-11-25T10:00")
    page = client_as(cast.vera).get("/personal/56-78/")
    assert "не принято" in page.plain
    assert "другого показания нет" not in page.plain


def test_another_reading_takes_the_words_away(anna: Client, cast: Cast, refused: Reading) -> None:
    form = anna.get(f"{CABINET}readings/").form(f"{CABINET}readings/")
    form.fill_in({f"meter-{cast.cold.id}": COLD_NEXT}).submit()
    assert "не принято" not in anna.get(CABINET).plain
    proof = anna.get(f"{CABINET}readings/{refused.submission.number}")
    assert (proof.heading, "ещё раз до" in proof.plain) == ("Показание не принято", False)
    assert "150,000 не принято." in anna.get(f"{CABINET}meters/").plain


def test_of_two_refused_in_turn_the_last_one_is_said(
    anna: Client, cast: Cast, refused: Reading
) -> None:
    again = make_reading(cast.cold, period=NOVEMBER, value="151", state=ReadingState.REFUSED)
    make_settlement(again, reason=RefusalReason.NOT_REACHED)
    page = anna.get(CABINET)
    assert ("150,000" in page.text, "151,000" in page.text) == (False, True)


def test_own_words_stand_alone_for_another_reason(anna: Client, cast: Cast) -> None:
    reading = make_reading(cast.cold, period=NOVEMBER, state=ReadingState.REFUSED)
    make_settlement(reading, reason=RefusalReason.OTHER, words="<b>Не</b> ваш")
    assert "не принято. <b>Не</b> ваш" in anna.get(CABINET).plain


def test_question_beside_a_refused_reading_says_both(
    anna: Client, cast: Cast, refused: Reading
) -> None:
    make_reading(
        cast.hot,
        submission=refused.submission,
        period=NOVEMBER,
        value="1030",
        state=ReadingState.ASKED,
    )
    page = anna.get(f"{CABINET}readings/{refused.submission.number}")
    assert BECAUSE in page.plain
    assert "ещё раз до 20 ноября" in page.plain


def test_refusals_cost_one_statement_each_page(anna: Client, refused: Reading) -> None:
    anna.get(CABINET)
    for path in (CABINET, f"{CABINET}meters/"):
        with statements() as asked:
            anna.get(path)
        assert len(asked) <= 8, "\n".join(asked)
