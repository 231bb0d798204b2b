"""A resident does not agree with a line: the form, the proof, the answer; nobody else sees it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.cast import ACCOUNT, Cast, actor_of
from tests.clock import Clock
from tests.conftest import SECRET_KEY, ClientAs
from tests.factories import make_setting
from tests.ledgers import charge, issue, penalise
from tests.page import Client, Page
from vodokanal.billing.money import rubles
from vodokanal.billing.periods import Period
from vodokanal.billing.terms import Term
from vodokanal.casework.disputes import DisputeState, Heard
from vodokanal.models.disputes import Dispute
from vodokanal.models.terms import LegalTerm
from vodokanal.operations.disputes import (
    Fix,
    NewDispute,
    correct_dispute,
    explain_dispute,
    open_dispute,
)
from vodokanal.operations.queue import open_queue

AUGUST, OCTOBER = Period(2026, 8), Period(2026, 10)
AT = datetime(2026, 11, 13, 9, tzinfo=UTC)
RECEIPT = f"/personal/{ACCOUNT}/receipts/2026-10/"
LINE = f"{RECEIPT}disagree/cold-0"
SEND, TAKE_BACK = "Отправить", "отозвать"


@pytest.fixture(autouse=True)
def _october(cast: Cast) -> None:
    open_queue(SECRET_KEY)
    charge(cast.account, AUGUST, "500")
    issue(AUGUST, cast.account)
    charge(cast.account, OCTOBER, "173.78")
    penalise(cast.account, OCTOBER, "1.25", of=AUGUST)
    issue(OCTOBER, cast.account)


@pytest.fixture
def anna(client_as: ClientAs, cast: Cast) -> Client:
    """Anna's browser."""
    return client_as(cast.anna)


def sent(client: Client, words: str = "Нас не было дома") -> Page:
    """The page after the form was sent."""
    return client.get(LINE).form(SEND).fill(words=words).submit().follow()


def test_every_line_of_the_receipt_leads_to_its_page(anna: Client) -> None:
    page = anna.get(RECEIPT)
    links = [each.get("href") for each in page.all(".//div[@class='worked']//a")]
    assert links == [LINE, f"{RECEIPT}disagree/penalty-202608"]
    shown = anna.get(LINE)
    assert shown.heading == "С чем вы не согласны?"
    assert "× 42,18 ₽" in shown.plain


def test_what_is_sent_is_proved_with_a_number_and_a_day(anna: Client) -> None:
    page = sent(anna)
    assert page.heading == "Получено: № 1"
    for words in (
        "Проверяем и ответим здесь до 17 ноября.",
        "12 ноября в 10:42 вы написали:",
        "Нас не было дома",
        "об этой сумме не напоминаем",
    ):
        assert words in page.plain
    row = Dispute.get()
    assert (row.amount, row.words) == (rubles("173.78"), "Нас не было дома")


def test_receipt_shows_how_it_stands_and_the_answer(anna: Client, cast: Cast) -> None:
    sent(anna)
    waiting = anna.get(RECEIPT).plain
    assert "Холодная вода по счётчику, проверяем" in waiting
    assert "Проверяем и ответим здесь до 17 ноября." in waiting
    explain_dispute(actor_of(cast.galina), 1, words="Показание верное", key="e", at=AT)
    assert "мы ответили: строка остаётся как есть" in anna.get(RECEIPT).plain
    page = anna.get(LINE)
    assert page.heading == "Ответ: № 1"
    assert "Показание верное" in page.plain


def test_whoever_still_does_not_agree_writes_again(anna: Client, cast: Cast) -> None:
    sent(anna)
    explain_dispute(actor_of(cast.galina), 1, words="Показание верное", key="e", at=AT)
    assert sent(anna, "Всё равно нет").heading == "Получено: № 2"


def test_correction_is_told(anna: Client, cast: Cast) -> None:
    sent(anna)
    fix = Fix(1, rubles(-50), "Никто не жил")
    correct_dispute(actor_of(cast.dmitry), fix, key="c", today=AT.date(), at=AT)
    page = anna.get(LINE)
    assert "мы исправили: перерасчёт будет в следующей квитанции" in page.plain
    assert "Никто не жил" in page.plain


