"""The check of a proof: genuine, when, how it stands, and not one word more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cast import ACCOUNT, Cast
from tests.factories import make_reading, make_submission
from tests.page import Client
from vodokanal.billing.periods import Period
from vodokanal.billing.readings import ReadingState
from vodokanal.models.meters import Meter

CODE = "7K4MQ2XA5TRD"
RECEIVED = datetime(2026, 11, 12, 7, 44, tzinfo=UTC)


def sent(meter: Meter, *states: ReadingState) -> None:
    submission = make_submission(
        account=meter.account_id, period=Period(2026, 11), received_at=RECEIVED, code=CODE
    )
    for state in states:
        make_reading(meter, submission=submission, period=Period(2026, 11), state=state)


def test_holder_of_the_code_learns_when_and_how(visitor: Client, cast: Cast) -> None:
    sent(cast.cold, ReadingState.ACCEPTED)
    page = visitor.get(f"/check/{CODE}")
    assert page.heading == "Код подлинный"
    assert page.rows() == [
        ["Показания получены", "12\xa0ноября в\xa010:44"],
        ["Состояние", "✓ принято"],
    ]


def test_holder_of_the_code_learns_nothing_else(visitor: Client, cast: Cast) -> None:
    sent(cast.cold, ReadingState.ACCEPTED)
    text = visitor.get(f"/check/{CODE}").plain
    for secret in (ACCOUNT, "Речная", "100,000", "00012345", "Иванова", "2611"):
        assert secret not in text


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([ReadingState.REPLACED, ReadingState.ASKED], "? нужен ответ"),
        ([ReadingState.HELD], "? проверяем"),
        ([ReadingState.RECORDED], "сохранено"),
        ([ReadingState.REPLACED], "исправлено"),
        ([], "исправлено"),
    ],
)
def test_what_is_open_is_said_first(
    visitor: Client, cast: Cast, states: list[ReadingState], words: str
) -> None:
    sent(cast.cold, *states)
    assert visitor.get(f"/check/{CODE}").rows()[1][1] == words


@pytest.mark.parametrize(
    "typed", ["7k4m q2xa 5trd", "7K4M-Q2XA-5TRD", " 7K4MQ2XA5TRD ", "7k4mq2xastrd"]
)
def test_code_may_be_typed_as_it_comes(visitor: Client, cast: Cast, typed: str) -> None:
    sent(cast.cold, ReadingState.ACCEPTED)
    form = visitor.get("/check/").form().fill(code=typed)
    status = 404 if "s" in typed else 200
    page = form.submit(status=303).follow(status=status)
    assert page.heading == ("Такого кода нет" if status == 404 else "Код подлинный")


def test_digits_that_no_code_has_are_letters(visitor: Client, cast: Cast) -> None:
    make_submission(account=cast.account, code="OIBOIBOIBOIB")
    assert visitor.get("/check/018018018018").heading == "Код подлинный"


@pytest.mark.parametrize(
    "code", ["AAAABBBBCCCC", "x", "9" * 40, "0" * 2000, "%00", "\u202e", "' OR 1=1"]
)
def test_unknown_code_is_a_calm_404(visitor: Client, cast: Cast, code: str) -> None:
    page = visitor.get(f"/check/{code}", status=404)
    assert page.heading in {"Такого кода нет", "Такой страницы нет"}


def test_unknown_code_stays_in_the_field(visitor: Client, cast: Cast) -> None:
    page = visitor.get("/check/AAAABBBBCCCC", status=404)
    assert page.form().fields["code"] == ["AAAABBBBCCCC"]
    assert "Сверьте его с бумагой, знак за знаком." in page.plain


def test_empty_form_leads_to_itself(visitor: Client, cast: Cast) -> None:
    page = visitor.get("/check/").form().fill(code="  ").submit(status=303).follow()
    assert page.heading == "Проверка подтверждения"


def test_codes_cannot_be_guessed_in_bulk(visitor: Client, cast: Cast) -> None:
    for _ in range(60):
        visitor.browser.get("/check/AAAABBBBCCCC")
    page = visitor.get(f"/check/{CODE}", status=429)
    assert page.heading == "Слишком много попыток"
    assert int(page.response.headers["Retry-After"]) > 0
