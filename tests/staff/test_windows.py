"""Days of intake: dated rules, and a month's end that the chief moves later."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.clock import Clock
from tests.conftest import ClientAs
from tests.page import Client, Page
from vodokanal.billing.periods import Period
from vodokanal.models.windows import ReadingWindow, WindowExtension

SENTENCE = "Из-за праздников принимаем дольше."


def prolong(chief: Client, ends_on: str, *, status: int = 303, **values: str) -> Page:
    form = chief.get("/staff/window-extensions/new/").form("Сохранить")
    form.fill(ends_on=ends_on, sentence=SENTENCE)
    return form.fill_in(values).submit(status=status)


def test_prolonged_month_is_noted_with_who_decided(chief: Client, cast: Cast) -> None:
    page = prolong(chief, "2026-11-25").follow()
    extension = WindowExtension.get()
    assert (extension.period, extension.ends_on) == (Period(2026, 11), date(2026, 11, 25))
    assert (extension.sentence, extension.decided_by) == (SENTENCE, cast.olga)
    assert SENTENCE in page.text


def test_sentence_and_the_new_day_reach_the_residents(
    chief: Client, client_as: ClientAs, cast: Cast
) -> None:
    prolong(chief, "2026-11-25")
    page = client_as(cast.anna).get("/personal/12-34/readings/")
    assert SENTENCE in page.text
    assert "25\u00a0ноября" in page.text


def test_month_is_prolonged_after_its_last_day_too(chief: Client, clock: Clock) -> None:
    clock.at("2026-11-22T09:00")
    prolong(chief, "2026-11-25")
    assert WindowExtension.get().period == Period(2026, 11)


def test_prolonging_again_moves_the_same_end(chief: Client) -> None:
    prolong(chief, "2026-11-25")
    prolong(chief, "2026-11-27")
    assert [row.ends_on for row in WindowExtension.select()] == [date(2026, 11, 27)]


@pytest.mark.parametrize(
    ("ends_on", "words"),
    [
        ("2026-11-20", "раньше начала следующего приёма"),
        ("2026-11-11", "уже прошёл"),
        ("2026-12-10", "раньше начала следующего приёма"),
        ("", "Заполните это поле."),
        ("скоро", "День, например"),
    ],
)
def test_day_that_prolongs_nothing_is_refused(chief: Client, ends_on: str, words: str) -> None:
    page = prolong(chief, ends_on, status=422)
    assert words in page.text
    assert page.form("Сохранить").fields["sentence"] == [SENTENCE]
    assert not WindowExtension.select().exists()


@pytest.mark.parametrize("period", ["2020-01", "x", ""])
def test_month_that_is_not_offered_is_refused(chief: Client, period: str) -> None:
    prolong(chief, "2026-11-25", status=422, period=period)
    assert not WindowExtension.select().exists()


def test_sentence_is_needed(chief: Client) -> None:
    assert "Заполните" in prolong(chief, "2026-11-25", status=422, sentence=" ").text


def test_prolonging_is_the_chiefs_alone(client_as: ClientAs, cast: Cast) -> None:
    dmitry = client_as(cast.dmitry)
    assert "Продлить приём" not in dmitry.get("/staff/window-extensions/").text
    dmitry.get("/staff/window-extensions/new/", status=403)


def test_month_without_any_rule_cannot_be_prolonged(chief: Client) -> None:
    ReadingWindow.update(ends_on=date(2026, 1, 1)).execute()
    prolong(chief, "2026-11-25", status=422)


def test_stale_token_keeps_the_sentence(chief: Client) -> None:
    page = prolong(chief, "2026-11-25", status=400, csrf_token="x")
    assert page.form("Сохранить").fields["sentence"] == [SENTENCE]


def test_district_gets_days_of_its_own(client_as: ClientAs, cast: Cast) -> None:
    form = client_as(cast.dmitry).get("/staff/windows/new/").form("Сохранить")
    form.fill(district=str(cast.district.id), from_day="25", to_day="3", starts_on="2026-12-01")
    form.submit()
    window = ReadingWindow.get(ReadingWindow.district == cast.district)
    assert (window.from_day, window.to_day) == (25, 3)


def test_second_rule_for_all_from_the_same_day_is_refused(chief: Client) -> None:
    form = chief.get("/staff/windows/new/").form("Сохранить")
    form.fill(from_day="1", to_day="25", starts_on="2000-01-01")
    assert "уже заданы" in form.submit(status=422).text
    assert "от 1 до 31" in form.fill(to_day="32").submit(status=422).text