def test_it_can_be_taken_back(anna: Client) -> None:
    page = sent(anna).form(TAKE_BACK).submit().follow()
    assert "Отозвано 12 ноября в 10:42." in page.plain
    assert Dispute.get().state is DisputeState.WITHDRAWN
    # Sent once more it is as it was.
    fields = {"deed": "take_back", "key": "again"}
    assert anna.post(LINE, fields, status=303).location == LINE


def test_nothing_can_be_taken_back_that_was_never_said(anna: Client) -> None:
    anna.post(LINE, {"deed": "take_back", "key": "k"}, status=303)
    assert Dispute.select().count() == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (" \n ", "Напишите, что неверно."),
        ("а" * 1001, "Не больше 1000 знаков."),
        ("а\u200bб", "невидимые"),
    ],
)
def test_words_that_cannot_be_kept_stay_typed(anna: Client, words: str, sentence: str) -> None:
    page = anna.get(LINE).form(SEND).fill(words=words).submit(status=422)
    assert sentence in page.plain
    assert words.strip().replace("\u200b", "") in page.html
    assert Dispute.select().count() == 0


def test_form_without_its_key_is_pressed_once_more(anna: Client) -> None:
    form = anna.get(LINE).form(SEND).fill(words="Нет").without("key")
    assert "Нажмите кнопку ещё раз." in form.submit(status=409).plain


def test_line_disputed_meanwhile_shows_how_it_stands(
    anna: Client, client_as: ClientAs, cast: Cast
) -> None:
    form = client_as(cast.boris).get(LINE).form(SEND).fill(words="И я")
    sent(anna)
    assert form.submit().follow().heading == "Получено: № 1"
    assert Dispute.select().count() == 1


def test_what_was_said_by_telephone_is_shown_too(anna: Client, cast: Cast) -> None:
    new = NewDispute(cast.account.id, OCTOBER, "cold-0", "Не жили", Heard.TELEPHONE)
    open_dispute(actor_of(cast.galina), new, key="k", today=AT.date(), at=AT)
    page = anna.get(LINE).plain
    assert "с ваших слов записано:" in page
    assert "Не жили" in page


def test_without_a_day_of_the_law_no_day_is_promised(anna: Client) -> None:
    LegalTerm.delete().where(LegalTerm.term == Term.ANSWER_DAYS).execute()
    page = sent(anna)
    assert "Проверяем и ответим здесь." in page.plain
    assert "Скоро" in page.plain


@pytest.mark.parametrize(
    "address",
    [
        f"{RECEIPT}disagree/hot-0",
        f"{RECEIPT}disagree/x",
        f"/personal/{ACCOUNT}/receipts/2026-07/disagree/cold-0",
        f"/personal/{ACCOUNT}/receipts/x/disagree/cold-0",
    ],
)
def test_line_that_is_not_there_is_not_found(anna: Client, address: str) -> None:
    anna.get(address, status=404)


def test_stranger_and_trusted_person_get_404(client_as: ClientAs, cast: Cast) -> None:
    for person in (cast.vera, cast.daria):
        client = client_as(person)
        client.get(LINE, status=404)
        client.post(LINE, {"words": "Нет", "key": "k"}, status=404)
    assert Dispute.select().count() == 0


def test_trusted_person_is_told_whom_to_ring(client_as: ClientAs, cast: Cast) -> None:
    make_setting("office_phone", "+7 (000) 111-22-33")
    page = client_as(cast.daria).get(RECEIPT)
    links = {each.get("href") for each in page.all(".//div[@class='worked']//a")}
    assert links == {"#disagree"}


def test_page_can_be_read_on_a_later_day(anna: Client, clock: Clock) -> None:
    sent(anna)
    clock.at("2027-01-20T10:00")
    assert "до 17 ноября 2026 года" in anna.get(LINE).plain
