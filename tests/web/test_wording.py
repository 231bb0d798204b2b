"""Codes become sentences: every one of them, in natural Russian."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from tests.factories import make_meter, make_reading
from vodokanal.billing import findings as found
from vodokanal.billing import refusals
from vodokanal.billing.findings import FINDINGS, Finding
from vodokanal.billing.months import Comparison
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import Kind, ReadingState, Source
from vodokanal.models.meters import Meter
from vodokanal.web import wording

METER = Meter(kind=Kind.COLD, serial="18-204417", digits_before=5, digits_after=3)
SPRING = date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _asked_for(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def every_refusal() -> set[type[refusals.ReadingRefusedError]]:
    return set(refusals.ReadingRefusedError.__subclasses__())


def test_every_refusal_has_a_sentence() -> None:
    assert set(wording.REFUSALS) == every_refusal()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (refusals.EmptyReadingError(), "Введите цифры, которые показывает счётчик."),
        (
            refusals.NotANumberError("abc"),
            "Это не число. Введите только цифры, а перед литрами — одну запятую.",
        ),
        (
            refusals.LetterForDigitError("О", "0"),
            "Здесь «О» вместо цифры 0. Введите только цифры.",
        ),
        (
            refusals.NegativeReadingError(),
            "Счётчик не показывает меньше нуля. Введите число без минуса.",
        ),
        (
            refusals.TooManyDigitsError(5),
            (
                "До запятой у этого счётчика 5 цифр, а здесь больше. "
                "Введите все цифры с нулями впереди или поставьте запятую перед литрами."
            ),
        ),
        (
            refusals.TooManyDigitsError(4),
            (
                "До запятой у этого счётчика 4 цифры, а здесь больше. "
                "Введите все цифры с нулями впереди или поставьте запятую перед литрами."
            ),
        ),
        (refusals.TooManyDecimalsError(3), "Слишком много цифр после запятой: их не больше 3."),
        (
            refusals.TooManyDecimalsError(0),
            "Этот счётчик показывает только целые кубометры: введите число без запятой.",
        ),
        (refusals.MeterRemovedError(SPRING), "Этот счётчик сняли 3 марта."),
        (
            refusals.FutureReadingError(SPRING),
            "Показание нельзя снять позже, чем сегодня, 3 марта.",
        ),
        (refusals.WindowClosedError(SPRING), "Показания снова примем с 3 марта."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_refusal_says_what_to_type(error: refusals.ReadingRefusedError, sentence: str) -> None:
    assert plain(wording.refusal_sentence(error)) == sentence


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            found.LowerThanPrevious(Decimal("153.200")),
            "Это меньше, чем было 3 марта: 153,200.",
        ),
        (
            found.AboveUsual(Decimal("4.100"), Decimal("41.500")),
            "Получается 41,500 м³, а обычно за это время около 4,100 м³.",
        ),
        (
            found.AboveUsual(None, Decimal("41.500")),
            "Получается 41,500 м³ — больше кубометра в день.",
        ),
        (
            found.ZeroAfterUse(Decimal("4.100")),
            "Счётчик почти не сдвинулся, а обычно за это время около 4,100 м³.",
        ),
        (found.Rollover(), ""),
    ],
)
def test_doubt_says_what_is_odd(finding: Finding, sentence: str) -> None:
    said = wording.doubt_sentence([finding], meter=METER, previous_on=SPRING)
    assert plain(said) == sentence


def test_doubt_without_a_day_says_before() -> None:
    doubt = [found.LowerThanPrevious(Decimal("153.200"))]
    said = wording.doubt_sentence(doubt, meter=METER, previous_on=None)
    assert said == "Это меньше, чем было раньше: 153,200."


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (found.DigitMissing(Decimal(156)), "Похоже, пропущена цифра. Вы имели в виду"),
        (found.DigitExtra(Decimal(156)), "Похоже, есть лишняя цифра. Вы имели в виду"),
        (found.LitresTyped(Decimal(156)), "Похоже, литры попали в кубометры. Вы имели в виду"),
    ],
)
def test_guess_names_the_slip(finding: Finding, sentence: str) -> None:
    said = wording.guess_sentence([found.Rollover(), finding], Decimal(156))
    assert plain(said) == sentence


def test_swapped_meters_are_named() -> None:
    said = wording.guess_sentence([found.LooksSwapped("19-087352")], None)
    assert plain(said) == "Это число подошло бы счётчику № 19-087352. Не перепутали их местами?"


def test_without_a_guess_the_meter_is_asked_again() -> None:
    assert plain(wording.guess_sentence([], None)) == "Посмотрите на счётчик ещё раз. Что на нём?"


def test_every_finding_has_words_somewhere() -> None:
    asked = {kind.code for kind in FINDINGS.values() if kind.asks}
    recorded = {kind.code for kind in FINDINGS.values() if kind.records}
    assert recorded == set(wording.AFTER)
    assert asked | recorded | {found.Rollover.code} == set(FINDINGS)


def test_uncharged_reading_says_what_is_charged_instead() -> None:
    overdue, failed, new = wording.not_charged_sentences(
        [
            found.VerificationOverdue(SPRING),
            found.Rollover(),
            found.MeterFailed(SPRING),
            found.NotCommissioned(),
        ]
    )
    assert plain(overdue).startswith("Срок поверки прошёл 3 марта. Показания сохраняем")
    assert plain(failed).startswith("С 3 марта счётчик отмечен как неисправный.")
    assert plain(new).endswith("считать по нему начнём со дня ввода.")


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (ReadingState.ACCEPTED, ("ok", "принято")),
        (ReadingState.ASKED, ("ask", "нужен ответ")),
        (ReadingState.HELD, ("ask", "проверяем")),
        (ReadingState.RECORDED, ("neutral", "сохранено")),
        (ReadingState.REPLACED, ("neutral", "исправлено")),
        (ReadingState.REFUSED, ("bad", "не принято")),
    ],
)
def test_every_state_has_a_word_and_a_sign(state: ReadingState, label: tuple[str, str]) -> None:
    said = wording.state_label(state)
    assert (said.kind, plain(said.text)) == label


def test_kept_reading_says_until_when() -> None:
    label = wording.state_label(ReadingState.RECORDED, [found.VerificationOverdue(SPRING)])
    assert label.text == "учтём после поверки"


def test_every_source_has_words() -> None:
    assert set(wording.SOURCES) == set(Source)


def test_own_reading_is_called_mine() -> None:
    kept = make_reading(make_meter(), source=Source.RESIDENT)
    assert wording.given_by(kept, resident_id=None) == "передали вы"
    assert plain(wording.given_by(kept, resident_id=7)) == "передали в кабинете"


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (Comparison.LESS, "меньше, чем в октябре"),
        (Comparison.MORE, "больше, чем в октябре"),
        (Comparison.ALIKE, "как обычно"),
    ],
)
def test_month_is_compared_in_words(comparison: Comparison, words: str) -> None:
    assert plain(wording.comparison_words(comparison, Period(2026, 10))) == words


def test_hint_counts_the_digits_of_this_meter() -> None:
    assert wording.hint_of(METER, whole_only=False) == "Все восемь цифр подряд:"
    small = Meter(digits_before=4, digits_after=0)
    assert wording.hint_of(small, whole_only=False) == "Все четыре цифры подряд:"
    assert wording.hint_of(METER, whole_only=True) == "Достаточно чёрных цифр:"


def test_place_leaves_out_what_is_not_known() -> None:
    named = Meter(serial="18-204417", place="Ванная", nickname="у двери")
    assert (wording.place_of(named), wording.place_of(METER)) == ("у двери · Ванная", "")
    assert plain(wording.meter_words(METER)) == "счётчик № 18-204417"


def test_numbers_are_grouped_as_they_are_read_out() -> None:
    assert plain(wording.account_words("4070000015")) == "4070 0000 15"
    assert plain(wording.code_words("7K4MQ2XA9TRD")) == "7K4M Q2XA 9TRD"


def test_large_counts_stay_digits() -> None:
    assert [wording.count_word(count) for count in (0, 2, 12, 13)] == [
        "ноль",
        "два",
        "двенадцать",
        "13",
    ]
